// A person's status follows from all their leads and their own history.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/history/person_status.h"
#include "domain/records.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Gives the lead's enquirer the status that all their leads and their own history come to (domain::FoldPersonStatus),
// now that the stored lead's became another one. Of a new lead with a past, the person's history is told anew from the
// lead's first moment on, so that it is the same as if all had been known from the start. Nothing is written where the
// person stands there already. Reads records, and no history: of a person the newest 200 leads, of each record the
// changes of status that it keeps (domain::kMostMovesKept). `new_person`: it is the only lead of somebody whom nobody
// knew.
absl::Status FollowLeads(WriteScope& scope, const domain::Lead& lead, bool new_person);

// The stays of the stored person: of all leads, and of all that was said of the person and of those who were merged
// into it. Reads as FollowLeads does.
absl::StatusOr<domain::PersonStays> PersonStaysOf(WriteScope& scope, const domain::Contact& person);

// Gives the person the status that they come to, now. Nothing is written where the person stands there already.
absl::Status FollowPerson(WriteScope& scope, std::string_view contact_id);

}  // namespace leadline::engine
