#include "cel/hints/foreign_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cel/hints/surroundings.h"

namespace leadline::cel {

namespace {

struct Word {
  std::string_view word;  // in small letters
  std::string_view means;
};

template <size_t n>
std::string_view Meaning(const Word (&words)[n], std::string_view word) {
  const auto found = std::find_if(std::begin(words), std::end(words), [&](const Word& w) { return w.word == word; });
  return found == std::end(words) ? "" : found->means;
}

constexpr Word kOperators[] = {
    {"eq", "=="},    {"equal", "=="}, {"equals", "=="}, {"ne", "!="},  {"neq", "!="},    {"gt", ">"},    {"ge", ">="},
    {"gte", ">="},   {"lt", "<"},     {"le", "<="},     {"lte", "<="}, {"greater", ">"}, {"more", ">"},  {"above", ">"},
    {"over", ">"},   {"after", ">"},  {"exceeds", ">"}, {"less", "<"}, {"fewer", "<"},   {"below", "<"}, {"under", "<"},
    {"before", "<"}, {"xor", "!="},   {"mod", "%"},     {"div", "/"},
};

constexpr Word kTextFunctions[] = {
    {"contains", "contains"},     {"contain", "contains"},  {"includes", "contains"},     {"include", "contains"},
    {"startswith", "startsWith"}, {"starts", "startsWith"}, {"beginswith", "startsWith"}, {"begins", "startsWith"},
    {"endswith", "endsWith"},     {"ends", "endsWith"},     {"matches", "matches"},       {"match", "matches"},
    {"regexp", "matches"},        {"rlike", "matches"},     {"regex", "matches"},         {"similar", "matches"},
};

// What is said behind "is" and "is not" of a value that is there or not.
constexpr Word kPresence[] = {
    {"null", "absent"},   {"none", "absent"},     {"nil", "absent"},     {"undefined", "absent"}, {"unknown", "absent"},
    {"empty", "absent"},  {"blank", "absent"},    {"missing", "absent"}, {"absent", "absent"},    {"unset", "absent"},
    {"notnull", "there"}, {"known", "there"},     {"set", "there"},      {"defined", "there"},    {"present", "there"},
    {"given", "there"},   {"populated", "there"}, {"filled", "there"},   {"exists", "there"},     {"exist", "there"},
};

constexpr Word kValues[] = {
    {"NULL", "null"}, {"Null", "null"},      {"None", "null"},    {"nil", "null"},
    {"NIL", "null"},  {"undefined", "null"}, {"nothing", "null"}, {"True", "true"},
    {"TRUE", "true"}, {"False", "false"},    {"FALSE", "false"},
};
// These may be texts, too.
constexpr Word kPerhapsValues[] = {
    {"none", "null"}, {"empty", "null"}, {"blank", "null"}, {"missing", "null"}, {"unknown", "null"},
    {"yes", "true"},  {"on", "true"},    {"no", "false"},   {"off", "false"},
};

constexpr std::string_view kTernary = "write `condition ? a : b`";
constexpr std::string_view kMonth = "write `duration(\"720h\")` for 30 days";
constexpr std::string_view kSince = "subtract the times: `b - a < duration(\"720h\")` for 30 days";
constexpr std::string_view kTime = "write `timestamp(\"2026-01-31T00:00:00Z\")`";
constexpr std::string_view kBind = "write `cel.bind(x, value, condition)`";

// Behind an operand and before one, whatever else stands there.
constexpr Word kOperatorHints[] = {
    {"and", "write `&&` for \"and\""},
    {"or", "write `||` for \"or\""},
    {"unless", "write `!(condition)` behind `&&`"},
    {"then", kTernary},
    {"else", kTernary},
    {"if", kTernary},
    {"when", kTernary},
    {"case", kTernary},
    {"end", kTernary},
    {"has", "write `text.contains(\"x\")`, or `\"x\" in list`"},
    {"as", "write `int(x)`, `double(x)` or `string(x)`"},
    {"within", kSince},
    {"for", "write `list.exists(x, condition)`, `list.filter(x, condition)` or `list.map(x, value)`"},
};
constexpr Word kPrefixHints[] = {
    {"and", "write `a && b`"},
    {"or", "write `a || b`"},
    {"if", kTernary},
    {"case", kTernary},
    {"else", kTernary},
    {"then", kTernary},
    {"when", "leave out \"when\": a condition is one expression"},
    {"select", "leave out \"select\": a condition is one expression"},
    {"where", "leave out \"where\": a condition is one expression"},
    {"having", "leave out \"having\": a condition is one expression"},
    {"filter", "leave out \"filter\": a condition is one expression"},
    {"return", "leave out \"return\": a condition is one expression"},
    {"the", kSince},
    {"last", kSince},
    {"past", kSince},
    {"within", kSince},
    {"new", "leave out \"new\": nothing is made in a condition"},
    {"typeof", "write `type(x) == string`"},
    {"date", kTime},
    {"datetime", kTime},
    {"timestamp", kTime},
    {"any", "write `list.exists(x, condition)`"},
    {"all", "write `list.all(x, condition)`"},
    {"lambda", "write `list.exists(x, condition)`, without a function of its own"},
    {"function", "write `list.exists(x, condition)`, without a function of its own"},
    {"let", kBind},
    {"var", kBind},
    {"const", kBind},
};

std::string_view Or(std::string_view text, std::string_view otherwise) { return text.empty() ? otherwise : text; }
std::string Write(std::string_view form) { return fmt::format("write `{}`", form); }

// What stands on both sides of the words of an operator, with what to say where it is no plain operand.
struct Sides {
  std::string_view source;
  size_t begin, end;  // of the words

