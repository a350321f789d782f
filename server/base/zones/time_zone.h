// Local time of one place.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace leadline {

// A stretch of time with one offset from UTC.
struct ZoneSegment {
  Time begin = 0;       // UTC
  Time end = 0;         // UTC, exclusive
  Duration offset = 0;  // local = UTC + offset
  bool operator==(const ZoneSegment&) const = default;
};

// One zone as the segments between its transitions, from the first that the database knows to the end of 2120; before
// and after, the offset of the first and the last segment holds. Immutable and thread-safe.
class TimeZone {
 public:
  // In order, without gaps, over all of time: at least one.
  explicit TimeZone(std::vector<ZoneSegment> segments) : segments_(std::move(segments)) {}

  const std::vector<ZoneSegment>& segments() const { return segments_; }
  // Index of the segment that holds `t`.
  size_t SegmentAt(Time t) const;
  Duration OffsetAt(Time t) const { return segments_[SegmentAt(t)].offset; }

 private:
  std::vector<ZoneSegment> segments_;
};

}  // namespace leadline
