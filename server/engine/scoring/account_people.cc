#include "engine/scoring/account_people.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/activities/activity_tally.h"
#include "domain/activities/days.h"
#include "engine/work/standing.h"
#include "packs/run/responses.h"

namespace leadline::engine {
namespace {

using domain::Activity;
using domain::ActivityTally;
using domain::RecordKind;

// A person who is scored, before it is known what the person did.
struct Person {
  std::string id;
  double weight = 0;  // of the points those that may count
  domain::DimensionPoints points;
};

bool MoreTelling(const Person& a, const Person& b) { return std::tie(b.weight, a.id) < std::tie(a.weight, b.id); }

// Contacts of the account and of what was merged into it, in the order of ids; at most kMostContactsOfAccount.
absl::StatusOr<std::vector<std::string>> ContactsOf(store::Reader& reader, const std::string& account_id,
                                                    int64_t& left_out) {
  ASSIGN_OR_RETURN(const std::vector<std::string> accounts, MergedIds(reader, RecordKind::kAccount, account_id));
  std::vector<std::string> contacts;
  for (const std::string& id : accounts) {
    ASSIGN_OR_RETURN(const std::vector<std::string> some, reader.ContactsOfAccount(id));
    contacts.insert(contacts.end(), some.begin(), some.end());
  }
  std::sort(contacts.begin(), contacts.end());
  if (contacts.size() > kMostContactsOfAccount) {
    // Ids grow with time.
    left_out += static_cast<int64_t>(contacts.size() - kMostContactsOfAccount);
    contacts.erase(contacts.begin(), contacts.end() - static_cast<std::ptrdiff_t>(kMostContactsOfAccount));
  }
  return contacts;
}

absl::StatusOr<std::vector<Person>> PeopleOf(store::Reader& reader, const domain::AccountScorePolicy& policy,
                                             const std::string& account_id, int64_t& left_out) {
  ASSIGN_OR_RETURN(const std::vector<std::string> contacts, ContactsOf(reader, account_id, left_out));
  std::vector<Person> people;
  for (const std::string& id : contacts) {
    ASSIGN_OR_RETURN(domain::Contact contact, reader.GetContact(id));
    if (!contact.merged_into.empty() || contact.erased_at != 0) continue;
    people.push_back({id, policy.PointsOf(contact.score), std::move(contact.score.dimensions)});
  }
  if (people.size() > kMostPeopleOfAccount) {
    left_out += static_cast<int64_t>(people.size() - kMostPeopleOfAccount);
    std::nth_element(people.begin(), people.begin() + static_cast<std::ptrdiff_t>(kMostPeopleOfAccount), people.end(),
                     MoreTelling);
    people.resize(kMostPeopleOfAccount);
  }
  return people;
}

// From which moment on the newest activities are read of a contact that has very many.
Time NewestFrom(const ActivityTally& tally) {
  int64_t seen = 0;
  for (size_t i = tally.days.size(); i-- > 0;) {
    seen += tally.days[i].count;
    if (seen >= kMostResearchOfPerson) return domain::StartOfDay(tally.days[i].day);
  }
  return 0;
}

class PersonReader {
 public:
  PersonReader(store::Reader& reader, const packs::ResponseKinds& responses, Time now)
      : reader_(reader), responses_(responses), now_(now) {}

  absl::StatusOr<domain::AccountPerson> Read(const Person& person) {
    domain::AccountPerson out;
    out.points = person.points;
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader_, RecordKind::kContact, person.id));
    std::vector<std::string> listed;
    for (const std::string& id : ids) {
      auto tally = reader_.GetActivityTally(RecordKind::kContact, id);
      // A damaged one is made anew when the person is next scored; until then all are read.
      if (!tally.ok() && !absl::IsDataLoss(tally.status())) return tally.status();
      if (!tally.ok() || !tally->has_value()) {
        listed.push_back(id);
        continue;
      }
      out.interacted = out.interacted || HasInteraction(**tally);
      ASSIGN_OR_RETURN(
          const std::vector<Activity> newest,
          reader_.ActivitiesBetween(RecordKind::kContact, id, NewestFrom(**tally), std::numeric_limits<Time>::max()));
      for (const Activity& activity : newest) Add(activity, out);
    }
    if (listed.empty()) return out;
    ASSIGN_OR_RETURN(const std::vector<Activity> all, reader_.ActivitiesOfContacts(listed));
    for (const Activity& activity : all) Add(activity, out);
    return out;
  }

  // Of what was read, when the first happens that is still to come; 0: none is.
  Time next() const { return next_; }

 private:
  bool HasInteraction(const ActivityTally& tally) const {
    return domain::LastWithInteraction(tally, domain::DayOf(now_) - 1) != nullptr;
  }

  void Add(const Activity& activity, domain::AccountPerson& out) {
    if (packs::IsTouch(responses_, activity)) return;
    if (activity.time > now_) {
      next_ = next_ == 0 ? activity.time : std::min(next_, activity.time);
      return;
    }
    out.interacted = true;
    if (activity.product.empty()) return;
    const int64_t day = domain::DayOf(activity.time);
    const bool goes_on =
        !out.research.empty() && out.research.back().day == day && out.research.back().product == activity.product;
    if (!goes_on) out.research.push_back({activity.product, day, 0});
    ++out.research.back().interactions;
  }

  store::Reader& reader_;
  const packs::ResponseKinds& responses_;
  const Time now_;
  Time next_ = 0;
};

}  // namespace

absl::StatusOr<AccountToday> ScoreAccount(store::Reader& reader, const domain::AccountScorePolicy& policy,
                                          const packs::ResponseKinds& responses, const std::string& id, Time now) {
  AccountToday out;
  ASSIGN_OR_RETURN(out.account, reader.GetAccount(id));
  if (!out.account.merged_into.empty()) return out;
  int64_t left_out = 0;
  ASSIGN_OR_RETURN(const std::vector<Person> people, PeopleOf(reader, policy, id, left_out));
  domain::AccountFold fold(policy, now);
  PersonReader read(reader, responses, now);
  for (const Person& person : people) {
    ASSIGN_OR_RETURN(const domain::AccountPerson found, read.Read(person));
    fold.Add(found);
  }
  out.score = fold.Score();
  out.next = fold.Next();
  if (read.next() != 0) out.next = out.next == 0 ? read.next() : std::min(out.next, read.next());
  if (!out.score.has_value()) return out;
  out.score->left_out = left_out;
  ASSIGN_OR_RETURN(out.score->position, reader.LastPosition());
  return out;
}

}  // namespace leadline::engine
