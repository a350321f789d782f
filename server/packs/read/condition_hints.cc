#include "packs/read/condition_hints.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "cel/hints/surroundings.h"
#include "fmt/format.h"
#include "packs/yaml/problems.h"

namespace leadline::packs {
namespace {

using Kind = cel::Issue::Kind;

constexpr std::string_view kSmallLetters = "`text.fold()` is the text in small letters, without accents";
constexpr std::string_view kComment = "a comment stands outside the condition, behind #, or as `condition // why`";
constexpr std::string_view kNow = "write `now`";
constexpr std::string_view kSince =
    "subtract the times: `now - lead.created_at > duration(\"720h\")`, or compare `lead.age_days`";

// Functions of other languages, in small letters, that have a better answer here than the language alone gives.
constexpr auto kFunctions = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"lower", kSmallLetters},
    {"lowercase", kSmallLetters},
    {"tolower", kSmallLetters},
    {"tolowercase", kSmallLetters},
    {"upper", "compare `text.fold()` with small letters"},
    {"uppercase", "compare `text.fold()` with small letters"},
    {"toupper", "compare `text.fold()` with small letters"},
    {"touppercase", "compare `text.fold()` with small letters"},
    {"like", "write `text.contains(\"x\")`, or `text.hasWord(\"x\")` for a whole word"},
    {"isempty", "write `text == \"\"`, or `x == null` for a field that is absent"},
    {"datediff", kSince},
    {"datedif", kSince},
    {"date_diff", kSince},
    {"timestampdiff", kSince},
    {"age", kSince},
    {"days", "write `duration(\"720h\")` for 30 days, or compare `lead.age_days`"},
    {"now", kNow},
    {"today", kNow},
    {"curdate", kNow},
    {"current_date", kNow},
    {"current_timestamp", kNow},
    {"getdate", kNow},
    {"getutcdate", kNow},
    {"sysdate", kNow},
    {"utcnow", kNow},
    {"localtimestamp", kNow},
    {"date.now", kNow},
    {"date.today", kNow},
    {"time.now", kNow},
    {"datetime.now", kNow},
    {"datetime.today", kNow},
    {"datetime.utcnow", kNow},
    {"datetime.date.today", kNow},
});

std::string_view HintForFunction(std::string_view name) {
  const std::string word = cel::SmallLetters(name);
  for (const auto& [function, hint] : kFunctions) {
    if (word == function) return hint;
  }
  return "";
}

// "a.b" of every field whose last part is `name`.
std::vector<std::string> FieldsCalled(const Schema& schema, std::string_view name) {
  std::vector<std::string> out;
  for (const FieldDef& field : schema.fields()) {
    const size_t dot = field.name.rfind('.');
    if (dot != std::string::npos && std::string_view(field.name).substr(dot + 1) == name) out.push_back(field.name);
  }
  return out;
}

// Fields of `record` that `name` goes on from, or the other way round: "country" for "country_code".
std::string FieldBegunAlike(const Schema& schema, std::string_view record, std::string_view name) {
  for (const FieldDef& field : schema.fields()) {
    const size_t dot = field.name.rfind('.');
    if (dot == std::string::npos || std::string_view(field.name).substr(0, dot) != record) continue;
    const std::string_view other = std::string_view(field.name).substr(dot + 1);
    const bool alike = (other.size() >= 4 && name.starts_with(other)) || (name.size() >= 4 && other.starts_with(name));
    if (alike) return std::string(other);
  }
  return "";
}

bool Has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string FunctionHint(const cel::Issue& issue, std::string_view condition, std::string_view name) {
  if (issue.hint.starts_with("did you mean") || Has(issue.message, "is a value")) return issue.hint;
  const bool of_list = condition.substr(0, issue.span.begin).ends_with('.') && Has(issue.message, "called like this");
  if (of_list) return issue.hint;
  if (cel::SmallLetters(name) == "exists") {
    const std::string_view field = cel::OperandAfter(condition, issue.span.end + 1);
    return fmt::format("write `{} != null`", field.empty() ? "x" : field);
  }
  if (const std::string_view hint = HintForFunction(name); !hint.empty()) return std::string(hint);
  return issue.hint.empty() ? "for text there are: contains, startsWith, endsWith, matches, fold, hasWord, size"
                            : issue.hint;
}

