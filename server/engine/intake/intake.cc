#include "engine/intake/intake.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "engine/intake/said_values.h"
#include "engine/work/identity.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/record_change.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::DecisionKind;
using domain::RecordKind;

// Takes one prepared enquiry in. Writes only when every decision is taken.
class Intake {
 public:
  Intake(WriteScope& scope, PreparedEnquiry enquiry) : scope_(scope), in_(std::move(enquiry)) {}

  absl::StatusOr<SubmitResult> Run() {
    scope_.region = in_.lead.region;
    RETURN_IF_ERROR(CheckActivities());
    scope_.DecideFor(in_.lead.id);
    const packs::RegionRules& rules = scope_.decider().Rules(in_.lead.region);
    RETURN_IF_ERROR(FindAccount(rules));
    RETURN_IF_ERROR(FindContact(rules));
    RETURN_IF_ERROR(TakeCompanyOfPerson());
    if (!account_.id.empty()) in_.lead.account_id = account_.id;
    ASSIGN_OR_RETURN(PersonSession person, OpenPerson());
    in_.lead.contacts = {{person.contact().id, in_.role}};
    RETURN_IF_ERROR(DeriveMeaning(person.contact()));
    LeadSession lead(scope_, LeadContext{in_.lead, person.contact(), account_, {}});
    domain::RecordCreated created = Created(in_.lead);
    created.enquirer_status = person.StatusAt(in_.lead.created_at);
    lead.Record(in_.lead.created_at, std::move(created));
    for (Decision& d : matched_) lead.Record(in_.lead.created_at, domain::DecisionTaken{}, std::move(d));
    for (Decision& d : in_.normalized) lead.Record(in_.lead.created_at, domain::DecisionTaken{}, std::move(d));
    RETURN_IF_ERROR(Live(lead, person));
    return Save(lead, person, rules.matching);
  }

 private:
  // Ids that the caller chose must not stand on another lead.
  absl::Status CheckActivities() {
    for (size_t i = 0; i < in_.activities.size(); ++i) {
      domain::Activity& activity = in_.activities[i];
      if (activity.id.empty()) {
        activity.id = scope_.NewId();
        continue;
      }
      auto stored = scope_.tx.GetActivity(activity.id);
      if (stored.ok()) {
        return WithReason(
            WithResource(absl::AlreadyExistsError(
                             fmt::format("enquiry.activities: activity {} is recorded already, on {}", activity.id,
                                         domain::ResourceName(RecordKind::kLead, stored->lead_id))),
                         "Activity", activity.id),
            ErrorReason::kActivityExists,
            {{"activity", activity.id}, {"lead", domain::ResourceName(RecordKind::kLead, stored->lead_id)}});
      }
      if (!absl::IsNotFound(stored.status())) return stored.status();
    }
    return absl::OkStatus();
  }

  absl::Status FindAccount(const packs::RegionRules& rules) {
    const domain::MatchPolicy& policy = rules.matching;
    if (in_.account.name.empty() && in_.account.domain.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::vector<AccountMatch> matches, scope_.Remember<std::vector<AccountMatch>>([&] {
      return MatchAccounts(scope_.tx, scope_.decider(), rules, in_.account, in_.lead.created_at);
    }));
    std::vector<domain::Reason> reasons;
    Decision compared;
    for (const AccountMatch& match : matches) {
      const std::string name = domain::ResourceName(RecordKind::kAccount, match.standing_id);
      if (Explained()) reasons.push_back(PairReason(name, match.pair));
      KeepPair(name, match.pair, compared);
    }
    for (const AccountMatch& match : matches) {
      if (Judge(policy, match.pair) != domain::DuplicateVerdict::kDifferent) {
        alike_.push_back(match.standing_id);
      }
    }
    bool found = !matches.empty() && Judge(policy, matches.front().pair) == domain::DuplicateVerdict::kMatch;
    if (found) {
      ASSIGN_OR_RETURN(account_, scope_.tx.GetAccount(matches.front().standing_id));
      before_account_ = account_;
      account_changes_ = TakeSaidValues(in_, account_);
    } else {
      account_ = in_.account;
      account_.id = scope_.NewId();
      account_.created_at = in_.lead.created_at;
      account_created_ = true;
    }
    std::string outcome = found ? domain::ResourceName(RecordKind::kAccount, account_.id) : "created";
    std::string summary =
        scope_.Words([&] { return found ? fmt::format("the company is {}", CompanyName()) : NewCompany(matches); });
    matched_.push_back(scope_.decider().MakeDecision(DecisionKind::kMatchAccount, "", std::move(outcome),
                                                     std::move(summary), Leading(std::move(reasons), found),
                                                     in_.lead.created_at));
    TakePairs(std::move(compared));
    return absl::OkStatus();
  }

