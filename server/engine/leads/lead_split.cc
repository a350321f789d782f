#include "engine/leads/lead_split.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/input/input_check.h"
#include "engine/leads/lead_update.h"
#include "engine/work/lead_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ContactRole;
using domain::Lead;
using domain::RecordKind;
using domain::RecordRef;

// Where a row of another system is known by; two leads cannot both be that row.
constexpr char kExternalId[] = "external_id";

// What becomes of both, before anything is decided.
class Division {
 public:
  Division(WriteScope& scope, const SplitRequest& request, const Lead& lead)
      : scope_(scope), request_(request), check_(*scope.snapshot().input, scope.now), rest_(lead) {}

  absl::Status Divide() {
    part_ = PartOf(rest_);
    TakeProducts();
    RETURN_IF_ERROR(TakePeople());
    TakeAttributes();
    RETURN_IF_ERROR(LetPeopleGo());
    if (request_.remaining_value) rest_.value = request_.remaining_value;
    return check_.ToStatus();
  }
  const Lead& rest() const { return rest_; }  // the lead as it goes on
  const Lead& part() const { return part_; }  // the new one, without an id

 private:
  Lead PartOf(const Lead& lead) const {
    Lead part;
    part.account_id = lead.account_id;
    part.source = lead.source;
    part.region = lead.region;
    part.country = lead.country;
    part.language = lead.language;
    part.purchased = lead.purchased;
    part.value = request_.value;
    part.probability = request_.probability;
    part.created_at = lead.created_at;
    part.handled_at = lead.handled_at;
    part.split_from = lead.id;
    part.split_at = scope_.now;
    return part;
  }

  void TakeProducts() {
    const FieldPath products = root_ / "products";
    for (size_t i = 0; i < request_.products.size(); ++i) {
      const std::string& product = request_.products[i];
      const auto found = std::find(rest_.products.begin(), rest_.products.end(), product);
      if (found != rest_.products.end()) {
        part_.products.push_back(product);
        rest_.products.erase(found);
        continue;
      }
      const bool twice = std::find(part_.products.begin(), part_.products.end(), product) != part_.products.end();
      check_.Refuse(
          products[static_cast<int>(i)],
          twice ? fmt::format("\"{}\" is named twice", product)
                : fmt::format("the lead has no product \"{}\"; it has {}", product,
                              rest_.products.empty() ? "none" : fmt::format("{}", fmt::join(rest_.products, ", "))));
    }
  }

  // Where a person stands on the lead, also by an id that was merged; the end, reported, where nowhere.
  absl::StatusOr<std::vector<ContactRole>::const_iterator> PlaceOf(const FieldPath& path, const std::string& id) {
    const std::vector<ContactRole>& people = rest_.contacts;
    std::string standing = id;
    if (const auto contact = StandingContact(scope_.tx, id); contact.ok()) {
      standing = contact->id;
    } else if (!absl::IsNotFound(contact.status())) {
      return contact.status();
    }
    for (auto place = people.begin(); place != people.end(); ++place) {
      if (place->contact_id == id || place->contact_id == standing) return place;
      ASSIGN_OR_RETURN(const domain::Contact there, StandingContact(scope_.tx, place->contact_id));
      if (there.id == standing) return place;
    }
    check_.Refuse(path, fmt::format("{} is not on the lead", domain::ResourceName(RecordKind::kContact, id)));
    return people.end();
  }

  absl::Status TakePeople() {
    if (request_.contacts.empty()) {
      part_.contacts = rest_.contacts;
      return absl::OkStatus();
    }
    const FieldPath contacts = root_ / "contacts";
    for (size_t i = 0; i < request_.contacts.size(); ++i) {
      const ContactRole& asked = request_.contacts[i];
      const FieldPath path = contacts[static_cast<int>(i)];
      check_.Text(path / "role", InputCheck::Record::kLead, "roles", asked.role);
      ASSIGN_OR_RETURN(const auto place, PlaceOf(path / "contact", asked.contact_id));
      if (place == rest_.contacts.end()) continue;
      if (HasPart(place->contact_id)) {
        check_.Refuse(path / "contact", "is named twice; a person is on a lead once");
        continue;
      }
      RETURN_IF_ERROR(
          CheckNotErased(scope_.tx, {RecordKind::kContact, place->contact_id}, "nobody is put on a lead then"));
      part_.contacts.push_back({place->contact_id, asked.role.empty() ? place->role : asked.role});
    }
    return absl::OkStatus();
  }

