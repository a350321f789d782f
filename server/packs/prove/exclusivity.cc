#include "packs/prove/exclusivity.h"

#include "packs/prove/condition_space.h"
#include "packs/prove/random_records.h"

namespace leadline::packs {
namespace {

constexpr size_t kSamples = 50'000;

class Check {
 public:
  Check(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches, const ExclusivityOptions& options)
      : space_(fields), branches_(branches), options_(options) {
    for (const Branch& branch : branches) roots_.push_back(space_.Add(branch.program));
    AddRecordFacts(space_, options.bars);
    if (!options.status.empty()) {
      if (const int in_status = AddStatusTest(space_, options.status); in_status >= 0) space_.Assume(in_status);
    }
    space_.Freeze();
  }

  ExclusivityResult Run() {
    FindOverlap();
    if (options_.exhaustive) FindGap();
    if (!result_.proved) Sample();
    return std::move(result_);
  }

 private:
  void FindOverlap() {
    result_.proved = true;
    for (size_t j = 1; j < branches_.size(); ++j) {
      for (size_t i = 0; i < j; ++i) {
        if (branches_[i].target == branches_[j].target) continue;
        Answer answer = space_.Ask({{roots_[i], true}, {roots_[j], true}});
        if (answer.kind == Answer::Kind::kOpen) result_.proved = false;
        if (answer.kind != Answer::Kind::kExample) continue;
        result_.first = static_cast<int>(i);
        result_.second = static_cast<int>(j);
        result_.overlap_example = std::move(answer.example);
        return;
      }
    }
  }

  void FindGap() {
    std::vector<Wish> none;
    for (const int root : roots_) none.push_back({root, false});
    Answer answer = space_.Ask(none);
    if (answer.kind == Answer::Kind::kOpen) result_.proved = false;
    result_.gap = answer.kind == Answer::Kind::kExample;
    result_.gap_example = std::move(answer.example);
  }

  bool Done() const { return result_.first >= 0 && (result_.gap || !options_.exhaustive); }

  void Sample() {
    std::vector<const cel::Program*> programs;
    for (const Branch& branch : branches_) {
      if (branch.program != nullptr) programs.push_back(branch.program.get());
    }
    RandomRecords records(space_, programs);
    for (; result_.searched < kSamples && !Done(); ++result_.searched) Try(records);
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

  ConditionSpace space_;
  const std::vector<Branch>& branches_;
  const ExclusivityOptions& options_;
  std::vector<int> roots_;
  cel::Arena work_;
  ExclusivityResult result_;
};

}  // namespace

ExclusivityResult CheckExclusivity(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches,
                                   const ExclusivityOptions& options) {
  return Check(fields, branches, options).Run();
}

}  // namespace leadline::packs
