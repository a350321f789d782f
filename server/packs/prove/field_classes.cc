#include "packs/prove/field_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "domain/matching.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Operator = Comparison::Operator;

bool IsPartOfText(const Comparison& test) { return test.is_part_of_text(); }
bool IsOfWholeText(const Comparison& test) { return test.is_equality() || test.is_order(); }

std::string Upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// The whole numbers around a constant: below, the nearest, above. Between two constants nothing else can be told apart.
void AddWhole(const Value& constant, std::vector<int64_t>& out) {
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min(), kHighest = std::numeric_limits<int64_t>::max();
  int64_t at = 0;
  if (constant.is_int()) {
    at = constant.as_int();
  } else if (constant.is_double()) {
    const double floor = std::floor(constant.as_double());
    at = floor <= -9.2e18 ? kLowest : floor >= 9.2e18 ? kHighest : static_cast<int64_t>(floor);
  } else {
    return;
  }
  if (at > kLowest) out.push_back(at - 1);
  out.push_back(at);
  if (at < kHighest) out.push_back(at + 1);
}

double Below(double v) { return v - 1 < v ? v - 1 : std::nextafter(v, -std::numeric_limits<double>::infinity()); }
double Above(double v) { return v + 1 > v ? v + 1 : std::nextafter(v, std::numeric_limits<double>::infinity()); }

// A text after `low` (none: the beginning) and before `high` (none: the end); empty when there is none.
std::string Between(const std::string* low, const std::string* high) {
  const std::string base = low == nullptr ? "" : *low;
  for (const char* more : {"a", "A", "0", " ", "\x01"}) {
    std::string text = base + more;
    if (high == nullptr || text < *high) return text;
  }
  return "";
}

}  // namespace

