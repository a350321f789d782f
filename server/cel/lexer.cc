#include "cel/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cel/hints/foreign_signs.h"
#include "cel/hints/surroundings.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

constexpr std::array<std::string_view, 17> kReservedWords = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }

// A sign with a space inside: > = for >=.
std::string HintForEqual(std::string_view before) {
  const std::string_view trimmed = TrimRight(before);
  if (trimmed.size() == before.size() || trimmed.empty()) return "write `==` to compare";
  const char last = trimmed.back();
  if (last != '<' && last != '>' && last != '!' && last != '=') return "write `==` to compare";
  return fmt::format("write `{}=` without a space in it", last);
}

}  // namespace

void Lexer::Next() {
  last_end_ = span_.end;
  SkipSpace();
  span_.begin = static_cast<uint32_t>(at_);
  token_ = Scan();
  span_.end = static_cast<uint32_t>(at_);
}

void Lexer::SkipSpace() {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else if (c == '/' && At(1) == '/') {
      at_ = std::min(source_.find('\n', at_), source_.size());
    } else {
      return;
    }
  }
}

Token Lexer::Fault(std::string message, std::string hint) {
  issues_.push_back(
      {Issue::Kind::kSyntax, {span_.begin, static_cast<uint32_t>(at_)}, std::move(message), std::move(hint)});
  return Token::kFault;
}

Token Lexer::Scan() {
  if (at_ >= source_.size()) return Token::kEnd;
  const char c = source_[at_];
  if (IsQuote(c)) return ScanText(0);
  if (IsLetter(c)) {
    const bool raw_or_bytes = c == 'r' || c == 'R' || c == 'b' || c == 'B';
    if (raw_or_bytes && IsQuote(At(1))) return ScanText(1);
    const char both = static_cast<char>(c | 0x20);
    const char second = static_cast<char>(At(1) | 0x20);
    if (raw_or_bytes && both != second && (second == 'r' || second == 'b') && IsQuote(At(2))) return ScanText(2);
    return ScanName();
  }
  if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) return ScanNumber();
  if (c == '`') return ScanQuotedName();
  return ScanSymbol();
}

Token Lexer::ScanName() {
  const size_t begin = at_;
  while (IsLetter(At(0)) || IsDigit(At(0))) ++at_;
  const std::string_view word = source_.substr(begin, at_ - begin);
  if (word == "true") return Token::kTrue;
  if (word == "false") return Token::kFalse;
  if (word == "null") return Token::kNull;
  if (word == "in") return Token::kIn;
  if (std::find(kReservedWords.begin(), kReservedWords.end(), word) != kReservedWords.end()) return Token::kReserved;
  return Token::kName;
}

Token Lexer::ScanNumber() {
  bool is_double = false;
  if (At(0) == '0' && (At(1) == 'x' || At(1) == 'X')) {
    at_ += 2;
    while (IsHex(At(0))) ++at_;
  } else {
    while (IsDigit(At(0))) ++at_;
    if (At(0) == '.' && IsDigit(At(1))) {
      is_double = true;
      ++at_;
      while (IsDigit(At(0))) ++at_;
    }
    const size_t sign = At(1) == '+' || At(1) == '-' ? 1 : 0;
    if ((At(0) == 'e' || At(0) == 'E') && IsDigit(At(1 + sign))) {
      is_double = true;
      at_ += 1 + sign;
      while (IsDigit(At(0))) ++at_;
    }
  }
  const bool is_uint = !is_double && (At(0) == 'u' || At(0) == 'U');
  if (is_uint) ++at_;
  if (IsLetter(At(0)) || IsDigit(At(0))) {
    while (IsLetter(At(0)) || IsDigit(At(0))) ++at_;
    const std::string_view text = source_.substr(span_.begin, at_ - span_.begin);
    return Fault(fmt::format("\"{}\" is not a number", text), ForeignNumberHint(text));
  }
  return is_double ? Token::kDouble : is_uint ? Token::kUint : Token::kInt;
}

