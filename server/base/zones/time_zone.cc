#include "base/zones/time_zone.h"

#include <algorithm>

namespace leadline {

size_t TimeZone::SegmentAt(Time t) const {
  auto after = std::upper_bound(segments_.begin(), segments_.end(), t,
                                [](Time value, const ZoneSegment& segment) { return value < segment.begin; });
  return static_cast<size_t>(after - segments_.begin()) - 1;
}

}  // namespace leadline
