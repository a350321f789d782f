#include "domain/phone_rules.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

using Shape = PhoneForm::Shape;

constexpr size_t kLongestPattern = 64;
constexpr uint16_t kAnyDigit = 0x3FF;

bool IsOpen(uint16_t place) { return std::popcount(place) > 1; }
char OnlyDigit(uint16_t place) { return static_cast<char>('0' + std::countr_zero(place)); }

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

absl::Status Wrong(std::string_view text, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("\"{}\" is not a form of numbers: {}", text, what));
}

// Reads a form from left to right.
class FormParser {
 public:
  explicit FormParser(std::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<std::vector<Shape>> Parse() {
    if (text_.empty() || text_.size() > kLongestPattern) return Wrong(text_, "it is empty or too long");
    while (!rest_.empty()) {
      uint16_t place = 0;
      if (absl::Status status = ReadPlace(place); !status.ok()) return status;
      if (absl::Status status = ReadRepeat(place); !status.ok()) return status;
    }
    if (shapes_.front().size() < PhoneForm::kMinDigits || shapes_.back().size() > PhoneForm::kMaxDigits) {
      return Wrong(text_,
                   fmt::format("it must stand for {} to {} digits", PhoneForm::kMinDigits, PhoneForm::kMaxDigits));
    }
    return std::move(shapes_);
  }

 private:
  absl::Status ReadPlace(uint16_t& place) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (absl::ascii_isdigit(c)) {
      place = static_cast<uint16_t>(1U << (c - '0'));
      return absl::OkStatus();
    }
    if (c == 'x') {
      place = kAnyDigit;
      return absl::OkStatus();
    }
    if (c == '[') return ReadChoice(place);
    return Wrong(text_, fmt::format("\"{}\" has no meaning; use digits, x, [2-9] and {{8}}", c));
  }

  // "2-59]": some digits.
  absl::Status ReadChoice(uint16_t& place) {
    const size_t end = rest_.find(']');
    if (end == std::string_view::npos) return Wrong(text_, "a [ is never closed");
    std::string_view inside = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    while (!inside.empty()) {
      const bool range = inside.size() >= 3 && inside[1] == '-';
      const char first = inside[0];
      const char last = range ? inside[2] : first;
      if (!absl::ascii_isdigit(first) || !absl::ascii_isdigit(last) || last < first)
        return Wrong(text_, "write a choice of digits as [2-59]");
      for (char d = first; d <= last; ++d) place |= static_cast<uint16_t>(1U << (d - '0'));
      inside.remove_prefix(range ? 3 : 1);
    }
    return IsOpen(place) ? absl::OkStatus() : Wrong(text_, "a choice needs two digits or more");
  }

  // "{8}" and "{7,8}": how often the place stands; once where there is none.
  absl::Status ReadRepeat(uint16_t place) {
    size_t least = 1;
    size_t most = 1;
    if (rest_.starts_with('{')) {
      const size_t end = rest_.find('}');
      if (end == std::string_view::npos) return Wrong(text_, "a { is never closed");
      const std::string_view inside = rest_.substr(1, end - 1);
      const size_t comma = inside.find(',');
      if (!ReadCount(inside.substr(0, comma), least)) return Wrong(text_, "write how often as {8} or {7,8}");
      most = least;
      if (comma != std::string_view::npos && !ReadCount(inside.substr(comma + 1), most)) {
        return Wrong(text_, "write how often as {8} or {7,8}");
      }
      rest_.remove_prefix(end + 1);
    }
    if (most < least) return Wrong(text_, "the second number of a {7,8} is the greater one");
    if (most > least && shapes_.size() > 1) return Wrong(text_, "only one {7,8} may leave the length open");
    return Append(place, least, most);
  }

  static bool ReadCount(std::string_view text, size_t& count) {
    return ReadNumber(text, count) && count >= 1 && count <= PhoneForm::kMaxDigits;
  }

  absl::Status Append(uint16_t place, size_t least, size_t most) {
    std::vector<Shape> longer;
    for (size_t count = least; count <= most; ++count) {
      for (Shape shape : shapes_) {
        shape.insert(shape.end(), count, place);
        if (shape.size() > PhoneForm::kMaxDigits) return Wrong(text_, "it stands for more than 15 digits");
        longer.push_back(std::move(shape));
      }
    }
    shapes_ = std::move(longer);
    return absl::OkStatus();
  }

  const std::string_view text_;
  std::string_view rest_;
  std::vector<Shape> shapes_ = {{}};
};

Shape OpenPlaces(const Shape& shape) {
  Shape open;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(open), IsOpen);
  return open;
}

bool SameOpenPlaces(const PhoneForm& a, const PhoneForm& b) {
  return std::equal(a.shapes().begin(), a.shapes().end(), b.shapes().begin(), b.shapes().end(),
                    [](const Shape& x, const Shape& y) { return OpenPlaces(x) == OpenPlaces(y); });
}

// A number of both shapes; empty when there is none.
std::string InBoth(const Shape& a, const Shape& b) {
  std::string digits;
  if (a.size() != b.size()) return digits;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto both = static_cast<uint16_t>(a[i] & b[i]);
    if (both == 0) return "";
    digits += OnlyDigit(both);
  }
  return digits;
}

