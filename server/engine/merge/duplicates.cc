// Duplicates on request. Writes nothing.
#include "engine/merge/duplicates.h"

#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "engine/given/alike.h"
#include "engine/work/enquiry.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::RecordRef;
using Candidates = std::vector<DuplicateCandidate>;

// By the rules of a lead's region where one is given, otherwise of the person's.
absl::StatusOr<Candidates> DuplicatesOfContact(store::Reader& reader, Decider& decider, std::string_view id,
                                               const std::optional<std::string>& region, Time now) {
  ASSIGN_OR_RETURN(const domain::Contact contact, StandingContact(reader, id));
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(reader, contact.account_id));
  }
  const domain::Account* employer = account.id.empty() ? nullptr : &account;
  if (!region) return AlikeTo(reader, decider, contact, employer, now);
  return AlikeTo(reader, decider, decider.Rules(*region), contact, employer, now);
}

// The same; otherwise of the company's region.
absl::StatusOr<Candidates> DuplicatesOfAccount(store::Reader& reader, Decider& decider, std::string_view id,
                                               const std::optional<std::string>& region, Time now) {
  ASSIGN_OR_RETURN(const domain::Account account, StandingAccount(reader, id));
  if (!region) return AlikeTo(reader, decider, account, now);
  return AlikeTo(reader, decider, decider.Rules(*region), account, now);
}

void Append(Candidates more, Candidates& out) {
  for (DuplicateCandidate& candidate : more) out.push_back(std::move(candidate));
}

// What stands in a form, checked and as it would be kept.
absl::Status PrepareQuery(const Snapshot& snapshot, Time now, DuplicateQuery& query) {
  InputCheck check(*snapshot.input, now);
  RETURN_IF_ERROR(check.Take(query.invalid));
  const FieldPath root;
  check.Region(root / "region", query.region);
  if (!query.contact && !query.account) {
    check.Refuse(root / "contact", "is required, or an account: there is nothing to be found by");
  }
  if (query.account) {
    const FieldPath account = root / "account";
    check.Account(account, *query.account);
    NormalizeAccount(*query.account);
    if (query.account->name.empty() && query.account->domain.empty()) {
      check.Refuse(account, "needs a name or a domain to be found by");
    }
  }
  if (query.contact) {
    const FieldPath contact = root / "contact";
    domain::Contact& given = *query.contact;
    check.Contact(contact, given);
    CheckEmail(check, contact, given);
    if (given.country.empty() && query.account) given.country = query.account->country;
    if (!CanBeFound(snapshot.rules->ForRegion("").matching.identity->phones, given, given.country)) {
      check.Refuse(contact, "needs an email, a phone number or a name to be found by");
    }
    NormalizeContact(given.country, given);
  }
  return check.ToStatus();
}

// Where the person of a query works; null where nobody says.
absl::StatusOr<const domain::Account*> EmployerIn(store::Reader& reader, const DuplicateQuery& query,
                                                  domain::Account& stored) {
  if (query.account) return &*query.account;
  if (query.contact->account_id.empty()) return nullptr;
  auto account = StandingAccount(reader, query.contact->account_id);
  if (absl::IsNotFound(account.status())) {
    return InvalidField("contact.account", fmt::format("there is no account {}", query.contact->account_id));
  }
  RETURN_IF_ERROR(account.status());
  stored = *std::move(account);
  return &stored;
}

absl::StatusOr<Candidates> AlikeToQuery(store::Reader& reader, Decider& decider, const DuplicateQuery& query,
                                        Time now) {
  Candidates out;
  const packs::RegionRules* rules = query.region.empty() ? nullptr : &decider.Rules(query.region);
  if (query.contact) {
    domain::Account stored;
    ASSIGN_OR_RETURN(const domain::Account* employer, EmployerIn(reader, query, stored));
    ASSIGN_OR_RETURN(out, rules == nullptr ? AlikeTo(reader, decider, *query.contact, employer, now)
                                           : AlikeTo(reader, decider, *rules, *query.contact, employer, now));
  }
  if (query.account) {
    ASSIGN_OR_RETURN(Candidates accounts, rules == nullptr ? AlikeTo(reader, decider, *query.account, now)
                                                           : AlikeTo(reader, decider, *rules, *query.account, now));
    Append(std::move(accounts), out);
  }
  return out;
}

}  // namespace

absl::StatusOr<Candidates> FindDuplicates(const EngineOptions& options, const CallContext& context,
                                          DuplicateQuery query, int max_results) {
  const std::shared_ptr<const Snapshot> pinned = options.snapshots->Get();
  const Time now = options.clock->Now();
  if (query.contact) query.contact->id.clear();
  if (query.account) query.account->id.clear();
  RETURN_IF_ERROR(PrepareQuery(*pinned, now, query));
  Candidates out;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(out, AlikeToQuery(reader, Decider::ForThread(pinned), query, now));
        return absl::OkStatus();
      },
      context.wanted));
  KeepLikeliest(max_results, out);
  return out;
}

absl::StatusOr<Candidates> Engine::FindDuplicates(const CallContext& context, std::string_view name, int max_results) {
  ASSIGN_OR_RETURN(RecordRef ref, RefOf(name, {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead}, "name"));
  const std::shared_ptr<const Deciding> pinned = deciding();
  const Time now = clock().Now();
  Candidates out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    if (ref.kind == RecordKind::kContact) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, Decider::ForThread(pinned->active), ref.id, {}, now));
      return absl::OkStatus();
    }
    if (ref.kind == RecordKind::kAccount) {
      ASSIGN_OR_RETURN(out, DuplicatesOfAccount(reader, Decider::ForThread(pinned->active), ref.id, {}, now));
      return absl::OkStatus();
    }
    // As an enquiry like it would be compared: by the packs that decide about this lead, and its region's rules.
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(reader, ref.id));
    Decider& decider = Decider::ForThread(pinned->For(lead.id));
    out.clear();
    if (!lead.contacts.empty()) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, decider, lead.contacts.front().contact_id, lead.region, now));
    }
    if (!lead.account_id.empty()) {
      ASSIGN_OR_RETURN(Candidates accounts, DuplicatesOfAccount(reader, decider, lead.account_id, lead.region, now));
      Append(std::move(accounts), out);
    }
    return absl::OkStatus();
  }));
  KeepLikeliest(max_results, out);
  return out;
}

}  // namespace leadline::engine
