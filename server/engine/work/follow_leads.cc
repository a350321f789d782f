#include "engine/work/follow_leads.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/person_status.h"
#include "engine/work/enquiry.h"
#include "engine/work/person_session.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::StatusWord;
using domain::StatusWords;

// Of somebody on more leads only the newest count.
constexpr size_t kMostLeadsFollowed = 200;

// Whether it was said of the person alone: what follows from leads comes without a decision.
bool IsOwn(const StatusWord& word) {
  return word.decided || word.trigger == "unmerge" || word.trigger == "trial_ended";
}

StatusWords OwnOf(const domain::Contact& person) {
  StatusWords own;
  std::copy_if(person.moves.begin(), person.moves.end(), std::back_inserter(own), IsOwn);
  return own;
}

// What was said of a person and of the person's leads.
struct PersonWords {
  StatusWords told, own;  // of the person; of these, what was said of the person alone
  std::vector<StatusWords> leads;
};

absl::Status ReadLead(WriteScope& scope, const std::string& id, const std::vector<std::string>& person,
                      PersonWords& words) {
  ASSIGN_OR_RETURN(const domain::Lead lead, scope.tx.GetLead(id));
  if (!lead.merged_into.empty() || lead.contacts.empty()) return absl::OkStatus();
  const std::string& enquirer = lead.contacts.front().contact_id;
  if (std::find(person.begin(), person.end(), enquirer) == person.end()) return absl::OkStatus();
  words.leads.push_back(lead.moves);
  return absl::OkStatus();
}

absl::StatusOr<PersonWords> ReadWords(WriteScope& scope, const domain::Contact& person) {
  PersonWords words{.told = person.moves, .own = OwnOf(person), .leads = {}};
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(scope.tx, RecordKind::kContact, person.id));
  std::vector<std::string> leads;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> some, scope.tx.LeadsOfContact(id));
    leads.insert(leads.end(), some.begin(), some.end());
    if (id == person.id) continue;
    // What was said of either of two who are one was said of both.
    ASSIGN_OR_RETURN(const domain::Contact merged, scope.tx.GetContact(id));
    const StatusWords of_merged = OwnOf(merged);
    words.own.insert(words.own.end(), of_merged.begin(), of_merged.end());
  }
  if (ids.size() > 1) {
    std::stable_sort(words.own.begin(), words.own.end(),
                     [](const StatusWord& a, const StatusWord& b) { return a.time < b.time; });
  }
  std::sort(leads.begin(), leads.end(), std::greater<>());
  leads.erase(std::unique(leads.begin(), leads.end()), leads.end());
  if (leads.size() > kMostLeadsFollowed) leads.resize(kMostLeadsFollowed);
  for (const std::string& id : leads) RETURN_IF_ERROR(ReadLead(scope, id, ids, words));
  return words;
}

absl::Status TellNow(WriteScope& scope, const domain::Contact& contact, const StatusWord& stay) {
  if (contact.status == stay.status) return absl::OkStatus();
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, contact.id));
  person.Enter(stay.status, scope.now, {stay.trigger, "", std::nullopt});
  return person.Save();
}

class Following {
 public:
  Following(WriteScope& scope, const domain::Lead& lead, bool new_person)
      : scope_(scope), lead_(lead), new_person_(new_person) {}

  absl::Status Run() {
    if (lead_.contacts.empty() || !lead_.merged_into.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const domain::Contact person, StandingContact(scope_.tx, lead_.contacts.front().contact_id));
    past_ = lead_.version == 1 && lead_.created_at < scope_.now - kClockTolerance;
    if ((!past_ || new_person_) && person.status == lead_.status) return absl::OkStatus();
    ASSIGN_OR_RETURN(const PersonWords words, ReadWords(scope_, person));
    const domain::Lifecycle& lifecycle = scope_.decider().Rules(lead_.region).lifecycle;
    const domain::PersonStays stays = domain::FoldPersonStatus(lifecycle, words.own, words.leads);
    if (stays.empty()) return absl::OkStatus();
    const domain::PersonStays told = domain::StaysAsTold(lifecycle, words.told);
    return past_ ? TellAnew(person.id, stays, told) : TellNow(scope_, person, stays.back());
  }

 private:
  // From the first stay on that the history tells otherwise, and not of what was before the lead.
  absl::Status TellAnew(const std::string& contact_id, const domain::PersonStays& stays,
                        const domain::PersonStays& told) {
    const auto same = [](const StatusWord& a, const StatusWord& b) { return a.time == b.time && a.status == b.status; };
    size_t first = 0;
    while (first < stays.size() && first < told.size() && same(stays[first], told[first])) ++first;
    while (first < stays.size() && stays[first].time < lead_.created_at) ++first;
    if (first == stays.size()) return absl::OkStatus();
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, contact_id));
    for (size_t i = first; i < stays.size(); ++i) {
      person.Tell(i == 0 ? "" : stays[i - 1].status, stays[i].status, stays[i].time, stays[i].trigger);
    }
    return person.Save();
  }

  WriteScope& scope_;
  const domain::Lead& lead_;
  const bool new_person_;
  bool past_ = false;
};

}  // namespace

absl::StatusOr<domain::PersonStays> PersonStaysOf(WriteScope& scope, const domain::Contact& person) {
  ASSIGN_OR_RETURN(const PersonWords words, ReadWords(scope, person));
  const std::string region = scope.snapshot().rules->RegionOfCountry(person.country);
  return domain::FoldPersonStatus(scope.decider().Rules(region).lifecycle, words.own, words.leads);
}

absl::Status FollowPerson(WriteScope& scope, std::string_view contact_id) {
  ASSIGN_OR_RETURN(const domain::Contact person, StandingContact(scope.tx, contact_id));
  ASSIGN_OR_RETURN(const domain::PersonStays stays, PersonStaysOf(scope, person));
  return stays.empty() ? absl::OkStatus() : TellNow(scope, person, stays.back());
}

absl::Status FollowLeads(WriteScope& scope, const domain::Lead& lead, bool new_person) {
  return Following(scope, lead, new_person).Run();
}

}  // namespace leadline::engine