Token Lexer::ScanText(size_t prefix) {
  const std::string_view letters = source_.substr(at_, prefix);
  const bool raw = letters.find_first_of("rR") != std::string_view::npos;
  const bool bytes = letters.find_first_of("bB") != std::string_view::npos;
  at_ += prefix;
  const char quote = At(0);
  const bool triple = At(1) == quote && At(2) == quote;
  at_ += triple ? 3 : 1;
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == '\\' && !raw) {
      at_ += 2;
    } else if (!triple && (c == '\n' || c == '\r')) {
      break;
    } else if (c == quote && (!triple || (At(1) == quote && At(2) == quote))) {
      at_ += triple ? 3 : 1;
      return bytes ? Token::kBytes : Token::kString;
    } else {
      ++at_;
    }
  }
  at_ = std::min(at_, source_.size());
  const bool thousands = quote == '\'' && span_.begin > 0 && IsDigit(source_[span_.begin - 1]);
  if (thousands) return Fault("this text is never closed", "write a number without marks in it: `1000`");
  return Fault("this text is never closed", fmt::format("end it with {}", std::string(triple ? 3 : 1, quote)));
}

Token Lexer::ScanQuotedName() {
  const size_t close = source_.find('`', at_ + 1);
  if (close == std::string_view::npos) {
    at_ = source_.size();
    return Fault("this quoted name is never closed", "a text goes in quotes: `\"text\"`");
  }
  at_ = close + 1;
  return Token::kQuotedName;
}

Token Lexer::ScanSymbol() {
  struct Symbol {
    std::string_view text;
    Token token;
  };
  static constexpr Symbol kSymbols[] = {
      {"&&", Token::kAnd},        {"||", Token::kOr},           {"==", Token::kEqual},    {"!=", Token::kNotEqual},
      {"<=", Token::kLessEqual},  {">=", Token::kGreaterEqual}, {"<", Token::kLess},      {">", Token::kGreater},
      {"+", Token::kPlus},        {"-", Token::kMinus},         {"*", Token::kStar},      {"/", Token::kSlash},
      {"%", Token::kPercent},     {"!", Token::kNot},           {"?", Token::kQuestion},  {":", Token::kColon},
      {",", Token::kComma},       {".", Token::kDot},           {"(", Token::kLeftParen}, {")", Token::kRightParen},
      {"[", Token::kLeftBracket}, {"]", Token::kRightBracket},  {"{", Token::kLeftBrace}, {"}", Token::kRightBrace}};
  if (ForeignSign foreign = FindForeignSign(source_, at_); foreign.size > 0) {
    const bool comment = source_.substr(at_).starts_with("/*");
    const std::string_view shown = source_.substr(at_, comment ? 2 : foreign.size);
    at_ += foreign.size;
    return Fault(fmt::format("\"{}\" means nothing here", shown), std::move(foreign.hint));
  }
  for (const Symbol& symbol : kSymbols) {
    if (source_.substr(at_).starts_with(symbol.text)) {
      at_ += symbol.text.size();
      return symbol.token;
    }
  }
  size_t bytes = 1;
  const uint32_t code = DecodeUtf8(source_.substr(at_), &bytes);
  const std::string_view shown = source_.substr(at_, bytes);
  at_ += bytes;
  if (code == '=') return Fault("a single = means nothing here", HintForEqual(source_.substr(0, span_.begin)));
  if (code == '&') return Fault("a single & means nothing here", "write `&&` for \"and\", `+` to join texts");
  if (code == '|') return Fault("a single | means nothing here", "write `||` for \"or\"");
  if (code >= 0x2018 && code <= 0x201F) return Fault("this is a typographic quote", "use straight quotes: \" or '");
  if (code < 0x20 || (code >= 0x7F && code < 0xA1) || code > 0x10FFFF) {
    return Fault("a character that cannot be shown means nothing here", "delete it");
  }
  return Fault(fmt::format("\"{}\" means nothing here", shown), "");
}

}  // namespace leadline::cel
