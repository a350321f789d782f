// Values as JSON, for people.
#include <array>
#include <cmath>
#include <string_view>

#include "base/clock.h"
#include "base/utf8.h"
#include "store/codec.h"
#include "store/json_writer.h"

namespace leadline::store {

void JsonWriter::Write(double v) {
  if (std::isfinite(v)) {
    out_.Double(v);
  } else {
    Write(std::string_view(std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity"));  // JSON has no number for it
  }
}

void JsonWriter::Write(const domain::AttributeValue& value) {
  if (const auto* moment = std::get_if<domain::Moment>(&value)) {
    Write(FormatTime(moment->micros));
  } else {
    std::visit(
        [this](const auto& v) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(v)>, domain::Moment>) Write(v);
        },
        value);
  }
}

std::string JsonWriter::Readable(std::string_view v) {
  if (IsUtf8(v)) return std::string(v);
  std::string text;
  while (!v.empty()) {
    const size_t length = Utf8Length(v);
    text += length == 0 ? "\xef\xbf\xbd" : v.substr(0, length);
    v.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

namespace {

// By the alternative's index.
constexpr std::array<std::string_view, std::variant_size_v<domain::EventPayload>> kEventTypes = {
    "record_created",       "fields_changed", "activity_recorded", "status_changed",
    "disposition_recorded", "score_changed",  "assigned",          "sla_changed",
    "decision_taken",       "merged",         "unmerged",          "availability_changed",
    "pack_changed",         "plugin_changed", "region_changed",    "erased"};

// A record with what stands in columns.
template <typename T>
struct Whole {
  const T& record;
};
template <typename C, typename T>
void Members(C& c, const Whole<T>& r) {
  c("id", r.record.id);
  Members(c, r.record);
  c("version", r.record.version);
}

template <typename C>
void Members(C& c, const Whole<domain::Rollout>& r) {
  Members(c, r.record);
  c("version", r.record.version);
}

template <typename C>
void Members(C& c, const Whole<domain::MergeRecord>& r) {
  c("id", r.record.id);
  c("kind", r.record.kind);
  c("survivor_id", r.record.survivor_id);
  c("absorbed_id", r.record.absorbed_id);
  c("time", r.record.time);
  Members(c, r.record);
  c("undone", r.record.undone);
}

template <typename C>
void Members(C& c, const Whole<domain::PackContent>& r) {
  c("sha256", r.record.sha256);
  c("pack", r.record.pack);
  c("stored_at", r.record.stored_at);
  Members(c, r.record);
}

template <typename C>
void Members(C& c, const Whole<domain::Decision>& r) {
  Members(c, r.record);
  if (r.record.snapshot != nullptr) c("snapshot", *r.record.snapshot);
}

template <typename C>
void Members(C& c, const Whole<domain::Event>& r) {
  const domain::Event& event = r.record;
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
  if (event.decision.has_value()) c("decision", Whole<domain::Decision>{*event.decision});
}

template <typename T>
std::string Show(const T& value) {
  JsonWriter writer;
  writer.Write(value);
  return std::string(writer.text());
}

}  // namespace

std::string ToJson(const domain::Account& value) { return Show(Whole<domain::Account>{value}); }
std::string ToJson(const domain::Contact& value) { return Show(Whole<domain::Contact>{value}); }
std::string ToJson(const domain::Lead& value) { return Show(Whole<domain::Lead>{value}); }
std::string ToJson(const domain::MergeRecord& value) { return Show(Whole<domain::MergeRecord>{value}); }
std::string ToJson(const domain::SnapshotRef& value) { return Show(value); }
std::string ToJson(const domain::Decision& value) { return Show(Whole<domain::Decision>{value}); }
std::string ToJson(const domain::EventPayload& value) { return Show(value); }
std::string ToJson(const domain::Event& value) { return Show(Whole<domain::Event>{value}); }
std::string ToJson(const domain::Rollout& value) { return Show(Whole<domain::Rollout>{value}); }
std::string ToJson(const domain::PackContent& value) { return Show(Whole<domain::PackContent>{value}); }

}  // namespace leadline::store
