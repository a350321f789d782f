#include "tests/store/told_store.h"

#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/field_values.h"
#include "domain/history/fold.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::RecordRef;

constexpr Time kStart = 1'772'445'600'000'000;  // 2026-03-02T10:00:00Z

domain::Event MakeEvent(RecordRef record, int minute, domain::EventPayload payload) {
  domain::Event event;
  event.transaction_id = "0198-" + record.id + "-" + std::to_string(minute);
  event.record = std::move(record);
  event.time = event.append_time = kStart + minute * kMinute;
  event.actor = "maria";
  event.payload = std::move(payload);
  return event;
}

// One record, whose row is the fold of what happened to it.
template <typename Record>
class Teller {
 public:
  Teller(Transaction& t, RecordKind kind, std::string id) : t_(t), ref_{kind, std::move(id)} { record_.id = ref_.id; }

  absl::Status Tell(int minute, domain::EventPayload payload) {
    domain::Event event = MakeEvent(ref_, minute, std::move(payload));
    RETURN_IF_ERROR(t_.Append(event));
    RETURN_IF_ERROR(Fold(event, record_));
    return t_.Put(record_);
  }
  Record& record() { return record_; }

 private:
  Transaction& t_;
  const RecordRef ref_;
  Record record_;
};

absl::Status PutMerge(Transaction& t, const std::string& id, RecordKind kind, const std::string& survivor,
                      const std::string& absorbed, int minute, std::vector<domain::FieldChange> changed, bool undone) {
  domain::MergeRecord merge;
  merge.id = id;
  merge.kind = kind;
  merge.survivor_id = survivor;
  merge.absorbed_id = absorbed;
  merge.time = kStart + minute * kMinute;
  merge.actor = "maria";
  merge.reason = "the same";
  merge.changed = std::move(changed);
  merge.undone = undone;
  return t.Put(merge);
}

absl::Status PutPeople(Transaction& t) {
  Teller<domain::Account> account(t, RecordKind::kAccount, "a1");
  domain::Account company;
  company.name = "Acme";
  company.domain = "acme.es";
  company.created_at = kStart;
  RETURN_IF_ERROR(account.Tell(0, domain::RecordCreated{"", "", false, company}));
  RETURN_IF_ERROR(account.Tell(9, domain::FieldsChanged{{{"employees", "i0", "i120"}}}));
  domain::AccountScore score;
  score.total = 60;
  score.dimensions["behaviour"] = 60;
  score.people = 1;
  score.products = {{"suite", 2}};
  score.as_of = kStart;
  RETURN_IF_ERROR(account.Tell(10, domain::AccountScored{score, 0}));

  Teller<domain::Contact> ana(t, RecordKind::kContact, "c1"), other(t, RecordKind::kContact, "c2");
  domain::Contact person;
  person.account_id = "a1";
  person.given_name = "Ana";
  person.created_at = kStart;
  RETURN_IF_ERROR(ana.Tell(0, domain::RecordCreated{"website", "emea", false, person}));
  RETURN_IF_ERROR(ana.Tell(0, domain::StatusChanged{"", "inquiry", "created", ""}));
  person.phone = "+34600123456";
  RETURN_IF_ERROR(other.Tell(0, domain::RecordCreated{"website", "emea", false, person}));
  RETURN_IF_ERROR(other.Tell(0, domain::StatusChanged{"", "inquiry", "created", ""}));
  const std::vector<domain::FieldChange> changed = {
      {"phone", domain::EncodeValue(std::string()), domain::EncodeValue(std::string("+34600123456"))}};
  const domain::Merged merged{"m1", {RecordKind::kContact, "c2"}, {RecordKind::kContact, "c1"}, "the same", changed};
  RETURN_IF_ERROR(ana.Tell(30, merged));
  RETURN_IF_ERROR(other.Tell(30, merged));
  return PutMerge(t, "m1", RecordKind::kContact, "c1", "c2", 30, changed, false);
}

absl::Status Act(Transaction& t, Teller<domain::Lead>& lead, const std::string& id, int minute) {
  domain::Activity activity;
  activity.id = id;
  activity.lead_id = lead.record().id;
  activity.contact_id = "c1";
  activity.account_id = "a1";
  activity.channel = "website";
  activity.investment = "high";
  activity.response = "contact_me";
  activity.time = kStart + minute * kMinute;
  RETURN_IF_ERROR(t.AddActivity(activity).status());
  return lead.Tell(minute, domain::ActivityRecorded{activity});
}

