#include "domain/time_zone.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace leadline::domain {
namespace {

constexpr Duration kMillisecond = 1000;
constexpr Time kTableEnd = 4'765'132'800LL * kSecond;  // 2121-01-01
constexpr Time kForever = std::numeric_limits<Time>::max();

std::unique_ptr<icu::BasicTimeZone> OpenZone(const std::string& name) {
  icu::UnicodeString id = icu::UnicodeString::fromUTF8(name);
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString canonical;
  UBool known = false;
  // Only names of the tz database: ICU would also make up zones such as "GMT+3:15".
  icu::TimeZone::getCanonicalID(id, canonical, known, error);
  if (U_FAILURE(error) || !known) return nullptr;
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(id));
  if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) return nullptr;
  auto* basic = dynamic_cast<icu::BasicTimeZone*>(zone.get());
  if (basic == nullptr) return nullptr;
  zone.release();
  return std::unique_ptr<icu::BasicTimeZone>(basic);
}

Duration OffsetAt(const icu::BasicTimeZone& zone, Time t) {
  int32_t raw = 0;
  int32_t summer = 0;
  UErrorCode error = U_ZERO_ERROR;
  zone.getOffset(static_cast<UDate>(t / kMillisecond), false, raw, summer, error);
  return U_FAILURE(error) ? 0 : (static_cast<Duration>(raw) + summer) * kMillisecond;
}

std::vector<ZoneSegment> Segments(const icu::BasicTimeZone& zone) {
  std::vector<ZoneSegment> segments = {{std::numeric_limits<Time>::min(), kForever, OffsetAt(zone, 0)}};
  icu::TimeZoneTransition transition;
  Time t = 0;
  while (zone.getNextTransition(static_cast<UDate>(t / kMillisecond), false, transition)) {
    t = static_cast<Time>(transition.getTime()) * kMillisecond;
    if (t >= kTableEnd) break;
    Duration offset = OffsetAt(zone, t);
    // A change of name alone is no change of time.
    if (offset == segments.back().offset) continue;
    segments.back().end = t;
    segments.push_back({t, kForever, offset});
  }
  return segments;
}

}  // namespace

const TimeZone* TimeZone::Find(const std::string& name) {
  static std::shared_mutex mutex;
  // Never destroyed: clocks may still be asked while the program ends.
  static auto& zones = *new std::unordered_map<std::string, std::unique_ptr<const TimeZone>>();
  {
    std::shared_lock lock(mutex);
    if (auto found = zones.find(name); found != zones.end()) return found->second.get();
  }
  // Unknown names are not kept, so that what a caller sends cannot fill memory.
  std::unique_ptr<icu::BasicTimeZone> opened = OpenZone(name);
  if (opened == nullptr) return nullptr;
  auto zone = std::make_unique<TimeZone>();
  zone->segments_ = Segments(*opened);
  std::unique_lock lock(mutex);
  return zones.try_emplace(name, std::move(zone)).first->second.get();
}

size_t TimeZone::SegmentAt(Time t) const {
  auto after = std::upper_bound(segments_.begin(), segments_.end(), t,
                                [](Time value, const ZoneSegment& segment) { return value < segment.begin; });
  return static_cast<size_t>(after - segments_.begin()) - 1;
}

}  // namespace leadline::domain
