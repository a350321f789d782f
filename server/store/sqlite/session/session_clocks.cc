// Service-level clocks: their rows, and the lists of those that need somebody.
#include <algorithm>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/session/cursor.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr char kOverdueList = 'o';
constexpr char kBreachedList = 'b';

// The column that puts a clock on the list of late ones; see the schema.
Time LateOf(const domain::Lead& lead) {
  const domain::SlaClock& clock = *lead.sla;
  const bool late = clock.open() && clock.state != domain::SlaState::kRunning && clock.paused == 0;
  return late && lead.merged_into.empty() ? clock.due : 0;
}

bool InOrder(const PageCursor& a, const PageCursor& b) {
  return a.time != b.time ? a.time < b.time : StoredBefore(a.id, b.id);
}

}  // namespace

absl::Status Session::FollowClock(const domain::Lead& lead, Time start_before, std::string_view sla_before) {
  const bool other = !lead.sla.has_value() || lead.sla->start != start_before || lead.sla->sla_id != sla_before;
  if (other && !sla_before.empty()) {
    Query release = connection_.Prepare(Sql::kReleaseClock);
    RETURN_IF_ERROR(Run(release.Bind(tenant_, lead.id, start_before, sla_before)));
  }
  if (!lead.sla.has_value()) return absl::OkStatus();
  const domain::SlaClock& clock = *lead.sla;
  Query put = connection_.Prepare(Sql::kPutClock);
  return Run(put.Bind(tenant_, lead.id, clock.start, clock.sla_id, clock.warn, clock.due, clock.stopped,
                      static_cast<int64_t>(clock.state), clock.calendar, clock.since, clock.counted, clock.paused,
                      clock.steps, clock.step_at, LateOf(lead)));
}

absl::Status Session::TellClock(std::string_view lead_id, const domain::SlaClock& clock) {
  Query tell = connection_.Prepare(Sql::kTellClock);
  return Run(tell.Bind(tenant_, lead_id, clock.start, clock.sla_id, clock.warn, clock.due, clock.stopped,
                       static_cast<int64_t>(clock.state), clock.calendar, clock.since, clock.counted, clock.paused,
                       clock.steps, clock.step_at));
}

absl::StatusOr<Page<domain::Lead>> Session::ListOverdue(Time now, bool breached_only, std::string_view cursor,
                                                        int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  const char list = breached_only ? kBreachedList : kOverdueList;
  PageCursor from;
  if (!cursor.empty()) {
    ASSIGN_OR_RETURN(from, ParseCursor(list, cursor));
  }
  // One more than `limit`, to know whether there is a next page.
  const size_t most = static_cast<size_t>(limit) + 1;
  std::vector<PageCursor> found;
  {
    Query query = connection_.Prepare(breached_only ? Sql::kBreachedClocks : Sql::kLateClocks);
    query.Bind(tenant_, from.time, from.id, now, static_cast<int64_t>(most));
    while (query.Next()) found.push_back({.time = query.Int(1), .id = query.String(0)});
    RETURN_IF_ERROR(Break(query.status()));
  }
  // Those that nobody warned of yet, though it is time: few, while the clocks are looked after.
  {
    Query query = connection_.Prepare(Sql::kRunningLateClocks);
    query.Bind(tenant_, now);
    while (query.Next()) {
      PageCursor clock{.time = query.Int(1), .id = query.String(0)};
      if ((breached_only && clock.time > now) || !InOrder(from, clock)) continue;
      found.push_back(std::move(clock));
      if (found.size() >= 4 * most) {
        std::nth_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(most), found.end(), InOrder);
        found.resize(most);
      }
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  std::sort(found.begin(), found.end(), InOrder);
  Page<domain::Lead> page;
  for (size_t i = 0; i < found.size(); ++i) {
    if (i + 1 == most) {
      page.next = FormatCursor(list, found[i - 1]);
      break;
    }
    ASSIGN_OR_RETURN(domain::Lead lead, GetLead(found[i].id));
    page.items.push_back(std::move(lead));
  }
  return page;
}

}  // namespace leadline::store
