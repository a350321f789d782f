// Values as JSON, for people.
#include <array>
#include <cmath>
#include <string_view>

#include "base/clock.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/json_writer.h"

namespace leadline::store {

void JsonWriter::Write(double v) {
  if (std::isfinite(v)) {
    out_ += fmt::format("{}", v);
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

void JsonWriter::Write(int64_t v) { out_ += fmt::format("{}", v); }

// Every byte that is part of no sequence in UTF-8 becomes U+FFFD.
void JsonWriter::Write(std::string_view v) {
  out_ += '"';
  while (!v.empty()) {
    const size_t length = Utf8Length(v);
    const char first = v.front();
    if (length == 0) {
      out_ += "\xef\xbf\xbd";
    } else if (first == '"' || first == '\\') {
      out_ += '\\';
      out_ += first;
    } else if (first == '\n') {
      out_ += "\\n";
    } else if (static_cast<unsigned char>(first) < 0x20) {
      out_ += fmt::format("\\u{:04x}", static_cast<int>(first));
    } else {
      out_ += v.substr(0, length);
    }
    v.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

namespace {

// By the alternative's index.
constexpr std::array<std::string_view, std::variant_size_v<domain::EventPayload>> kEventTypes = {
    "record_created",       "fields_changed", "activity_recorded", "status_changed",
    "disposition_recorded", "score_changed",  "assigned",          "sla_changed",
    "decision_taken",       "merged",         "unmerged",          "availability_changed",
    "pack_changed",         "plugin_changed", "region_changed",    "erased",
    "account_scored",       "queue_long",     "calendar_ending",   "lead_split"};

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
void Members(C& c, const Whole<domain::StoredDecision>& r) {
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
  c("erased", event.erased);
  c("type", std::string(kEventTypes[event.payload.index()]));
  std::visit([&c](const auto& payload) { c("payload", payload); }, event.payload);
  if (event.decision.has_value()) c("decision", Whole<domain::StoredDecision>{*event.decision});
}

template <typename T>
std::string Show(const T& value) {
  JsonWriter writer;
  writer.Write(value);
  return writer.text();
}

}  // namespace

std::string ToJson(const domain::Account& value) { return Show(Whole<domain::Account>{value}); }
std::string ToJson(const domain::Contact& value) { return Show(Whole<domain::Contact>{value}); }
std::string ToJson(const domain::Lead& value) { return Show(Whole<domain::Lead>{value}); }
std::string ToJson(const domain::MergeRecord& value) { return Show(Whole<domain::MergeRecord>{value}); }
std::string ToJson(const domain::SnapshotRef& value) { return Show(value); }
std::string ToJson(const domain::StoredDecision& value) { return Show(Whole<domain::StoredDecision>{value}); }
std::string ToJson(const domain::EventPayload& value) { return Show(value); }
std::string ToJson(const domain::Event& value) { return Show(Whole<domain::Event>{value}); }
std::string ToJson(const domain::Rollout& value) { return Show(Whole<domain::Rollout>{value}); }
std::string ToJson(const domain::PackContent& value) { return Show(Whole<domain::PackContent>{value}); }

}  // namespace leadline::store
