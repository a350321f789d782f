#include "cel/parser.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

#include "cel/text.h"

namespace leadline::cel {

namespace {

struct Operator {
  Op op = Op::kNone;
  int level = 0;  // binds tighter when larger
};

Operator BinaryOperator(Token t) {
  switch (t) {
    case Token::kEqual:
      return {Op::kEqual, 1};
    case Token::kNotEqual:
      return {Op::kNotEqual, 1};
    case Token::kLess:
      return {Op::kLess, 1};
    case Token::kLessEqual:
      return {Op::kLessEqual, 1};
    case Token::kGreater:
      return {Op::kGreater, 1};
    case Token::kGreaterEqual:
      return {Op::kGreaterEqual, 1};
    case Token::kIn:
      return {Op::kIn, 1};
    case Token::kPlus:
      return {Op::kAdd, 2};
    case Token::kMinus:
      return {Op::kSubtract, 2};
    case Token::kStar:
      return {Op::kMultiply, 3};
    case Token::kSlash:
      return {Op::kDivide, 3};
    case Token::kPercent:
      return {Op::kModulo, 3};
    default:
      return {};
  }
}

class Parser {
 public:
  Parser(Ast& ast, uint32_t max_depth, std::vector<Issue>& issues)
      : ast_(ast), issues_(issues), builder_(ast, issues, max_depth), lexer_(ast.source(), issues) {}

  void Run() {
    std::vector<ExprId> parts = {ParseExpr()};
    while (!Is(Token::kEnd)) {
      // What follows a fault is parsed too, so that its own faults are found.
      Unexpected("the end of the expression");
      if (Is(Token::kEnd)) break;
      lexer_.Next();
      if (!Is(Token::kEnd)) parts.push_back(ParseExpr());
    }
    if (parts.size() == 1) {
      ast_.set_root(parts[0]);
      return;
    }
    Expr all;
    all.kind = ExprKind::kList;
    ast_.set_root(builder_.Add(all, parts));
  }

 private:
  bool Is(Token t) const { return lexer_.token() == t; }
  bool Take(Token t) {
    if (!Is(t)) return false;
    lexer_.Next();
    return true;
  }
  SourceSpan SpanFrom(uint32_t begin) const { return {begin, std::max(begin, lexer_.last_end())}; }

  ExprId ParseExpr();
  ExprId ParseChain(Op op);
  ExprId ParseBinary(int level);
  ExprId ParseUnary();
  ExprId ParseMember();
  ExprId ParseMemberTail(ExprId target, uint32_t begin);
  ExprId ParseDot(ExprId target, uint32_t begin);
  ExprId ParseIndex(ExprId target, uint32_t begin);
  ExprId ParsePrimary();
  ExprId ParseName(bool absolute, uint32_t begin);
  ExprId ParseParenthesis();
  ExprId ParseList();
  ExprId ParseMap();
  ExprId ParseStruct(ExprId name, uint32_t begin);
  ExprId ParseNumber(bool negative, uint32_t begin);
  ExprId ParseText(bool bytes);
  std::vector<ExprId> ParseArguments();
  void Close(Token closer, SourceSpan opener, std::string_view what);
  ExprId Unexpected(std::string_view wanted);
  void Skip();
  ExprId MakeCall(ExprId target, std::string_view name, SourceSpan name_span, uint32_t begin, bool absolute);
  bool IsNameChain(ExprId id) const;

