// Reps of a pack's test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/decider.h"
#include "packs/cases/test_case.h"

namespace leadline::engine {

// Reps as the case gives them; lives no longer than its input.
class GivenReps final : public RepSource {
 public:
  explicit GivenReps(const packs::TestInput& input) : input_(input) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override {
    const auto it = input_.reps.find(rep_id);
    if (it != input_.reps.end()) return it->second;
    domain::RepState state;
    state.rep_id = std::string(rep_id);
    return state;
  }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override {
    const auto it = input_.pools.find(pool);
    return it == input_.pools.end() ? std::vector<domain::PoolState>() : it->second;
  }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead&, domain::OpenLeadOf of) override {
    return of == domain::OpenLeadOf::kPerson ? input_.person_open_lead_owner : input_.company_open_lead_owner;
  }

 private:
  const packs::TestInput& input_;
};

}  // namespace leadline::engine
