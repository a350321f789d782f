#include "packs/read/condition_hints.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "packs/yaml/problems.h"

namespace leadline::packs {
namespace {

using Kind = cel::Issue::Kind;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Functions of other languages, in lower case, and what does the same here.
constexpr auto kFunctions = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"lower", "text.fold() is the text in small letters, without accents"},
    {"tolower", "text.fold() is the text in small letters, without accents"},
    {"tolowercase", "text.fold() is the text in small letters, without accents"},
    {"upper", "compare text.fold() with small letters"},
    {"toupper", "compare text.fold() with small letters"},
    {"trim", "text.fold() is the text without spaces around it"},
    {"includes", "write text.contains(\"x\"), or  \"x\" in list"},
    {"like", "write text.contains(\"x\") or text.hasWord(\"x\")"},
    {"match", "write text.matches(\"pattern\")"},
    {"regex", "write text.matches(\"pattern\")"},
    {"len", "write size(...)"},
    {"length", "write size(...)"},
    {"count", "write size(...)"},
    {"isempty", "write  == \"\"  or, for a field that is absent,  == null"},
    {"isnull", "write  field == null"},
    {"notnull", "write  field != null"},
    {"exists", "write  field != null"},
    {"today", "write now"},
    {"date", "write timestamp(\"2026-01-31T00:00:00Z\")"},
    {"days", "write duration(\"720h\"), or compare a field such as lead.age_days"},
});

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

std::string NameHint(const cel::Issue& issue, std::string_view condition, std::string_view name, const Schema& schema) {
  const std::string_view before = condition.substr(0, issue.span.begin);
  if (issue.message.find("function") != std::string::npos) {
    if (issue.hint.starts_with("did you mean")) return issue.hint;
    const bool of_list = before.ends_with('.') && issue.message.find("called like this") != std::string::npos;
    if (of_list) return issue.hint;
    const std::string word = Lower(name);
    for (const auto& [function, hint] : kFunctions) {
      if (word == function) return std::string(hint);
    }
    return issue.hint.empty() ? "for text there are: contains, startsWith, endsWith, matches, fold, hasWord, size"
                              : issue.hint;
  }
  if (issue.hint.starts_with("did you mean")) return issue.hint;
  if (before.ends_with('.')) {
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

bool Has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// The text literal inside a comparison, with its quotes; empty when there is none.
std::string_view LiteralIn(std::string_view part) {
  const size_t open = part.find_first_of("\"'");
  if (open == std::string_view::npos) return "";
  const size_t close = part.find(part[open], open + 1);
  return close == std::string_view::npos ? "" : part.substr(open, close + 1 - open);
}

std::string TypeHint(const cel::Issue& issue, std::string_view part) {
  const std::string& m = issue.message;
  const std::string_view literal = LiteralIn(part);
  const auto between = [&](std::string_view a, std::string_view b) {
    return Has(m, fmt::format("{} and {}", a, b)) || Has(m, fmt::format("{} and {}", b, a));
  };
  if (Has(m, "list(string)") && !literal.empty()) return fmt::format("ask a list with  {} in ...", literal);
  if (Has(m, "timestamp") && Has(m, "string")) {
    return "write times as timestamp(\"2026-01-31T00:00:00Z\"), lengths as duration(\"720h\")";
  }
  if (Has(m, "timestamp") && Has(m, "int")) return "compare a field that counts days, such as lead.age_days";
  if (between("bool", "string")) return "write true or false, without quotes";
  if ((between("int", "string") || between("double", "string"))) {
    if (literal.empty()) return "a text goes in quotes, a number does not";
    const std::string_view inner = literal.substr(1, literal.size() - 2);
    const bool number = !inner.empty() && inner.find_first_not_of("0123456789.-") == std::string_view::npos;
    return number ? fmt::format("write {} without quotes", inner) : "this field is a number; compare it with one";
  }
  if (between("bool", "int")) return "write true or false";
  if (Has(m, "but bool is wanted")) return fmt::format("compare it with something, such as  {} == ...", part);
  if (Has(m, "hasWord(")) return "write text.hasWord(\"word\")";
  return issue.hint;
}

std::string SyntaxHint(const cel::Issue& issue, std::string_view condition, std::string_view part) {
  const size_t at = issue.span.begin;
  const std::string_view two = condition.substr(std::min(at, condition.size()), 2);
  const std::string_view before = condition.substr(0, std::min(at, condition.size()));
  if (two == "=>") return "write >=";
  if (two == "=<" || (two.starts_with('=') && before.ends_with('<'))) return "write <=";
  if (two.starts_with('>') && before.ends_with('<')) return "write !=";
  const std::string word = Lower(part);
  if (word == "and") return "write && for \"and\"";
  if (word == "or") return "write || for \"or\"";
  if (word == "not" || word == "is") return word == "is" ? "write ==" : "write ! for \"not\"";
  if (word == "between") return "write  a >= 1 && a <= 5";
  if (word == "like") return "write text.contains(\"x\") or text.hasWord(\"x\")";
  if (part == "\xC2\xA0") return "this is a no-break space; type an ordinary one";
  if (part.starts_with("\xE2\x80") || part.starts_with("\xEF\xBB")) {
    if (!Has(issue.message, "quote")) return "there is an invisible character here; delete it and type a space";
  }
  if (Has(issue.message, "is not a number") && part.size() > 1 && Has("dhm", part.substr(part.size() - 1))) {
    const long number = std::atol(std::string(part.substr(0, std::min<size_t>(part.size() - 1, 6))).c_str());
    const char unit = part.back();
    return fmt::format("write duration(\"{}{}\")", unit == 'd' ? number * 24 : number, unit == 'd' ? 'h' : unit);
  }
  if ((part.starts_with('\'') || part.starts_with('"')) && (before.ends_with('\'') || before.ends_with('"'))) {
    return "a text that has ' in it goes between \"...\"";
  }
  return issue.hint;
}

}  // namespace

std::string HintFor(const cel::Issue& issue, std::string_view condition, const Schema& schema) {
  const size_t begin = std::min<size_t>(issue.span.begin, condition.size());
  const size_t end = std::clamp<size_t>(issue.span.end, begin, condition.size());
  const std::string_view part = condition.substr(begin, end - begin);
  switch (issue.kind) {
    case Kind::kSyntax:
      return SyntaxHint(issue, condition, part);
    case Kind::kType:
      return TypeHint(issue, part);
    case Kind::kUnknownName:
      return NameHint(issue, condition, part, schema);
    default:
      return issue.hint;
  }
}

}  // namespace leadline::packs
