#include "engine/work/run_write.h"

#include "engine/work/reservations.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {

Engine::Engine(const EngineOptions& options)
    : reservations_(options.reservations == nullptr ? std::make_unique<Reservations>() : nullptr),
      clocks_set_aside_(std::make_unique<SetAside>()),
      shared_set_aside_(std::make_unique<SetAside>()),
      accounts_set_aside_(std::make_unique<SetAside>()),
      options_(options),
      unlisted_(options.unlisted) {
  if (reservations_ != nullptr) options_.reservations = reservations_.get();
}

Engine::~Engine() = default;

absl::StatusOr<std::optional<store::RequestRecord>> EarlierRequest(store::Reader& reader, const CallContext& context,
                                                                   std::string_view method) {
  if (context.request_id.empty()) return std::optional<store::RequestRecord>();
  ASSIGN_OR_RETURN(std::optional<store::RequestRecord> earlier, reader.FindRequest(context.request_id));
  if (earlier.has_value() && earlier->fingerprint == store::kErasedRequest) {
    return WithReason(
        WithResource(
            absl::FailedPreconditionError(fmt::format(
                "request_id \"{}\" was used at {}, and the person whom that request was about has been erased since",
                context.request_id, FormatTime(earlier->time))),
            "Request", context.request_id),
        ErrorReason::kErased);
  }
  if (earlier.has_value() && earlier->fingerprint != std::string(method) + " " + context.fingerprint) {
    return WithReason(absl::AlreadyExistsError(fmt::format(
                          "request_id \"{}\" was used at {} for a different request; use a new one for every request",
                          context.request_id, FormatTime(earlier->time))),
                      ErrorReason::kRequestIdReused,
                      {{"request_id", context.request_id}, {"used_at", FormatTime(earlier->time)}});
  }
  return earlier;
}

}  // namespace leadline::engine
