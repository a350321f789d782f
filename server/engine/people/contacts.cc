#include "engine/people/contacts.h"

#include <utility>

#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "engine/given/alike.h"
#include "engine/given/correction.h"
#include "engine/work/enquiry.h"
#include "engine/work/person_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// The company where the person works now; one without id where there is none.
absl::StatusOr<domain::Account> EmployerOf(store::Reader& reader, const domain::Contact& contact) {
  if (contact.account_id.empty()) return domain::Account();
  return StandingAccount(reader, contact.account_id);
}

absl::StatusOr<std::vector<DuplicateCandidate>> AlikePeople(store::Reader& reader, Decider& decider,
                                                            const domain::Contact& contact,
                                                            const domain::Account& employer, Time now) {
  ASSIGN_OR_RETURN(std::vector<DuplicateCandidate> alike,
                   AlikeTo(reader, decider, contact, employer.id.empty() ? nullptr : &employer, now));
  KeepLikeliest(kMostDuplicatesTold, alike);
  return alike;
}

// One correction inside its transaction.
class ContactCorrection {
 public:
  ContactCorrection(WriteScope& scope, const ContactUpdate& update)
      : scope_(scope), update_(update), check_(*scope.snapshot().input, scope.now) {}

  absl::StatusOr<ContactUpdated> Run() {
    RETURN_IF_ERROR(check_.Take(update_.invalid));
    absl::StatusOr<PersonSession> opened = PersonSession::Open(scope_, update_.contact.id);
    if (absl::IsNotFound(opened.status())) RETURN_IF_ERROR(check_.ToStatus());
    ASSIGN_OR_RETURN(PersonSession person, std::move(opened));
    before_ = person.contact();
    RETURN_IF_ERROR(CheckNotErased(scope_.tx, {RecordKind::kContact, before_.id}, "there is nothing left to change"));
    RETURN_IF_ERROR(CheckVersion({RecordKind::kContact, before_.id}, before_.version, update_.contact.version));
    RETURN_IF_ERROR(Correct(person));
    const std::vector<domain::FieldChange> changes = DiffFields(before_, after_);
    if (!changes.empty()) {
      person.contact() = after_;
      person.Record(scope_.now, domain::FieldsChanged{changes});
      RETURN_IF_ERROR(person.Rescore(scope_.now));
      RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope_.now));
      RETURN_IF_ERROR(person.Save());
      RETURN_IF_ERROR(PutKeys(person));
    }
    return Answer(person);
  }

 private:
  // Makes `after_` of what is stored and what was given.
  absl::Status Correct(PersonSession& person) {
    ASSIGN_OR_RETURN(const std::vector<std::string> paths, MaskPaths("a contact", update_.contact, update_.paths));
    after_ = before_;
    CopyPaths(paths, update_.contact, after_);
    domain::Contact given = ChangedValues(before_, after_);
    const FieldPath root;
    const FieldPath contact = root / "contact";
    CheckEmail(check_, contact, given);
    check_.Contact(contact, given);
    CheckAttributePaths(check_, contact, InputCheck::Record::kContact, paths, update_.contact.attributes,
                        before_.attributes);
    RETURN_IF_ERROR(FindCompany(contact, given, person));
    CheckFound(contact);
    RETURN_IF_ERROR(check_.ToStatus());
    NormalizeContact(given.country.empty() ? after_.country : given.country, given);
    TakeNormal(given);
    return absl::OkStatus();
  }

  // A company must be there; what it was merged into stands for it.
  absl::Status FindCompany(const FieldPath& contact, const domain::Contact& given, PersonSession& person) {
    if (after_.account_id == before_.account_id) return absl::OkStatus();
    if (given.account_id.empty()) {
      person.MoveTo({});
      return absl::OkStatus();
    }
    absl::StatusOr<domain::Account> account = StandingAccount(scope_.tx, given.account_id);
    if (absl::IsNotFound(account.status())) {
      check_.Refuse(contact / "account", fmt::format("there is no account {}", given.account_id));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(account.status());
    after_.account_id = account->id;
    person.MoveTo(*std::move(account));
    return absl::OkStatus();
  }

  // Who could be found by what is known must not become nobody. Some are known by their leads alone.
  void CheckFound(const FieldPath& contact) {
    const domain::PhoneRules& phones = scope_.decider().Rules("").matching.identity->phones;
    if (!CanBeFound(phones, before_, before_.country) || CanBeFound(phones, after_, after_.country)) return;
    check_.Refuse(contact, "needs an email, a phone number or a name, so that the person can be found again");
  }

  // What was given, as it is kept.
  void TakeNormal(const domain::Contact& given) {
    if (!given.email.empty()) after_.email = given.email;
    if (!given.phone.empty()) after_.phone = given.phone;
    if (!given.language.empty()) after_.language = given.language;
    if (!given.country.empty()) after_.country = given.country;
  }

  absl::Status PutKeys(PersonSession& person) {
    const packs::RuleSet& rules = *scope_.snapshot().rules;
    const domain::Account& employer = person.account();
    const domain::MatchPolicy& matching =
        scope_.decider().Rules(rules.RegionOfCountry(person.contact().country)).matching;
    return scope_.tx.SetKeys(RecordKind::kContact, person.contact().id,
                             ContactKeys(matching, person.contact(), employer.id.empty() ? nullptr : &employer));
  }

  absl::StatusOr<ContactUpdated> Answer(PersonSession& person) {
    ContactUpdated result;
    result.contact = person.contact();
    result.warnings = WarningsOf(check_.unlisted());
    result.decisions = std::move(person.decisions());
    result.snapshot = scope_.snapshot().ref;
    using Alike = std::vector<DuplicateCandidate>;
    ASSIGN_OR_RETURN(result.duplicates, scope_.Remember<Alike>([&] {
      return AlikePeople(scope_.tx, scope_.decider(), person.contact(), person.account(), scope_.now);
    }));
    return result;
  }

  WriteScope& scope_;
  const ContactUpdate& update_;
  InputCheck check_;
  domain::Contact before_, after_;
};

}  // namespace

