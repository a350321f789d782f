#include "cel/hints/foreign_signs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cel/hints/surroundings.h"

namespace leadline::cel {

namespace {

std::string_view OrElse(std::string_view text, std::string_view otherwise) { return text.empty() ? otherwise : text; }
bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}
bool IsLetterAt(std::string_view source, size_t at) {
  return at < source.size() && (std::isalpha(static_cast<unsigned char>(source[at])) != 0 || source[at] == '_');
}

// The sign alone says what is meant.
struct PlainSign {
  std::string_view sign;
  std::string_view hint;
};
// Longer ones before those that they begin with.
constexpr PlainSign kPlainSigns[] = {
    {"===", "write `==`"},
    {"!==", "write `!=`"},
    {"<=>", "write `==`"},
    {"<>", "write `!=`"},
    {"^=", "write `!=`"},
    {"~=", "write `!=`"},
    {"=<", "write `<=`"},
    {":=", "write `==` to compare; nothing is assigned in a condition"},
    {"&&=", "write `&&`; nothing is assigned in a condition"},
    {"||=", "write `||`; nothing is assigned in a condition"},
    {"+=", "write `+`; nothing is assigned in a condition"},
    {"::", "write `int(x)`, `double(x)` or `string(x)`"},
    {"->", "write `record.field`"},
    {"**", "there are no powers; write `x * x`"},
    {"++", "write `x + 1`"},
    {"^", "there are no powers; write `x * x`, and `a != b` for an exclusive or"},
    {"\xE2\x89\xA5", "write `>=`"},                                // ≥
    {"\xE2\x89\xA4", "write `<=`"},                                // ≤
    {"\xE2\x89\xA0", "write `!=`"},                                // ≠
    {"\xE2\x89\xA1", "write `==`"},                                // ≡
    {"\xE2\x88\xA7", "write `&&`"},                                // ∧
    {"\xE2\x88\xA8", "write `||`"},                                // ∨
    {"\xC2\xAC", "write `!`"},                                     // ¬
    {"\xC3\x97", "write `*`"},                                     // ×
    {"\xC3\xB7", "write `/`"},                                     // ÷
    {"\xE2\x88\x92", "this is a minus of typography; write `-`"},  // −
    {"\xE2\x80\x93", "this is a dash; write `-`"},                 // –
    {"\xE2\x80\x94", "this is a dash; write `-`"},                 // —
    {"\xE2\x88\x88", "write `x in [a, b]`"},                       // ∈
    {"\xE2\x88\x89", "write `!(x in [a, b])`"},                    // ∉
    {"\xE2\x82\xAC", "write the number alone"},                    // €
    {"\xC2\xA3", "write the number alone"},                        // £
    {";", "leave it out: a condition is one expression"},
    {"@", "leave it out: a field is named by its path alone"},
};

// => is >= misspelt, or the arrow of a function: f(x => x > 1).
std::string ArrowHint(std::string_view source, size_t at) {
  const std::string_view before = TrimRight(source.substr(0, at));
  size_t name = before.size();
  while (name > 0 && (std::isalnum(static_cast<unsigned char>(before[name - 1])) != 0 || before[name - 1] == '_'))
    --name;
  const bool argument = name >= 2 && name < before.size() && before[name - 1] == '(' && IsLetterAt(before, name - 2);
  return argument ? "write a comma for the arrow: `list.exists(x, condition)`" : "write `>=`";
}

// x =~ "pattern" and its like.
std::string PatternHint(std::string_view source, size_t at, size_t size, bool negate) {
  const std::string_view text = OrElse(OperandBefore(source, at), "text");
  const std::string_view pattern = OrElse(OperandAfter(source, at + size), "\"pattern\"");
  return fmt::format("write `{}{}.matches({})`", negate ? "!" : "", text, pattern);
}

// a ?? b
std::string DefaultHint(std::string_view source, size_t at) {
  std::string_view x = OperandBefore(source, at);
  std::string_view y = OperandAfter(source, at + 2);
  if (const std::string_view rest = RestAfter(source, at + 2); y.empty() && rest.starts_with('"')) {
    y = rest.substr(0, rest.find('"', 1) + 1);
  }
  if (x.empty() || y.empty()) x = "x", y = "y";
  return fmt::format("write `({0} != null ? {0} : {1})`", x, y);
}

// x in 1..10
std::string RangeHint(std::string_view source, size_t at, size_t size) {
  std::string_view before = source.substr(0, at);
  size_t begin = before.size();
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(before[begin - 1])) != 0) --begin;
  const std::string_view low = before.substr(begin);
  const std::string_view high = OperandAfter(source, at + size);
  before = TrimRight(before.substr(0, begin));
  const size_t word = before.ends_with(" in") || before.ends_with("==") ? before.size() - 2 : before.size();
  std::string_view x = word < before.size() ? OperandBefore(source, word) : "";
  if (x.empty()) x = "x";
  if (!IsDigits(low) || !IsDigits(high)) return fmt::format("write `{0} >= 1 && {0} <= 10`", x);
  return fmt::format("write `{0} >= {1} && {0} <= {2}`", x, low, high);
}

