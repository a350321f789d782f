// Service-level clocks: what time alone does to a lead.
#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/each_lead.h"
#include "engine/work/lead_session.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {
namespace {

// At most `limit` leads whose step is due and which are not set aside. Those that are stand first in the list for ever
// if need be, so that the list is read beyond them.
absl::StatusOr<std::vector<std::string>> DueNow(store::Store& store, const CallContext& context, SetAside& set_aside,
                                                Time now, int limit) {
  const size_t asked = static_cast<size_t>(limit) + set_aside.size();
  std::vector<std::string> due;
  RETURN_IF_ERROR(store.Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(due, reader.LeadsWithDueClock(now, static_cast<int>(asked)));
    return absl::OkStatus();
  }));
  if (due.size() < asked && set_aside.size() > 0) set_aside.KeepOnly({due.begin(), due.end()});
  std::erase_if(due, [&](const std::string& id) { return set_aside.Waits(id, now); });
  if (due.size() > static_cast<size_t>(limit)) due.resize(static_cast<size_t>(limit));
  return due;
}

}  // namespace

absl::StatusOr<ClockStep> Engine::AdvanceClocks(const CallContext& context, int limit) {
  const Time now = clock().Now();
  ASSIGN_OR_RETURN(const std::vector<std::string> due,
                   DueNow(*options_.store, context, *clocks_set_aside_, now, limit));
  ClockStep step;
  if (due.empty()) return step;
  const std::shared_ptr<const Deciding> pinned = deciding();
  std::vector<char> changed(due.size());
  const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
    WriteScope scope(tx, context, pinned, *options_.ids, attempt.moment, &attempt.logs.front());
    scope.explain = Explain::kKept;
    scope.DecideFor(due[i]);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, due[i]));
    ASSIGN_OR_RETURN(changed[i], session.AdvanceClock(scope.now));
    return changed[i] ? session.Save() : absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes, DecideEach(options_, context.tenant, due, decide));
  for (size_t i = 0; i < due.size(); ++i) {
    if (outcomes[i].ok()) {
      clocks_set_aside_->Succeeded(due[i]);
      step.touched += changed[i] ? 1 : 0;
    } else {
      step.set_aside.push_back(clocks_set_aside_->Failed(due[i], outcomes[i], now));
    }
  }
  return step;
}

}  // namespace leadline::engine
