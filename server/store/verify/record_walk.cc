#include "store/verify/record_walk.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "fmt/format.h"
#include "store/verify/each_record.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::RecordRef;
using domain::ResourceName;

template <typename Record>
struct KindOf;
template <>
struct KindOf<domain::Account> {
  static constexpr RecordKind kind = RecordKind::kAccount;
  static absl::StatusOr<domain::Account> Get(Reader& r, std::string_view id) { return r.GetAccount(id); }
  static int64_t& Count(VerifyCounts& counts) { return counts.accounts; }
};
template <>
struct KindOf<domain::Contact> {
  static constexpr RecordKind kind = RecordKind::kContact;
  static absl::StatusOr<domain::Contact> Get(Reader& r, std::string_view id) { return r.GetContact(id); }
  static int64_t& Count(VerifyCounts& counts) { return counts.contacts; }
};
template <>
struct KindOf<domain::Lead> {
  static constexpr RecordKind kind = RecordKind::kLead;
  static absl::StatusOr<domain::Lead> Get(Reader& r, std::string_view id) { return r.GetLead(id); }
  static int64_t& Count(VerifyCounts& counts) { return counts.leads; }
};

std::string Text(const absl::Status& status) { return std::string(status.message()); }

// What a record's history tells beside the record itself.
struct Told {
  int64_t events = 0;
  bool whole = true;                                                // all of it was read and could be folded
  std::map<std::string, domain::Activity> activities;               // by id
  std::map<std::pair<Time, std::string>, domain::SlaClock> clocks;  // by start and level
  std::map<std::string, domain::MergeRecord> merges;                // into it, by id
};

// One record and its history.
template <typename Record>
class RecordCheck {
 public:
  RecordCheck(Reader& reader, Findings& findings, Tally& tally, const std::string& id)
      : reader_(reader),
        findings_(findings),
        tally_(tally),
        ref_{KindOf<Record>::kind, id},
        name_(ResourceName(ref_)) {}

  absl::Status Run() {
    ++KindOf<Record>::Count(findings_.counts());
    auto stored = KindOf<Record>::Get(reader_, ref_.id);
    if (absl::IsDataLoss(stored.status())) findings_.Add(name_, "row", Text(stored.status()), "");
    if (!stored.ok() && !absl::IsDataLoss(stored.status())) return stored.status();
    RETURN_IF_ERROR(ReadHistory());
    if (told_.events == 0 && told_.whole) findings_.Add(name_, "row", "there", "");
    if (stored.ok() && told_.whole && told_.events > 0) findings_.Compare(name_, *stored, folded_);
    // Where the history does not hold, the lists are compared with the row alone.
    const Record& record = told_.whole && told_.events > 0 ? folded_ : stored.ok() ? *stored : folded_;
    RETURN_IF_ERROR(CheckMerges());
    return CheckRest(record);
  }

