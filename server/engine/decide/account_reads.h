// What rules read of accounts' scores, so that leads are looked at again only where one of them may come out otherwise.
#pragma once

#include <optional>
#include <vector>

#include "domain/records.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Immutable once it is built, and then thread-safe.
class AccountReads {
 public:
  // A condition of the rules. Fields that it compares with constants are read by these alone.
  void AddCondition(const packs::RuleSet& rules, const packs::Condition& condition);
  // The field by that slot is read as it is, by a plugin.
  void AddField(const packs::RuleSet& rules, int slot);

  // Whether what reads the one may read something else in the other.
  bool ReadOtherwise(const std::optional<domain::AccountScore>& a, const std::optional<domain::AccountScore>& b) const;

 private:
  struct NumberReads {
    bool any = false;            // some reader takes it as it is
    bool compared = false;       // some reader compares it
    std::vector<double> bounds;  // with these
  };
  static bool Otherwise(const NumberReads& reads, double a, double b);

  NumberReads score_, people_;
  bool products_ = false;
};

}  // namespace leadline::engine