std::string NameHint(const cel::Issue& issue, std::string_view condition, std::string_view name, const Schema& schema) {
  if (Has(issue.message, "function")) return FunctionHint(issue, condition, name);
  const std::string_view before = condition.substr(0, issue.span.begin);
  const bool field = before.ends_with('.');
  if (!field && HintForFunction(name) == kNow) return std::string(kNow);
  if (Has(issue.hint, "a comment")) return std::string(kComment);
  if (issue.hint.starts_with("did you mean") || issue.hint.starts_with("write ")) return issue.hint;
  if (field) {
    const std::string_view path = before.substr(0, before.size() - 1);
    const size_t start = path.find_last_not_of("abcdefghijklmnopqrstuvwxyz_");
    const std::string_view record = path.substr(start == std::string_view::npos ? 0 : start + 1);
    const std::string alike = FieldBegunAlike(schema, record, name);
    if (!alike.empty()) return fmt::format("did you mean \"{}\"?", alike);
  }
  std::vector<std::string> fields = FieldsCalled(schema, name);
  if (!fields.empty()) return fmt::format("did you mean {}?", OneOf(fields));
  return issue.hint;
}

// The text literal inside a comparison, with its quotes; empty when there is none.
std::string_view LiteralIn(std::string_view part) {
  const size_t open = part.find_first_of("\"'");
  if (open == std::string_view::npos) return "";
  const size_t close = part.find(part[open], open + 1);
  return close == std::string_view::npos ? "" : part.substr(open, close + 1 - open);
}

// The whole number that `part` ends with, as a length in days.
std::string DaysIn(std::string_view part) {
  const size_t behind = part.find_last_not_of("0123456789");
  const std::string_view digits = behind == std::string_view::npos ? part : part.substr(behind + 1);
  const bool fits = !digits.empty() && digits.size() <= 5;
  const long days = fits ? std::atol(std::string(digits).c_str()) : 30;
  return fmt::format("write `duration(\"{}h\")` for {} day{}", days * 24, days, days == 1 ? "" : "s");
}

// The day in `part` as a time, written 2026-01-31; "" when there is none.
std::string DayIn(std::string_view part) {
  constexpr std::string_view kShape = "0000-00-00";
  constexpr size_t kLongest = 200;
  part = part.substr(0, kLongest);
  for (size_t at = 0; at + kShape.size() <= part.size(); ++at) {
    const std::string_view day = part.substr(at, kShape.size());
    const bool fits = std::equal(day.begin(), day.end(), kShape.begin(), [](char c, char shape) {
      return shape == '0' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == shape;
    });
    if (fits) return fmt::format("write `timestamp(\"{}T00:00:00Z\")`", day);
  }
  return "";
}

std::string TypeHint(const cel::Issue& issue, std::string_view part) {
  const std::string& m = issue.message;
  if (!issue.hint.empty() && !issue.hint.starts_with("there is: ")) return issue.hint;
  const std::string_view literal = LiteralIn(part);
  const auto between = [&](std::string_view a, std::string_view b) {
    return Has(m, fmt::format("{} and {}", a, b)) || Has(m, fmt::format("{} and {}", b, a));
  };
  if (Has(m, "timestamp")) {
    if (std::string day = DayIn(part); !day.empty()) return day;
  }
  if (between("duration", "int") || between("duration", "double")) return DaysIn(part);
  if (Has(m, "cannot be applied to timestamp and int")) return DaysIn(part);
  if ((Has(m, "timestamp") || Has(m, "duration")) && Has(m, "string")) {
    return "write times as `timestamp(\"2026-01-31T00:00:00Z\")`, lengths as `duration(\"720h\")`";
  }
  if (Has(m, "timestamp") && Has(m, "int")) return "compare a field that counts days, such as `lead.age_days`";
  if (between("bool", "string")) return "write `true` or `false`, without quotes";
  if (between("int", "string") || between("double", "string")) {
    if (literal.empty()) return "a text goes in quotes, a number does not";
    const std::string_view inner = cel::WithoutQuotes(literal);
    const bool number = !inner.empty() && inner.find_first_not_of("0123456789.-") == std::string_view::npos;
    return number ? fmt::format("write {} without quotes", inner) : "this field is a number; compare it with one";
  }
  if (between("bool", "int")) return "write `true` or `false`";
  if (Has(m, "hasWord(")) return "write `text.hasWord(\"word\")`";
  return issue.hint;
}

// "30d", "1d12h" and "2w" as a duration; "" when it is none. Empty units are left to others.
std::string LengthHint(std::string_view part) {
  long hours = 0;
  std::string rest;  // what is less than a day, as it is written
  while (!part.empty()) {
    const size_t digits = part.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos || digits > 5) return "";
    const std::string number(part.substr(0, digits));
    const char unit = part[digits];
    const bool long_unit = unit == 'd' || unit == 'w';
    const bool whole = number.find('.') == std::string::npos;
    if (long_unit ? !whole : unit != 'h' && unit != 'm' && unit != 's') return "";
    if (long_unit) hours += std::atol(number.c_str()) * (unit == 'd' ? 24 : 7 * 24);
    if (!long_unit) rest += number + unit;
    part.remove_prefix(digits + 1);
  }
  if (hours == 0) return fmt::format("write `duration(\"{}\")`", rest);
  const size_t h = rest.find('h');
  if (h != std::string::npos) hours += std::atol(rest.c_str());
  return fmt::format("write `duration(\"{}h{}\")`", hours, h == std::string::npos ? rest : rest.substr(h + 1));
}

