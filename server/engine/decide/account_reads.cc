#include "engine/decide/account_reads.h"

#include <algorithm>

#include "packs/condition/comparison.h"

namespace leadline::engine {
namespace {

// The number that a constant is; nothing for another kind.
std::optional<double> NumberIn(const cel::Value& value) {
  if (value.is_double()) return value.as_double();
  if (value.is_int()) return static_cast<double>(value.as_int());
  return std::nullopt;
}

// How often the condition reads the field.
size_t CountReads(const cel::Ast& ast, int slot) {
  size_t count = 0;
  for (size_t i = 0; i < ast.size(); ++i) {
    const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
    count += (e.kind == cel::ExprKind::kVariable || e.kind == cel::ExprKind::kHas) && e.slot == slot;
  }
  return count;
}

// -1, 0 or 1.
int SideOf(double value, double bound) { return static_cast<int>(value > bound) - static_cast<int>(value < bound); }

}  // namespace

void AccountReads::AddCondition(const packs::RuleSet& rules, const packs::Condition& condition) {
  const cel::Ast& ast = condition.program->ast();
  for (const auto& [name, reads] : {std::pair("account.score", &score_), {"account.people", &people_}}) {
    const int slot = rules.FieldSlot(name);
    const size_t all = slot < 0 ? 0 : CountReads(ast, slot);
    if (all == 0) continue;
    size_t compared = 0;
    for (const packs::Comparison& comparison : packs::ComparisonsIn(ast)) {
      if (comparison.slot != slot || !(comparison.is_equality() || comparison.is_order())) continue;
      ++compared;
      reads->compared = true;
      for (const cel::Value& constant : comparison.constants) {
        // With null it asks whether there is a score at all.
        if (const std::optional<double> bound = NumberIn(constant)) reads->bounds.push_back(*bound);
      }
    }
    reads->any = reads->any || compared < all;
  }
  if (const int slot = rules.FieldSlot("account.products"); slot >= 0) {
    products_ = products_ || CountReads(ast, slot) > 0;
  }
}

void AccountReads::AddField(const packs::RuleSet& rules, int slot) {
  if (slot < 0) return;
  score_.any = score_.any || slot == rules.FieldSlot("account.score");
  people_.any = people_.any || slot == rules.FieldSlot("account.people");
  products_ = products_ || slot == rules.FieldSlot("account.products");
}

bool AccountReads::Otherwise(const NumberReads& reads, double a, double b) {
  if (a == b) return false;
  return reads.any || std::any_of(reads.bounds.begin(), reads.bounds.end(),
                                  [&](double bound) { return SideOf(a, bound) != SideOf(b, bound); });
}

bool AccountReads::ReadOtherwise(const std::optional<domain::AccountScore>& a,
                                 const std::optional<domain::AccountScore>& b) const {
  const bool reads_any = score_.any || score_.compared || people_.any || people_.compared || products_;
  if (!reads_any) return false;
  if (!a.has_value() || !b.has_value()) return a.has_value() != b.has_value();
  if (Otherwise(score_, a->total, b->total)) return true;
  if (Otherwise(people_, static_cast<double>(a->people), static_cast<double>(b->people))) return true;
  return products_ && !std::equal(a->products.begin(), a->products.end(), b->products.begin(), b->products.end(),
                                  [](const auto& x, const auto& y) { return x.product == y.product; });
}

}  // namespace leadline::engine
