// The kinds of values of one field that a set of questions can tell apart.
#pragma once

#include <string>
#include <vector>

#include "cel/arena.h"
#include "cel/value.h"
#include "packs/check_budget.h"
#include "packs/prove/outcomes.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// One kind of value. Every value of the field is of at least one kind whose `outcomes` allow what the questions come to
// for it: what no kind allows, no value does.
struct FieldClass {
  cel::Value value;                // one value of the kind; Null: absent
  bool is_free = false;            // many texts or lists: FieldClasses::MakeValue finds one
  bool is_listed = true;           // the schema lists the value, or allows others too
  std::vector<Outcomes> outcomes;  // by question, and more: see FieldClasses::columns
};

// Thread-safe once built; values are views into it, into the questions' programs and into the FieldDef.
class FieldClasses {
 public:
  // `field` must outlive this. `budget` may be null; after it has reached a limit there may be kinds missing.
  FieldClasses(const FieldDef& field, std::vector<Comparison> tests, CheckBudget* budget = nullptr);

  const FieldDef& field() const { return *field_; }
  const std::vector<Comparison>& tests() const { return tests_; }
  const std::vector<FieldClass>& classes() const { return classes_; }
  // How many outcomes each class has: those of the questions, then those that AddOutcomes added.
  size_t columns() const { return columns_; }
  // Adds an outcome of each class, of something else that the class decides. Gives its column.
  int AddOutcomes(const std::vector<Outcomes>& by_class);
  // Questions that are true wherever question `test` is.
  const std::vector<int>& implied(int test) const { return implied_[static_cast<size_t>(test)]; }
  // Questions that are never true together with it.
  const std::vector<int>& excluded(int test) const { return excluded_[static_cast<size_t>(test)]; }

  // A value of the kind for which the questions come to one of `wanted` each, as near as can be: the caller must ask
  // again. Allocates from `arena`.
  cel::Value MakeValue(const FieldClass& kind, const std::vector<Outcomes>& wanted, cel::Arena& arena) const;

 private:
  void AddFlags();
  void AddNumbers();
  void AddTexts();
  void AddOrderedTexts();
  void AddFoldedTexts();
  void AddFree(const cel::Value& value);
  void AddExact(const cel::Value& value);
  void RemoveAlike();
  void Relate();
  bool IsListed(const cel::Value& value) const;
  bool IsNamed(std::string_view text) const;
  bool IsConstant(std::string_view text) const;
  cel::Value MakeText(const std::vector<Outcomes>& wanted, cel::Arena& arena) const;

  // Asking every question once.
  bool SpendForQuestions() { return budget_ == nullptr || budget_->Spend(width_); }

  const FieldDef* field_;
  std::vector<Comparison> tests_;
  CheckBudget* budget_;
  size_t width_ = 0;  // constants of all questions
  std::vector<FieldClass> classes_;
  size_t columns_ = 0;
  std::vector<std::vector<int>> implied_, excluded_;
  cel::Arena arena_;
};

}  // namespace leadline::packs
