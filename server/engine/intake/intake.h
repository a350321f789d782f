// The pipeline of one enquiry inside a transaction.
#pragma once

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/work/enquiry.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Matches account and contact, makes the lead, lives through what is known to have happened to it, and writes it all.
// Writes only when every decision is taken: an error leaves the transaction as it was, but for failures of the store
// itself. Leaves in scope.request_result what answering again needs.
absl::StatusOr<SubmitResult> TakeIn(WriteScope& scope, PreparedEnquiry enquiry);

}  // namespace leadline::engine