  // They are forgotten with the person whom the lead is about, so they do not go to another person's.
  void TakeAttributes() {
    if (part_.contacts.empty() || part_.contacts.front().contact_id != rest_.contacts.front().contact_id) return;
    part_.attributes = rest_.attributes;
    part_.attributes.erase(kExternalId);
  }

  absl::Status LetPeopleGo() {
    std::set<std::string> going;
    const FieldPath leaving = root_ / "leaving_contacts";
    for (size_t i = 0; i < request_.leaving_contacts.size(); ++i) {
      const std::string& id = request_.leaving_contacts[i];
      const FieldPath path = leaving[static_cast<int>(i)];
      ASSIGN_OR_RETURN(const auto place, PlaceOf(path, id));
      if (place == rest_.contacts.end()) continue;
      if (place == rest_.contacts.begin()) return EnquirerStays(id);
      if (!HasPart(place->contact_id)) {
        check_.Refuse(path, "leaves the lead and does not go over; name the person in `contacts`, too");
      }
      going.insert(place->contact_id);
    }
    std::erase_if(rest_.contacts, [&](const ContactRole& contact) { return going.contains(contact.contact_id); });
    return absl::OkStatus();
  }

  bool HasPart(const std::string& contact_id) const {
    return std::any_of(part_.contacts.begin(), part_.contacts.end(),
                       [&](const ContactRole& there) { return there.contact_id == contact_id; });
  }

  absl::Status EnquirerStays(const std::string& contact_id) const {
    const std::string lead = domain::ResourceName(RecordKind::kLead, rest_.id);
    const std::string person = domain::ResourceName(RecordKind::kContact, contact_id);
    return WithReason(WithResource(absl::FailedPreconditionError(fmt::format(
                                       "{} is who asked for {}, and stays on it; put another person first in the "
                                       "lead's contacts with UpdateLead, then split it",
                                       person, lead)),
                                   lead),
                      ErrorReason::kEnquirer, {{"contact", person}});
  }

  WriteScope& scope_;
  const SplitRequest& request_;
  const FieldPath root_;
  InputCheck check_;
  Lead rest_, part_;
};

// What people did of the lead, as the new one repeats it: without who did it, so that it counts once for the person.
// The text goes along where it is erased with the new lead's own person.
absl::StatusOr<std::vector<domain::Activity>> Repeated(WriteScope& scope, const Lead& lead, const Lead& part) {
  ASSIGN_OR_RETURN(LeadContext context, LoadLead(scope.tx, lead.id));
  std::vector<domain::Activity>& activities = context.activities;
  if (activities.size() > kMostRepeated) {
    activities.erase(activities.begin(), activities.end() - static_cast<std::ptrdiff_t>(kMostRepeated));
  }
  for (domain::Activity& activity : activities) {
    if (activity.contact_id != part.contacts.front().contact_id) activity.subject.clear();
    activity.id = scope.NewId();
    activity.lead_id = part.id;
    activity.contact_id.clear();
  }
  return std::move(activities);
}

void TakeDecisions(LeadSession& session, SplitResult& result) {
  std::move(session.decisions().begin(), session.decisions().end(), std::back_inserter(result.decisions));
  session.decisions().clear();
}

absl::Status SaveRest(WriteScope& scope, const Lead& rest, const domain::LeadSplit& split, LeadSession& session,
                      SplitResult& result) {
  const Lead before = session.lead();
  Lead& lead = session.lead();
  lead.contacts = rest.contacts;
  lead.products = rest.products;
  lead.value = rest.value;
  session.RecordFields(scope.now);
  session.Record(scope.now, split);
  RETURN_IF_ERROR(DecideChanged(scope, before, session));
  TakeDecisions(session, result);
  result.lead = session.lead();
  return absl::OkStatus();
}

