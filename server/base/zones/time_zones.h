// The zones of the tz database (IANA), all of one version. Plain data; where it is read from: base/zone_folder.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/zones/time_zone.h"

namespace leadline {

// "UTC" is always there. Immutable and thread-safe.
class TimeZones {
 public:
  // UTC alone, where there is no database.
  explicit TimeZones(std::string version);
  // From zone files (RFC 9636) by the name of their zone, all of them parsed. INVALID_ARGUMENT names the zone whose
  // file is damaged.
  static absl::StatusOr<std::shared_ptr<const TimeZones>> Parse(std::string version,
                                                                const std::map<std::string, std::string>& files);

  // Null when there is no zone of exactly that name, whatever the text. Lives as long as these zones. Allocates
  // nothing.
  const TimeZone* Find(std::string_view name) const;
  // How many names there are.
  size_t size() const { return by_name_.size(); }
  // All of them, sorted.
  std::vector<std::string> Names() const;

  // "2026f"; where the files do not tell it, a text that says so and ends with a part of the fingerprint.
  const std::string& version() const { return version_; }
  // Equal when all zones and the version are: SHA-256 over the files, in hexadecimal digits.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::string version_;
  std::string fingerprint_;
  absl::flat_hash_map<std::string, std::shared_ptr<const TimeZone>> by_name_;  // links share a zone
};

// The zone of that name, which keeps the whole of its version alive; null when there is none.
std::shared_ptr<const TimeZone> FindZone(const std::shared_ptr<const TimeZones>& zones, std::string_view name);

// What to write in the place of a text that is no zone's name: the name that was likely meant, also for one in other
// capitals, with blanks, or without its continent ("Mexico City"); else what such a name is.
std::string ZoneHint(const TimeZones& zones, std::string_view text);

// About when the version was released, from its name alone: "2025b" is the second of 2025, and there are some six a
// year. Nothing when it has no such name.
std::optional<Time> ReleaseOf(std::string_view version);

}  // namespace leadline
