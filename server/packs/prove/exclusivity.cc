#include "packs/prove/exclusivity.h"

#include "packs/prove/condition_list.h"
#include "packs/prove/random_records.h"

namespace leadline::packs {
namespace {

constexpr size_t kSamples = 50'000;

class Check {
 public:
  Check(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches, const ExclusivityOptions& options,
        CheckBudget* budget)
      : fields_(fields),
        branches_(branches),
        options_(options),
        budget_(budget),
        list_(fields, {options.bars, false}, budget) {
    for (const Branch& branch : branches) numbers_.push_back(list_.Add(branch.program));
  }

  ExclusivityResult Run() {
    FindOverlap();
    if (options_.exhaustive) FindGap();
    if (!result_.proved) Sample();
    return std::move(result_);
  }

 private:
  bool Spend(uint64_t steps) { return budget_ == nullptr || budget_->Spend(steps); }

  void FindOverlap() {
    result_.proved = true;
    for (size_t j = 1; j < branches_.size(); ++j) {
      for (size_t i = 0; i < j; ++i) {
        if (branches_[i].target == branches_[j].target) continue;
        if (Spend(2) && list_.Exclude(numbers_[i], numbers_[j])) continue;
        Answer answer = list_.Ask({numbers_[i], numbers_[j]}, {}, options_.status);
        if (answer.kind == Answer::Kind::kOpen) result_.proved = false;
        if (!Spend(0)) return;
        if (answer.kind != Answer::Kind::kExample) continue;
        result_.first = static_cast<int>(i);
        result_.second = static_cast<int>(j);
        result_.overlap_example = std::move(answer.example);
        return;
      }
    }
  }

  void FindGap() {
    Answer answer = list_.Ask({}, numbers_, options_.status);
    if (answer.kind == Answer::Kind::kOpen) result_.proved = false;
    result_.gap = answer.kind == Answer::Kind::kExample;
    result_.gap_example = std::move(answer.example);
  }

  bool Done() const { return result_.first >= 0 && (result_.gap || !options_.exhaustive); }

  void Sample() {
    ConditionSpace space(fields_, budget_);
    std::vector<const cel::Program*> programs;
    for (const Branch& branch : branches_) {
      space.Add(branch.program);
      if (branch.program != nullptr) programs.push_back(branch.program.get());
    }
    AddRecordFacts(space, options_.bars);
    if (!options_.status.empty()) {
      if (const int in_status = AddStatusTest(space, options_.status); in_status >= 0) space.Assume(in_status);
    }
    space.Freeze();
    RandomRecords records(space, programs);
    const uint64_t steps = 20 * (branches_.size() + space.atoms().size());
    for (; result_.searched < kSamples && !Done() && Spend(steps); ++result_.searched) Try(records);
  }

  void Try(RandomRecords& records) {
    const std::vector<cel::Value>* slots = records.Next();
    if (slots == nullptr) return;
    int holding = -1;
    for (size_t i = 0; i < branches_.size(); ++i) {
      work_.Reset();
      const auto& program = branches_[i].program;
      if (program != nullptr && !program->Evaluate(*slots, work_).is_true()) continue;
      if (holding < 0) {
        holding = static_cast<int>(i);
      } else if (result_.first < 0 && branches_[i].target != branches_[static_cast<size_t>(holding)].target) {
        result_.first = holding;
        result_.second = static_cast<int>(i);
        result_.overlap_example = records.Describe();
      }
    }
    if (holding < 0 && !result_.gap && options_.exhaustive) {
      result_.gap = true;
      result_.gap_example = records.Describe();
    }
  }

  const std::vector<FieldDef>& fields_;
  const std::vector<Branch>& branches_;
  const ExclusivityOptions& options_;
  CheckBudget* budget_;
  ConditionList list_;
  std::vector<int> numbers_;
  cel::Arena work_;
  ExclusivityResult result_;
};

}  // namespace

ExclusivityResult CheckExclusivity(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches,
                                   const ExclusivityOptions& options, CheckBudget* budget) {
  return Check(fields, branches, options, budget).Run();
}

}  // namespace leadline::packs