// /pattern/.test(text) and text.match(/pattern/)
std::string RegexHint(std::string_view source, size_t at) {
  const size_t close = source.find('/', at + 1);
  if (close == std::string_view::npos) return "";
  const std::string_view pattern = source.substr(at + 1, close - at - 1);
  const bool plain = !pattern.empty() && std::all_of(pattern.begin(), pattern.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view(" _-@.^$|").find(c) != std::string_view::npos;
  });
  const size_t behind = std::min(source.find_first_not_of("gimsuy", close + 1), source.size());
  const bool any_letters = source.substr(close, behind - close).find('i') != std::string_view::npos;
  constexpr std::string_view kTest = ".test(";
  std::string_view text;
  if (source.substr(behind).starts_with(kTest)) text = OperandAfter(source, behind + kTest.size());
  return fmt::format("write `{}.matches(\"{}{}\")`", OrElse(text, "text"), any_letters ? "(?i)" : "",
                     plain ? pattern : "pattern");
}

// 1,000 and 7,5
std::string CommaHint(std::string_view source, size_t at) {
  size_t begin = at;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(source[begin - 1])) != 0) --begin;
  const std::string_view before = source.substr(begin, at - begin);
  const std::string_view rest = source.substr(at + 1);
  const size_t size = std::min(rest.find_first_not_of("0123456789,"), rest.size());
  std::string behind(rest.substr(0, size));
  const bool follows = !before.empty() && !behind.empty() && behind.front() != ',' && behind.back() != ',';
  if (!follows) return "";
  const bool thousands = before.size() <= 3 && behind.size() % 4 == 3 && before != "0";
  if (!thousands) return IsDigits(behind) ? fmt::format("write `{}.{}`", before, behind) : "";
  std::erase(behind, ',');
  return fmt::format("write `{}{}`", before, behind);
}

}  // namespace

ForeignSign FindForeignSign(std::string_view source, size_t at) {
  const std::string_view rest = source.substr(at);
  // Most signs are brackets and commas.
  if (std::string_view("()[]{},%").find(rest.front()) != std::string_view::npos) return {};
  if (rest.starts_with("=>")) return {2, ArrowHint(source, at)};
  if (rest.starts_with("??")) return {2, DefaultHint(source, at)};
  if (rest.starts_with("=~") || rest.starts_with("~*")) return {2, PatternHint(source, at, 2, false)};
  if (rest.starts_with("!~")) return {2, PatternHint(source, at, 2, true)};
  if (rest.starts_with("..")) {
    const size_t size = rest.starts_with("...") || rest.starts_with("..<") || rest.starts_with("..=") ? 3 : 2;
    return {size, RangeHint(source, at, size)};
  }
  if (rest.starts_with("/*")) {
    const size_t close = rest.find("*/");
    return {close == std::string_view::npos ? rest.size() : close + 2, "write a comment as `condition // why`"};
  }
  for (const PlainSign& plain : kPlainSigns) {
    if (rest.starts_with(plain.sign)) return {plain.sign.size(), std::string(plain.hint)};
  }
  if (rest.starts_with('~')) {
    const bool behind = !OperandBefore(source, at).empty();
    return {1, behind ? PatternHint(source, at, 1, false)
                      : "write `!` for \"not\", `text.matches(\"pattern\")` for a pattern"};
  }
  if (rest.starts_with('#')) return {1, "write a comment as `condition // why`"};
  if (rest.starts_with('$')) {
    const bool number = at + 1 < source.size() && std::isdigit(static_cast<unsigned char>(source[at + 1])) != 0;
    return {1, number ? "write the number alone" : "leave it out: a field is named by its path alone"};
  }
  return {};
}

std::string MisplacedSignHint(std::string_view source, SourceSpan found, bool value) {
  const std::string_view sign = source.substr(found.begin, found.end - found.begin);
  const std::string_view before = TrimRight(source.substr(0, found.begin));
  if (value && before.ends_with('%')) return "for five percent write `0.05`";
  if (!value && before.ends_with('.') && before.size() > 1 &&
      std::isdigit(static_cast<unsigned char>(before[before.size() - 2])) != 0) {
    return "write digits behind the point, such as `5.0`";
  }
  if (sign == ",") {
    std::string hint = CommaHint(source, found.begin);
    return hint.empty() ? "several values go into a list: `x in [a, b]`" : hint;
  }
  if (sign == "/" && value) return RegexHint(source, found.begin);
  if (sign == "!" && !value && RestAfter(source, found.end).starts_with('=')) return "write `!=` without a space in it";
  if (sign == ":" && value) return "leave out the : before a name";
  if (sign == "+" && value) return "leave out the + before a value";
  if (sign.starts_with('`')) return "a text goes in quotes: `\"text\"`";
  const bool relation = sign == "<" || sign == ">" || sign == "<=" || sign == ">=" || sign == "==" || sign == "!=";
  if (relation && value && (before.ends_with("&&") || before.ends_with("||"))) {
    return fmt::format("name the field again: `x > 5 {} x < 10`", before.substr(before.size() - 2));
  }
  return "";
}

std::string ForeignNumberHint(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  if (IsDigits(digits)) return fmt::format("write `{}`", digits);
  const std::string_view number = text.substr(0, text.size() - 1);
  if (IsDigits(number) && (text.back() == 'k' || text.back() == 'K')) return fmt::format("write `{}000`", number);
  return "";
}

}  // namespace leadline::cel
