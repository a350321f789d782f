#include "cel/parser.h"

#include <gtest/gtest.h>

#include "cel/lexer.h"
#include "test_env.h"

namespace leadline::cel {
namespace {

std::vector<Token> Tokens(std::string_view source) {
  std::vector<Issue> issues;
  std::vector<Token> out;
  for (Lexer lexer(source, issues); lexer.token() != Token::kEnd; lexer.Next()) out.push_back(lexer.token());
  return out;
}

TEST(LexerTest, Tokens) {
  using enum Token;
  EXPECT_EQ(Tokens("a.b <= 1.5 && c in [0x1F, 2u] // note\n || !d"),
            (std::vector<Token>{kName, kDot, kName, kLessEqual, kDouble, kAnd, kName, kIn, kLeftBracket, kInt, kComma,
                                kUint, kRightBracket, kOr, kNot, kName}));
  EXPECT_EQ(Tokens("r'a\\' b'''x'y''' Rb\"z\" rr"), (std::vector<Token>{kString, kBytes, kBytes, kName}));
  EXPECT_EQ(Tokens("1.e 1..2"), (std::vector<Token>{kInt, kDot, kName, kInt, kFault, kInt}));
  EXPECT_EQ(Tokens("12ab while"), (std::vector<Token>{kFault, kReserved}));
}

std::string Shape(const Ast& ast, ExprId id) {
  if (id == kNoExpr) return "-";
  const Expr& e = ast.node(id);
  std::string out = "(" + std::string(e.name_span.begin == e.name_span.end ? "" : ast.Text(e.name_span));
  if (e.kind == ExprKind::kConst) return ToDisplayString(e.value);
  for (ExprId arg : e.args) out += " " + Shape(ast, arg);
  return out + ")";
}

std::string Parsed(std::string_view source) {
  Ast ast(source);
  std::vector<Issue> issues;
  Parse(ast, 250, issues);
  EXPECT_TRUE(issues.empty()) << source << ": " << issues.front().message;
  return Shape(ast, ast.root());
}

TEST(ParserTest, Precedence) {
  EXPECT_EQ(Parsed("a || b && c || d"), "(|| (a) (&& (b) (c)) (d))");
  EXPECT_EQ(Parsed("1 + 2 * 3 - 4"), "(- (+ 1 (* 2 3)) 4)");
  EXPECT_EQ(Parsed("a < 1 + 2"), "(< (a) (+ 1 2))");
  EXPECT_EQ(Parsed("a ? b : c ? d : e"), "(? (a) (b) (? (c) (d) (e)))");
  EXPECT_EQ(Parsed("-1 - -a"), "(- -1 (- (a)))");
  EXPECT_EQ(Parsed("!a.b[0]"), "(! ([0] (b (a)) 0))");
  EXPECT_EQ(Parsed("x.all(i, i > 0)"), "(all (x) - (> (i) 0))");
}

TEST(AstTest, ComparisonsReadWell) {
  TestEnv t;
  const auto compiled = Compile(t.env(), "contact.seniority == \"manager\" && amount >= 5.0 && has(contact.email)");
  ASSERT_NE(compiled.program, nullptr);
  const Ast& ast = compiled.program->ast();
  const Expr& root = ast.root_node();
  ASSERT_EQ(root.op, Op::kAnd);
  ASSERT_EQ(root.args.size(), 3u);
  const Expr& equal = ast.node(root.args[0]);
  EXPECT_EQ(equal.op, Op::kEqual);
  EXPECT_EQ(ast.node(equal.args[0]).kind, ExprKind::kVariable);
  EXPECT_EQ(ast.node(equal.args[0]).slot, t.Slot("contact.seniority"));
  EXPECT_EQ(ast.node(equal.args[0]).name, "contact.seniority");
  EXPECT_EQ(ast.node(equal.args[1]).value.as_string(), "manager");
  EXPECT_EQ(ast.Text(root.args[1]), "amount >= 5.0");
  const Expr& has = ast.node(root.args[2]);
  EXPECT_EQ(has.kind, ExprKind::kHas);
  EXPECT_EQ(has.slot, t.Slot("contact.email"));
}

TEST(CheckerTest, DeducedTypes) {
  TestEnv t;
  auto type = [&](const char* source) {
    const auto compiled = Compile(t.env(), source);
    return compiled.program == nullptr ? "issue: " + compiled.issues.front().message
                                       : compiled.program->result_type().ToString();
  };
  EXPECT_EQ(type("[contact.age, 1]"), "list(int or absent)");
  EXPECT_EQ(type("[1, 'a']"), "list(dyn)");
  EXPECT_EQ(type("contact.age + 1"), "int");
  EXPECT_EQ(type("true ? contact.email : 'x'"), "string or absent");
  EXPECT_EQ(type("activities.map(a, a.points)"), "list(double or absent)");
  EXPECT_EQ(type("{'a': [1]}"), "map(string, list(int))");
  EXPECT_EQ(type("optional.none().orValue(1)"), "int");
  EXPECT_EQ(type("dyn(1) + duration('1s')"), "dyn");
  EXPECT_EQ(type("[]"), "list(dyn)");
}

}  // namespace
}  // namespace leadline::cel
