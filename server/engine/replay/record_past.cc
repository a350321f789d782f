#include "engine/replay/record_past.h"

#include <algorithm>
#include <set>
#include <type_traits>

#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Event;
using domain::RecordKind;
using domain::RecordRef;

constexpr int kPage = 1000;
constexpr int kMaxRedirects = 64;

bool InTransactionOf(const Event& e, const Event& event) { return e.transaction_id == event.transaction_id; }
bool BeforeTransactionOf(const Event& e, const Event& event) {
  return e.position < event.position && !InTransactionOf(e, event);
}

// Of what a transaction was given.
bool CountsFor(const Event& e, const Event& event) {
  return BeforeTransactionOf(e, event) || InTransactionOf(e, event);
}

template <typename... Payloads>
bool IsOneOf(const Event& event) {
  return (std::holds_alternative<Payloads>(event.payload) || ...);
}

// What comes with a request, in the place of following from it.
bool IsGiven(const Event& event) {
  return IsOneOf<domain::RecordCreated, domain::FieldsChanged, domain::RegionChanged, domain::Merged, domain::Unmerged>(
      event);
}

bool Sets(const Event& event, std::initializer_list<std::string_view> fields) {
  const auto* changed = std::get_if<domain::FieldsChanged>(&event.payload);
  return changed != nullptr && std::any_of(changed->changes.begin(), changed->changes.end(), [&](const auto& change) {
           return std::find(fields.begin(), fields.end(), change.field) != fields.end();
         });
}

// Without what was decided, which the ledger tells last: whether a person may be written to follows from what they did,
// and a merge names the status that it led to.
Event WithoutDecided(Event event) {
  const auto drop = [](std::vector<domain::FieldChange>& changes) {
    std::erase_if(changes, [](const auto& change) {
      return change.field == "marketable" || change.field == "not_marketable_reason" || change.field == "status";
    });
  };
  if (auto* changed = std::get_if<domain::FieldsChanged>(&event.payload)) drop(changed->changes);
  if (auto* merged = std::get_if<domain::Merged>(&event.payload)) drop(merged->changed);
  if (auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) drop(unmerged->changed);
  return event;
}

template <typename Record>
constexpr RecordKind kKindOf = RecordKind::kLead;
template <>
constexpr RecordKind kKindOf<domain::Account> = RecordKind::kAccount;
template <>
constexpr RecordKind kKindOf<domain::Contact> = RecordKind::kContact;

bool CountsAt(const domain::Activity& activity, const Event& recorded, const Event& event) {
  if (BeforeTransactionOf(recorded, event)) return true;
  return InTransactionOf(recorded, event) && activity.time <= event.decision->time;
}

}  // namespace

absl::StatusOr<const RecordPast::History*> RecordPast::HistoryOf(const RecordRef& record) {
  const auto [known, added] = histories_.try_emplace(record);
  if (!added) return &known->second;
  History& history = known->second;
  for (int64_t after = 0;;) {
    ASSIGN_OR_RETURN(std::vector<Event> page, reader_.Timeline({&record, 1}, after, kPage));
    events_ += page.size();
    if (events_ > kMostEvents) {
      histories_.erase(known);
      return WithReason(
          absl::ResourceExhaustedError(fmt::format("more than {} events would have to be read for it", kMostEvents)),
          ErrorReason::kHistoryTooLong, {{"limit", std::to_string(kMostEvents)}});
    }
    const bool last = page.size() < kPage;
    if (!page.empty()) after = page.back().position;
    std::move(page.begin(), page.end(), std::back_inserter(history));
    if (last) return &history;
  }
}

template <typename Record>
absl::StatusOr<RecordPast::Stand<Record>> RecordPast::StandOf(const RecordRef& record, const Event& event) {
  ASSIGN_OR_RETURN(const History* history, HistoryOf(record));
  Stand<Record> stand;
  stand.before.id = record.id;
  for (const Event& e : *history) {
    if (BeforeTransactionOf(e, event)) RETURN_IF_ERROR(domain::Fold(e, stand.before));
    if (e.position > event.position && std::holds_alternative<domain::Erased>(e.payload)) erased_at_ = e.time;
  }
  stand.given = stand.before;
  for (const Event& e : *history) {
    if (!InTransactionOf(e, event) || !IsGiven(e)) continue;
    RETURN_IF_ERROR(domain::Fold(WithoutDecided(e), stand.given));
    stand.created = stand.created || std::holds_alternative<domain::RecordCreated>(e.payload);
    stand.people_set = stand.people_set || Sets(e, {"account_id", "contacts"});
  }
  stand.given.id = record.id;
  stand.now = stand.given;
  if (record != event.record) return stand;
  for (const Event& e : *history) {
    if (InTransactionOf(e, event) && !IsGiven(e) && e.position < event.position) {
      RETURN_IF_ERROR(domain::Fold(e, stand.now));
    }
  }
  return stand;
}

template <typename Record>
absl::StatusOr<Record> RecordPast::Standing(std::string_view id, const Event& event, bool given) {
  std::string current(id);
  for (int i = 0; i < kMaxRedirects && !current.empty(); ++i) {
    ASSIGN_OR_RETURN(Stand<Record> stand, StandOf<Record>({kKindOf<Record>, current}, event));
    Record& record = given ? stand.given : stand.before;
    if (record.merged_into.empty()) return std::move(record);
    current = record.merged_into;
  }
  if (current.empty()) return Record();
  return absl::DataLossError(fmt::format("the merges of {} lead in a circle", id));
}

