#include "engine/merge/merges.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "base/errors.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::RecordRef;

// When the merge was undone, as the record's history tells; 0: it does not.
absl::StatusOr<Time> UndoneAt(store::Reader& reader, const RecordRef& record, const std::string& merge_id) {
  constexpr int kEvents = 500;
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<domain::Event> events, reader.Timeline({&record, 1}, after, kEvents));
    for (const domain::Event& event : events) {
      after = event.position;
      const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload);
      if (unmerged != nullptr && unmerged->merge_id == merge_id) return event.time;
    }
    if (events.size() < static_cast<size_t>(kEvents)) return 0;
  }
}

std::string FormatMergePlace(const domain::MergeRecord& merge) { return fmt::format("{}:{}", merge.time, merge.id); }

absl::StatusOr<store::MergePlace> ParseMergePlace(std::string_view cursor) {
  store::MergePlace place;
  if (cursor.empty()) return place;
  const size_t colon = cursor.find(':');
  const std::string_view time = cursor.substr(0, colon);
  if (colon == std::string_view::npos ||
      std::from_chars(time.data(), time.data() + time.size(), place.time).ec != std::errc() ||
      fmt::to_string(place.time) != time || !IsValidId(cursor.substr(colon + 1))) {
    return InvalidField("page_token", fmt::format("{} is not a place in this list; begin without one", Quoted(cursor)));
  }
  place.id = cursor.substr(colon + 1);
  return place;
}

// Those after `after` that stand.
absl::StatusOr<MergePage> PageOfMerges(store::Reader& reader, const RecordRef& survivor, store::MergePlace after,
                                       int limit, const MergeFits& fits) {
  constexpr int kMostRows = 500;
  int at_once = std::min(kMostRows, limit + 1);  // one more tells whether there is a next page
  MergePage page;
  for (int looked_at = 0; looked_at < kMostMergesLookedAt;) {
    ASSIGN_OR_RETURN(std::vector<domain::MergeRecord> rows,
                     reader.MergesAfter(survivor.kind, survivor.id, after, at_once));
    for (domain::MergeRecord& merge : rows) {
      after = {merge.time, merge.id};
      if (merge.undone) continue;
      const bool full = page.merges.size() == static_cast<size_t>(limit);
      if (full || (fits && !fits(merge) && !page.merges.empty())) {
        page.next = FormatMergePlace(page.merges.back());
        return page;
      }
      page.merges.push_back(std::move(merge));
    }
    if (rows.size() < static_cast<size_t>(at_once)) return page;
    looked_at += at_once;
    at_once = std::min(kMostRows, kMostMergesLookedAt - looked_at);
  }
  page.scan_limit_reached = true;
  page.next = fmt::format("{}:{}", after.time, after.id);
  return page;
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
        ASSIGN_OR_RETURN(view.undone_at, UndoneAt(reader, {view.merge.kind, view.merge.absorbed_id}, view.merge.id));
        return absl::OkStatus();
      },
      context.wanted));
  return view;
}

absl::StatusOr<MergePage> ListMerges(const EngineOptions& options, const CallContext& context,
                                     std::string_view survivor, std::string_view cursor, int limit,
                                     const MergeFits& fits) {
  if (limit < 1 || limit > kMostMergesInPage) {
    return InvalidField("page_size", fmt::format("must be from 1 to {}", kMostMergesInPage));
  }
  ASSIGN_OR_RETURN(const RecordRef ref,
                   RefOf(survivor, {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead}, "survivor"));
  ASSIGN_OR_RETURN(const store::MergePlace after, ParseMergePlace(cursor));
  MergePage page;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(CheckThere(reader, ref));
        ASSIGN_OR_RETURN(page, PageOfMerges(reader, ref, after, limit, fits));
        return absl::OkStatus();
      },
      context.wanted));
  return page;
}

}  // namespace leadline::engine
