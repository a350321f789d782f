// A lead changed field by field.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "engine/engine.h"
#include "engine/work/lead_session.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// A lead names at most so many people.
inline constexpr size_t kMostLeadContacts = 100;

// As Engine::UpdateLead. `unlisted` is told of new values of open fields; may be null, and outlives what was begun, as
// `options` does. Empty paths: all fields that the given lead has a value for; "*" alone: all, and those without a
// value are emptied.
void UpdateLead(const EngineOptions& options, const CallContext& context, UpdateRequest request,
                UnlistedValues* unlisted, Done<UpdateResult> done);

// Within this room: scores and moves a lead whose fields are others now, and saves it. `session` is another one
// afterwards where the lead's account or people changed since `before`, so that what rules read is of the new ones.
absl::Status DecideChanged(WriteScope& scope, const domain::Lead& before, LeadSession& session);

}  // namespace leadline::engine
