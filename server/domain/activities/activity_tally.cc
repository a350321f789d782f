#include "domain/activities/activity_tally.h"

#include <algorithm>
#include <tuple>

namespace leadline::domain {
namespace {

// New activities mostly belong to the end of what is kept in order.
template <typename List, typename Key, typename Before>
auto PlaceOf(List& list, const Key& key, Before before) {
  if (list.empty() || before(list.back(), key)) return list.end();
  return std::lower_bound(list.begin(), list.end(), key, before);
}

DayOfActivities& DayAt(ActivityTally& tally, int64_t day) {
  auto at = PlaceOf(tally.days, day, [](const DayOfActivities& d, int64_t wanted) { return d.day < wanted; });
  if (at == tally.days.end() || at->day != day) at = tally.days.insert(at, DayOfActivities{.day = day});
  return *at;
}

ClassOfActivities& ClassAt(ActivityTally& tally, int64_t number) {
  auto at = PlaceOf(tally.classes, number, [](const ClassOfActivities& c, int64_t n) { return c.number < n; });
  if (at == tally.classes.end() || at->number != number) {
    at = tally.classes.insert(at, ClassOfActivities{.number = number});
  }
  return *at;
}

void AddTo(ClassOfActivities& known, int64_t day, int64_t count) {
  const auto at = PlaceOf(known.days, day, [](int64_t d, int64_t wanted) { return d < wanted; });
  const auto place = at - known.days.begin();
  if (at == known.days.end() || *at != day) {
    known.days.insert(at, day);
    known.counts.insert(known.counts.begin() + place, 0);
  }
  known.counts[static_cast<size_t>(place)] += count;
}

void TakeInteraction(DayOfActivities& day, Time time, const std::string& id) {
  const bool later =
      day.interactions == 0 || std::tie(day.last_interaction, day.last_interaction_id) < std::tie(time, id);
  if (!later) return;
  day.last_interaction = time;
  day.last_interaction_id = id;
}

void TakeSign(std::vector<LastSign>& known, const LastSign& given) {
  const auto at = PlaceOf(known, given.number, [](const LastSign& sign, int64_t n) { return sign.number < n; });
  if (at == known.end() || at->number != given.number) {
    known.insert(at, given);
  } else {
    at->last = std::max(at->last, given.last);
  }
}

}  // namespace

Time LastOf(std::span<const LastSign> signs, int64_t number) {
  for (const LastSign& sign : signs) {
    if (sign.number == number) return sign.last;
  }
  return 0;
}

void ActivityTally::Add(const Activity& activity, ActivityKind kind, std::span<const int64_t> numbers) {
  DayOfActivities& day = DayAt(*this, DayOf(activity.time));
  day.last = day.count == 0 ? activity.time : std::max(day.last, activity.time);
  ++day.count;
  if (kind.contact_request) day.last_contact_request = std::max(day.last_contact_request, activity.time);
  for (const int64_t sign : kind.signs) TakeSign(day.signs, {sign, activity.time});
  if (kind.interaction) {
    TakeInteraction(day, activity.time, activity.id);
    ++day.interactions;
  }
  for (const int64_t number : numbers) AddTo(ClassAt(*this, number), day.day, 1);
}

void ActivityTally::Join(const ActivityTally& other) {
  for (const DayOfActivities& theirs : other.days) {
    DayOfActivities& day = DayAt(*this, theirs.day);
    day.last = day.count == 0 ? theirs.last : std::max(day.last, theirs.last);
    day.count += theirs.count;
    if (theirs.interactions > 0) TakeInteraction(day, theirs.last_interaction, theirs.last_interaction_id);
    day.interactions += theirs.interactions;
    day.last_contact_request = std::max(day.last_contact_request, theirs.last_contact_request);
    for (const LastSign& sign : theirs.signs) TakeSign(day.signs, sign);
  }
  for (const ClassOfActivities& theirs : other.classes) {
    ClassOfActivities& known = ClassAt(*this, theirs.number);
    for (size_t i = 0; i < theirs.days.size(); ++i) AddTo(known, theirs.days[i], theirs.counts[i]);
  }
}

int64_t ActivityTally::count() const {
  int64_t sum = 0;
  for (const DayOfActivities& day : days) sum += day.count;
  return sum;
}

Time ActivityTally::last() const { return days.empty() ? 0 : days.back().last; }

const DayOfActivities* ActivityTally::Find(int64_t day) const {
  const auto at = PlaceOf(days, day, [](const DayOfActivities& d, int64_t wanted) { return d.day < wanted; });
  return at != days.end() && at->day == day ? &*at : nullptr;
}

bool ActivityTally::Sound() const {
  for (size_t i = 0; i < days.size(); ++i) {
    const DayOfActivities& day = days[i];
    if (i > 0 && days[i - 1].day >= day.day) return false;
    if (day.count <= 0 || day.interactions < 0 || day.interactions > day.count || DayOf(day.last) != day.day) {
      return false;
    }
    if (day.interactions > 0 && DayOf(day.last_interaction) != day.day) return false;
    if (day.last_contact_request != 0 && DayOf(day.last_contact_request) != day.day) return false;
    for (size_t k = 0; k < day.signs.size(); ++k) {
      if (k > 0 && day.signs[k - 1].number >= day.signs[k].number) return false;
      if (day.signs[k].number < 0 || DayOf(day.signs[k].last) != day.day) return false;
    }
  }
  for (size_t i = 0; i < classes.size(); ++i) {
    const ClassOfActivities& c = classes[i];
    if (i > 0 && classes[i - 1].number >= c.number) return false;
    if (c.number < 0 || c.days.empty() || c.days.size() != c.counts.size()) return false;
    for (size_t k = 0; k < c.days.size(); ++k) {
      if (k > 0 && c.days[k - 1] >= c.days[k]) return false;
      const DayOfActivities* day = Find(c.days[k]);
      if (day == nullptr || c.counts[k] <= 0 || c.counts[k] > day->count) return false;
    }
  }
  return true;
}

const DayOfActivities* LastWithInteraction(const ActivityTally& tally, int64_t last_day) {
  for (size_t i = tally.days.size(); i-- > 0;) {
    const DayOfActivities& day = tally.days[i];
    if (day.day <= last_day && day.interactions > 0) return &day;
  }
  return nullptr;
}

CountedPast PastOf(const ActivityTally& tally, int64_t last_day) {
  CountedPast past;
  past.tally = &tally;
  past.last_day = last_day;
  for (const DayOfActivities& day : tally.days) {
    if (day.day > last_day) break;
    past.count += day.count;
    past.interactions += day.interactions;
    past.last_contact_request = std::max(past.last_contact_request, day.last_contact_request);
    for (const LastSign& sign : day.signs) TakeSign(past.signs, sign);
    past.last = day.last;
  }
  return past;
}

}  // namespace leadline::domain
