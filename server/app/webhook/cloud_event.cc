#include "app/webhook/cloud_event.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "engine/notify/told_event.h"
#include "fmt/format.h"
#include "rpc/convert/decisions.h"

namespace leadline::app {
namespace {

using nlohmann::ordered_json;
using On = packs::NotifyRule::On;

std::string_view TypeOf(On on) {
  switch (on) {
    case On::kAssigned:
      return "dev.leadline.v1.lead.assigned";
    case On::kSlaWarned:
      return "dev.leadline.v1.lead.sla_warned";
    case On::kSlaBreached:
      return "dev.leadline.v1.lead.sla_breached";
    case On::kQualified:
      return "dev.leadline.v1.lead.qualified";
    case On::kQueueLong:
      return "dev.leadline.v1.queue.long";
    case On::kCalendarEnding:
      return "dev.leadline.v1.calendar.ending";
  }
  return "";
}

// "2026-01-31T09:30:00.250Z".
std::string WithMillis(Time time) {
  const Time whole = time - ((time % kSecond) + kSecond) % kSecond;
  std::string text = FormatTime(whole);
  text.pop_back();
  return fmt::format("{}.{:03}Z", text, (time - whole) / 1000);
}

// Takes out what is null, at any depth: not every library reads it.
void DropNulls(ordered_json& value) {
  if (!value.is_structured()) return;
  for (auto it = value.begin(); it != value.end();) {
    if (it->is_null()) {
      it = value.erase(it);
    } else {
      DropNulls(*it);
      ++it;
    }
  }
}

absl::StatusOr<ordered_json> JsonOf(const domain::Event& event) {
  v1::Event message;
  rpc::ToProto(event, &message);
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text);
  if (!status.ok()) return absl::InternalError(fmt::format("event {}: {}", event.id, status.ToString()));
  ordered_json json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InternalError(fmt::format("event {} has no JSON", event.id));
  DropNulls(json);
  return json;
}

}  // namespace

absl::StatusOr<CloudEvent> MakeCloudEvent(const domain::Event& event, std::string_view source, std::string_view rules) {
  const std::optional<On> on = engine::OnOf(event.payload);
  if (!on.has_value()) return absl::InvalidArgumentError(fmt::format("nobody is told of an event as {}", event.id));
  CloudEvent out{.id = event.id, .type = std::string(TypeOf(*on)), .body = {}};
  ordered_json message;
  message["specversion"] = "1.0";
  message["id"] = out.id;
  message["source"] = source;
  message["type"] = out.type;
  message["subject"] = domain::ResourceName(event.record);
  message["time"] = WithMillis(event.time);
  message["datacontenttype"] = "application/json";
  if (!event.region.empty()) message["region"] = event.region;
  message["sequence"] = fmt::format("{:020}", event.position);
  ordered_json& data = message["data"];
  data["rules"] = std::vector<std::string>(absl::StrSplit(std::string(rules), ' ', absl::SkipEmpty()));
  ASSIGN_OR_RETURN(data["event"], JsonOf(event));
  out.body = message.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return out;
}

}  // namespace leadline::app
