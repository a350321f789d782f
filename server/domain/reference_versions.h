// Which tables of the outside world decisions are made with. They grow old: a decision is only as right as they are.
#pragma once

#include <string>

namespace leadline::domain {

// Texts for people. Where a library gives no version of its table, its release stands for it. Plain data.
struct ReferenceVersions {
  std::string time_zones;          // "2026f", see TimeZones::version()
  std::string phone_metadata;      // "libphonenumber 8.12.57"
  std::string public_suffix_list;  // "2023-02-09 (built into libpsl 0.21.2)"
  std::string country_codes;       // "ISO 3166-1:2020 and XK"
  bool operator==(const ReferenceVersions&) const = default;
};

// What NormalizePhone reads numbers with. Thread-safe.
std::string PhoneMetadataVersion();
// What RegistrableDomain finds suffixes with. Thread-safe.
std::string PublicSuffixListVersion();
// What countries are checked against. Thread-safe.
std::string CountryCodesVersion();
// What Japanese names are read with; "none: " and why where there is no dictionary. Thread-safe.
std::string JapaneseReadingsVersion();

}  // namespace leadline::domain