 private:
  absl::Status ReadHistory() {
    int64_t after = 0;
    while (true) {
      auto events = reader_.Timeline({&ref_, 1}, after, kVerifyPage);
      if (absl::IsDataLoss(events.status())) {
        findings_.Add(name_, "history", Text(events.status()), "");
        told_.whole = false;
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(events.status());
      for (const domain::Event& event : *events) Take(event);
      if (events->size() < kVerifyPage) return absl::OkStatus();
      after = events->back().position;
    }
  }

  void Take(const domain::Event& event) {
    const bool first = told_.events == 0;
    ++told_.events;
    tally_.events.Add(EventName(ref_, event.sequence, event.position));
    if (event.sequence != told_.events) {
      findings_.CompareCount(name_, fmt::format("sequence at position {}", event.position), event.sequence,
                             told_.events);
      told_.events = event.sequence;
    }
    const bool creates = std::holds_alternative<domain::RecordCreated>(event.payload);
    if (creates != first) {
      findings_.Add(name_, fmt::format("event {}", event.sequence), creates ? "its creation" : "no creation",
                    creates ? "created before" : "its creation");
      told_.whole = false;
    }
    if (!told_.whole) return;
    if (absl::Status status = Fold(event, folded_); !status.ok()) {
      findings_.Add(name_, fmt::format("event {}", event.sequence), Text(status), "");
      told_.whole = false;
      return;
    }
    if (const auto* merged = std::get_if<domain::Merged>(&event.payload)) TakeMerge(event, *merged);
    if (const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) TakeUnmerge(*unmerged);
    if (const auto* recorded = std::get_if<domain::ActivityRecorded>(&event.payload)) TakeActivity(recorded->activity);
    if (const auto* sla = std::get_if<domain::SlaChanged>(&event.payload)) {
      told_.clocks.insert_or_assign({sla->clock.start, sla->clock.sla_id}, sla->clock);
    }
  }

  void TakeMerge(const domain::Event& event, const domain::Merged& merged) {
    if (merged.survivor != ref_) return;
    domain::MergeRecord merge;
    merge.id = merged.merge_id;
    merge.kind = ref_.kind;
    merge.survivor_id = ref_.id;
    merge.absorbed_id = merged.absorbed.id;
    merge.time = event.time;
    merge.actor = event.actor;
    merge.reason = merged.reason;
    merge.changed = merged.changed;
    // It may be told again, when another merge is undone.
    const std::string id = merge.id;
    told_.merges.try_emplace(id, std::move(merge));
  }

  void TakeUnmerge(const domain::Unmerged& unmerged) {
    // The survivor's history tells the merge; others tell what it made of them.
    if (unmerged.restored.kind != ref_.kind || unmerged.restored == ref_) return;
    auto merge = told_.merges.find(unmerged.merge_id);
    if (merge != told_.merges.end()) {
      merge->second.undone = true;
    } else if (const auto stored = reader_.GetMerge(unmerged.merge_id);
               !stored.ok() || stored->survivor_id == ref_.id) {
      findings_.Add("merges/" + unmerged.merge_id, "row", "", "undone without having been");
    }
  }

  void TakeActivity(const domain::Activity& activity) {
    if (told_.activities.emplace(activity.id, activity).second) return;
    findings_.Add("activities/" + activity.id, "row", "once", "recorded twice");
  }

  absl::Status CheckMerges() {
    ASSIGN_OR_RETURN(std::vector<domain::MergeRecord> standing, reader_.MergesInto(ref_.kind, ref_.id));
    for (const domain::MergeRecord& merge : standing) {
      if (told_.merges.contains(merge.id) || !told_.whole) continue;
      ++tally_.merges;
      findings_.Add("merges/" + merge.id, "row", "there", "");
    }
    for (const auto& [id, merge] : told_.merges) {
      ++findings_.counts().merges;
      const std::string what = "merges/" + id;
      auto stored = reader_.GetMerge(id);
      if (absl::IsNotFound(stored.status())) {
        findings_.Add(what, "row", "", "there");
        continue;
      }
      RETURN_IF_ERROR(stored.status());
      ++tally_.merges;
      findings_.Compare(what, *stored, merge);
      const bool listed =
          std::any_of(standing.begin(), standing.end(), [&, &wanted = id](const auto& m) { return m.id == wanted; });
      if (listed == stored->undone) {
        findings_.Add(what, "among those that stand", listed ? "listed" : "", stored->undone ? "" : "listed");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRest(const domain::Account& account) {
    ASSIGN_OR_RETURN(std::vector<std::string> leads, reader_.LeadsOfAccount(account.id));
    for (const std::string& lead : leads) tally_.leads_of_accounts.listed.Add(PairOf(account.id, lead));
    ASSIGN_OR_RETURN(std::vector<std::string> contacts, reader_.ContactsOfAccount(account.id));
    for (const std::string& contact : contacts) tally_.contacts_of_accounts.listed.Add(PairOf(account.id, contact));
    return absl::OkStatus();
  }

  absl::Status CheckRest(const domain::Contact& contact) {
    ASSIGN_OR_RETURN(std::vector<std::string> leads, reader_.LeadsOfContact(contact.id));
    for (const std::string& lead : leads) tally_.contacts_of_leads.listed.Add(PairOf(contact.id, lead));
    if (!contact.account_id.empty()) tally_.contacts_of_accounts.named.Add(PairOf(contact.account_id, contact.id));
    ASSIGN_OR_RETURN(std::vector<domain::Activity> activities, reader_.ActivitiesOfContacts({&contact.id, 1}));
    for (const domain::Activity& a : activities) tally_.activities_of_contacts.listed.Add(PairOf(contact.id, a.id));
    RETURN_IF_ERROR(CheckCounted(activities));
    if (contact.merged_into.empty()) ++tally_.contacts_by_status[contact.status];
    return absl::OkStatus();
  }

  absl::Status CheckRest(const domain::Lead& lead) {
    for (const std::string& id : ContactIds(lead)) tally_.contacts_of_leads.named.Add(PairOf(id, lead.id));
    if (!lead.account_id.empty()) tally_.leads_of_accounts.named.Add(PairOf(lead.account_id, lead.id));
    if (lead.merged_into.empty()) {
      ++tally_.leads_by_status[lead.status];
      tally_.leads_by_score.named.Add(ScoredLead(lead.status, ListedScore(lead), lead.id));
      ++tally_.leads_by_region[lead.region];
      if (!lead.hold_queue.empty()) {
        ++tally_.leads_by_queue[lead.hold_queue];
        Time& longest = tally_.longest_in_queue.try_emplace(lead.hold_queue, lead.held_since).first->second;
        longest = std::min(longest, lead.held_since);
      }
      if (lead.open && !lead.assignee.empty()) ++tally_.open_leads[lead.assignee];
    }
    RETURN_IF_ERROR(CheckExternalId(lead));
    RETURN_IF_ERROR(CheckActivities());
    return CheckClocks();
  }

  absl::Status CheckExternalId(const domain::Lead& lead) {
    const std::string key = ExternalIdKey(lead);
    if (key.empty()) return absl::OkStatus();
    ++tally_.external_ids;
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader_.RecordsOfKey(RecordKind::kLead, key));
    const bool listed = std::binary_search(ids.begin(), ids.end(), lead.id);
    if (listed || ids.size() >= Reader::kMostRecordsOfKey) return absl::OkStatus();
    findings_.Add(name_, "found by its external_id", "", "found");
    return absl::OkStatus();
  }

  absl::Status CheckActivities() {
    ASSIGN_OR_RETURN(std::vector<domain::Activity> stored, reader_.ActivitiesOfLeads({&ref_.id, 1}));
    tally_.activities += static_cast<int64_t>(stored.size());
    findings_.counts().activities += static_cast<int64_t>(stored.size());
    for (const domain::Activity& activity : stored) {
      const std::string what = "activities/" + activity.id;
      if (!activity.contact_id.empty()) {
        tally_.activities_of_contacts.named.Add(PairOf(activity.contact_id, activity.id));
      }
      if (!told_.whole) continue;
      auto told = told_.activities.find(activity.id);
      if (told == told_.activities.end()) {
        findings_.Add(what, "row", "on " + name_, "");
        continue;
      }
      findings_.Compare(what, activity, told->second);
      told_.activities.erase(told);
    }
    RETURN_IF_ERROR(CheckCounted(stored));
    if (!told_.whole) return absl::OkStatus();
    for (const auto& [id, activity] : told_.activities) findings_.Add("activities/" + id, "row", "", "on " + name_);
    return absl::OkStatus();
  }

  // What is counted of the record's activities. Classes are the packs'; that each day has as many as are listed, and
  // ends with the same, is seen without them.
  absl::Status CheckCounted(const std::vector<domain::Activity>& listed) {
    const std::string what = "counted activities of " + name_;
    auto counted = reader_.GetActivityTally(ref_.kind, ref_.id);
    if (absl::IsDataLoss(counted.status())) {
      ++tally_.activity_tallies;
      findings_.Add(what, "row", Text(counted.status()), "");
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(counted.status());
    if (!counted->has_value()) return absl::OkStatus();
    ++tally_.activity_tallies;
    domain::ActivityTally told;
    for (const domain::Activity& activity : listed) told.Add(activity, {}, {});
    std::set<int64_t> days;
    for (const auto* tally : {&**counted, &told}) {
      for (const domain::DayOfActivities& day : tally->days) days.insert(day.day);
    }
    for (const int64_t day : days) {
      const domain::DayOfActivities *a = (*counted)->Find(day), *b = told.Find(day);
      const std::string date = FormatDate(domain::StartOfDay(day));
      findings_.CompareCount(what, date, a == nullptr ? 0 : a->count, b == nullptr ? 0 : b->count);
      if (a == nullptr || b == nullptr || a->last == b->last) continue;
      findings_.Add(what, "last of " + date, FormatTime(a->last), FormatTime(b->last));
    }
    return absl::OkStatus();
  }

  absl::Status CheckClocks() {
    auto stored = reader_.ClocksOfLead(ref_.id);
    if (absl::IsDataLoss(stored.status())) {
      findings_.Add(name_, "clocks", Text(stored.status()), "");
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(stored.status());
    findings_.counts().clocks += static_cast<int64_t>(stored->size());
    if (!told_.whole) return absl::OkStatus();
    for (const domain::SlaClock& clock : *stored) {
      auto told = told_.clocks.find({clock.start, clock.sla_id});
      findings_.Compare(name_, "clock", &clock, told == told_.clocks.end() ? nullptr : &told->second);
      if (told != told_.clocks.end()) told_.clocks.erase(told);
    }
    for (const auto& [place, clock] : told_.clocks) findings_.Compare(name_, "clock", nullptr, &clock);
    return absl::OkStatus();
  }

  Reader& reader_;
  Findings& findings_;
  Tally& tally_;
  const RecordRef ref_;
  const std::string name_;
  Record folded_;
  Told told_;
};

template <typename Record>
absl::Status WalkKind(Reader& reader, Findings& findings, Tally& tally) {
  return ForEachId(reader, KindOf<Record>::kind,
                   [&](const std::string& id) { return RecordCheck<Record>(reader, findings, tally, id).Run(); });
}

}  // namespace

absl::Status WalkRecords(Reader& reader, Findings& findings, Tally& tally) {
  RETURN_IF_ERROR(WalkKind<domain::Account>(reader, findings, tally));
  RETURN_IF_ERROR(WalkKind<domain::Contact>(reader, findings, tally));
  return WalkKind<domain::Lead>(reader, findings, tally);
}

}  // namespace leadline::store