  // As people call it; some have given nothing but their domain.
  std::string CompanyName() const {
    return account_.name.empty() ? domain::ResourceName(RecordKind::kAccount, account_.id) : account_.name;
  }

  // The company is like a known one, though not surely the same; but the person is known, and works there. So who gives
  // nothing but a name and an address at work does not make a new company each time.
  absl::Status TakeCompanyOfPerson() {
    if (!account_created_ || contact_id_.empty() || alike_.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const domain::Contact person, StandingContact(scope_.tx, contact_id_));
    if (person.account_id.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(domain::Account theirs, StandingAccount(scope_.tx, person.account_id));
    if (std::find(alike_.begin(), alike_.end(), theirs.id) == alike_.end()) return absl::OkStatus();
    account_ = std::move(theirs);
    before_account_ = account_;
    account_changes_ = TakeSaidValues(in_, account_);
    account_created_ = false;
    Decision& decision = matched_.front();
    decision.outcome = domain::ResourceName(RecordKind::kAccount, account_.id);
    decision.summary = scope_.Words(
        [&] { return fmt::format("the company is {}: it is like it, and the person works there", CompanyName()); });
    for (domain::Reason& reason : decision.reasons) {
      if (reason.rule_id == decision.outcome) reason.outcome = domain::ReasonOutcome::kFired;
    }
    return absl::OkStatus();
  }

  // Why the account is a new one; a known company may have the same name and be another one all the same.
  std::string NewCompany(const std::vector<AccountMatch>& alike) const {
    const std::string& name = in_.account.name.empty() ? in_.account.domain : in_.account.name;
    if (alike.empty()) return fmt::format("{} is a new company: no known one is like it", name);
    return fmt::format("{} is taken for a new company: {} is like it, but not surely the same", name,
                       domain::ResourceName(RecordKind::kAccount, alike.front().standing_id));
  }

  absl::Status FindContact(const packs::RegionRules& rules) {
    const domain::MatchPolicy& policy = rules.matching;
    const domain::Account* account = account_.id.empty() ? nullptr : &account_;
    ASSIGN_OR_RETURN(std::vector<ContactMatch> matches, scope_.Remember<std::vector<ContactMatch>>([&] {
      keys_ = domain::ContactKeys(policy, in_.contact, account);
      return MatchContacts(scope_.tx, scope_.decider(), rules, in_.contact, account, keys_, in_.lead.created_at);
    }));
    std::vector<domain::Reason> reasons;
    std::vector<domain::Reason> possible;
    size_t count = 0;  // of the possible ones
    Decision compared, duplicates;
    for (size_t i = 0; i < matches.size(); ++i) {
      domain::DuplicateVerdict verdict = Judge(policy, matches[i].pair);
      const std::string name = domain::ResourceName(RecordKind::kContact, matches[i].standing_id);
      KeepPair(name, matches[i].pair, compared);
      const bool told = Explained() && (i < kMaxReasons || possible.size() < kMaxReasons);
      domain::Reason reason = told ? PairReason(name, matches[i].pair) : domain::Reason();
      if (i == 0 && verdict == domain::DuplicateVerdict::kMatch) {
        contact_id_ = matches[i].standing_id;
        contact_name_ = DisplayName(matches[i].contact);
      } else if (verdict != domain::DuplicateVerdict::kDifferent) {
        ++count;
        if (told && possible.size() < kMaxReasons) possible.push_back(reason);
        KeepPair(name, matches[i].pair, duplicates);
      }
      if (told && i < kMaxReasons) reasons.push_back(std::move(reason));
    }
    bool found = !contact_id_.empty();
    matched_.push_back(scope_.decider().MakeDecision(
        DecisionKind::kMatchContact, "", found ? domain::ResourceName(RecordKind::kContact, contact_id_) : "created",
        scope_.Words([&] {
          return found ? fmt::format("the person is {}", contact_name_) : std::string("no known person is the same");
        }),
        Leading(std::move(reasons), found), in_.lead.created_at));
    TakePairs(std::move(compared));
    if (count > 0) {
      matched_.push_back(scope_.decider().MakeDecision(DecisionKind::kDuplicates, "", fmt::format("{}", count),
                                                       fmt::format("{} other contact(s) may be the same person", count),
                                                       std::move(possible), in_.lead.created_at));
      TakePairs(std::move(duplicates));
    }
    return absl::OkStatus();
  }

  bool Explained() const { return scope_.explain != Explain::kKept; }

  // Gives the last decision what is kept of its pairs.
  void TakePairs(Decision compared) {
    matched_.back().candidates = std::move(compared.candidates);
    matched_.back().answers = std::move(compared.answers);
  }

  // All but the first reason were passed over; the first too when nothing matched.
  static std::vector<domain::Reason> Leading(std::vector<domain::Reason> reasons, bool found) {
    if (reasons.size() > kMaxReasons) reasons.resize(kMaxReasons);
    for (size_t i = found ? 1 : 0; i < reasons.size(); ++i) reasons[i].outcome = domain::ReasonOutcome::kNotFired;
    return reasons;
  }

  // What the fields mean was derived of the enquiry alone; a known person or company may say more.
  absl::Status DeriveMeaning(const domain::Contact& contact) {
    ASSIGN_OR_RETURN(Normalized derived, scope_.Remember<Normalized>([&] {
      return scope_.decider().Normalize(in_.lead, contact, account_, in_.lead.created_at);
    }));
    if (derived.derived_before) return absl::OkStatus();
    in_.lead.meaning = std::move(derived.meaning);
    in_.normalized = std::move(derived.decisions);
    return absl::OkStatus();
  }

  // Of the enquiry that brought the record, and all that it says of it.
  template <typename Record>
  domain::RecordCreated Created(const Record& record) const {
    domain::RecordCreated created{domain::Meant(in_.lead.meaning.central.source, in_.lead.source), in_.lead.region,
                                  in_.lead.purchased, record};
    // Derived at any time, and no part of what was given.
    if constexpr (requires(Record r) { r.meaning; }) std::get<Record>(created.image).meaning = {};
    return created;
  }

  // Whether a value became another; some are only said again.
  static bool Changes(const std::vector<domain::FieldChange>& changes) {
    return std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.before != c.after; });
  }

  absl::StatusOr<PersonSession> OpenPerson() {
    if (contact_id_.empty()) {
      domain::Contact contact = in_.contact;
      contact.id = scope_.NewId();
      contact.account_id = account_.id;
      contact.created_at = in_.lead.created_at;
      contact_created_ = true;
      PersonSession person(scope_, std::move(contact), account_);
      person.Record(in_.lead.created_at, Created(person.contact()));
      return person;
    }
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, contact_id_));
    std::vector<domain::FieldChange> changes =
        TakeSaidValues(in_, scope_.decider().Rules("").matching.identity->phones, account_.id, person.contact());
    if (person.account().id == account_.id || person.contact().account_id == account_.id) {
      // The company as this enquiry leaves it, by whatever name the person is with it.
      const std::string named = person.contact().account_id;
      person.MoveTo(account_);
      person.contact().account_id = named;
    }
    contact_changed_ = Changes(changes);
    if (!changes.empty()) person.Record(in_.lead.created_at, domain::FieldsChanged{std::move(changes)});
    return person;
  }

  // Adds the next activity.
  void Add(size_t number, LeadSession& lead, PersonSession& person) {
    domain::Activity activity = std::move(in_.activities[number]);
    activity.lead_id = lead.lead().id;
    activity.contact_id = person.contact().id;
    activity.account_id = account_.id;
    person.SeeActivity(activity);
    lead.AddActivity(std::move(activity), in_.given_times[number]);
  }

  bool HasHappened(size_t activity) const { return in_.activities[activity].time <= scope_.now; }

  // First the moment of the enquiry, then whatever is known to have happened since, in the order of time: an import
  // of the past decides as the past would have. What is yet to come is decided when it has happened.
  absl::Status Live(LeadSession& lead, PersonSession& person) {
    const Time created = in_.lead.created_at;
    size_t a = 0;
    while (a < in_.activities.size() && in_.activities[a].time <= created) Add(a++, lead, person);
    bool first_given =
        !in_.history.empty() && !in_.history.front().status.empty() && in_.history.front().time <= created;
    RETURN_IF_ERROR(lead.Rescore(created, /*always=*/true));
    RETURN_IF_ERROR(person.Rescore(TimeOfPerson(created)));
    if (!first_given) {
      RETURN_IF_ERROR(lead.EnterFirst(created));
      RETURN_IF_ERROR(lead.Advance(domain::Trigger::kActivity, created));
    }
    if (contact_created_) RETURN_IF_ERROR(person.EnterFirst(created));
    if (!first_given) RETURN_IF_ERROR(person.Advance(domain::Trigger::kActivity, TimeOfPerson(created)));
    size_t h = 0;
    Time last = created;
    bool due = false;  // nothing has read yet what the records score as of `last`
    while ((a < in_.activities.size() && HasHappened(a)) || h < in_.history.size()) {
      bool activity_next =
          h == in_.history.size() || (a < in_.activities.size() && in_.activities[a].time <= in_.history[h].time);
      if (activity_next) {
        last = in_.activities[a].time;
        while (a < in_.activities.size() && in_.activities[a].time == last) Add(a++, lead, person);
        // Once people have taken the record in hand, the past is as they left it, and of the scores before their next
        // step nobody reads any but the last.
        due = h > 0 && lead.meaning_settled() && person.meaning_settled();
        if (due) continue;
        RETURN_IF_ERROR(Rescore(lead, person, last));
        if (h > 0) continue;
        RETURN_IF_ERROR(lead.Advance(domain::Trigger::kActivity, last));
        RETURN_IF_ERROR(person.Advance(domain::Trigger::kActivity, TimeOfPerson(last)));
      } else {
        if (std::exchange(due, false)) RETURN_IF_ERROR(Rescore(lead, person, last));
        last = in_.history[h].time;
        RETURN_IF_ERROR(TakeStep(in_.history[h++], lead, person));
      }
    }
    const bool to_come = a < in_.activities.size();
    while (a < in_.activities.size()) Add(a++, lead, person);
    if (!in_.activities.empty() && scope_.now - last >= kDay) {
      RETURN_IF_ERROR(Rescore(lead, person, scope_.now));
      // What time has done to a record that nobody took in hand.
      if (h > 0) return absl::OkStatus();
      RETURN_IF_ERROR(lead.Advance(domain::Trigger::kRescore, scope_.now));
      return person.Advance(domain::Trigger::kRescore, scope_.now);
    }
    return due || to_come ? Rescore(lead, person, last) : absl::OkStatus();
  }

  absl::Status Rescore(LeadSession& lead, PersonSession& person, Time at) {
    RETURN_IF_ERROR(lead.Rescore(at));
    return person.Rescore(TimeOfPerson(at));
  }

  // Somebody known stands where they stand today, whatever becomes known of their past.
  Time TimeOfPerson(Time at) const { return contact_created_ ? at : scope_.now; }

  absl::Status TakeStep(const HistoryStep& step, LeadSession& lead, PersonSession& person) {
    if (!step.rep.empty() && step.rep != lead.lead().assignee) lead.Assign(step.rep, "import", "", step.time);
    if (!step.status.empty() && step.status != lead.lead().status) {
      RETURN_IF_ERROR(lead.Enter(step.status, step.time, {"import", step.reason, std::nullopt}));
      // Somebody known follows from all their leads, once this one is stored.
      if (contact_created_) person.Enter(step.status, step.time, {"import", step.reason, std::nullopt});
    }
    return absl::OkStatus();
  }

  absl::Status SaveAccount(const domain::MatchPolicy& policy) {
    if (account_.id.empty()) return absl::OkStatus();
    PendingEvents pending;
    if (account_created_) {
      pending.Add(in_.lead.created_at, domain::RecordCreated{"", "", false, account_});
    } else if (account_changes_.empty()) {
      return absl::OkStatus();
    } else {
      pending.Add(in_.lead.created_at, domain::FieldsChanged{account_changes_});
    }
    RETURN_IF_ERROR(SaveRecord(scope_, before_account_, account_, pending));
    if (!account_created_ && !Changes(account_changes_)) return absl::OkStatus();
    return scope_.tx.SetKeys(RecordKind::kAccount, account_.id, AccountKeys(policy, account_));
  }

  absl::StatusOr<SubmitResult> Save(LeadSession& lead, PersonSession& person, const domain::MatchPolicy& policy) {
    RETURN_IF_ERROR(SaveAccount(policy));
    RETURN_IF_ERROR(person.Save());
    if (contact_created_ || contact_changed_) {
      // A new person has what was given, and stands where it was looked for.
      if (!contact_created_ || keys_.empty()) {
        keys_ = ContactKeys(policy, person.contact(), account_.id.empty() ? nullptr : &account_);
      }
      RETURN_IF_ERROR(scope_.tx.SetKeys(RecordKind::kContact, person.contact().id, keys_));
    }
    RETURN_IF_ERROR(lead.Save(/*new_person=*/contact_created_));
    SubmitResult result;
    result.lead = lead.lead();
    result.account = account_;
    ASSIGN_OR_RETURN(result.contact, scope_.tx.GetContact(person.contact().id));
    result.account_created = account_created_;
    result.contact_created = contact_created_;
    result.decisions = std::move(lead.decisions());
    result.snapshot = scope_.snapshot().ref;
    scope_.request_result = fmt::format("{} {} {}", result.lead.id, account_created_ ? 1 : 0, contact_created_ ? 1 : 0);
    return result;
  }

  static constexpr size_t kMaxReasons = domain::kMostCandidates;

  WriteScope& scope_;
  PreparedEnquiry in_;
  domain::Account account_;
  domain::Account before_account_;
  std::vector<domain::FieldChange> account_changes_;
  std::vector<std::string> alike_;  // accounts that may be the enquiry's
  std::string contact_id_;
  std::string contact_name_;
  std::vector<std::string> keys_;  // of the contact that is looked for; empty: not looked for yet
  bool account_created_ = false;
  bool contact_created_ = false;
  bool contact_changed_ = false;
  std::vector<Decision> matched_;
};

}  // namespace

absl::StatusOr<SubmitResult> TakeIn(WriteScope& scope, PreparedEnquiry enquiry) {
  return Intake(scope, std::move(enquiry)).Run();
}

}  // namespace leadline::engine
