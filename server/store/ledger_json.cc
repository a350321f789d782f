#include "store/ledger_json.h"

#include <array>
#include <string_view>

#include "store/json_writer.h"

namespace leadline::store {

namespace {

// By the alternative's index.
constexpr std::array<std::string_view, std::variant_size_v<domain::EventPayload>> kEventTypes = {
    "record_created",       "fields_changed", "activity_recorded", "status_changed",
    "disposition_recorded", "score_changed",  "assigned",          "sla_changed",
    "decision_taken",       "merged",         "unmerged",          "availability_changed",
    "pack_changed",         "plugin_changed", "region_changed",    "erased"};

// With what stands in columns.
struct WholeDecision {
  const domain::Decision& decision;
};
template <typename C>
void Members(C& c, const WholeDecision& r) {
  Members(c, r.decision);
  if (r.decision.snapshot != nullptr) c("snapshot", *r.decision.snapshot);
}

struct WholeEvent {
  const domain::Event& event;
};
template <typename C>
void Members(C& c, const WholeEvent& r) {
  const domain::Event& event = r.event;
  c("position", event.position);
  c("id", event.id);
  c("transaction_id", event.transaction_id);
  c("record", event.record);
  c("sequence", event.sequence);
  c("addressed", event.addressed);
  c("region", event.region);
  c("time", event.time);
  c("append_time", event.append_time);
  c("actor", event.actor);
  c("request_id", event.request_id);
  c("generation", event.generation);
  c("pack_hashes", event.pack_hashes);
  c("type", std::string(kEventTypes[event.payload.index()]));
  std::visit([&c](const auto& payload) { c("payload", payload); }, event.payload);
  if (event.decision.has_value()) c("decision", WholeDecision{*event.decision});
}

}  // namespace

std::string ToJson(const domain::Event& event) {
  JsonWriter writer;
  writer.Write(WholeEvent{event});
  return std::string(writer.text());
}

}  // namespace leadline::store
