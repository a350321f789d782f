// Work in the background on many leads: each is decided and written by itself, some of them at the same time, because
// of something else than what happened to it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/work/decided_write.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// So many are under way at the same time, so that requests of people come between.
inline constexpr int kMostLeadsOutstanding = 16;

// Calls `decide`, with the lead's place in `lead_ids`, for each as DecidedWrite does, and waits for all. What became of
// each; an error that is not of one lead (the store fails or is closed, too much waits) ends it: some leads are then
// done and others are not. With another kind the ids are of its records. Not to be called on a thread of the deciders.
absl::StatusOr<std::vector<absl::Status>> DecideEach(
    const EngineOptions& options, std::string_view tenant, std::span<const std::string> lead_ids,
    const std::function<absl::Status(store::Transaction&, size_t lead, Attempt&)>& decide,
    domain::RecordKind kind = domain::RecordKind::kLead);

// Gives a lead and its enquirer what the packs make of them now. Whether the lead's score, status or what counts as
// open became another. Where nothing did, nothing is written of it. Each of `scored` is called between the score and
// the status.
struct OnScored {
  std::function<absl::Status(LeadSession&)> lead;      // may be empty
  std::function<absl::Status(PersonSession&)> person;  // may be empty
};
absl::StatusOr<bool> DecideAgain(WriteScope& scope, const std::string& lead_id, const OnScored& scored = {});

}  // namespace leadline::engine
