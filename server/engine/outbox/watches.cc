#include "engine/outbox/watches.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {
namespace {

using On = packs::NotifyRule::On;

constexpr char kCentral[] = "central";

std::string PackOf(const std::string& region) { return region.empty() ? kCentral : region; }

// The rules that a pack itself has.
template <typename Visit>
void ForEachOwnRule(const packs::RuleSet& rules, On on, Visit visit) {
  std::vector<std::string> regions = {""};
  regions.insert(regions.end(), rules.regions().begin(), rules.regions().end());
  for (const std::string& region : regions) {
    const packs::RegionRules& set = rules.ForRegion(region);
    for (const packs::NotifyRule& rule : set.notify) {
      if (rule.on == on && rule.layer == PackOf(region)) visit(set, rule);
    }
  }
}

// Visits the calendars that the rule is about, each with its pack: the one that it names, or all that its own pack has;
// of a central rule all that the regions have, too.
template <typename Visit>
void ForEachCalendar(const packs::RuleSet& rules, const std::string& region, const packs::NotifyRule& rule,
                     Visit visit) {
  const domain::SlaPolicy& central = rules.ForRegion("").sla;
  for (const domain::BusinessCalendar& calendar : rules.ForRegion(region).sla.calendars) {
    const bool inherited = !region.empty() && central.FindCalendar(calendar.id) != nullptr;
    if (rule.calendar.empty() ? !inherited : rule.calendar == calendar.id) visit(PackOf(region), calendar);
  }
}

}  // namespace

void Watches::Take(const domain::EventPayload& payload) {
  if (const auto* queue = std::get_if<domain::QueueLong>(&payload)) {
    const QueueBound bound(queue->queue, queue->longer_than);
    queue->over ? static_cast<void>(long_.erase(bound)) : static_cast<void>(long_.insert(bound));
  } else if (const auto* calendar = std::get_if<domain::CalendarEnding>(&payload)) {
    ending_.emplace(calendar->pack, calendar->calendar, calendar->last_day);
  }
}

absl::Status Watches::Learn(store::Reader& reader, const std::string& pack) {
  if (learned_.contains(pack)) return absl::OkStatus();
  constexpr int kPage = 500;
  const std::vector<domain::RecordRef> record = {{domain::RecordKind::kPack, pack}};
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<domain::Event> events, reader.Timeline(record, after, kPage));
    for (const domain::Event& event : events) Take(event.payload);
    if (events.size() < kPage) break;
    after = events.back().position;
  }
  learned_.insert(pack);
  return absl::OkStatus();
}

absl::Status Watches::AddQueues(store::Reader& reader, const packs::RuleSet& rules, Time now,
                                std::vector<News>& news) const {
  std::map<QueueBound, std::vector<Told>> asked;
  ForEachOwnRule(rules, On::kQueueLong, [&](const packs::RegionRules&, const packs::NotifyRule& rule) {
    AddEndpoints(rule, asked[{rule.queue, rule.longer_than}]);
  });
  if (asked.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<store::QueueCount> counts, reader.CountByQueue(now));
  for (auto& [bound, told] : asked) {
    const std::string& queue = bound.first;
    const auto count = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.queue == queue; });
    const int64_t leads = count == counts.end() ? 0 : count->leads;
    const bool is_long = leads > bound.second;
    if (is_long == long_.contains(bound)) continue;
    std::string pack = kCentral;
    for (const domain::Queue& declared : rules.queues()) {
      if (declared.id == queue) pack = declared.layer;
    }
    const Time since = count == counts.end() ? 0 : count->held_since;
    news.push_back({std::move(pack), domain::QueueLong{queue, leads, bound.second, since, !is_long}, std::move(told)});
  }
  return absl::OkStatus();
}

void Watches::AddCalendars(const packs::RuleSet& rules, Time now, std::vector<News>& news) const {
  std::map<CalendarDay, std::vector<Told>> asked;
  ForEachOwnRule(rules, On::kCalendarEnding, [&](const packs::RegionRules& set, const packs::NotifyRule& rule) {
    const auto ask = [&](const std::string& pack, const domain::BusinessCalendar& calendar) {
      if (calendar.holidays.empty()) return;
      const std::string& last = *std::max_element(calendar.holidays.begin(), calendar.holidays.end());
      const absl::StatusOr<Time> day = ParseDate(last);
      if (day.ok() && *day < now + rule.within) AddEndpoints(rule, asked[{pack, calendar.id, last}]);
    };
    ForEachCalendar(rules, set.region, rule, ask);
    if (!set.region.empty() || !rule.calendar.empty()) return;
    for (const std::string& region : rules.regions()) ForEachCalendar(rules, region, rule, ask);
  });
  for (auto& [ending, told] : asked) {
    if (ending_.contains(ending)) continue;
    const auto& [pack, calendar, last] = ending;
    news.push_back({pack, domain::CalendarEnding{pack, calendar, last}, std::move(told)});
  }
}

absl::StatusOr<int> Watches::Look(const CallContext& context) {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<const Deciding> deciding = options_.snapshots->GetDeciding();
  if (deciding->recipients == nullptr) return 0;
  const packs::RuleSet& rules = *deciding->active->rules;
  const Time now = options_.clock->Now();
  std::vector<News> news;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    news.clear();
    for (const packs::PackInfo& pack : rules.packs()) RETURN_IF_ERROR(Learn(reader, pack.ref.pack));
    AddCalendars(rules, now, news);
    return AddQueues(reader, rules, now, news);
  }));
  if (news.empty()) return 0;
  RETURN_IF_ERROR(Tell(context, news));
  for (const News& one : news) Take(one.payload);
  return static_cast<int>(news.size());
}

absl::Status Watches::Tell(const CallContext& context, const std::vector<News>& news) {
  const std::shared_ptr<const Deciding> deciding = options_.snapshots->GetDeciding();
  return store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    WriteScope scope(tx, context, deciding, *options_.ids, options_.clock->Now());
    for (const News& one : news) {
      scope.region = one.pack == kCentral ? "" : one.pack;
      const domain::RecordRef record{domain::RecordKind::kPack, one.pack};
      RETURN_IF_ERROR(scope.Append(record, scope.now, one.payload));
      for (const Told& told : one.told) {
        if (scope.recipients() == nullptr || !scope.recipients()->Takes(told.endpoint, scope.region)) continue;
        RETURN_IF_ERROR(tx.NoteDelivery({told.endpoint, told.rules, record, scope.now}));
      }
    }
    return absl::OkStatus();
  });
}

}  // namespace leadline::engine