FieldClasses::FieldClasses(const FieldDef& field, std::vector<Comparison> tests, CheckBudget* budget)
    : field_(&field), tests_(std::move(tests)), budget_(budget), columns_(tests_.size()) {
  for (const Comparison& test : tests_) width_ += 1 + test.constants.size() * (test.asks_folded() ? 8 : 1);
  switch (field.type.Unwrapped().kind()) {
    case cel::TypeKind::kBool:
      AddFlags();
      break;
    case cel::TypeKind::kInt:
    case cel::TypeKind::kDouble:
      AddNumbers();
      break;
    case cel::TypeKind::kString:
      AddTexts();
      break;
    case cel::TypeKind::kTimestamp:
      AddFree(Value::TimestampMicros(1'767'225'600'000'000));
      break;
    default:
      AddFree(Value::List({}));
      break;
  }
  if (field.type.is(cel::TypeKind::kWrapper)) AddExact(Value::Null());
  RemoveAlike();
  Relate();
}

void FieldClasses::AddFlags() {
  AddExact(Value::Bool(false));
  AddExact(Value::Bool(true));
}

// Numbers are finite: the server refuses others.
void FieldClasses::AddNumbers() {
  const bool whole = field_->type.Unwrapped().is(cel::TypeKind::kInt);
  std::vector<int64_t> wholes = {0};
  std::vector<double> points;
  for (const Comparison& test : tests_) {
    for (const Value& constant : test.constants) {
      if (whole) AddWhole(constant, wholes);
      if (constant.is_double()) points.push_back(constant.as_double());
      if (constant.is_int()) points.push_back(static_cast<double>(constant.as_int()));
    }
  }
  if (whole) {
    if (field_->not_negative) std::erase_if(wholes, [](int64_t v) { return v < 0; });
    std::sort(wholes.begin(), wholes.end());
    for (const int64_t v : wholes) AddExact(Value::Int(v));
    return;
  }
  if (points.empty()) points.push_back(0);
  std::sort(points.begin(), points.end());
  AddExact(Value::Double(Below(points.front())));
  for (size_t i = 0; i < points.size(); ++i) {
    AddExact(Value::Double(points[i]));
    const double next = i + 1 < points.size() ? points[i] + (points[i + 1] - points[i]) / 2 : Above(points[i]);
    if (next > points[i] && (i + 1 == points.size() || next < points[i + 1])) AddExact(Value::Double(next));
  }
}

bool FieldClasses::IsListed(const Value& value) const {
  return !field_->closed() || !value.is_string() || IsNamed(value.as_string());
}

// Whether it is one of the values that the schema names.
bool FieldClasses::IsNamed(std::string_view text) const {
  return std::find(field_->values.begin(), field_->values.end(), text) != field_->values.end();
}

// Whether a question compares the text as it is with this one.
bool FieldClasses::IsConstant(std::string_view text) const {
  return std::any_of(tests_.begin(), tests_.end(), [&](const Comparison& test) {
    return IsOfWholeText(test) && !test.folded &&
           std::any_of(test.constants.begin(), test.constants.end(),
                       [&](const Value& c) { return c.is_string() && c.as_string() == text; });
  });
}

// Every text is one of the constants, or folds to one, or neither: then only questions about its parts are open. A
// field never has the empty text: it is absent then.
void FieldClasses::AddTexts() {
  for (const Comparison& test : tests_) {
    if (!IsOfWholeText(test) || test.folded) continue;
    for (const Value& constant : test.constants) {
      if (constant.is_string() && !constant.as_string().empty()) AddExact(constant);
    }
  }
  for (const std::string& value : field_->values) AddExact(Value::String(value));
  AddFoldedTexts();
  const bool ordered = std::any_of(tests_.begin(), tests_.end(), [](const Comparison& t) { return t.is_order(); });
  const bool parts = std::any_of(tests_.begin(), tests_.end(), IsPartOfText);
  if (ordered && !parts) {
    AddOrderedTexts();
  } else {
    std::string other = "another value";
    while (IsConstant(other) || IsNamed(other)) other += " still";
    AddFree(Value::String(arena_.Copy(other)));
  }
}

void FieldClasses::AddFoldedTexts() {
  for (const Comparison& test : tests_) {
    if (!IsOfWholeText(test) || !test.folded) continue;
    for (const Value& constant : test.constants) {
      if (!constant.is_string()) continue;
      const std::string text(constant.as_string());
      for (const std::string& shown : {text, Upper(text), text + "!", text + "!!"}) {
        if (!SpendForQuestions()) return;
        if (shown.empty() || IsConstant(shown) || domain::FoldText(shown) != text) continue;
        AddExact(Value::String(arena_.Copy(shown)));
        // Other texts fold to the same, and may differ in what is asked of them as they are.
        for (size_t t = 0; t < tests_.size(); ++t) {
          if (!tests_[t].asks_folded() && (IsPartOfText(tests_[t]) || tests_[t].is_order())) {
            classes_.back().outcomes[t] = kTrue | kFalse;
          }
        }
        break;
      }
    }
  }
}

// Questions of order alone: one text between every two constants that follow each other.
void FieldClasses::AddOrderedTexts() {
  std::vector<std::string> constants;
  for (const Comparison& test : tests_) {
    if (test.folded) continue;
    for (const Value& c : test.constants) {
      if (c.is_string()) constants.emplace_back(c.as_string());
    }
  }
  std::sort(constants.begin(), constants.end());
  constants.erase(std::unique(constants.begin(), constants.end()), constants.end());
  for (size_t i = 0; i <= constants.size(); ++i) {
    const std::string text =
        Between(i == 0 ? nullptr : &constants[i - 1], i == constants.size() ? nullptr : &constants[i]);
    if (!text.empty()) AddExact(Value::String(arena_.Copy(text)));
    // What folds to a constant stands apart above; here it does not.
    for (size_t t = 0; !text.empty() && t < tests_.size(); ++t) {
      if (tests_[t].folded) classes_.back().outcomes[t] = tests_[t].op == Operator::kNotEqual ? kTrue : kFalse;
    }
  }
}

void FieldClasses::AddExact(const Value& value) {
  if (!SpendForQuestions()) return;
  FieldClass kind;
  kind.value = value;
  kind.is_listed = IsListed(value);
  for (const Comparison& test : tests_) kind.outcomes.push_back(Ask(test, value));
  classes_.push_back(std::move(kind));
}

void FieldClasses::AddFree(const Value& value) {
  FieldClass kind;
  kind.value = value;
  kind.is_free = true;
  kind.is_listed = !field_->closed();
  for (const Comparison& test : tests_) {
    const bool null_only =
        std::all_of(test.constants.begin(), test.constants.end(), [](const Value& c) { return c.is_null(); });
    const bool unlike = test.is_equality() && (value.is_string() || null_only);
    kind.outcomes.push_back(!unlike ? kTrue | kFalse : test.op == Operator::kNotEqual ? kTrue : kFalse);
  }
  classes_.push_back(std::move(kind));
}

int FieldClasses::AddOutcomes(const std::vector<Outcomes>& by_class) {
  for (size_t c = 0; c < classes_.size(); ++c) classes_[c].outcomes.push_back(by_class[c]);
  return static_cast<int>(columns_++);
}

void FieldClasses::RemoveAlike() {
  std::vector<FieldClass> kept;
  std::unordered_set<std::string> known;  // outcomes of the kinds that are kept, and whether they are listed
  for (FieldClass& kind : classes_) {
    std::string key(kind.outcomes.begin(), kind.outcomes.end());
    key += kind.is_listed ? '+' : '-';
    if (kind.is_free || known.insert(std::move(key)).second) kept.push_back(std::move(kind));
  }
  classes_ = std::move(kept);
}

void FieldClasses::Relate() {
  implied_.resize(tests_.size());
  excluded_.resize(tests_.size());
  std::vector<std::string> needles(tests_.size());
  for (size_t t = 0; t < tests_.size(); ++t) {
    if (IsPartOfText(tests_[t])) needles[t] = Needle(tests_[t]);
  }
  for (size_t a = 0; a < tests_.size(); ++a) {
    if (!IsPartOfText(tests_[a])) continue;
    if (budget_ != nullptr && !budget_->Spend(4 * tests_.size())) return;
    for (size_t b = 0; b < tests_.size(); ++b) {
      if (a == b || !IsPartOfText(tests_[b])) continue;
      if (Implies(tests_[a], needles[a], tests_[b], needles[b])) implied_[a].push_back(static_cast<int>(b));
      if (Excludes(tests_[a], needles[a], tests_[b], needles[b])) excluded_[a].push_back(static_cast<int>(b));
    }
    // A question for no word at all: no text has it. One for an empty part: every text has it.
    for (FieldClass& kind : classes_) {
      if (!kind.is_free) continue;
      const bool no_word = tests_[a].op == Operator::kHasWord && domain::FoldText(tests_[a].text()).empty();
      if (no_word) kind.outcomes[a] = kFalse;
      if (tests_[a].op != Operator::kHasWord && tests_[a].text().empty()) kind.outcomes[a] = kTrue;
    }
  }
}

Value FieldClasses::MakeValue(const FieldClass& kind, const std::vector<Outcomes>& wanted, cel::Arena& arena) const {
  if (!kind.is_free) return kind.value;
  if (kind.value.is_string()) return MakeText(wanted, arena);
  if (!kind.value.is_list()) return kind.value;
  std::vector<Value> items;
  for (size_t t = 0; t < tests_.size(); ++t) {
    if (tests_[t].op == Operator::kMember && wanted[t] == kTrue) items.push_back(tests_[t].constants[0]);
  }
  // An empty list is as good as absent for some fields.
  if (items.empty()) items.push_back(Value::String("another value"));
  Value* copy = arena.NewArray<Value>(items.size());
  for (size_t i = 0; i < items.size(); ++i) new (copy + i) Value(items[i]);
  return Value::List({copy, items.size()});
}

// A text with all the parts that must be there and that no other of them brings along, first side by side, then with a
// word between them, so that they do not make a word sequence together.
Value FieldClasses::MakeText(const std::vector<Outcomes>& wanted, cel::Arena& arena) const {
  const auto fits = [&](const std::string& text) {
    for (size_t t = 0; t < tests_.size(); ++t) {
      if ((Ask(tests_[t], Value::String(text)) & wanted[t]) == 0) return false;
    }
    return !text.empty() && !IsNamed(text);
  };
  std::string first, last;
  std::vector<std::string> parts;
  for (size_t t = 0; t < tests_.size(); ++t) {
    if (!IsPartOfText(tests_[t]) || wanted[t] != kTrue) continue;
    const auto brought = [&](size_t o) {
      const auto& list = implied_[o];
      const bool back = std::find(implied_[t].begin(), implied_[t].end(), static_cast<int>(o)) != implied_[t].end();
      return wanted[o] == kTrue && std::find(list.begin(), list.end(), static_cast<int>(t)) != list.end() &&
             !(back && o > t);
    };
    bool needed = true;
    for (size_t o = 0; o < tests_.size(); ++o) needed = needed && (o == t || !brought(o));
    if (!needed) continue;
    const std::string text(tests_[t].text());
    if (tests_[t].op == Operator::kStartsWith && text.size() > first.size())
      first = text;
    else if (tests_[t].op == Operator::kEndsWith && text.size() > last.size())
      last = text;
    else if (tests_[t].op == Operator::kHasWord || tests_[t].op == Operator::kContains)
      parts.push_back(text);
  }
  std::string text;
  for (const char* filler : {" ", " x ", "_", ". q "}) {
    text = first;
    for (const std::string& part : parts) text += (text.empty() ? "" : filler) + part;
    if (!last.empty()) text += (text.empty() ? "" : filler) + last;
    if (text.empty()) text = "another value";
    for (int tries = 0; tries < 3 && !fits(text); ++tries) text = first.empty() ? "x " + text : text + " x";
    if (fits(text)) break;
  }
  return Value::String(arena.Copy(text));
}

}  // namespace leadline::packs
