#include "engine/batch/batch_run.h"

#include "fmt/format.h"

namespace leadline::engine {

bool MeetsAll(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return HasReason(status, ErrorReason::kOverloaded) || reason.starts_with("STORE_") || absl::IsUnavailable(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

absl::Status CheckBatchSize(size_t items) {
  if (items == 0) return InvalidField("requests", "is required: at least one");
  if (items <= kMostBatchItems) return absl::OkStatus();
  return InvalidField("requests", fmt::format("has {} items; send at most {} in one batch", items, kMostBatchItems));
}

absl::Status RepeatedRequestId(std::string_view request_id, size_t first) {
  return WithReason(
      absl::AlreadyExistsError(
          fmt::format("request_id \"{}\" is that of requests[{}] already; give each request of a batch one of its own",
                      request_id, first)),
      ErrorReason::kRequestIdRepeated, {{"request_id", std::string(request_id)}});
}

}  // namespace leadline::engine
