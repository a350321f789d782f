#include "rpc/watch/watch_source.h"

#include <utility>

#include "leadline/v1/lead_service.pb.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/enums.h"
#include "rpc/tokens.h"

namespace leadline::rpc {

// WatchFilter has a bit for each.
static_assert(v1::EventKind_ARRAYSIZE <= 64);

absl::StatusOr<engine::LedgerPlace> WatchSource::LastPlace() { return engine_.LastPlace(context_); }

absl::StatusOr<std::vector<domain::Event>> WatchSource::EventsAfter(int64_t position, int limit) {
  return engine_.EventsAfter(context_, position, limit);
}

unsigned WatchSource::KindOf(const domain::Event& event) const { return static_cast<unsigned>(EventKindOf(event)); }

std::string WatchSource::Encode(const domain::Event& event) const {
  v1::WatchEventsResponse response;
  ToProto(event, response.mutable_event());
  response.set_resume_token(ResumeToken({event.position, event.transaction_id}));
  return response.SerializeAsString();
}

absl::Status WatchSource::Replay(std::vector<domain::Event> events, const std::function<bool()>& wanted,
                                 const std::function<bool(std::string)>& add) {
  engine::CallContext context = context_;
  context.wanted = wanted;
  return engine_.ReplayEvents(context, std::move(events), [&](const engine::TimelineEntry& entry) {
    v1::WatchEventsResponse response;
    ToProto(entry, response.mutable_event());
    response.set_resume_token(ResumeToken({entry.event.position, entry.event.transaction_id}));
    return add(response.SerializeAsString());
  });
}

std::string WatchSource::EncodePlace(const engine::LedgerPlace& place) const {
  v1::WatchEventsResponse response;
  response.set_resume_token(ResumeToken(place));
  return response.SerializeAsString();
}

int WatchSource::AddListener(std::function<void()> listener) {
  return engine_.store().AddListener(std::move(listener));
}

void WatchSource::RemoveListener(int id) { engine_.store().RemoveListener(id); }

}  // namespace leadline::rpc
