// The rule of a zone for the time after its last listed transition: the TZ text of POSIX, as zone files end with
// (RFC 9636, section 3.3.1).
#pragma once

#include <limits>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/zones/time_zone.h"

namespace leadline {

inline constexpr Time kForever = std::numeric_limits<Time>::max();

// Segments while they are made: without empty ones, and without neighbours of one offset. Not thread-safe.
class ZoneSegments {
 public:
  explicit ZoneSegments(Duration first);
  explicit ZoneSegments(std::vector<ZoneSegment> segments) : segments_(std::move(segments)) {}
  // The offset from `t` on, which is not before any `t` so far.
  void Append(Time t, Duration offset);
  Time last_begin() const { return segments_.back().begin; }
  std::vector<ZoneSegment> Take() { return std::move(segments_); }

 private:
  std::vector<ZoneSegment> segments_;
};

// Adds what the rule, such as "CET-1CEST,M3.5.0,M10.5.0/3", says from the last segment's begin on, to the end of 2120.
// INVALID_ARGUMENT when it is no rule; then `segments` is as before.
absl::Status ExtendByRule(std::string_view rule, std::vector<ZoneSegment>& segments);

}  // namespace leadline