// lead.products contains "x", where the field is a list.
std::string ListContainsHint(std::string_view condition, size_t begin, size_t end, const Schema& schema) {
  const std::string word = cel::SmallLetters(condition.substr(begin, end - begin));
  if (word != "contains" && word != "contain" && word != "includes" && word != "include" && word != "has") return "";
  const std::string_view left = cel::OperandBefore(condition, begin);
  const int slot = schema.SlotOf(left);
  if (slot < 0 || !schema.fields()[static_cast<size_t>(slot)].type.Unwrapped().is(cel::TypeKind::kList)) return "";
  const std::string_view item = cel::OperandAfter(condition, end);
  if (!item.empty()) return fmt::format("write `{} in {}`", item, left);
  const std::string list = cel::ListAfter(condition, std::min(condition.find('(', end), condition.size()));
  return fmt::format("write `sets.intersects({}, {})`", left, list.empty() ? "[\"a\", \"b\"]" : list);
}

// lead.created_at in the last 30 days
std::string LastDaysHint(std::string_view condition, size_t begin) {
  std::string_view before = cel::TrimRight(condition.substr(0, begin));
  if (before.ends_with(" in")) before.remove_suffix(3);
  const std::string_view field = cel::OperandBefore(before, before.size());
  const std::string_view behind = condition.substr(begin, 40);
  const size_t digit = std::min(behind.find_first_of("0123456789"), behind.size());
  const int days = std::clamp(std::atoi(std::string(behind.substr(digit, 4)).c_str()), 0, 9999);
  return fmt::format("write `now - {} < duration(\"{}h\")`", field.empty() ? "x" : field, (days == 0 ? 30 : days) * 24);
}

std::string SyntaxHint(const cel::Issue& issue, std::string_view condition, std::string_view part,
                       const Schema& schema) {
  const size_t at = issue.span.begin;
  const std::string_view before = condition.substr(0, std::min(at, condition.size()));
  if (part == "\xC2\xA0") return "this is a no-break space; type an ordinary one";
  if (Has(issue.message, "is not a number")) {
    const std::string length = LengthHint(part);
    return length.empty() ? issue.hint : length;
  }
  size_t end = 0;
  if (part == "new" && cel::WordAfter(condition, issue.span.end, &end) == "date") return std::string(kNow);
  if (std::string hint = ListContainsHint(condition, at, issue.span.end, schema); !hint.empty()) return hint;
  if (issue.hint.starts_with("subtract the times")) return LastDaysHint(condition, at);
  if (Has(issue.hint, "a comment")) return std::string(kComment);
  if (!issue.hint.empty() && !part.starts_with('\'') && !part.starts_with('"')) return issue.hint;
  if (part.starts_with("\xE2\x80") || part.starts_with("\xEF\xBB")) {
    return "there is an invisible character here; delete it and type a space";
  }
  if ((part.starts_with('\'') || part.starts_with('"')) && (before.ends_with('\'') || before.ends_with('"'))) {
    return "a text that has ' in it goes between \"...\"";
  }
  return issue.hint;
}

// Texts are compared without accents, too.
std::string Folded(std::string hint) {
  constexpr std::string_view kLower = "lowerAscii()";
  for (size_t at = hint.find(kLower); at != std::string::npos; at = hint.find(kLower, at)) {
    hint.replace(at, kLower.size(), "fold()");
  }
  return hint;
}

}  // namespace

std::string HintFor(const cel::Issue& issue, std::string_view condition, const Schema& schema) {
  const size_t begin = std::min<size_t>(issue.span.begin, condition.size());
  const size_t end = std::clamp<size_t>(issue.span.end, begin, condition.size());
  const std::string_view part = condition.substr(begin, end - begin);
  switch (issue.kind) {
    case Kind::kSyntax:
      return Folded(SyntaxHint(issue, condition, part, schema));
    case Kind::kType:
      return Folded(TypeHint(issue, part));
    case Kind::kUnknownName:
      return Folded(NameHint(issue, condition, part, schema));
    default:
      return issue.hint;
  }
}

}  // namespace leadline::packs
