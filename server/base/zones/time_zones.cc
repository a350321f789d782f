#include "base/zones/time_zones.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "base/ids.h"
#include "base/source_position.h"
#include "base/zones/zone_file.h"
#include "fmt/format.h"

namespace leadline {
namespace {

std::shared_ptr<const TimeZone> Utc() {
  return std::make_shared<const TimeZone>(
      std::vector<ZoneSegment>{{std::numeric_limits<Time>::min(), std::numeric_limits<Time>::max(), 0}});
}

// Of names and bytes, each with its length before it.
std::string FingerprintOf(std::string_view version, const std::map<std::string, std::string>& files) {
  std::string all;
  auto add = [&all](std::string_view text) { all.append(std::to_string(text.size())).append(":").append(text); };
  add(version);
  for (const auto& [name, bytes] : files) {
    add(name);
    add(bytes);
  }
  return Sha256Hex(all);
}

// In small letters, with _ for blanks.
std::string Plain(std::string_view name) {
  std::string out = absl::AsciiStrToLower(absl::string_view(name.data(), name.size()));
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

}  // namespace

TimeZones::TimeZones(std::string version) : version_(std::move(version)), fingerprint_(FingerprintOf(version_, {})) {
  by_name_.emplace("UTC", Utc());
}

absl::StatusOr<std::shared_ptr<const TimeZones>> TimeZones::Parse(std::string version,
                                                                  const std::map<std::string, std::string>& files) {
  auto zones = std::make_shared<TimeZones>("");
  zones->fingerprint_ = FingerprintOf(version, files);
  zones->version_ =
      version.empty() ? fmt::format("no stated version, files {}", zones->fingerprint_.substr(0, 12)) : version;
  std::map<std::string_view, std::shared_ptr<const TimeZone>> by_bytes;
  for (const auto& [name, bytes] : files) {
    std::shared_ptr<const TimeZone>& zone = by_bytes[bytes];
    if (zone == nullptr) {
      absl::StatusOr<std::vector<ZoneSegment>> segments = ParseZoneFile(bytes);
      if (!segments.ok()) {
        return absl::InvalidArgumentError(
            fmt::format("the file of the zone {} {}", name, std::string(segments.status().message())));
      }
      zone = std::make_shared<const TimeZone>(*std::move(segments));
    }
    zones->by_name_[name] = zone;
  }
  return zones;
}

std::vector<std::string> TimeZones::Names() const {
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (const auto& [name, zone] : by_name_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

const TimeZone* TimeZones::Find(std::string_view name) const {
  const auto found = by_name_.find(absl::string_view(name.data(), name.size()));
  return found == by_name_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const TimeZone> FindZone(const std::shared_ptr<const TimeZones>& zones, std::string_view name) {
  const TimeZone* zone = zones->Find(name);
  return zone == nullptr ? nullptr : std::shared_ptr<const TimeZone>(zones, zone);
}

std::string ZoneHint(const TimeZones& zones, std::string_view text) {
  constexpr char kForm[] = "write a name of the IANA database, such as Europe/Madrid";
  if (zones.size() <= 1) {
    return fmt::format("{}; this machine has no others than UTC: {}", kForm, zones.version());
  }
  const std::vector<std::string> names = zones.Names();
  std::string likely;
  if (const std::string plain = Plain(text); plain.size() > 2) {
    const auto same = [&plain](const std::string& name) {
      const std::string other = Plain(name);
      return other == plain || other.ends_with("/" + plain);
    };
    if (const auto it = std::find_if(names.begin(), names.end(), same); it != names.end()) likely = *it;
  }
  if (likely.empty()) likely = NearestName(text, names);
  if (!likely.empty()) return fmt::format("did you mean \"{}\"?", likely);
  return kForm;
}

std::optional<Time> ReleaseOf(std::string_view version) {
  if (version.size() != 5 || !absl::ascii_islower(static_cast<unsigned char>(version[4]))) return std::nullopt;
  // Of the letters after "f" nothing more is known than that they came late in their year.
  const int month = 1 + 2 * std::min(version[4] - 'a', 5);
  const absl::StatusOr<Time> released = ParseTime(fmt::format("{}-{:02}-01", version.substr(0, 4), month));
  if (!released.ok()) return std::nullopt;
  return *released;
}

}  // namespace leadline
