// Who could take a lead when it was routed, as the decision tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "engine/decide/decider.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Who is not named as away or at a limit counts as free, because nobody knows better. `at`: when it was routed. Not
// thread-safe; the arguments must outlive it.
class RepsThen final : public RepSource {
 public:
  RepsThen(const domain::StoredDecision& then, const packs::RuleSet& rules, Time at)
      : then_(then), rules_(rules), at_(at) {}

  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override;
  // Whose turn it was is told by who got the lead.
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view) override {
    return std::vector<domain::PoolState>();
  }

  // Id of the rep who got it; empty: nobody did.
  std::string picked() const;
  // Id of the rep who had it before and must not get it; empty: none.
  std::string before() const { return NamedAs("before"); }
  // Takes out what only seems to be known of the reps: until when they were away, and how many leads they had.
  void SayWhatIsKnown(domain::Decision& decision) const;

 private:
  bool Is(std::string_view code, std::string_view rep_id) const;
  std::string NamedAs(std::string_view code) const;

  const domain::StoredDecision& then_;
  const packs::RuleSet& rules_;
  const Time at_;
};

}  // namespace leadline::engine
