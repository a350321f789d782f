// Leads whose person or company changed: decided again by and by, some at a time, and after a restart from where it
// was.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/each_lead.h"
#include "engine/work/set_aside.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using store::SharedChange;

// So many changes are looked at in one step.
constexpr int kMostChanges = 200;

// What one step does about one change: `count` leads of the step's from `begin` on.
struct Share {
  SharedChange change;
  size_t begin = 0, count = 0;
  bool last = false;  // no further ones
};
struct Batch {
  std::vector<Share> shares;
  std::vector<std::string> leads;
};

std::string NameOf(const SharedChange& change) { return domain::ResourceName(change.kind, change.id); }

// Those of the record and of all that was merged into it, in the order of ids.
absl::StatusOr<std::vector<std::string>> LeadsOf(store::Reader& reader, const SharedChange& change) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader, change.kind, change.id));
  std::vector<std::string> leads;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> some,
                     change.kind == RecordKind::kAccount ? reader.LeadsOfAccount(id) : reader.LeadsOfContact(id));
    leads.insert(leads.end(), some.begin(), some.end());
  }
  std::sort(leads.begin(), leads.end());
  leads.erase(std::unique(leads.begin(), leads.end()), leads.end());
  return leads;
}

// Whether anything is decided of the lead: not once it is merged into another one, or what was asked for is erased.
absl::StatusOr<bool> IsDecided(store::Reader& reader, const std::string& id) {
  ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
  if (!lead.merged_into.empty()) return false;
  ASSIGN_OR_RETURN(const bool erased, reader.IsErased(RecordKind::kLead, id));
  return !erased;
}

absl::Status AddShare(store::Reader& reader, SharedChange change, size_t limit, Batch& batch) {
  Share share{std::move(change), batch.leads.size(), 0, true};
  ASSIGN_OR_RETURN(const std::vector<std::string> leads, LeadsOf(reader, share.change));
  for (auto next = std::upper_bound(leads.begin(), leads.end(), share.change.after); next != leads.end(); ++next) {
    if (batch.leads.size() >= limit) {
      share.last = false;
      break;
    }
    share.change.after = *next;
    ASSIGN_OR_RETURN(const bool decided, IsDecided(reader, *next));
    if (!decided) continue;
    batch.leads.push_back(*next);
    ++share.count;
  }
  batch.shares.push_back(std::move(share));
  return absl::OkStatus();
}

absl::Status KeepProgress(store::Store& store, std::string_view tenant, const std::vector<const Share*>& done) {
  if (done.empty()) return absl::OkStatus();
  return store::WriteAndWait(store, tenant, [&](store::Transaction& tx) -> absl::Status {
    for (const Share* share : done) RETURN_IF_ERROR(tx.PutProgress(share->change, share->last));
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<SharedChangeStep> Engine::FollowSharedChanges(const CallContext& context, int limit) {
  const Time now = clock().Now();
  Batch batch;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    batch = {};
    const size_t waiting = shared_set_aside_->size();
    ASSIGN_OR_RETURN(std::vector<SharedChange> changes, reader.SharedChanges(kMostChanges + static_cast<int>(waiting)));
    std::erase_if(changes, [&](const SharedChange& c) { return shared_set_aside_->Waits(NameOf(c), now); });
    for (SharedChange& change : changes) {
      if (batch.leads.size() >= static_cast<size_t>(limit)) break;
      RETURN_IF_ERROR(AddShare(reader, std::move(change), static_cast<size_t>(limit), batch));
    }
    return absl::OkStatus();
  }));
  SharedChangeStep step;
  if (batch.shares.empty()) return step;
  const std::shared_ptr<const Deciding> pinned = deciding();
  const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
    WriteScope scope(tx, context, pinned, *options_.ids, attempt.moment, &attempt.logs.front());
    scope.explain = Explain::kKept;
    return DecideAgain(scope, batch.leads[i]).status();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes, DecideEach(options_, context.tenant, batch.leads, decide));
  step.changes = static_cast<int>(batch.shares.size());
  step.leads = static_cast<int>(batch.leads.size());
  std::vector<const Share*> done;
  for (const Share& share : batch.shares) {
    const auto begin = outcomes.begin() + static_cast<std::ptrdiff_t>(share.begin);
    const auto end = begin + static_cast<std::ptrdiff_t>(share.count);
    const auto failed = std::find_if(begin, end, [](const absl::Status& status) { return !status.ok(); });
    if (failed == end) {
      shared_set_aside_->Succeeded(NameOf(share.change));
      done.push_back(&share);
    } else {
      step.set_aside.push_back(shared_set_aside_->Failed(NameOf(share.change), *failed, now));
      step.set_aside.back().lead = batch.leads[static_cast<size_t>(failed - outcomes.begin())];
    }
  }
  RETURN_IF_ERROR(KeepProgress(*options_.store, context.tenant, done));
  return step;
}

}  // namespace leadline::engine
