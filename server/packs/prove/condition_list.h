// The conditions of one list: which can hold together, and which can hold where others do not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cel/program.h"
#include "packs/check_budget.h"
#include "packs/prove/condition_space.h"
#include "packs/prove/required_values.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// Asks only about conditions that can hold where others do: which ask for different values of one field are set aside
// by that alone, and of the rest only those enter a proof that hold on a record found so far. So a question about a
// long list costs what the few conditions cost that overlap, and a record for each. Not thread-safe.
class ConditionList {
 public:
  // What is known of the records.
  struct Records {
    domain::ScoreBars bars;  // from which score.central on score.qualified and score.warm hold
    bool are_leads = false;  // with what every lead has
    std::string region;      // that they are of; empty: any
  };

  // `fields` and `budget` must outlive this; `budget` may be null. After it has reached a limit every answer is open.
  ConditionList(const std::vector<FieldDef>& fields, const Records& records, CheckBudget* budget);

  // The next number, from 0. Null: always holds.
  int Add(std::shared_ptr<const cel::Program> program);

  // Whether a record, in the status (empty: any), makes all of `all_of` and none of `none_of` hold. Of an example only
  // what its proof read is told; with the other fields at 0, false or absent it is one for all of the list.
  Answer Ask(const std::vector<int>& all_of, const std::vector<int>& none_of, const std::string& status = "") const;
  // The first of `others` that is proved to hold wherever `number` does; -1: none.
  int FirstCovering(int number, const std::vector<int>& others) const;
  // Whether two exclude each other by the values of one field.
  bool Exclude(int a, int b) const;

 private:
  std::vector<int> Overlapping(const std::vector<int>& all_of, const std::vector<int>& none_of) const;
  // What is known of the records, for the fields that the space reads.
  void AddKnown(ConditionSpace& space) const;
  // Puts into a record what its proof did not read.
  void Complete(std::vector<cel::Value>& record, const std::string& status) const;
  // Takes those out of `left` that hold on the record.
  std::vector<int> TakeHolding(std::vector<int>& left, const std::vector<cel::Value>& record) const;
  // Takes those out of `left` that read a field which one of `all_of` reads; all of them when that is empty.
  std::vector<int> TakeRelated(std::vector<int>& left, const std::vector<int>& all_of) const;
  const std::shared_ptr<const cel::Program>& program(int number) const {
    return programs_[static_cast<size_t>(number)];
  }
  int SlotOf(std::string_view name) const;

  const std::vector<FieldDef>& fields_;
  const Records records_;
  CheckBudget* const budget_;
  std::vector<std::shared_ptr<const cel::Program>> programs_;
  std::vector<RequiredValues> required_;
  mutable cel::Arena work_;
};

}  // namespace leadline::packs