bool Fits(const Shape& shape, std::string_view digits) {
  if (shape.size() != digits.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (!absl::ascii_isdigit(digits[i]) || ((shape[i] >> (digits[i] - '0')) & 1U) == 0) return false;
  }
  return true;
}

std::string Template(const Shape& shape) {
  std::string out;
  for (const uint16_t place : shape) out += IsOpen(place) ? 'x' : OnlyDigit(place);
  return out;
}

}  // namespace

absl::StatusOr<PhoneForm> PhoneForm::Parse(std::string_view text) {
  absl::StatusOr<std::vector<Shape>> shapes = FormParser(text).Parse();
  if (!shapes.ok()) return shapes.status();
  PhoneForm form;
  form.text_ = std::string(text);
  form.shapes_ = *std::move(shapes);
  return form;
}

std::optional<PhoneRuleProblem> PhoneRules::Quarrel(const std::vector<Change>& fresh,
                                                    const std::vector<Change>& others) const {
  using Kind = PhoneRuleProblem::Kind;
  for (const Change& a : fresh) {
    for (const Change& b : others) {
      const bool same_rule = a.rule == b.rule;
      if (std::string both = InBoth(a.from, b.from); !both.empty() && !same_rule) {
        return PhoneRuleProblem{Kind::kTwice, std::move(both), b.rule};
      }
      for (const auto& [first, second] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        if (std::string both = InBoth(first->result, second->from); !both.empty()) {
          return PhoneRuleProblem{Kind::kAgain, std::move(both), b.rule};
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<PhoneRuleProblem> PhoneRules::Add(const PhoneRule& rule) {
  using Kind = PhoneRuleProblem::Kind;
  if (!SameOpenPlaces(rule.old_form, rule.new_form)) return PhoneRuleProblem{Kind::kOpenDigits, "", -1};
  if (rule.old_form.shapes() == rule.new_form.shapes()) return PhoneRuleProblem{Kind::kItself, "", -1};
  std::vector<Change> fresh;
  for (size_t i = 0; i < rule.old_form.shapes().size(); ++i) {
    const Shape& result = rule.new_form.shapes()[i];
    fresh.push_back({rule.old_form.shapes()[i], Template(result), result, count_});
  }
  std::vector<Change>& stored = by_calling_code_[std::to_string(rule.calling_code)];
  if (std::optional<PhoneRuleProblem> problem = Quarrel(fresh, fresh)) return problem;
  if (std::optional<PhoneRuleProblem> problem = Quarrel(fresh, stored)) return problem;
  stored.insert(stored.end(), fresh.begin(), fresh.end());
  ++count_;
  text_ += fmt::format("+{} {} {}\n", rule.calling_code, rule.old_form.text(), rule.new_form.text());
  return std::nullopt;
}

absl::StatusOr<PhoneRules> PhoneRules::FromText(std::string_view text) {
  PhoneRules rules;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t old_at = line.find(' ');
    const size_t new_at = line.rfind(' ');
    PhoneRule rule;
    const bool readable = line.starts_with('+') && old_at < new_at && new_at != std::string_view::npos &&
                          ReadNumber(line.substr(1, old_at - 1), rule.calling_code);
    if (!readable) return absl::InvalidArgumentError(fmt::format("\"{}\" is not a rule for telephone numbers", line));
    ASSIGN_OR_RETURN(rule.old_form, PhoneForm::Parse(line.substr(old_at + 1, new_at - old_at - 1)));
    ASSIGN_OR_RETURN(rule.new_form, PhoneForm::Parse(line.substr(new_at + 1)));
    if (rules.Add(rule)) return absl::InvalidArgumentError(fmt::format("\"{}\" cannot be used with the others", line));
  }
  return rules;
}

const std::vector<PhoneRules::Change>* PhoneRules::ChangesOf(std::string_view international, size_t& code) const {
  // No calling code begins another, so at most one of the three has rules.
  for (code = 1; code <= kLongestCallingCode && code < international.size(); ++code) {
    const auto changes = by_calling_code_.find(international.substr(0, code));
    if (changes != by_calling_code_.end()) return &changes->second;
  }
  return nullptr;
}

std::string PhoneRules::Today(std::string_view international) const {
  size_t code = 0;
  const std::vector<Change>* changes = ChangesOf(international, code);
  if (changes == nullptr) return std::string(international);
  const std::string_view national = international.substr(code);
  for (const Change& change : *changes) {
    if (!Fits(change.from, national)) continue;
    std::string out(international.substr(0, code));
    size_t at = 0;
    for (const char c : change.to) {
      if (c != 'x') {
        out += c;
        continue;
      }
      while (!IsOpen(change.from[at])) ++at;
      out += national[at++];
    }
    return out;
  }
  return std::string(international);
}

bool PhoneRules::Know(std::string_view international) const {
  size_t code = 0;
  const std::vector<Change>* changes = ChangesOf(international, code);
  if (changes == nullptr) return false;
  const std::string_view national = international.substr(code);
  return std::any_of(changes->begin(), changes->end(), [&](const Change& change) {
    return Fits(change.from, national) || Fits(change.result, national);
  });
}

}  // namespace leadline::domain
