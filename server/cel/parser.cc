#include "cel/parser.h"

#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "cel/hints/foreign_signs.h"
#include "cel/hints/foreign_words.h"

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

// Whether -- stands not far before on the same line, as where SQL has comments.
bool IsInComment(std::string_view before) {
  constexpr size_t kLongest = 200;
  before = before.substr(before.size() - std::min(before.size(), kLongest));
  const size_t dashes = before.rfind(" -- ");
  return dashes != std::string_view::npos && before.find_first_of("\n\"", dashes) == std::string_view::npos;
}

}  // namespace

// Reports the current token once, then skips to where an enclosing construct can go on.
ExprId Parser::Unexpected(std::string_view wanted, std::string hint) {
  const SourceSpan span = lexer_.span();
  if (last_fault_ != span.begin && !Is(Token::kFault)) {
    if (hint.empty()) hint = HintForToken(wanted);
    builder_.Report(Issue::Kind::kSyntax, span,
                    Is(Token::kEnd) ? fmt::format("the expression ends where {} is missing", wanted)
                                    : fmt::format("found \"{}\" where {} should be", lexer_.text(), wanted),
                    std::move(hint));
  }
  last_fault_ = span.begin;
  Skip();
  return builder_.AddError(span);
}

// What to write instead of the current token, where a value or an operator should be.
std::string Parser::HintForToken(std::string_view wanted) const {
  const bool value = wanted == "a value";
  const std::string_view source = ast_.source();
  const SourceSpan span = lexer_.span();
  switch (lexer_.token()) {
    case Token::kIn:
      return "write `x in list`";
    case Token::kName:
    case Token::kReserved: {
      if (IsInComment(source.substr(0, span.begin))) return "write a comment as `condition // why`";
      std::string hint = value ? ForeignPrefixHint(source, span) : ForeignOperatorHint(source, span);
      if (!hint.empty()) return hint;
      if (Is(Token::kReserved)) {
        return fmt::format("this word is reserved; inside a map write `map[\"{}\"]`", lexer_.text());
      }
      break;
    }
    case Token::kInt:
    case Token::kUint:
    case Token::kDouble:
      break;
    case Token::kString:
      if (source[span.begin] == '\'' && span.begin > 0 &&
          std::isdigit(static_cast<unsigned char>(source[span.begin - 1])) != 0) {
        return "write a number without marks in it: `1000`";
      }
      break;
    default:
      return MisplacedSignHint(source, span, value);
  }
  if (wanted == "\"]\"") return "a comma is missing before it";
  return value ? "" : "an operator is missing before it, such as `==` or `&&`";
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
    const SourceSpan span = lexer_.span();
    builder_.ReportDepth(span);
    while (!Is(Token::kEnd)) lexer_.Next();
    last_fault_ = lexer_.span().begin;
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
    const ExprId no = Take(Token::kColon) ? ParseExpr() : Unexpected("\":\"", "write `condition ? a : b`");
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
    if (IsOptionalChain()) {
      builder_.Report(Issue::Kind::kSyntax, lexer_.span(), "\"?.\" means nothing here",
                      "leave out the ?, or write `record.?field.orValue(value)`");
      lexer_.Next();
      target = ParseDot(target, begin);
    } else if (Is(Token::kDot)) {
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

// The ?. of JavaScript, and not the ? of a condition before a name with a leading dot.
bool Parser::IsOptionalChain() const {
  const std::string_view behind = std::string_view(ast_.source()).substr(lexer_.span().end);
  return Is(Token::kQuestion) && lexer_.last_end() == lexer_.span().begin && behind.starts_with('.') &&
         behind.find(':') == std::string_view::npos;
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
  if (Is(Token::kColon)) {
    builder_.Report(Issue::Kind::kSyntax, lexer_.span(), "found \":\" where \"]\" should be",
                    "write `text.substring(0, 3)`, of a list `list.slice(0, 3)`");
    lexer_.Next();
    if (!Is(Token::kRightBracket)) ParseExpr();
    Close(Token::kRightBracket, opener, "]");
    return builder_.AddError(SpanFrom(begin));
  }
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

void Parse(Ast& ast, uint32_t max_depth, std::vector<Issue>& issues) { Parser(ast, max_depth, issues).Run(); }

}  // namespace leadline::cel
