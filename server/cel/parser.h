// Tokens to a syntax tree, macros expanded, names not yet resolved.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/ast_builder.h"
#include "cel/lexer.h"

namespace leadline::cel {

// Recursive descent; one method per construct. Not thread-safe: one per parse.
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
      // One comma is told of for all.
      while (Take(Token::kComma)) parts.push_back(ParseExpr());
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
  // `hint`: instead of what is known of the place.
  ExprId Unexpected(std::string_view wanted, std::string hint = "");
  std::string HintForToken(std::string_view wanted) const;
  // A name that is no name here but a word of other languages, such as NOT in  NOT x. Reported; kNoExpr otherwise.
  ExprId ParseForeignPrefix(SourceSpan word, std::string_view name);
  // Other languages' lists: ("a", "b") and {"a", "b"}. Reports the fault and reads to the closer.
  ExprId ParseForeignList(SourceSpan opener, Token closer);
  void Skip();
  ExprId MakeCall(ExprId target, std::string_view name, SourceSpan name_span, uint32_t begin, bool absolute);
  bool IsNameChain(ExprId id) const;
  bool IsOptionalChain() const;

  Ast& ast_;
  std::vector<Issue>& issues_;
  AstBuilder builder_;
  Lexer lexer_;
  uint32_t depth_ = 0;
  int64_t last_fault_ = -1;
};

// Parses the source of `ast` and sets its root. Always gives a tree; with issues it has kError nodes.
void Parse(Ast& ast, uint32_t max_depth, std::vector<Issue>& issues);

}  // namespace leadline::cel
