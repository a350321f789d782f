// Stored records: reading, changing, and their histories.
#include <algorithm>

#include "base/status_macros.h"
#include "domain/history/merging.h"
#include "engine/engine.h"
#include "engine/leads/lead_update.h"
#include "engine/work/enquiry.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::StatusOr<ActivityResult> KnownActivity(store::Reader& reader, domain::Activity stored,
                                             const std::shared_ptr<const domain::SnapshotRef>& snapshot) {
  ActivityResult result;
  ASSIGN_OR_RETURN(result.lead, StandingLead(reader, stored.lead_id));
  result.activity = std::move(stored);
  result.snapshot = snapshot;
  result.replayed = true;
  return result;
}

// An id is one activity's: it must not come again for a lead that is another's today.
absl::Status CheckSameLead(store::Reader& reader, const domain::Activity& stored, const domain::Activity& given) {
  ASSIGN_OR_RETURN(const domain::Lead has, StandingLead(reader, stored.lead_id));
  ASSIGN_OR_RETURN(const domain::Lead wanted, StandingLead(reader, given.lead_id));
  if (has.id == wanted.id) return absl::OkStatus();
  return WithReason(WithResource(absl::AlreadyExistsError(fmt::format(
                                     "activity {} is recorded already, on {}; give each activity an id of its own",
                                     given.id, domain::ResourceName(RecordKind::kLead, has.id))),
                                 "Activity", given.id),
                    ErrorReason::kActivityExists,
                    {{"activity", given.id}, {"lead", domain::ResourceName(RecordKind::kLead, has.id)}});
}

absl::StatusOr<ActivityResult> AddActivity(WriteScope& scope, domain::Activity activity, UnlistedValues& unlisted) {
  if (!activity.id.empty()) {
    auto stored = scope.tx.GetActivity(activity.id);
    if (stored.ok()) {
      RETURN_IF_ERROR(CheckSameLead(scope.tx, *stored, activity));
      scope.request_result = activity.id;
      ASSIGN_OR_RETURN(const domain::Lead has, StandingLead(scope.tx, stored->lead_id));
      scope.DecideFor(has.id);
      return KnownActivity(scope.tx, *std::move(stored), scope.snapshot().ref);
    }
    if (!absl::IsNotFound(stored.status())) return stored.status();
  } else {
    activity.id = scope.NewId();
  }
  absl::StatusOr<LeadSession> opened = LeadSession::Open(scope, activity.lead_id);
  if (!opened.ok() && !absl::IsNotFound(opened.status())) return opened.status();
  // By the packs that decide about the lead; where there is none, by the active ones.
  InputCheck check(*scope.snapshot().input, scope.now);
  check.Activity(FieldPath() / "activity", activity);
  RETURN_IF_ERROR(check.ToStatus());
  ASSIGN_OR_RETURN(LeadSession lead, std::move(opened));
  unlisted.Note(check.unlisted());
  const Time given_time = activity.time;
  activity.time = given_time == 0 ? scope.now : CountsAt(given_time, scope.now);
  // It keeps the names that it came with, by which it goes with its own record where a merge is undone.
  activity.account_id = lead.lead().account_id;
  if (const auto& people = lead.lead().contacts; activity.contact_id.empty() && !people.empty()) {
    activity.contact_id = people.front().contact_id;
  }
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, activity.contact_id));

  lead.AddActivity(activity, given_time);
  person.SeeActivity(activity);
  RETURN_IF_ERROR(lead.Rescore(scope.now, /*always=*/true));
  RETURN_IF_ERROR(lead.Advance(domain::Trigger::kActivity, scope.now));
  RETURN_IF_ERROR(person.Rescore(scope.now));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kActivity, scope.now));
  RETURN_IF_ERROR(person.Save());
  RETURN_IF_ERROR(lead.Save());
  scope.request_result = activity.id;
  ActivityResult result;
  result.lead = lead.lead();
  result.activity = std::move(activity);
  result.decisions = std::move(lead.decisions());
  result.snapshot = scope.snapshot().ref;
  result.warnings = WarningsOf(check.unlisted());
  return result;
}

}  // namespace

std::string EtagOf(int64_t version) { return fmt::format("\"{}\"", version); }

absl::StatusOr<domain::Lead> Engine::GetLead(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(std::string id, IdOf(name, RecordKind::kLead, "name"));
  domain::Lead lead;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(lead, StandingLead(reader, id));
    return absl::OkStatus();
  }));
  return lead;
}

void Engine::UpdateLead(const CallContext& context, UpdateRequest request, Done<UpdateResult> done) {
  engine::UpdateLead(options_, context, std::move(request), &unlisted_, std::move(done));
}

void Engine::RecordActivity(const CallContext& context, domain::Activity activity, Done<ActivityResult> done) {
  const std::shared_ptr<const Deciding> pinned = deciding();
  WriteCase<ActivityResult> write;
  write.method = "RecordActivity";
  write.keys = {KeyFor(RecordKind::kLead, domain::ResourceName(RecordKind::kLead, activity.lead_id))};
  write.body = [this, activity = std::move(activity)](WriteScope& scope) {
    return AddActivity(scope, activity, unlisted_);
  };
  write.deciding = pinned;
  write.replay = [pinned](store::Reader& reader, const std::string& id) -> absl::StatusOr<ActivityResult> {
    ASSIGN_OR_RETURN(domain::Activity stored, reader.GetActivity(id));
    ASSIGN_OR_RETURN(ActivityResult result, KnownActivity(reader, std::move(stored), pinned->active->ref));
    result.snapshot = pinned->For(result.lead.id)->ref;
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

absl::StatusOr<std::vector<domain::Event>> Engine::EventsAfter(const CallContext& context, int64_t position,
                                                               int limit) {
  std::vector<domain::Event> events;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(events, reader.EventsAfter(position, limit));
    return absl::OkStatus();
  }));
  return events;
}

absl::StatusOr<int64_t> Engine::LastPosition(const CallContext& context) {
  int64_t position = 0;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(position, reader.LastPosition());
    return absl::OkStatus();
  }));
  return position;
}

}  // namespace leadline::engine
