#include "engine/work/activity_history.h"

#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "engine/work/standing.h"
#include "packs/run/responses.h"

namespace leadline::engine {
namespace {

using domain::Activity;
using domain::ActivityTally;
using domain::RecordKind;

// Activities are large: a list that grows makes room for the usual few at once.
void MakeRoom(std::vector<Activity>& list) {
  constexpr size_t kUsual = 8;
  if (list.size() == list.capacity()) list.reserve(std::max(kUsual, 2 * list.size()));
}

void InsertInOrder(std::vector<Activity>& list, const Activity& activity) {
  MakeRoom(list);
  list.insert(std::upper_bound(list.begin(), list.end(), activity, domain::Older), activity);
}

}  // namespace

absl::StatusOr<ActivityHistory> ActivityHistory::OfContact(store::Reader& reader, const std::string& id,
                                                           const packs::RegionRules& rules) {
  ActivityHistory history(RecordKind::kContact, id);
  ASSIGN_OR_RETURN(history.ids_, MergedIds(reader, RecordKind::kContact, id));
  RETURN_IF_ERROR(history.Load(reader, rules, std::nullopt));
  return history;
}

absl::StatusOr<ActivityHistory> ActivityHistory::OfLead(store::Reader& reader, const domain::Lead& lead,
                                                        const packs::RegionRules& rules) {
  ActivityHistory history(RecordKind::kLead, lead.id);
  ASSIGN_OR_RETURN(history.ids_, MergedIds(reader, RecordKind::kLead, lead.id));
  ASSIGN_OR_RETURN(history.repeating_, RepeatingIds(reader, history.ids_));
  RETURN_IF_ERROR(history.Load(reader, rules, lead.activity_count));
  return history;
}

bool ActivityHistory::Repeats(const std::string& id) const {
  return std::find(repeating_.begin(), repeating_.end(), id) != repeating_.end();
}

absl::Status ActivityHistory::Load(store::Reader& reader, const packs::RegionRules& rules,
                                   std::optional<int64_t> most) {
  reader_ = &reader;
  const std::string& counting = packs::Evaluation::Counting(rules);
  std::vector<std::string> listed;
  for (const std::string& one : ids_) {
    if (!repeating_.empty()) {
      listed.push_back(one);
      continue;
    }
    std::optional<ActivityTally> tally;
    const bool few = most.has_value() && *most <= static_cast<int64_t>(kMostListed) && one == ids_.front();
    bool outdated = false;
    if (!few) {
      auto kept = reader.GetActivityTally(kind_, one);
      // It can be made anew from what it counts.
      outdated = absl::IsDataLoss(kept.status());
      if (!kept.ok() && !outdated) return kept.status();
      if (kept.ok()) tally = *std::move(kept);
    }
    if (tally.has_value() && tally->counted_by == counting) {
      counted_.emplace_back(one, *std::move(tally));
    } else {
      if (tally.has_value() || outdated) outdated_.push_back(one);
      listed.push_back(one);
    }
  }
  Join();
  RETURN_IF_ERROR(List(reader, listed));
  DropRepeating(repeating_, listed_);
  return absl::OkStatus();
}

void ActivityHistory::Join() {
  joined_ = {};
  if (counted_.size() < 2) return;
  for (const auto& counted : counted_) joined_.Join(counted.second);
}

absl::Status ActivityHistory::List(store::Reader& reader, std::span<const std::string> ids) {
  if (ids.empty()) return absl::OkStatus();
  Activities stored;
  if (kind_ == RecordKind::kLead) {
    ASSIGN_OR_RETURN(stored, reader.ActivitiesOfLeads(ids));
  } else {
    ASSIGN_OR_RETURN(stored, reader.ActivitiesOfContacts(ids));
  }
  if (listed_.empty()) {
    listed_ = std::move(stored);
    return absl::OkStatus();
  }
  const auto middle = static_cast<std::ptrdiff_t>(listed_.size());
  listed_.insert(listed_.end(), stored.begin(), stored.end());
  std::inplace_merge(listed_.begin(), listed_.begin() + middle, listed_.end(), domain::Older);
  return absl::OkStatus();
}

absl::Status ActivityHistory::ListIfOthers(const packs::RegionRules& rules) {
  if (counted_.empty() || counted_.front().second.counted_by == packs::Evaluation::Counting(rules)) {
    return absl::OkStatus();
  }
  std::vector<std::string> ids;
  for (const auto& counted : counted_) ids.push_back(counted.first);
  outdated_.insert(outdated_.end(), ids.begin(), ids.end());
  counted_.clear();
  Join();
  day_read_.reset();
  last_interaction_ = {};
  return List(*reader_, ids);
}

void ActivityHistory::Add(const Activity& activity) {
  InsertInOrder(listed_, activity);
  MakeRoom(new_);
  new_.push_back(activity);
}

int64_t ActivityHistory::count() const {
  auto sum = static_cast<int64_t>(listed_.size());
  for (const auto& counted : counted_) sum += counted.second.count();
  return sum;
}

Time ActivityHistory::last() const {
  Time last = listed_.empty() ? 0 : listed_.back().time;
  for (const auto& counted : counted_) last = std::max(last, counted.second.last());
  return last;
}

absl::Status ActivityHistory::ReadDay(int64_t day) {
  if (day_read_ == day) return absl::OkStatus();
  of_day_.clear();
  day_read_.reset();
  for (const auto& counted : counted_) {
    ASSIGN_OR_RETURN(Activities stored, reader_->ActivitiesBetween(kind_, counted.first, domain::StartOfDay(day),
                                                                   domain::StartOfDay(day + 1)));
    of_day_.insert(of_day_.end(), stored.begin(), stored.end());
  }
  day_read_ = day;
  return absl::OkStatus();
}

absl::Status ActivityHistory::ReadLastInteraction() {
  const domain::DayOfActivities* day = domain::LastWithInteraction(*past_.tally, past_.last_day);
  if (day == nullptr) return absl::OkStatus();
  if (last_interaction_.id != day->last_interaction_id) {
    ASSIGN_OR_RETURN(last_interaction_, reader_->GetActivity(day->last_interaction_id));
  }
  past_.last_interaction = &last_interaction_;
  return absl::OkStatus();
}

absl::Status ActivityHistory::Look(Time now, const packs::RegionRules& rules, Past& past) {
  RETURN_IF_ERROR(ListIfOthers(rules));
  if (counted_.empty()) {
    past.activities = HappenedBy(listed_, now);
    return absl::OkStatus();
  }
  const ActivityTally& tally = counted_.size() > 1 ? joined_ : counted_.front().second;
  const int64_t today = domain::DayOf(now);
  const domain::DayOfActivities* day = tally.Find(today);
  // Days count whole; of one that is not over for what is counted, activities are looked at one by one.
  const bool whole = day == nullptr || day->last <= now;
  past_ = domain::PastOf(tally, whole ? today : today - 1);
  past.counted = &past_;
  if (whole) {
    past.activities = HappenedBy(listed_, now);
  } else {
    RETURN_IF_ERROR(ReadDay(today));
    seen_ = listed_;
    seen_.insert(seen_.end(), of_day_.begin(), of_day_.end());
    std::sort(seen_.begin(), seen_.end(), domain::Older);
    past.activities = HappenedBy(seen_, now);
  }
  return ReadLastInteraction();
}

ActivityHistory::Past ActivityHistory::At(Time now, const packs::RegionRules& rules) {
  Past past;
  status_.Update(Look(now, rules, past));
  past.count = static_cast<int64_t>(past.activities.size());
  past.last = past.activities.empty() ? 0 : past.activities.back().time;
  if (past.counted != nullptr) {
    past.count += past.counted->count;
    past.last = std::max(past.last, past.counted->last);
  }
  return past;
}

Time ActivityHistory::LastInteraction(Time now, const packs::RegionRules& rules,
                                      const packs::ResponseKinds& responses) {
  const Past past = At(now, rules);
  const bool counted = past.counted != nullptr && past.counted->last_interaction != nullptr;
  const Time of_counted = counted ? past.counted->last_interaction->time : 0;
  for (auto it = past.activities.rbegin(); it != past.activities.rend() && it->time > of_counted; ++it) {
    if (!packs::IsTouch(responses, *it)) return it->time;
  }
  return of_counted;
}

Time ActivityHistory::NextAfter(Time now) const {
  Time next = 0;
  const auto take = [&next](Time time) { next = next == 0 ? time : std::min(next, time); };
  const size_t happened = HappenedBy(listed_, now).size();
  if (happened < listed_.size()) take(listed_[happened].time);
  for (const auto& counted : counted_) {
    const std::vector<domain::DayOfActivities>& days = counted.second.days;
    const auto day = std::partition_point(days.begin(), days.end(),
                                          [now](const domain::DayOfActivities& d) { return d.last <= now; });
    if (day == days.end()) continue;
    if (day->day > domain::DayOf(now)) {
      take(domain::StartOfDay(day->day));
      continue;
    }
    // At has read the day.
    for (const Activity& activity : of_day_) {
      if (activity.time > now) take(activity.time);
    }
  }
  return next;
}

absl::Status ActivityHistory::CountNew(store::Transaction& tx, Decider& decider, const packs::RegionRules& rules) {
  for (auto& [id, tally] : counted_) {
    Activities own;
    std::copy_if(new_.begin(), new_.end(), std::back_inserter(own),
                 [&, &owner = id](const Activity& a) { return OwnerOf(a) == owner; });
    if (own.empty()) continue;
    // What cannot be counted is listed from now on, and all the others with it.
    if (!decider.Count(rules, own, tally)) tally = {};
    RETURN_IF_ERROR(tx.PutActivityTally(kind_, id, tally));
    std::erase_if(listed_, [&, &owner = id](const Activity& a) { return OwnerOf(a) == owner; });
  }
  Join();
  day_read_.reset();
  return absl::OkStatus();
}

absl::Status ActivityHistory::CountListed(const std::string& id, store::Transaction& tx, Decider& decider,
                                          const packs::RegionRules& rules) {
  Activities own;
  std::copy_if(listed_.begin(), listed_.end(), std::back_inserter(own),
               [&](const Activity& a) { return OwnerOf(a) == id; });
  ActivityTally tally;
  const bool many = own.size() > kMostListed && !packs::Evaluation::Counting(rules).empty();
  if (!many || !decider.Count(rules, own, tally)) tally = {};
  // One that was counted by other rules would miss what is added from now on.
  const bool outdated = std::find(outdated_.begin(), outdated_.end(), id) != outdated_.end();
  return tally.empty() && !outdated ? absl::OkStatus() : tx.PutActivityTally(kind_, id, tally);
}

// The store keeps no texts of those who were erased.
absl::Status ActivityHistory::DropTextsOfErased(store::Reader& reader) {
  for (Activity& activity : new_) {
    if (activity.subject.empty()) continue;
    const bool of_contact = !activity.contact_id.empty();
    ASSIGN_OR_RETURN(const bool erased, reader.IsErased(of_contact ? RecordKind::kContact : RecordKind::kLead,
                                                        of_contact ? activity.contact_id : activity.lead_id));
    if (!erased) continue;
    activity.subject.clear();
    for (Activity& listed : listed_) {
      if (listed.id == activity.id) listed.subject.clear();
    }
  }
  return absl::OkStatus();
}

absl::Status ActivityHistory::Save(store::Transaction& tx, Decider& decider, const packs::RegionRules& rules) {
  RETURN_IF_ERROR(status_);
  RETURN_IF_ERROR(ListIfOthers(rules));
  if (!counted_.empty() || listed_.size() > kMostListed) RETURN_IF_ERROR(DropTextsOfErased(tx));
  RETURN_IF_ERROR(CountNew(tx, decider, rules));
  // Whatever was counted of it would lack what is new.
  for (const std::string& id : repeating_) {
    const bool more = std::any_of(new_.begin(), new_.end(), [&](const Activity& a) { return OwnerOf(a) == id; });
    if (more) RETURN_IF_ERROR(tx.PutActivityTally(kind_, id, {}));
  }
  new_.clear();
  if (listed_.size() <= kMostListed && outdated_.empty()) return absl::OkStatus();
  for (const std::string& id : ids_) {
    const bool counted = std::any_of(counted_.begin(), counted_.end(), [&](const auto& c) { return c.first == id; });
    if (!counted && !Repeats(id)) RETURN_IF_ERROR(CountListed(id, tx, decider, rules));
  }
  outdated_.clear();
  return absl::OkStatus();
}

bool FreshInteractions::Take(Time at, Time newest) {
  const bool of_time = due_ != 0 && due_ <= at && newest >= due_;
  const bool of_added =
      std::any_of(added_.begin(), added_.end(), [&](Time time) { return time <= at && time >= newest; });
  if (due_ <= at) due_ = 0;
  std::erase_if(added_, [at](Time time) { return time <= at; });
  return newest != 0 && (of_time || of_added);
}

}  // namespace leadline::engine