absl::StatusOr<domain::Contact> GetContact(const EngineOptions& options, const CallContext& context,
                                           std::string_view name) {
  ASSIGN_OR_RETURN(const std::string id, IdOf(name, RecordKind::kContact, "name"));
  domain::Contact contact;
  RETURN_IF_ERROR(options.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(contact, StandingContact(reader, id));
    return absl::OkStatus();
  }));
  return contact;
}

void UpdateContact(const EngineOptions& options, const CallContext& context, ContactUpdate update,
                   Done<ContactUpdated> done) {
  if (absl::Status mask = CheckMask("a contact", update.contact, update.paths, update.invalid); !mask.ok()) {
    return done(std::move(mask));
  }
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  WriteCase<ContactUpdated> write;
  write.method = "UpdateContact";
  write.deciding = pinned;
  write.keys = {KeyFor(RecordKind::kContact, domain::ResourceName(RecordKind::kContact, update.contact.id))};
  write.body = [update = std::move(update)](WriteScope& scope) {
    scope.request_result = update.contact.id;
    return ContactCorrection(scope, update).Run();
  };
  write.replay = [pinned, now = options.clock->Now()](store::Reader& reader,
                                                      const std::string& id) -> absl::StatusOr<ContactUpdated> {
    ContactUpdated result;
    ASSIGN_OR_RETURN(result.contact, StandingContact(reader, id));
    ASSIGN_OR_RETURN(const domain::Account employer, EmployerOf(reader, result.contact));
    ASSIGN_OR_RETURN(result.duplicates,
                     AlikePeople(reader, Decider::ForThread(pinned->active), result.contact, employer, now));
    result.snapshot = pinned->active->ref;
    result.replayed = true;
    return result;
  };
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
