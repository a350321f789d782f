// An event of the ledger as a message: CloudEvents 1.0, structured JSON.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "domain/event.h"

namespace leadline::app {

// What receivers' libraries in five languages read alike, so that nothing else is used: data an object as plain
// application/json; always a time, in UTC with three decimals; extensions that are texts; no nulls; an id of ASCII.
struct CloudEvent {
  std::string id;    // the event's: the same whenever it is sent, and to whomever
  std::string type;  // "dev.leadline.v1.lead.assigned", ...
  std::string body;  // the message
};

// `rules`: ids of those that ask for it, with blanks between. INVALID_ARGUMENT for an event that no rule can be on.
// Pure. The message:
//   specversion, id, source, type, subject (resource name of the record), time (when it happened), datacontenttype
//   region      of the lead, queue or calendar; left out where it is of none
//   sequence    place in the ledger: 20 digits, so that texts compare as the places do
//   data        {"rules": ["..."], "event": {...}}: the event as WatchEvents tells it, in the JSON of its message Event
absl::StatusOr<CloudEvent> MakeCloudEvent(const domain::Event& event, std::string_view source, std::string_view rules);

// The media type of the message.
inline constexpr char kCloudEventContentType[] = "application/cloudevents+json; charset=utf-8";

}  // namespace leadline::app
