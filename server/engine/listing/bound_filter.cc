#include "engine/listing/bound_filter.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

bool Sized(FieldType type) { return type != FieldType::kText && type != FieldType::kName; }

// The field's number; the number of fields when there is none.
size_t FindField(std::string_view name, std::span<const FieldInfo> fields) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldInfo& f) { return f.name == name; });
  return static_cast<size_t>(found - fields.begin());
}

std::vector<std::string> NamesOf(std::span<const FieldInfo> fields, bool only_orders) {
  std::vector<std::string> names;
  for (const FieldInfo& field : fields) {
    if (field.orders || !only_orders) names.emplace_back(field.name);
  }
  return names;
}

// Of a value that is not of the field's form: what to write.
absl::StatusOr<FieldValue> ReadValue(const FieldInfo& field, const FilterValue& value) {
  switch (field.type) {
    case FieldType::kText:
      return FieldValue(value.text);
    case FieldType::kName: {
      std::string_view id = value.text;
      if (id.starts_with(field.prefix)) id.remove_prefix(field.prefix.size());
      const bool empty_name = id.empty() && !value.text.empty();
      if (empty_name || id.find('/') != std::string_view::npos) {
        return absl::InvalidArgumentError(fmt::format("is not a name such as \"{}abc\"", field.prefix));
      }
      return FieldValue(std::string(id));
    }
    case FieldType::kNumber: {
      double number = 0;
      if (!absl::SimpleAtod(value.text, &number) || !std::isfinite(number)) {
        return absl::InvalidArgumentError("is not a number");
      }
      return FieldValue(number);
    }
    case FieldType::kPosition: {
      int64_t number = 0;
      constexpr int64_t kMostExact = int64_t{1} << 53;
      if (!absl::SimpleAtoi(value.text, &number) || number < 0 || number > kMostExact) {
        return absl::InvalidArgumentError("is not a position: a whole number from 0 on, as lists give it");
      }
      return FieldValue(static_cast<double>(number));
    }
    case FieldType::kTime: {
      const absl::StatusOr<Time> time = ParseTime(value.text);
      if (!time.ok()) {
        return absl::InvalidArgumentError("is not a time in the form of RFC 3339, such as 2026-01-31T09:30:00Z");
      }
      return FieldValue(domain::Moment{*time});
    }
  }
  return absl::InternalError("unknown type of field");
}

absl::Status CheckOp(std::string_view filter, const FilterTerm& term, const FieldInfo& field) {
  const bool equality = term.op == FilterOp::kEqual || term.op == FilterOp::kNotEqual || term.op == FilterOp::kHas;
  if (!equality && !Sized(field.type)) {
    return FilterError(filter, term.at, fmt::format("{} has no order to compare by; use = or !=", term.field));
  }
  const bool presence = term.values.size() == 1 && term.values[0].any;
  const bool mixed = !presence && std::any_of(term.values.begin(), term.values.end(), [](auto& v) { return v.any; });
  if (mixed) return FilterError(filter, term.at, fmt::format("{}:* stands alone, not in an OR", term.field));
  if (term.op == FilterOp::kHas && Sized(field.type) && !presence) {
    return FilterError(filter, term.at,
                       fmt::format("{0} is one value: use = or, for whether it has any, {0}:*", term.field));
  }
  return absl::OkStatus();
}

std::vector<std::string_view> WordsOf(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r";
  std::vector<std::string_view> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    const size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

bool Empty(const FieldValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && list->empty();
}

// `wanted` is a text, a number or a time.
bool Same(const FieldValue& value, const FieldValue& wanted) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    const auto* text = std::get_if<std::string>(&wanted);
    if (text == nullptr) return false;
    return text->empty() ? list->empty() : std::find(list->begin(), list->end(), *text) != list->end();
  }
  return Empty(value) && Empty(wanted) ? true : value == wanted;
}

bool Compare(FilterOp op, double a, double b) {
  switch (op) {
    case FilterOp::kLess:
      return a < b;
    case FilterOp::kLessEqual:
      return a <= b;
    case FilterOp::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

bool BoundTerm::Picks() const {
  const bool asks = (op == FilterOp::kEqual || op == FilterOp::kHas) && !negated && !any;
  return asks && std::none_of(values.begin(), values.end(), Empty);
}

double NumberOf(const FieldValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  const auto* moment = std::get_if<domain::Moment>(&value);
  return moment == nullptr ? 0 : static_cast<double>(moment->micros);
}

absl::StatusOr<std::vector<BoundTerm>> BindFilter(std::string_view filter, const std::vector<FilterTerm>& terms,
                                                  std::span<const FieldInfo> fields) {
  std::vector<BoundTerm> bound;
  for (const FilterTerm& term : terms) {
    BoundTerm& to = bound.emplace_back();
    to.field = FindField(term.field, fields);
    if (to.field == fields.size()) {
      return FilterError(filter, term.at,
                         fmt::format("there is no field {} here; {}", Quoted(term.field),
                                     DidYouMean(term.field, NamesOf(fields, false))));
    }
    const FieldInfo& field = fields[to.field];
    RETURN_IF_ERROR(CheckOp(filter, term, field));
    to.at = term.values.front().at;
    to.op = term.op;
    to.negated = term.negated;
    to.any = term.values.front().any;
    for (const FilterValue& value : term.values) {
      if (value.any) continue;
      absl::StatusOr<FieldValue> read = ReadValue(field, value);
      if (!read.ok()) {
        return FilterError(filter, value.at,
                           fmt::format("{} {}", Quoted(value.text), std::string(read.status().message())));
      }
      to.values.push_back(*std::move(read));
      to.places.push_back(value.at);
    }
  }
  return bound;
}

bool Holds(const BoundTerm& term, const FieldValue& value) {
  bool holds = false;
  if (term.any) {
    holds = !Empty(value);
  } else if (term.op == FilterOp::kEqual || term.op == FilterOp::kNotEqual || term.op == FilterOp::kHas) {
    holds = term.same ? term.same(value) : std::any_of(term.values.begin(), term.values.end(), [&](const auto& wanted) {
      return Same(value, wanted);
    });
    if (term.op == FilterOp::kNotEqual) holds = !holds;
  } else {
    holds = !Empty(value) && Compare(term.op, NumberOf(value), NumberOf(term.values.front()));
  }
  return holds != term.negated;
}

absl::StatusOr<ListOrder> ParseOrder(std::string_view text, std::span<const FieldInfo> fields) {
  const std::vector<std::string_view> words = WordsOf(text);
  const std::string usage =
      fmt::format("use one of {}, with \" desc\" for the falling order", OneOf(NamesOf(fields, true)));
  if (text.find(',') != std::string_view::npos) {
    return InvalidField("order_by", fmt::format("a list has one order; {}", usage));
  }
  if (words.empty() || words.size() > 2) return InvalidField("order_by", usage);
  ListOrder order;
  order.field = FindField(words[0], fields);
  if (order.field == fields.size() || !fields[order.field].orders) {
    return InvalidField("order_by", fmt::format("{} orders no list; {}", Quoted(words[0]),
                                                DidYouMean(words[0], NamesOf(fields, true))));
  }
  if (words.size() == 2) {
    if (words[1] != "desc" && words[1] != "asc") {
      return InvalidField("order_by", fmt::format("after the field comes desc or nothing, not {}", Quoted(words[1])));
    }
    order.descending = words[1] == "desc";
  }
  return order;
}

}  // namespace leadline::engine