  std::string_view left(std::string_view otherwise = "x") const { return Or(OperandBefore(source, begin), otherwise); }
  std::string right(std::string_view otherwise = "y") const {
    const std::string_view operand = OperandAfter(source, end);
    const std::string_view value = Meaning(kValues, operand);
    return std::string(Or(value, Or(operand, otherwise)));
  }
  std::string list() const {
    const std::string found = ListAfter(source, end);
    return found.empty() ? "[a, b]" : found;
  }
  // Goes on behind the word, if it stands there.
  bool Take(std::string_view word) {
    size_t behind = 0;
    if (WordAfter(source, end, &behind) != word) return false;
    end = behind;
    return true;
  }
  std::string TakeWord() {
    size_t behind = 0;
    std::string word = WordAfter(source, end, &behind);
    end = behind;
    return word;
  }
};

std::string Negated(bool negate, const std::string& form) { return negate ? "!" + form : form; }

std::string Membership(const Sides& sides, bool negate) {
  const std::string form = fmt::format("{} in {}", sides.left(), sides.list());
  return Write(negate ? "!(" + form + ")" : form);
}

// x between 1 and 5
std::string Range(Sides sides, bool negate) {
  const size_t low_at = sides.end;
  size_t low_end = low_at;
  const std::string_view low = OperandAfter(sides.source, low_at);
  if (!low.empty()) low_end = static_cast<size_t>(low.data() - sides.source.data()) + low.size();
  sides.end = low_end;
  const bool both = !low.empty() && sides.Take("and");
  const std::string high = both ? sides.right("") : "";
  const std::string_view x = sides.left();
  if (high.empty())
    return Write(negate ? fmt::format("{0} < 1 || {0} > 5", x) : fmt::format("{0} >= 1 && {0} <= 5", x));
  return Write(negate ? fmt::format("{0} < {1} || {0} > {2}", x, low, high)
                      : fmt::format("{0} >= {1} && {0} <= {2}", x, low, high));
}

// The % of LIKE say where the text may stand.
std::string Like(const Sides& sides, bool negate, bool any_letters) {
  const std::string text = fmt::format("{}{}", sides.left("text"), any_letters ? ".lowerAscii()" : "");
  const std::string_view literal = OperandAfter(sides.source, sides.end);
  std::string_view inner = WithoutQuotes(literal);
  const bool open_front = inner.starts_with('%');
  const bool open_back = inner.ends_with('%');
  if (open_front) inner.remove_prefix(1);
  if (open_back && !inner.empty()) inner.remove_suffix(1);
  const bool plain = literal != inner && !inner.empty() && inner.find_first_of("%_\"") == std::string_view::npos;
  if (!plain) {
    return fmt::format("write `{}`, or `{}` for a pattern", Negated(negate, text + ".contains(\"x\")"),
                       Negated(negate, text + ".matches(\"a.*b\")"));
  }
  const std::string part = any_letters ? SmallLetters(inner) : std::string(inner);
  if (!open_front && !open_back) return Write(fmt::format("{} {} \"{}\"", text, negate ? "!=" : "==", part));
  const char* const function = open_front && open_back ? "contains" : open_front ? "endsWith" : "startsWith";
  return Write(Negated(negate, fmt::format("{}.{}(\"{}\")", text, function, part)));
}

// A word that asks for a part of a text, a list or a range; "" when it is none. `sides` ends behind it.
std::string Asking(std::string_view word, Sides sides, bool negate) {
  if (word == "in" || word == "any" || word == "one" || word == "none") {
    if (word != "in" && !sides.Take("of")) return "";
    return Membership(sides, negate != (word == "none"));
  }
  if (word == "between") return Range(sides, negate);
  if (word == "like" || word == "ilike") return Like(sides, negate, word == "ilike");
  const std::string_view function = Meaning(kTextFunctions, word);
  if (function.empty()) return "";
  if (sides.Take("any") || sides.Take("one")) {
    sides.Take("of");
    return Write(
        Negated(negate, fmt::format("{}.exists(part, {}.{}(part))", sides.list(), sides.left("text"), function)));
  }
  if (!sides.Take("with")) sides.Take("to");
  return Write(Negated(negate, fmt::format("{}.{}({})", sides.left("text"), function, sides.right("\"x\""))));
}

// A word that compares two values; "" when it is none.
std::string Comparing(std::string_view word, Sides sides) {
  std::string op(Meaning(kOperators, word));
  if (op.empty()) return "";
  if (op == "%" || op == "/") return Write(op);
  if (!sides.Take("than")) sides.Take("to");
  if (sides.Take("or")) {
    if (!sides.Take("equal")) return "";
    sides.Take("to");
    op += "=";
  }
  return Write(fmt::format("{} {} {}", sides.left(), op, sides.right()));
}

// x is null, x is not "DE", x is greater than 5
std::string Being(Sides sides) {
  const bool negate = sides.Take("not");
  Sides behind = sides;
  const std::string word = behind.TakeWord();
  if (std::string hint = Asking(word, behind, negate); !hint.empty()) return hint;
  if (const std::string_view presence = Meaning(kPresence, word); !presence.empty()) {
    return Write(fmt::format("{} {} null", sides.left(), (presence == "absent") != negate ? "==" : "!="));
  }
  if (word == "distinct" && behind.Take("from")) {
    return Write(fmt::format("{} {} {}", sides.left(), negate ? "==" : "!=", behind.right()));
  }
  if (word == "at" && (behind.Take("least") || behind.Take("most"))) {
    const bool least = behind.source.substr(behind.end - 5, 5) == "least";
    return Write(fmt::format("{} {} {}", sides.left(), least ? ">=" : "<=", behind.right()));
  }
  if (word == "equal" && negate) {
    behind.Take("to");
    return Write(fmt::format("{} != {}", sides.left(), behind.right()));
  }
  if (std::string hint = Comparing(word, behind); !hint.empty() && !negate) return hint;
  return Write(fmt::format("{} {} {}", sides.left(), negate ? "!=" : "==", sides.right()));
}

int HoursOf(std::string_view unit) {
  if (unit.starts_with("day")) return 24;
  if (unit.starts_with("week")) return 7 * 24;
  if (unit.starts_with("month")) return 30 * 24;
  if (unit.starts_with("year")) return 365 * 24;
  return unit.starts_with("hour") ? 1 : 0;
}

std::string_view NumberBefore(std::string_view source, size_t at) {
  const std::string_view before = TrimRight(source.substr(0, at));
  const size_t behind = before.find_last_not_of("0123456789");
  return before.substr(behind == std::string_view::npos ? 0 : behind + 1);
}

// "30 days" as "duration("720h")"; "" when it is none.
std::string LengthOfTime(std::string_view number, std::string_view unit) {
  const int hours = HoursOf(unit);
  if (hours == 0 || number.empty() || number.size() > 5) return "";
  int count = 0;
  for (const char c : number) {
    if (c < '0' || c > '9') return "";
    count = count * 10 + (c - '0');
  }
  return fmt::format("duration(\"{}h\")", static_cast<int64_t>(count) * hours);
}

// INTERVAL '30 days' and INTERVAL '30' DAY; `rest` stands behind the word.
std::string IntervalHint(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of("'\""), rest.size()));
  size_t end = 0;
  const std::string number = WordAfter(rest, 0, &end);
  rest.remove_prefix(end);
  const std::string unit = WordAfter(rest, rest.find_first_not_of(" '\""), &end);
  const std::string form = LengthOfTime(number, unit);
  return form.empty() ? std::string(kMonth) : Write(form);
}

}  // namespace

