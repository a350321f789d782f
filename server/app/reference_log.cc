#include "app/reference_log.h"

#include <optional>
#include <string>

#include "base/zones/time_zones.h"

namespace leadline::app {

void LogReference(const domain::ReferenceVersions& versions, const Log& log) {
  log.Info("reference tables", {{"time_zones", versions.time_zones},
                                {"phone_metadata", versions.phone_metadata},
                                {"public_suffix_list", versions.public_suffix_list},
                                {"country_codes", versions.country_codes},
                                {"japanese_readings", domain::JapaneseReadingsVersion()}});
}

bool WarnOfOldTimeZones(std::string_view version, Time now, const Log& log) {
  constexpr Duration kYear = 365 * kDay;
  const std::optional<Time> released = ReleaseOf(version);
  if (!released || now - *released <= kYear) return false;
  log.Warning("the time zones are older than a year: places may open at the wrong hour",
              {{"time_zones", std::string(version)},
               {"hint", "install the newest package tzdata; the server takes it without a restart"}});
  return true;
}

}  // namespace leadline::app
