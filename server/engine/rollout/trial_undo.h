// What a lead's status, or its person's, would be, had a canary not decided about it.
#pragma once

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "domain/rollout.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"

namespace leadline::engine {

// So many entries of a record's history are gone through; of a record with more of them since, the status stays. So
// does that of a person with more leads.
inline constexpr int kMostEventsGoneThrough = 2000;
inline constexpr size_t kMostLeadsGoneThrough = 50;

// Gives the lead, which was just scored, the status that the packs which decide about it now would have given it, where
// the candidates of these shares did: what happened to it since then is decided once more, with its fields as they
// stand today. What somebody said of it stands, and so does who works it.
absl::Status UndoTrials(WriteScope& scope, LeadSession& session, std::span<const domain::TrialShare> shares);
// The same of a person, as far as the candidates decided for the lead, or for others of the person.
absl::Status UndoTrials(WriteScope& scope, PersonSession& session, std::string_view lead_id,
                        std::span<const domain::TrialShare> shares);

}  // namespace leadline::engine
