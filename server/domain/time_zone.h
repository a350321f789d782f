// Local time of the places that calendars name.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::domain {

// A stretch of time with one offset from UTC.
struct ZoneSegment {
  Time begin = 0;       // UTC
  Time end = 0;         // UTC, exclusive
  Duration offset = 0;  // local = UTC + offset
};

// One IANA zone as the segments between its transitions, from 1970 to the end of 2120; before and after, the offset of
// the first and the last segment holds. Immutable and thread-safe.
class TimeZone {
 public:
  // Null when there is no such zone. The zone lives until the program ends; the second call for a name is a look-up.
  static const TimeZone* Find(const std::string& name);

  // In order, without gaps, over all of time.
  const std::vector<ZoneSegment>& segments() const { return segments_; }
  // Index of the segment that holds `t`.
  size_t SegmentAt(Time t) const;

 private:
  std::vector<ZoneSegment> segments_;
};

}  // namespace leadline::domain
