// Compiled zone files, the form in which systems keep the tz database (TZif, RFC 9636).
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/zones/time_zone.h"

namespace leadline {

// What a zone file begins with.
inline constexpr std::string_view kZoneFileMagic = "TZif";

// The zone as TimeZone::segments(): the file's own transitions, and those of its rule for the time after them. Any
// bytes may be given. INVALID_ARGUMENT when they are no zone file, are cut off, contradict themselves, or count leap
// seconds, which clocks of Unix do not; the message goes on after "the file of the zone X".
absl::StatusOr<std::vector<ZoneSegment>> ParseZoneFile(std::string_view bytes);

}  // namespace leadline