  Ast& ast_;
  std::vector<Issue>& issues_;
  AstBuilder builder_;
  Lexer lexer_;
  uint32_t depth_ = 0;
  int64_t last_fault_ = -1;
};

// Reports the current token once, then skips to where an enclosing construct can go on.
ExprId Parser::Unexpected(std::string_view wanted) {
  const SourceSpan span = lexer_.span();
  if (last_fault_ != span.begin && !Is(Token::kFault)) {
    std::string hint;
    const std::string_view text = lexer_.text();
    if (text == "and") hint = "write && for \"and\"";
    if (text == "or") hint = "write || for \"or\"";
    if (text == "not") hint = "write ! for \"not\"";
    if (Is(Token::kReserved)) hint = "this word is reserved; inside a map write m[\"" + std::string(text) + "\"]";
    builder_.Report(Issue::Kind::kSyntax, span,
                    Is(Token::kEnd) ? fmt::format("the expression ends where {} is missing", wanted)
                                    : fmt::format("\"{}\" stands where {} should be", text, wanted),
                    std::move(hint));
  }
  last_fault_ = span.begin;
  Skip();
  return builder_.AddError(span);
}

void Parser::Skip() {
  int nesting = 0;
  while (!Is(Token::kEnd)) {
    switch (lexer_.token()) {
      case Token::kLeftParen:
      case Token::kLeftBracket:
      case Token::kLeftBrace:
        ++nesting;
        break;
      case Token::kRightParen:
      case Token::kRightBracket:
      case Token::kRightBrace:
        if (--nesting < 0) return;
        break;
      case Token::kComma:
      case Token::kAnd:
      case Token::kOr:
        if (nesting == 0) return;
        break;
      default:
        break;
    }
    lexer_.Next();
  }
}

ExprId Parser::ParseExpr() {
  if (++depth_ > builder_.max_depth()) {
    builder_.ReportDepth(lexer_.span());
    last_fault_ = lexer_.span().begin;
    const SourceSpan span = lexer_.span();
    while (!Is(Token::kEnd)) lexer_.Next();
    --depth_;
    return builder_.AddError(span);
  }
  const uint32_t begin = lexer_.span().begin;
  ExprId id = ParseChain(Op::kOr);
  // After a fault the chain goes on at the next && or ||, so that faults behind it are found too.
  while (Is(Token::kAnd) || Is(Token::kOr)) {
    lexer_.Next();
    ParseChain(Op::kOr);
  }
  if (Is(Token::kQuestion)) {
    Expr e;
    e.kind = ExprKind::kCall;
    e.op = Op::kConditional;
    e.name_span = lexer_.span();
    lexer_.Next();
    const ExprId yes = ParseExpr();
    const ExprId no = Take(Token::kColon) ? ParseExpr() : Unexpected("\":\"");
    e.span = SpanFrom(begin);
    id = builder_.Add(e, {id, yes, no});
  }
  --depth_;
  return id;
}

ExprId Parser::ParseChain(Op op) {
  const Token token = op == Op::kOr ? Token::kOr : Token::kAnd;
  const uint32_t begin = lexer_.span().begin;
  const SourceSpan no_name;
  const ExprId first = op == Op::kOr ? ParseChain(Op::kAnd) : ParseBinary(1);
  if (!Is(token)) return first;
  std::vector<ExprId> parts = {first};
  SourceSpan name_span = no_name;
  while (Is(token)) {
    if (parts.size() == 1) name_span = lexer_.span();
    lexer_.Next();
    parts.push_back(op == Op::kOr ? ParseChain(Op::kAnd) : ParseBinary(1));
  }
  Expr e;
  e.kind = ExprKind::kCall;
  e.op = op;
  e.name_span = name_span;
  e.span = SpanFrom(begin);
  return builder_.Add(e, parts);
}

ExprId Parser::ParseBinary(int level) {
  const uint32_t begin = lexer_.span().begin;
  ExprId left = ParseUnary();
  while (true) {
    const Operator found = BinaryOperator(lexer_.token());
    if (found.op == Op::kNone || found.level < level) return left;
    Expr e;
    e.kind = ExprKind::kCall;
    e.op = found.op;
    e.name_span = lexer_.span();
    lexer_.Next();
    const ExprId right = ParseBinary(found.level + 1);
    e.span = SpanFrom(begin);
    left = builder_.Add(e, {left, right});
  }
}

ExprId Parser::ParseUnary() {
  const uint32_t begin = lexer_.span().begin;
  const Token sign = lexer_.token();
  if (sign != Token::kNot && sign != Token::kMinus) return ParseMember();
  int count = 0;
  SourceSpan sign_span = lexer_.span();
  while (Is(sign)) {
    sign_span = lexer_.span();
    lexer_.Next();
    ++count;
  }
  ExprId operand;
  if (sign == Token::kMinus && (Is(Token::kInt) || Is(Token::kDouble))) {
    operand = ParseMemberTail(ParseNumber(true, sign_span.begin), sign_span.begin);
    --count;
  } else {
    operand = ParseMember();
  }
  // Pairs cancel out; one pair stays, so that the operand's type is still checked.
  for (int left = count <= 2 ? count : 2 - count % 2; left > 0; --left) {
    Expr e;
    e.kind = ExprKind::kCall;
    e.op = sign == Token::kNot ? Op::kNot : Op::kNegate;
    e.name_span = sign_span;
    e.span = SpanFrom(begin);
    operand = builder_.Add(e, {operand});
  }
  return operand;
}

ExprId Parser::ParseMember() {
  const uint32_t begin = lexer_.span().begin;
  return ParseMemberTail(ParsePrimary(), begin);
}

ExprId Parser::ParseMemberTail(ExprId target, uint32_t begin) {
  while (true) {
    if (Is(Token::kDot)) {
      target = ParseDot(target, begin);
    } else if (Is(Token::kLeftBracket)) {
      target = ParseIndex(target, begin);
    } else if (Is(Token::kLeftBrace) && IsNameChain(target)) {
      target = ParseStruct(target, begin);
    } else {
      return target;
    }
  }
}

bool Parser::IsNameChain(ExprId id) const {
  const Expr& e = builder_.node(id);
  if (e.kind == ExprKind::kVariable) return true;
  return e.kind == ExprKind::kSelect && IsNameChain(e.args[0]);
}

ExprId Parser::ParseDot(ExprId target, uint32_t begin) {
  lexer_.Next();
  const bool optional = Take(Token::kQuestion);
  const Token t = lexer_.token();
  const SourceSpan name_span = lexer_.span();
  std::string_view name = lexer_.text();
  const bool word = t == Token::kName || t == Token::kReserved;
  if (!word && t != Token::kQuotedName) return Unexpected("a name");
  if (t == Token::kQuotedName) name = name.substr(1, name.size() - 2);
  lexer_.Next();
  if (word && !optional && Is(Token::kLeftParen)) return MakeCall(target, name, name_span, begin, false);
  Expr e;
  e.kind = optional ? ExprKind::kCall : ExprKind::kSelect;
  e.op = optional ? Op::kOptionalSelect : Op::kNone;
  e.name = name;
  e.name_span = name_span;
  e.span = SpanFrom(begin);
  return builder_.Add(e, {target});
}

ExprId Parser::ParseIndex(ExprId target, uint32_t begin) {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  Expr e;
  e.kind = ExprKind::kCall;
  e.op = Take(Token::kQuestion) ? Op::kOptionalIndex : Op::kIndex;
  const ExprId index = ParseExpr();
  Close(Token::kRightBracket, opener, "]");
  e.span = SpanFrom(begin);
  e.name_span = {opener.begin, e.span.end};
  return builder_.Add(e, {target, index});
}

void Parser::Close(Token closer, SourceSpan opener, std::string_view what) {
  if (Take(closer)) return;
  const char open = ast_.source()[opener.begin];
  if (Is(Token::kEnd) && last_fault_ != lexer_.span().begin) {
    builder_.Report(Issue::Kind::kSyntax, opener, fmt::format("this \"{}\" is never closed", open),
                    fmt::format("add \"{}\"", what));
    last_fault_ = lexer_.span().begin;
    return;
  }
  Unexpected(fmt::format("\"{}\"", what));
  // On to the closer, past what else went wrong inside.
  while (Is(Token::kComma) || Is(Token::kAnd) || Is(Token::kOr)) {
    lexer_.Next();
    ParseExpr();
  }
  Take(closer);
}

std::vector<ExprId> Parser::ParseArguments() {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  std::vector<ExprId> args;
  if (!Is(Token::kRightParen)) {
    do {
      args.push_back(ParseExpr());
    } while (Take(Token::kComma));
  }
  Close(Token::kRightParen, opener, ")");
  return args;
}

ExprId Parser::MakeCall(ExprId target, std::string_view name, SourceSpan name_span, uint32_t begin, bool absolute) {
  const std::vector<ExprId> args = ParseArguments();
  const SourceSpan span = SpanFrom(begin);
  if (!absolute) {
    const ExprId expanded = ExpandMacro(builder_, {span, name_span, target, name, args});
    if (expanded != kNoExpr) return expanded;
  }
  Expr e;
  e.kind = ExprKind::kCall;
  e.name = name;
  e.name_span = name_span;
  e.span = span;
  e.absolute = absolute;
  e.member = target != kNoExpr;
  if (target == kNoExpr) return builder_.Add(e, args);
  std::vector<ExprId> all = {target};
  all.insert(all.end(), args.begin(), args.end());
  return builder_.Add(e, all);
}

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
  Expr e;
  e.kind = ExprKind::kVariable;
  e.name = name;
  e.name_span = name_span;
  e.span = SpanFrom(begin);
  e.absolute = absolute;
  return builder_.Add(e, {});
}

ExprId Parser::ParseParenthesis() {
  const SourceSpan opener = lexer_.span();
  lexer_.Next();
  const ExprId inner = ParseExpr();
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
    items.push_back(Take(Token::kColon) ? ParseExpr() : Unexpected("\":\""));
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
  std::vector<ExprId> values;
  while (Is(Token::kName) || Is(Token::kReserved) || Is(Token::kQuotedName) || Is(Token::kQuestion)) {
    Take(Token::kQuestion);
    lexer_.Next();
    values.push_back(Take(Token::kColon) ? ParseExpr() : Unexpected("\":\""));
    if (!Take(Token::kComma)) break;
  }
  Close(Token::kRightBrace, opener, "}");
  Expr e;
  e.kind = ExprKind::kStruct;
  e.name_span = name_span;
  e.name = ast_.Text(name_span);
  e.span = SpanFrom(begin);
  return builder_.Add(e, values);
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

}  // namespace

void Parse(Ast& ast, uint32_t max_depth, std::vector<Issue>& issues) { Parser(ast, max_depth, issues).Run(); }

}  // namespace leadline::cel