absl::StatusOr<bool> RecordPast::Stands(const domain::Merged& merge, const Event& event) {
  ASSIGN_OR_RETURN(const History* history, HistoryOf(merge.absorbed));
  return std::none_of(history->begin(), history->end(), [&](const Event& e) {
    const auto* unmerged = std::get_if<domain::Unmerged>(&e.payload);
    return unmerged != nullptr && unmerged->merge_id == merge.merge_id && CountsFor(e, event);
  });
}

absl::StatusOr<std::vector<std::string>> RecordPast::MergedIds(const RecordRef& record, const Event& event) {
  std::vector<std::string> ids = {record.id};
  for (size_t i = 0; i < ids.size(); ++i) {
    const RecordRef into{record.kind, ids[i]};
    ASSIGN_OR_RETURN(const History* history, HistoryOf(into));
    for (const Event& e : *history) {
      const auto* merged = std::get_if<domain::Merged>(&e.payload);
      if (merged == nullptr || merged->survivor != into || !CountsFor(e, event)) continue;
      if (std::find(ids.begin(), ids.end(), merged->absorbed.id) != ids.end()) continue;
      // That it was undone stands in the history of what was absorbed.
      ASSIGN_OR_RETURN(const bool stands, Stands(*merged, event));
      if (stands) ids.push_back(merged->absorbed.id);
    }
  }
  return ids;
}

absl::StatusOr<std::vector<std::string>> RecordPast::RepeatingOf(const std::vector<std::string>& ids) {
  std::vector<std::string> repeating;
  if (ids.size() < 2) return repeating;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const History* history, HistoryOf({RecordKind::kLead, id}));
    const auto* created = history->empty() ? nullptr : std::get_if<domain::RecordCreated>(&history->front().payload);
    const auto* image = created == nullptr ? nullptr : std::get_if<domain::Lead>(&created->image);
    if (image != nullptr && !image->split_from.empty()) repeating.push_back(id);
  }
  return repeating;
}

absl::StatusOr<std::vector<domain::Activity>> RecordPast::ActivitiesOfLeads(const std::vector<std::string>& ids,
                                                                            const Event& event) {
  std::vector<domain::Activity> activities;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const History* history, HistoryOf({RecordKind::kLead, id}));
    for (const Event& e : *history) {
      const auto* recorded = std::get_if<domain::ActivityRecorded>(&e.payload);
      if (recorded != nullptr && CountsAt(recorded->activity, e, event)) activities.push_back(recorded->activity);
    }
  }
  std::stable_sort(activities.begin(), activities.end(), domain::Older);
  return activities;
}

absl::StatusOr<LeadContext> RecordPast::LeadAt(const Event& event) {
  LeadContext context;
  ASSIGN_OR_RETURN(Stand<domain::Lead> lead, StandOf<domain::Lead>(event.record, event));
  // Whom the lead was with when it was opened.
  const domain::Lead& opened = lead.created || lead.people_set ? lead.given : lead.before;
  if (!opened.contacts.empty()) {
    ASSIGN_OR_RETURN(context.contact,
                     Standing<domain::Contact>(opened.contacts.front().contact_id, event, /*given=*/true));
  }
  ASSIGN_OR_RETURN(context.account, Standing<domain::Account>(opened.account_id, event, /*given=*/true));
  ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(event.record, event));
  ASSIGN_OR_RETURN(context.activities, ActivitiesOfLeads(ids, event));
  ASSIGN_OR_RETURN(const std::vector<std::string> repeating, RepeatingOf(ids));
  DropRepeating(repeating, context.activities);
  context.lead = std::move(lead.now);
  ASSIGN_OR_RETURN(context.lead.meaning, MeaningAt(event));
  return context;
}

absl::StatusOr<PersonContext> RecordPast::PersonAt(const Event& event) {
  PersonContext context;
  ASSIGN_OR_RETURN(Stand<domain::Contact> contact, StandOf<domain::Contact>(event.record, event));
  const domain::Contact& opened = contact.created || contact.people_set ? contact.given : contact.before;
  ASSIGN_OR_RETURN(context.account, Standing<domain::Account>(opened.account_id, event, /*given=*/true));
  context.contact = std::move(contact.now);
  ASSIGN_OR_RETURN(context.contact.meaning, MeaningAt(event));

  // Activities stand in the histories of their leads.
  ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(event.record, event));
  ASSIGN_OR_RETURN(std::vector<domain::Activity> all, reader_.ActivitiesOfContacts(ids));
  std::set<std::string> leads, known;
  for (const domain::Activity& activity : all) {
    leads.insert(activity.lead_id);
    known.insert(activity.id);
  }
  ASSIGN_OR_RETURN(context.activities, ActivitiesOfLeads({leads.begin(), leads.end()}, event));
  std::erase_if(context.activities, [&](const domain::Activity& a) { return !known.contains(a.id); });
  return context;
}

absl::StatusOr<domain::DerivedMeaning> RecordPast::MeaningAt(const Event& event) {
  ASSIGN_OR_RETURN(const History* history, HistoryOf(event.record));
  domain::DerivedMeaning meaning;
  for (const Event& e : *history) {
    if (!InTransactionOf(e, event) || e.position > event.position) continue;
    if (!e.decision.has_value() || !e.decision->meaning.has_value()) continue;
    meaning.central = e.decision->meaning->central;
    meaning.regional = e.decision->meaning->regional;
  }
  return meaning;
}

}  // namespace leadline::engine
