#include "engine/merge/merges.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::RecordRef;

// Merges that a record's history tells of, and when which of them were undone.
struct MergeHistory {
  std::vector<std::string> into;       // by which others went into the record, oldest first
  std::map<std::string, Time> undone;  // when, by the ids of merges
};

absl::StatusOr<MergeHistory> MergesToldOf(store::Reader& reader, const RecordRef& record) {
  constexpr int kEvents = 500;
  MergeHistory history;
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<domain::Event> events, reader.Timeline({&record, 1}, after, kEvents));
    for (const domain::Event& event : events) {
      after = event.position;
      if (const auto* merged = std::get_if<domain::Merged>(&event.payload)) {
        if (merged->survivor == record) history.into.push_back(merged->merge_id);
      } else if (const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) {
        history.undone.emplace(unmerged->merge_id, event.time);
      }
    }
    if (events.size() < static_cast<size_t>(kEvents)) return history;
  }
}

// NOT_FOUND when it is not there; merged or not.
absl::Status CheckThere(store::Reader& reader, const RecordRef& ref) {
  if (ref.kind == RecordKind::kAccount) return reader.GetAccount(ref.id).status();
  if (ref.kind == RecordKind::kContact) return reader.GetContact(ref.id).status();
  return reader.GetLead(ref.id).status();
}

}  // namespace

absl::StatusOr<MergeView> GetMerge(const EngineOptions& options, const CallContext& context, std::string_view id) {
  if (id.empty()) return InvalidField("name", "is required: the id of a merge");
  MergeView view;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        view = {};
        ASSIGN_OR_RETURN(view.merge, reader.GetMerge(id));
        if (!view.merge.undone) return absl::OkStatus();
        // Both records tell of it; the absorbed one has the shorter history.
        ASSIGN_OR_RETURN(const MergeHistory history, MergesToldOf(reader, {view.merge.kind, view.merge.absorbed_id}));
        if (const auto at = history.undone.find(view.merge.id); at != history.undone.end()) view.undone_at = at->second;
        return absl::OkStatus();
      },
      context.wanted));
  return view;
}

absl::StatusOr<MergeList> ListMerges(const EngineOptions& options, const CallContext& context,
                                     std::string_view survivor) {
  ASSIGN_OR_RETURN(const RecordRef ref,
                   RefOf(survivor, {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead}, "survivor"));
  MergeList list;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        list = {};
        RETURN_IF_ERROR(CheckThere(reader, ref));
        ASSIGN_OR_RETURN(const MergeHistory history, MergesToldOf(reader, ref));
        list.more = history.into.size() > kMostMergesListed;
        for (size_t i = 0; i < std::min(history.into.size(), kMostMergesListed); ++i) {
          MergeView& view = list.merges.emplace_back();
          ASSIGN_OR_RETURN(view.merge, reader.GetMerge(history.into[i]));
          const auto at = history.undone.find(view.merge.id);
          if (at != history.undone.end()) view.undone_at = at->second;
        }
        return absl::OkStatus();
      },
      context.wanted));
  return list;
}

}  // namespace leadline::engine