absl::Status PutLeads(Transaction& t) {
  Teller<domain::Lead> lead(t, RecordKind::kLead, "l1"), second(t, RecordKind::kLead, "l2");
  domain::Lead given;
  given.account_id = "a1";
  given.contacts = {{"c1", "enquirer"}, {"c2", "user"}};
  given.source = "website";
  given.region = "emea";
  given.created_at = kStart;
  RETURN_IF_ERROR(lead.Tell(0, domain::RecordCreated{"website", "emea", false, given}));
  RETURN_IF_ERROR(Act(t, lead, "x1", 0));
  RETURN_IF_ERROR(Act(t, lead, "x2", 5));
  domain::Score score;
  score.total = score.central = 42;
  score.dimensions["behaviour"] = 42;
  score.threshold = 100;
  score.as_of = kStart;
  RETURN_IF_ERROR(lead.Tell(5, domain::ScoreChanged{score, 0}));
  RETURN_IF_ERROR(lead.Tell(5, domain::StatusChanged{"", "mql", "created", "", true}));
  domain::SlaClock first{"call", kStart, kStart + kMinute, kStart + kHour, 0, domain::SlaState::kRunning};
  RETURN_IF_ERROR(lead.Tell(5, domain::SlaChanged{first}));
  const std::vector<domain::PoolState> turns = {{"mia", -1, 1, kStart}, {"ben", 1, 0, 0}};
  RETURN_IF_ERROR(t.PutPool("emea", turns));
  RETURN_IF_ERROR(lead.Tell(6, domain::Assigned{"mia", "", "round", "", 42, "emea", turns}));
  first.state = domain::SlaState::kMet;
  first.stopped = kStart + 7 * kMinute;
  RETURN_IF_ERROR(lead.Tell(7, domain::SlaChanged{first}));
  RETURN_IF_ERROR(lead.Tell(8, domain::SlaChanged{{"offer", kStart + kDay, kStart + 2 * kDay, kStart + 3 * kDay, 0,
                                                   domain::SlaState::kRunning}}));
  RETURN_IF_ERROR(lead.Tell(9, domain::RegionChanged{"emea", "latam"}));

  given.contacts = {{"c1", "enquirer"}};
  RETURN_IF_ERROR(second.Tell(1, domain::RecordCreated{"website", "emea", false, given}));
  RETURN_IF_ERROR(second.Tell(1, domain::StatusChanged{"", "inquiry", "created", ""}));
  const RecordRef l1{RecordKind::kLead, "l1"}, l2{RecordKind::kLead, "l2"};
  const domain::Merged merged{"m2", l2, l1, "the same", {}};
  RETURN_IF_ERROR(lead.Tell(40, merged));
  RETURN_IF_ERROR(second.Tell(40, merged));
  const domain::Unmerged separated{"m2", l2, "not the same", {}};
  RETURN_IF_ERROR(lead.Tell(50, separated));
  RETURN_IF_ERROR(second.Tell(50, separated));
  return PutMerge(t, "m2", RecordKind::kLead, "l1", "l2", 40, {}, true);
}

absl::Status PutRest(Transaction& t) {
  domain::RepState rep;
  rep.rep_id = "mia";
  rep.available = false;
  rep.unavailable_until = kStart + 9 * kDay;
  rep.open_leads = 1;
  rep.given = {kStart + 6 * kMinute};
  RETURN_IF_ERROR(t.Put(rep));
  domain::Event away =
      MakeEvent({RecordKind::kRep, "mia"}, 60, domain::AvailabilityChanged{"mia", false, rep.unavailable_until});
  RETURN_IF_ERROR(t.Append(away));

  const domain::PackRef ref{"central", "1.0", "5ca1ab1e"};
  domain::PackContent content;
  content.sha256 = ref.sha256;
  content.pack = ref.pack;
  content.files = {{"pack.yaml", "pack: central\n"}};
  RETURN_IF_ERROR(t.Put(content));
  domain::Rollout rollout;
  rollout.generation = rollout.last_generation = 1;
  rollout.active = {{ref, kStart, "server", false, {}}};
  rollout.rescoring = {.generation = 1, .after = "l1", .total = 2, .done = 1, .started_at = kStart};
  domain::PackChanged changed;
  changed.action = "activated";
  changed.pack = "central";
  changed.sha256 = ref.sha256;
  changed.rollout = WithoutProgress(rollout);
  domain::Event activated = MakeEvent({RecordKind::kPack, "central"}, 61, std::move(changed));
  RETURN_IF_ERROR(t.Append(activated));
  return t.Put(rollout);
}

}  // namespace

absl::Status PutToldStore(Transaction& t) {
  RETURN_IF_ERROR(PutPeople(t));
  RETURN_IF_ERROR(PutLeads(t));
  return PutRest(t);
}

}  // namespace leadline::store
