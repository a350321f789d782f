#include "engine/people/accounts.h"

#include <utility>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "domain/history/record_fields.h"
#include "engine/given/alike.h"
#include "engine/given/correction.h"
#include "engine/given/listed_reps.h"
#include "engine/people/contacts.h"
#include "engine/work/enquiry.h"
#include "engine/work/record_change.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::StatusOr<std::vector<DuplicateCandidate>> AlikeCompanies(store::Reader& reader, Decider& decider,
                                                               const domain::Account& account, Time now) {
  ASSIGN_OR_RETURN(std::vector<DuplicateCandidate> alike, AlikeTo(reader, decider, account, now));
  KeepLikeliest(kMostDuplicatesTold, alike);
  return alike;
}

// One correction inside its transaction.
class AccountCorrection {
 public:
  AccountCorrection(WriteScope& scope, const Deciding& deciding, const AccountUpdate& update)
      : scope_(scope), deciding_(deciding), update_(update), check_(*scope.snapshot().input, scope.now) {}

  absl::StatusOr<AccountUpdated> Run() {
    RETURN_IF_ERROR(check_.Take(update_.invalid));
    absl::StatusOr<domain::Account> stored = StandingAccount(scope_.tx, update_.account.id);
    if (absl::IsNotFound(stored.status())) RETURN_IF_ERROR(check_.ToStatus());
    ASSIGN_OR_RETURN(before_, std::move(stored));
    RETURN_IF_ERROR(CheckVersion({RecordKind::kAccount, before_.id}, before_.version, update_.account.version));
    RETURN_IF_ERROR(Correct());
    std::vector<domain::FieldChange> changes = DiffFields(before_, after_);
    if (!changes.empty()) RETURN_IF_ERROR(Save(std::move(changes)));
    return Answer();
  }

 private:
  // Makes `after_` of what is stored and what was given.
  absl::Status Correct() {
    ASSIGN_OR_RETURN(const std::vector<std::string> paths, MaskPaths("an account", update_.account, update_.paths));
    after_ = before_;
    CopyPaths(paths, update_.account, after_);
    domain::Account given = ChangedValues(before_, after_);
    const FieldPath root;
    const FieldPath account = root / "account";
    check_.Account(account, given);
    CheckAttributePaths(check_, account, InputCheck::Record::kAccount, paths, update_.account.attributes,
                        before_.attributes);
    const std::string domain = std::exchange(given.domain, domain::RegistrableDomain(given.domain));
    if (!domain.empty() && given.domain.empty()) {
      check_.Refuse(account / "domain", fmt::format("{} is not a domain of a company", Quoted(domain)));
    }
    if (given.employees < 0) check_.Refuse(account / "employee_count", "is a number of people: 0, not known, or more");
    if (!given.owner.empty() && FindListedRep(deciding_, given.owner) == nullptr) {
      check_.Refuse(account / "owner", NoSuchRep(*deciding_.active->rules, given.owner));
    }
    if (after_.name.empty() && after_.domain.empty() && !(before_.name.empty() && before_.domain.empty())) {
      check_.Refuse(account, "needs a name or a domain, so that the company can be found again");
    }
    RETURN_IF_ERROR(check_.ToStatus());
    if (!given.domain.empty()) after_.domain = std::move(given.domain);
    if (!given.country.empty()) after_.country = std::move(given.country);
    return absl::OkStatus();
  }

  absl::Status Save(std::vector<domain::FieldChange> changes) {
    const bool renamed = before_.name != after_.name || before_.domain != after_.domain;
    PendingEvents pending;
    if (after_.id != update_.account.id) pending.addressed = update_.account.id;
    pending.Add(scope_.now, domain::FieldsChanged{std::move(changes)});
    RETURN_IF_ERROR(SaveRecord(scope_, before_, after_, pending));
    const domain::MatchPolicy& matching = scope_.decider().Rules(after_.region).matching;
    RETURN_IF_ERROR(scope_.tx.SetKeys(RecordKind::kAccount, after_.id, AccountKeys(matching, after_)));
    return renamed ? PutKeysOfPeople() : absl::OkStatus();
  }

  // People are found by the name of their company, too.
  absl::Status PutKeysOfPeople() {
    ASSIGN_OR_RETURN(const std::vector<std::string> accounts, MergedIds(scope_.tx, RecordKind::kAccount, after_.id));
    size_t left = kMostPeopleRekeyed;
    for (const std::string& id : accounts) {
      ASSIGN_OR_RETURN(const std::vector<std::string> people, scope_.tx.ContactsOfAccount(id));
      for (const std::string& person : people) {
        if (left-- == 0) return absl::OkStatus();
        RETURN_IF_ERROR(PutKeysOf(person));
      }
    }
    return absl::OkStatus();
  }

  absl::Status PutKeysOf(const std::string& id) {
    ASSIGN_OR_RETURN(const domain::Contact person, scope_.tx.GetContact(id));
    if (person.erased_at != 0) return absl::OkStatus();
    const std::string region = scope_.snapshot().rules->RegionOfCountry(person.country);
    return scope_.tx.SetKeys(RecordKind::kContact, id,
                             ContactKeys(scope_.decider().Rules(region).matching, person, &after_));
  }

  absl::StatusOr<AccountUpdated> Answer() {
    AccountUpdated result;
    result.account = after_;
    result.warnings = WarningsOf(check_.unlisted());
    result.snapshot = scope_.snapshot().ref;
    using Alike = std::vector<DuplicateCandidate>;
    ASSIGN_OR_RETURN(result.duplicates, scope_.Remember<Alike>([&] {
      return AlikeCompanies(scope_.tx, scope_.decider(), after_, scope_.now);
    }));
    return result;
  }

  WriteScope& scope_;
  const Deciding& deciding_;
  const AccountUpdate& update_;
  InputCheck check_;
  domain::Account before_, after_;
};

}  // namespace

absl::StatusOr<domain::Account> GetAccount(const EngineOptions& options, const CallContext& context,
                                           std::string_view name) {
  ASSIGN_OR_RETURN(const std::string id, IdOf(name, RecordKind::kAccount, "name"));
  domain::Account account;
  RETURN_IF_ERROR(options.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(account, StandingAccount(reader, id));
    return absl::OkStatus();
  }));
  return account;
}

void UpdateAccount(const EngineOptions& options, const CallContext& context, AccountUpdate update,
                   Done<AccountUpdated> done) {
  if (absl::Status mask = CheckMask("an account", update.account, update.paths, update.invalid); !mask.ok()) {
    return done(std::move(mask));
  }
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  WriteCase<AccountUpdated> write;
  write.method = "UpdateAccount";
  write.deciding = pinned;
  write.keys = {KeyFor(RecordKind::kAccount, domain::ResourceName(RecordKind::kAccount, update.account.id))};
  write.body = [pinned, update = std::move(update)](WriteScope& scope) {
    scope.request_result = update.account.id;
    return AccountCorrection(scope, *pinned, update).Run();
  };
  write.replay = [pinned, now = options.clock->Now()](store::Reader& reader,
                                                      const std::string& id) -> absl::StatusOr<AccountUpdated> {
    AccountUpdated result;
    ASSIGN_OR_RETURN(result.account, StandingAccount(reader, id));
    ASSIGN_OR_RETURN(result.duplicates,
                     AlikeCompanies(reader, Decider::ForThread(pinned->active), result.account, now));
    result.snapshot = pinned->active->ref;
    result.replayed = true;
    return result;
  };
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
