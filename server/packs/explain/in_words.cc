#include "packs/explain/in_words.h"

#include <algorithm>
#include <optional>

#include "packs/condition/comparison.h"
#include "packs/explain/needed.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;

// "contact.do_not_email" as "contact do not email".
std::string FieldWords(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == '_'; }, ' ');
  return name;
}

// `part` without the `!` before it, and whether there is none.
std::pair<ExprId, bool> Plain(const cel::Ast& ast, ExprId part) {
  bool wanted = true;
  while (ast.node(part).kind == ExprKind::kCall && ast.node(part).op == Op::kNot) {
    part = ast.node(part).args[0];
    wanted = !wanted;
  }
  return {part, wanted};
}

}  // namespace

std::string InWords(const cel::Ast& ast, const std::vector<FieldDef>& fields) {
  const Expr& root = ast.node(ast.root());
  const bool all = root.kind == ExprKind::kCall && root.op == Op::kAnd;
  const bool any = root.kind == ExprKind::kCall && root.op == Op::kOr;
  const std::vector<ExprId> parts =
      all || any ? std::vector<ExprId>(root.args.begin(), root.args.end()) : std::vector<ExprId>{ast.root()};
  const std::vector<cel::Value> absent(fields.size());
  std::string out;
  int last_slot = -1;
  for (const ExprId part : parts) {
    const auto [test, wanted] = Plain(ast, part);
    const std::optional<Comparison> comparison = ComparisonAt(ast, test);
    const std::string words = NeededFor(ast, test, wanted, absent).words;
    if (!comparison || words.empty()) return {};
    const bool same = all && comparison->slot == last_slot;
    if (!out.empty()) out += same ? " and " : any ? " or " : ", ";
    if (!same) out += FieldWords(fields[static_cast<size_t>(comparison->slot)].name) + ": ";
    out += words;
    last_slot = comparison->slot;
  }
  return out;
}

}  // namespace leadline::packs
