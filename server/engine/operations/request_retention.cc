// Names of requests are kept for a time, so that a retry acts once, and then forgotten.
#include "base/status_macros.h"
#include "engine/engine.h"

namespace leadline::engine {

absl::StatusOr<int> Engine::ForgetRequests(const CallContext& context, Duration keep, int limit) {
  const Time before = clock().Now() - keep;
  int forgotten = 0;
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(forgotten, tx.ForgetRequests(before, limit));
    return absl::OkStatus();
  }));
  return forgotten;
}

}  // namespace leadline::engine
