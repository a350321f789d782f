#include "rpc/convert/enums.h"

#include <array>
#include <cstddef>
#include <utility>
#include <variant>

#include "fmt/format.h"

namespace leadline::rpc {
namespace {

template <typename Value, size_t kCount>
Value Named(const std::array<std::pair<std::string_view, Value>, kCount>& names, std::string_view word) {
  for (const auto& [name, value] : names) {
    if (name == word) return value;
  }
  return Value();
}

// By the field of Event.payload that is set, as the enum is named after it.
struct KindOfPayload {
  v1::EventKind operator()(const domain::RecordCreated&) const { return v1::EVENT_KIND_RECORD_CREATED; }
  v1::EventKind operator()(const domain::FieldsChanged&) const { return v1::EVENT_KIND_FIELDS_CHANGED; }
  v1::EventKind operator()(const domain::ActivityRecorded&) const { return v1::EVENT_KIND_ACTIVITY_RECORDED; }
  v1::EventKind operator()(const domain::StatusChanged&) const { return v1::EVENT_KIND_STATUS_CHANGED; }
  v1::EventKind operator()(const domain::DispositionRecorded&) const { return v1::EVENT_KIND_DISPOSITION_RECORDED; }
  v1::EventKind operator()(const domain::ScoreChanged&) const { return v1::EVENT_KIND_SCORE_CHANGED; }
  v1::EventKind operator()(const domain::Assigned&) const { return v1::EVENT_KIND_ASSIGNED; }
  v1::EventKind operator()(const domain::SlaChanged&) const { return v1::EVENT_KIND_SLA_CHANGED; }
  v1::EventKind operator()(const domain::DecisionTaken&) const { return v1::EVENT_KIND_DECISION_TAKEN; }
  v1::EventKind operator()(const domain::Merged&) const { return v1::EVENT_KIND_MERGED; }
  v1::EventKind operator()(const domain::Unmerged&) const { return v1::EVENT_KIND_UNMERGED; }
  v1::EventKind operator()(const domain::AvailabilityChanged&) const { return v1::EVENT_KIND_AVAILABILITY_CHANGED; }
  v1::EventKind operator()(const domain::PackChanged&) const { return v1::EVENT_KIND_PACK_CHANGED; }
  v1::EventKind operator()(const domain::PluginChanged&) const { return v1::EVENT_KIND_PLUGIN_CHANGED; }
  v1::EventKind operator()(const domain::RegionChanged&) const { return v1::EVENT_KIND_REGION_CHANGED; }
  v1::EventKind operator()(const domain::Erased&) const { return v1::EVENT_KIND_ERASED; }
  v1::EventKind operator()(const domain::AccountScored&) const { return v1::EVENT_KIND_ACCOUNT_SCORED; }
  v1::EventKind operator()(const domain::QueueLong&) const { return v1::EVENT_KIND_QUEUE_LONG; }
  v1::EventKind operator()(const domain::CalendarEnding&) const { return v1::EVENT_KIND_CALENDAR_ENDING; }
  v1::EventKind operator()(const domain::LeadSplit&) const { return v1::EVENT_KIND_LEAD_SPLIT; }
};

}  // namespace

v1::StatusTrigger StatusTriggerOf(std::string_view trigger) {
  static constexpr std::array<std::pair<std::string_view, v1::StatusTrigger>, 12> kNames{{
      {"created", v1::STATUS_TRIGGER_CREATED},
      {"activity", v1::STATUS_TRIGGER_ACTIVITY},
      {"rescore", v1::STATUS_TRIGGER_RESCORE},
      {"transition", v1::STATUS_TRIGGER_TRANSITION},
      {"accept", v1::STATUS_TRIGGER_ACCEPT},
      {"reject", v1::STATUS_TRIGGER_REJECT},
      {"remap", v1::STATUS_TRIGGER_REMAP},
      {"import", v1::STATUS_TRIGGER_IMPORT},
      {"merge", v1::STATUS_TRIGGER_MERGE},
      {"unmerge", v1::STATUS_TRIGGER_UNMERGE},
      {"split", v1::STATUS_TRIGGER_SPLIT},
      {"trial_ended", v1::STATUS_TRIGGER_TRIAL_ENDED},
  }};
  return Named(kNames, trigger);
}

v1::PackAction PackActionOf(std::string_view action) {
  static constexpr std::array<std::pair<std::string_view, v1::PackAction>, 9> kNames{{
      {"proposed", v1::PACK_ACTION_PROPOSED},
      {"approved", v1::PACK_ACTION_APPROVED},
      {"activated", v1::PACK_ACTION_ACTIVATED},
      {"rolled_back", v1::PACK_ACTION_ROLLED_BACK},
      {"removed", v1::PACK_ACTION_REMOVED},
      {"shadow_started", v1::PACK_ACTION_SHADOW_STARTED},
      {"canary_started", v1::PACK_ACTION_CANARY_STARTED},
      {"trial_stopped", v1::PACK_ACTION_TRIAL_STOPPED},
      {"tables_updated", v1::PACK_ACTION_TABLES_UPDATED},
  }};
  return Named(kNames, action);
}

v1::PluginAction PluginActionOf(std::string_view action) {
  static constexpr std::array<std::pair<std::string_view, v1::PluginAction>, 3> kNames{{
      {"loaded", v1::PLUGIN_ACTION_LOADED},
      {"reloaded", v1::PLUGIN_ACTION_RELOADED},
      {"unloaded", v1::PLUGIN_ACTION_UNLOADED},
  }};
  return Named(kNames, action);
}

v1::ApprovalSide ApprovalSideOf(std::string_view side) {
  static constexpr std::array<std::pair<std::string_view, v1::ApprovalSide>, 2> kNames{{
      {"marketing", v1::APPROVAL_SIDE_MARKETING},
      {"sales", v1::APPROVAL_SIDE_SALES},
  }};
  return Named(kNames, side);
}

v1::EventKind EventKindOf(const domain::Event& event) { return std::visit(KindOfPayload{}, event.payload); }

EventKinds EventKindsFrom(const FieldPath& path, const google::protobuf::RepeatedField<int>& from, Checker& check) {
  EventKinds kinds;
  check.Count(path, from.size(), kMaxListItems);
  for (int i = 0; i < from.size() && i < kMaxListItems; ++i) {
    if (from[i] == v1::EVENT_KIND_UNSPECIFIED || !v1::EventKind_IsValid(from[i])) {
      check.Refuse(path[i],
                   fmt::format("{} is not a kind of events; use one such as EVENT_KIND_STATUS_CHANGED", from[i]));
    } else {
      kinds.set(static_cast<size_t>(from[i]));
    }
  }
  return kinds;
}

bool Includes(const EventKinds& kinds, const domain::Event& event) {
  return kinds.none() || kinds.test(static_cast<size_t>(EventKindOf(event)));
}

bool IsFull(const FieldPath& path, v1::DecisionView view, Checker& check) {
  if (!v1::DecisionView_IsValid(view))
    check.Refuse(path, "is not a view; use DECISION_VIEW_BASIC or DECISION_VIEW_FULL");
  return view == v1::DECISION_VIEW_FULL;
}

}  // namespace leadline::rpc
