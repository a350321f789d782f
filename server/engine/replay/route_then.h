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
  // `policy`: of the lead's region. `route`: which decided; empty: none did.
  RepsThen(const domain::StoredDecision& then, const packs::RuleSet& rules, const domain::RoutingPolicy& policy,
           std::string_view route, Time at)
      : then_(then), rules_(rules), policy_(policy), route_(route), at_(at) {}

  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override;
  // Whose turn it was is told by who got the lead.
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view) override {
    return std::vector<domain::PoolState>();
  }

  // Who worked another lead is told by who got this one by such a route, or was passed over by it.
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead&, domain::OpenLeadOf of) override;

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
  const domain::RoutingPolicy& policy_;
  const std::string_view route_;
  const Time at_;
};

}  // namespace leadline::engine