std::string ForeignOperatorHint(std::string_view source, SourceSpan span) {
  const std::string word = SmallLetters(source.substr(span.begin, span.end - span.begin));
  if (const std::string_view always = Meaning(kOperatorHints, word); !always.empty()) return std::string(always);
  Sides sides{source, span.begin, span.end};
  if (word == "is") return Being(sides);
  if (word == "isnt" || word == "isnot") return Write(fmt::format("{} != {}", sides.left(), sides.right()));
  if (word == "not" || (word == "does" && sides.Take("not"))) {
    const std::string asked = sides.TakeWord();
    const std::string hint = Asking(asked, sides, true);
    return hint.empty() ? "write `!` for \"not\"" : hint;
  }
  if (word == "exists" || word == "exist" || word == "notnull") return Write(fmt::format("{} != null", sides.left()));
  if (word == "isnull") return Write(fmt::format("{} == null", sides.left()));
  if (std::string length = LengthOfTime(NumberBefore(source, span.begin), word); !length.empty()) return Write(length);
  if (HoursOf(word) > 0) return std::string(kMonth);
  if (std::string hint = Asking(word, sides, false); !hint.empty()) return hint;
  return Comparing(word, sides);
}

std::string ForeignPrefixHint(std::string_view source, SourceSpan span) {
  const std::string word = SmallLetters(source.substr(span.begin, span.end - span.begin));
  if (word == "not" || word == "unless") {
    const std::string_view operand = OperandAfter(source, span.end);
    return operand.empty() ? "write `!(condition)`" : Write(fmt::format("!{}", operand));
  }
  if (word == "exists" || word == "defined" || word == "has" || word == "isset") {
    return Write(fmt::format("{} != null", Or(OperandAfter(source, span.end), "x")));
  }
  if (word == "interval") return IntervalHint(RestAfter(source, span.end));
  if (const std::string_view always = Meaning(kPrefixHints, word); !always.empty()) return std::string(always);
  const std::string_view rest = source.substr(std::min<size_t>(span.end, source.size()));
  if (word.size() > 1 || (!rest.starts_with('"') && !rest.starts_with('\''))) return "";
  if (word == "f") return "write `\"a \" + text`, with `string(x)` for what is no text";
  return fmt::format("leave out the \"{}\" before the quote", word);
}

std::string ForeignValueHint(std::string_view word) {
  if (const std::string_view value = Meaning(kValues, word); !value.empty()) return Write(value);
  const std::string_view value = Meaning(kPerhapsValues, SmallLetters(word));
  return value.empty() ? "" : fmt::format("write `{}`, or \"{}\" in quotes if you mean the text", value, word);
}

}  // namespace leadline::cel
