// Literals, names, lists and maps.
#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "cel/hints/foreign_words.h"
#include "cel/hints/surroundings.h"
#include "cel/parser.h"
#include "cel/text.h"

namespace leadline::cel {

ExprId Parser::ParsePrimary() {
  const uint32_t begin = lexer_.span().begin;
  switch (lexer_.token()) {
    case Token::kInt:
    case Token::kUint:
    case Token::kDouble:
      return ParseNumber(false, begin);
    case Token::kString:
      return ParseText(false);
    case Token::kBytes:
      return ParseText(true);
    case Token::kTrue:
    case Token::kFalse:
    case Token::kNull: {
      const Value v = Is(Token::kNull) ? Value::Null() : Value::Bool(Is(Token::kTrue));
      lexer_.Next();
      return builder_.AddConst(SpanFrom(begin), v);
    }
    case Token::kLeftParen:
      return ParseParenthesis();
    case Token::kLeftBracket:
      return ParseList();
    case Token::kLeftBrace:
      return ParseMap();
    case Token::kName:
      return ParseName(false, begin);
    case Token::kDot:
      lexer_.Next();
      if (Is(Token::kName)) return ParseName(true, begin);
      return Unexpected("a name");
    default:
      return Unexpected("a value");
  }
}

ExprId Parser::ParseName(bool absolute, uint32_t begin) {
  const std::string_view name = lexer_.text();
  const SourceSpan name_span = lexer_.span();
  lexer_.Next();
  if (Is(Token::kLeftParen)) return MakeCall(kNoExpr, name, name_span, begin, absolute);
  if (const ExprId foreign = ParseForeignPrefix(name_span, name); foreign != kNoExpr) return foreign;
  Expr e;
  e.kind = ExprKind::kVariable;
  e.name = name;
  e.name_span = name_span;
  e.span = SpanFrom(begin);
  e.absolute = absolute;
  return builder_.Add(e, {});
}

ExprId Parser::ParseForeignPrefix(SourceSpan word, std::string_view name) {
  const Token next = lexer_.token();
  const bool text = next == Token::kString;
  const bool operand = text || next == Token::kName || next == Token::kReserved || next == Token::kInt ||
                       next == Token::kDouble || next == Token::kTrue || next == Token::kFalse || next == Token::kNot;
  if (!operand) return kNoExpr;
  const std::string small = SmallLetters(name);
  const bool literal =
      small == "date" || small == "datetime" || small == "timestamp" || small == "interval" || small.size() == 1;
  if (literal != text) return kNoExpr;
  // A field may be called like a word: what follows then is an operator, if one of another language.
  const bool field =
      next == Token::kName && small != "case" && !ForeignOperatorHint(ast_.source(), lexer_.span()).empty();
  std::string hint = field ? "" : ForeignPrefixHint(ast_.source(), word);
  if (hint.empty()) return kNoExpr;
  builder_.Report(Issue::Kind::kSyntax, word, fmt::format("found \"{}\" where a value should be", name),
                  std::move(hint));
  if (small == "not") return ParseUnary();
  last_fault_ = lexer_.span().begin;
  Skip();
  return builder_.AddError(word);
}

ExprId Parser::ParseForeignList(SourceSpan opener, Token closer) {
  const std::string_view source = ast_.source();
  const std::string_view before = TrimRight(source.substr(0, opener.begin));
  const bool map = closer == Token::kRightBrace;
  const bool doubled = map && (before.ends_with('{') || source.substr(opener.end).starts_with('{'));
  std::string list = ListAfter(source, opener.begin);
  if (list.empty()) list = "[a, b]";
  std::string hint = fmt::format("write `{}{}`", before.ends_with(" in") ? "" : "x in ", list);
  if (doubled) {
    const std::string_view field = OperandAfter(source, opener.end);
    hint = fmt::format("write `{}`, without braces", field.empty() ? "record.field" : field);
  }
  if (last_fault_ != opener.begin) {
    builder_.Report(Issue::Kind::kSyntax, opener,
                    doubled ? "braces mean nothing here" : "a list stands between [ and ]", std::move(hint));
  }
  while (Take(Token::kComma)) {
    if (!Is(closer)) ParseExpr();
  }
  Take(closer);
  return builder_.AddError(SpanFrom(opener.begin));
}

ExprId Parser::ParseParenthesis() {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  const ExprId inner = ParseExpr();
  if (Is(Token::kComma)) return ParseForeignList(opener, Token::kRightParen);
  Close(Token::kRightParen, opener, ")");
  return inner;
}

ExprId Parser::ParseList() {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  std::vector<ExprId> items;
  std::vector<uint8_t> optionals;
  bool any_optional = false;
  while (!Is(Token::kRightBracket)) {
    optionals.push_back(Take(Token::kQuestion) ? 1 : 0);
    any_optional |= optionals.back() != 0;
    items.push_back(ParseExpr());
    if (!Take(Token::kComma)) break;
  }
  Close(Token::kRightBracket, opener, "]");
  Expr e;
  e.kind = ExprKind::kList;
  e.span = SpanFrom(opener.begin);
  if (any_optional) e.optionals = ast_.arena().Copy(std::span<const uint8_t>(optionals));
  return builder_.Add(e, items);
}

ExprId Parser::ParseMap() {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  std::vector<ExprId> items;
  std::vector<uint8_t> optionals;
  bool any_optional = false;
  while (!Is(Token::kRightBrace)) {
    optionals.push_back(Take(Token::kQuestion) ? 1 : 0);
    any_optional |= optionals.back() != 0;
    items.push_back(ParseExpr());
    if (items.size() == 1 && (Is(Token::kComma) || Is(Token::kRightBrace))) {
      // Of braces in braces the inner ones are told.
      if (builder_.node(items[0]).kind == ExprKind::kError) last_fault_ = opener.begin;
      return ParseForeignList(opener, Token::kRightBrace);
    }
    items.push_back(Take(Token::kColon) ? ParseExpr() : Unexpected("\":\"", "write `{\"key\": value}`"));
    if (!Take(Token::kComma)) break;
  }
  Close(Token::kRightBrace, opener, "}");
  Expr e;
  e.kind = ExprKind::kMap;
  e.span = SpanFrom(opener.begin);
  if (any_optional) e.optionals = ast_.arena().Copy(std::span<const uint8_t>(optionals));
  return builder_.Add(e, items);
}

ExprId Parser::ParseStruct(ExprId name, uint32_t begin) {
  const SourceSpan opener = lexer_.span();
  const SourceSpan name_span = builder_.node(name).span;
  lexer_.Next();
  std::vector<ExprId> items;
  std::vector<uint8_t> optionals;
  while (Is(Token::kName) || Is(Token::kReserved) || Is(Token::kQuotedName) || Is(Token::kQuestion)) {
    optionals.push_back(Take(Token::kQuestion) ? 1 : 0);
    const SourceSpan field = lexer_.span();
    std::string_view field_name = lexer_.text();
    if (Is(Token::kQuotedName)) field_name = field_name.substr(1, field_name.size() - 2);
    if (!Is(Token::kName) && !Is(Token::kReserved) && !Is(Token::kQuotedName)) {
      Unexpected("a name");
      break;
    }
    lexer_.Next();
    items.push_back(builder_.AddConst(field, Value::String(field_name)));
    items.push_back(Take(Token::kColon) ? ParseExpr() : Unexpected("\":\""));
    if (!Take(Token::kComma)) break;
  }
  Close(Token::kRightBrace, opener, "}");
  Expr e;
  e.kind = ExprKind::kStruct;
  e.name_span = name_span;
  e.name = ast_.Text(name_span);
  e.absolute = ast_.source()[name_span.begin] == '.';
  if (e.absolute) e.name.remove_prefix(1);
  e.optionals = ast_.arena().Copy(std::span<const uint8_t>(optionals));
  e.span = SpanFrom(begin);
  return builder_.Add(e, items);
}

ExprId Parser::ParseNumber(bool negative, uint32_t begin) {
  std::string_view text = lexer_.text();
  const Token kind = lexer_.token();
  lexer_.Next();
  const SourceSpan span = SpanFrom(begin);
  if (kind == Token::kDouble) {
    const double d = ParseDouble(text).value_or(0);
    return builder_.AddConst(span, Value::Double(negative ? -d : d));
  }
  if (kind == Token::kUint) text.remove_suffix(1);
  const bool hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  if (hex) text.remove_prefix(2);
  uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, hex ? 16 : 10);
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const bool fits = kind == Token::kUint || magnitude <= kMost || (negative && magnitude == kMost + 1);
  if (error != std::errc() || end != text.data() + text.size() || !fits) {
    builder_.Report(Issue::Kind::kSyntax, span, "this number is too large", "whole numbers have at most 64 bits");
    return builder_.AddError(span);
  }
  if (kind == Token::kUint) return builder_.AddConst(span, Value::Uint(magnitude));
  return builder_.AddConst(span, Value::Int(static_cast<int64_t>(negative ? 0 - magnitude : magnitude)));
}

ExprId Parser::ParseText(bool bytes) {
  const SourceSpan span = lexer_.span();
  std::string decoded;
  std::string message;
  SourceSpan fault;
  if (!DecodeLiteral(lexer_.text(), bytes, &decoded, &message, &fault)) {
    builder_.Report(Issue::Kind::kSyntax, {span.begin + fault.begin, span.begin + fault.end}, std::move(message),
                    "write \\\\ for a backslash");
  }
  lexer_.Next();
  const std::string_view owned = builder_.Own(decoded);
  return builder_.AddConst(span, bytes ? Value::Bytes(owned) : Value::String(owned));
}

}  // namespace leadline::cel