// As the other one was before: status, rep or queue, clocks.
absl::Status SavePart(WriteScope& scope, LeadContext context, std::vector<domain::Activity> repeated,
                      const Lead& before, const domain::LeadSplit& split, SplitResult& result) {
  LeadSession session(scope, std::move(context));
  const Lead& lead = session.lead();
  // A reason may tell of the other lead's person, and is forgotten with that one.
  domain::LeadSplit told = split;
  if (lead.contacts.front().contact_id != before.contacts.front().contact_id) told.reason.clear();
  domain::RecordCreated created{domain::Meant(before.meaning.central.source, before.source), lead.region,
                                lead.purchased, lead, session.contact().status};
  session.Record(scope.now, std::move(created));
  session.Record(scope.now, told);
  for (domain::Activity& activity : repeated) session.AddActivity(std::move(activity));
  RETURN_IF_ERROR(session.Rescore(scope.now, /*always=*/true));
  if (!before.assignee.empty()) {
    session.Assign(before.assignee, "split", "", scope.now);
  } else if (!before.hold_queue.empty()) {
    session.Assign("", before.held_by, before.hold_queue, scope.now);
  }
  RETURN_IF_ERROR(session.Enter(before.status, before.status_since, {"split", told.reason, std::nullopt}));
  session.TakeOpenClocks(before, scope.now);
  RETURN_IF_ERROR(session.Save());
  TakeDecisions(session, result);
  result.new_lead = session.lead();
  return absl::OkStatus();
}

absl::StatusOr<SplitResult> Split(WriteScope& scope, const std::string& id, const SplitRequest& request) {
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
  const Lead before = session.lead();
  const RecordRef from{RecordKind::kLead, before.id};
  RETURN_IF_ERROR(CheckEtag(request.etag, before.version, from));
  RETURN_IF_ERROR(CheckNotErased(scope.tx, from, "nothing is made of it any more"));
  Division division(scope, request, before);
  RETURN_IF_ERROR(division.Divide());
  LeadContext part;
  part.lead = division.part();
  part.lead.id = scope.NewId();
  ASSIGN_OR_RETURN(std::vector<domain::Activity> repeated, Repeated(scope, before, part.lead));
  ASSIGN_OR_RETURN(part.contact, StandingContact(scope.tx, part.lead.contacts.front().contact_id));
  part.account = session.account();
  scope.request_result = before.id + " " + part.lead.id;
  const domain::LeadSplit split{from, {RecordKind::kLead, part.lead.id}, request.reason};
  SplitResult result;
  RETURN_IF_ERROR(SaveRest(scope, division.rest(), split, session, result));
  scope.DecideFor(part.lead.id);
  RETURN_IF_ERROR(SavePart(scope, std::move(part), std::move(repeated), before, split, result));
  return result;
}

absl::StatusOr<SplitResult> ReplaySplit(store::Reader& reader, const std::string& stored) {
  const size_t space = stored.find(' ');
  if (space == std::string::npos) return absl::DataLossError("the stored answer of the request is damaged");
  SplitResult result;
  ASSIGN_OR_RETURN(result.lead, StandingLead(reader, stored.substr(0, space)));
  ASSIGN_OR_RETURN(result.new_lead, StandingLead(reader, stored.substr(space + 1)));
  return result;
}

}  // namespace

void SplitLead(const EngineOptions& options, const CallContext& context, SplitRequest request, Done<SplitResult> done) {
  auto id = IdOf(request.lead, RecordKind::kLead, "name");
  if (!id.ok()) return done(id.status());
  WriteCase<SplitResult> write;
  write.method = "SplitLead";
  write.keys = {KeyFor(RecordKind::kLead, request.lead)};
  write.body = [id = *std::move(id), request = std::move(request)](WriteScope& scope) {
    return Split(scope, id, request);
  };
  write.replay = ReplaySplit;
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
