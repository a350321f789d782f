#include "base/zones/time_zones.h"

#include <absl/time/time.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/zones/zone_file.h"
#include "base/zones/zone_folder.h"
#include "tests/base/zic_folder.h"

namespace leadline {
namespace {

using ::testing::HasSubstr;

Time At(std::string_view text) {
  auto time = ParseTime(text);
  EXPECT_TRUE(time.ok()) << text;
  return time.ok() ? *time : 0;
}

std::shared_ptr<const TimeZones> Compiled(std::string_view rules, std::string_view form = "slim") {
  ZicFolder folder;
  folder.Compile("2026z", rules, form);
  auto zones = ZoneFolder(folder.path()).Look();
  EXPECT_TRUE(zones.ok()) << zones.status();
  return zones.ok() ? *zones : std::make_shared<const TimeZones>("none");
}

double HoursAt(const TimeZone& zone, std::string_view text) {
  return static_cast<double>(zone.OffsetAt(At(text))) / kHour;
}

void ExpectWellFormed(const std::vector<ZoneSegment>& segments) {
  ASSERT_FALSE(segments.empty());
  EXPECT_EQ(segments.front().begin, std::numeric_limits<Time>::min());
  EXPECT_EQ(segments.back().end, std::numeric_limits<Time>::max());
  for (size_t i = 0; i < segments.size(); ++i) {
    EXPECT_LT(segments[i].begin, segments[i].end);
    if (i == 0) continue;
    EXPECT_EQ(segments[i - 1].end, segments[i].begin);
    EXPECT_NE(segments[i - 1].offset, segments[i].offset);
  }
}

// Abseil reads the same files by code of its own.
TEST(TimeZonesTest, AgreesWithAbseilAboutEveryZoneOfTheSystem) {
  const TimeZones& zones = *SystemTimeZones();
  ASSERT_GT(zones.size(), 400u) << zones.version();
  const Time end = At("2121-01-01");
  std::mt19937_64 random(1);
  const std::filesystem::path root = SystemZoneFolder();
  size_t compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = std::filesystem::relative(entry.path(), root).string();
    const TimeZone* zone = zones.Find(name);
    if (zone == nullptr) continue;
    absl::TimeZone theirs;
    ASSERT_TRUE(absl::LoadTimeZone(name, &theirs)) << name;
    auto compare = [&](Time t) {
      EXPECT_EQ(zone->OffsetAt(t), theirs.At(absl::FromUnixMicros(t)).offset * kSecond)
          << name << " at " << FormatTime(t);
    };
    ExpectWellFormed(zone->segments());
    for (const ZoneSegment& segment : zone->segments()) {
      if (segment.begin < -At("2100-01-01")) continue;
      compare(segment.begin - 1);
      compare(segment.begin);
    }
    for (int i = 0; i < 200; ++i) compare(static_cast<Time>(random() % static_cast<uint64_t>(end)));
    ++compared;
  }
  EXPECT_GE(compared + 1, zones.size());
}

TEST(TimeZonesTest, OnlyNamesOfTheDatabase) {
  const TimeZones& zones = *SystemTimeZones();
  for (const char* name : {"Europe/Madrid", "America/Sao_Paulo", "UTC", "Etc/UTC", "Asia/Kolkata", "Asia/Calcutta",
                           "America/Argentina/Buenos_Aires", "Etc/GMT+5"}) {
    EXPECT_NE(zones.Find(name), nullptr) << name;
  }
  const std::string usual = SystemZoneFolder();
  for (const std::string& name : {std::string(),
                                  std::string("Europe/Nowhere"),
                                  std::string("GMT+3:15"),
                                  std::string("europe/madrid"),
                                  std::string("europe"),
                                  std::string("Europe"),
                                  std::string("Europe/"),
                                  std::string("Etc/Unknown"),
                                  std::string("Madrid"),
                                  std::string("Fixed/UTC+05:30:00"),
                                  std::string("localtime"),
                                  std::string("posixrules"),
                                  std::string("posix/Europe/Madrid"),
                                  std::string("right/Europe/Madrid"),
                                  std::string("tzdata.zi"),
                                  std::string("../zoneinfo/Europe/Madrid"),
                                  std::string("./Europe/Madrid"),
                                  std::string("Europe//Madrid"),
                                  usual + "/Europe/Madrid",
                                  "file:" + usual + "/Europe/Madrid",
                                  std::string("file:Europe/Madrid"),
                                  std::string(":Europe/Madrid"),
                                  std::string("Europe/Madrid\0", 14),
                                  std::string(1 << 20, 'A')}) {
    EXPECT_EQ(zones.Find(name), nullptr) << name.substr(0, 80);
  }
}

TEST(TimeZonesTest, PlacesThatTheTablesOf2022GetWrong) {
  const TimeZones& zones = *SystemTimeZones();
  const struct {
    const char* name;
    const char* time;
    double hours;
  } kCases[] = {
      {"America/Mexico_City", "2026-07-06T15:00:00Z", -6},   {"America/Mexico_City", "2026-01-06T15:00:00Z", -6},
      {"America/Mexico_City", "2021-07-06T15:00:00Z", -5},   {"America/Ciudad_Juarez", "2026-07-06T15:00:00Z", -6},
      {"America/Ciudad_Juarez", "2026-01-06T15:00:00Z", -7}, {"America/Coyhaique", "2026-07-06T15:00:00Z", -3},
      {"America/Asuncion", "2026-07-06T15:00:00Z", -3},      {"Asia/Almaty", "2026-07-06T15:00:00Z", 5},
      {"Africa/Cairo", "2026-07-06T15:00:00Z", 3},           {"America/Nuuk", "2026-07-06T15:00:00Z", -1},
  };
  for (const auto& c : kCases) {
    const TimeZone* zone = zones.Find(c.name);
    ASSERT_NE(zone, nullptr) << c.name << " in " << zones.version();
    EXPECT_EQ(HoursAt(*zone, c.time), c.hours) << c.name << " at " << c.time;
  }
}

TEST(TimeZonesTest, WhatCameWithTheTablesOf2026) {
  const TimeZones& zones = *SystemTimeZones();
  if (zones.version() < "2026f") {
    GTEST_SKIP() << "the system's tables are " << zones.version() << ", older than 2026f: install a newer tzdata";
  }
  EXPECT_EQ(HoursAt(*zones.Find("America/Vancouver"), "2026-11-16T16:00:00Z"), -7);
  EXPECT_EQ(HoursAt(*zones.Find("America/Edmonton"), "2026-11-16T16:00:00Z"), -6);
  EXPECT_EQ(HoursAt(*zones.Find("America/Winnipeg"), "2026-11-16T16:00:00Z"), -5);
  EXPECT_EQ(HoursAt(*zones.Find("Africa/Casablanca"), "2026-11-16T16:00:00Z"), 0);
  EXPECT_EQ(HoursAt(*zones.Find("America/Havana"), "2026-12-16T16:00:00Z"), -4);
}

TEST(TimeZonesTest, TheRuleGoesOnWhereTheListOfTransitionsEnds) {
  for (const char* form : {"slim", "fat"}) {
    const auto old = Compiled(kVancouver2025, form);
    const TimeZone* vancouver = old->Find("America/Vancouver");
    ASSERT_NE(vancouver, nullptr);
    EXPECT_EQ(HoursAt(*vancouver, "2026-11-01T08:59:59Z"), -7);
    EXPECT_EQ(HoursAt(*vancouver, "2026-11-01T09:00:00Z"), -8);
    EXPECT_EQ(HoursAt(*vancouver, "2110-07-15"), -7);
    EXPECT_EQ(HoursAt(*vancouver, "2110-01-15"), -8);
    EXPECT_EQ(old->Find("Canada/Pacific"), vancouver) << "a link is the same zone";
    const auto now = Compiled(kVancouver2026, form);
    EXPECT_EQ(HoursAt(*now->Find("America/Vancouver"), "2026-11-16T16:00:00Z"), -7);
    EXPECT_EQ(HoursAt(*now->Find("America/Vancouver"), "2025-11-16T16:00:00Z"), -8);
    EXPECT_EQ(HoursAt(*now->Find("America/Vancouver"), "2110-01-15"), -7);
  }
}

TEST(TimeZonesTest, RulesOfEveryForm) {
  const auto zones = Compiled(R"(
Rule South 2000 max - Oct Sun>=1 2:00 1:00 D
Rule South 2000 max - Apr Sun>=1 3:00 0 S
Zone Test/South 10:30 South %z
Rule Winter 2000 max - Oct lastSun 1:00u -1:00 W
Rule Winter 2000 max - Mar lastSun 1:00u 0 S
Zone Test/Winter 1:00 Winter %z
Rule Eve 2000 max - Mar Fri>=23 2:00 1:00 D
Rule Eve 2000 max - Oct lastSun 2:00 0 S
Zone Test/Eve 2:00 Eve %z
Rule Late 2000 max - Mar lastSun 0:00 1:00 D
Rule Late 2000 max - Oct lastSun 0:00 0 S
Zone Test/Late -2:00 Late %z
Zone Test/Still 5:45 - %z
)");
  auto hours = [&](const char* zone, const char* time) {
    const TimeZone* found = zones->Find(zone);
    EXPECT_NE(found, nullptr) << zone;
    return found == nullptr ? 0 : HoursAt(*found, time);
  };
  EXPECT_EQ(hours("Test/South", "2050-01-15"), 11.5);
  EXPECT_EQ(hours("Test/South", "2050-07-15"), 10.5);
  EXPECT_EQ(hours("Test/Winter", "2050-01-15"), 0);
  EXPECT_EQ(hours("Test/Winter", "2050-07-15"), 1);
  EXPECT_EQ(hours("Test/Eve", "2052-03-28T23:59:59Z"), 2) << "the Friday on or after the 23rd is the 29th";
  EXPECT_EQ(hours("Test/Eve", "2052-03-29T00:00:00Z"), 3);
  EXPECT_EQ(hours("Test/Late", "2050-03-27T01:59:59Z"), -2);
  EXPECT_EQ(hours("Test/Late", "2050-03-27T02:00:00Z"), -1);
  EXPECT_EQ(hours("Test/Still", "2050-03-27"), 5.75);
}

TEST(TimeZonesTest, LeapSecondsAreRefused) {
  const std::filesystem::path right = std::filesystem::path(SystemZoneFolder()) / "right";
  if (!std::filesystem::exists(right)) GTEST_SKIP() << "no " << right;
  const auto zones = ZoneFolder(right.string()).Look();
  EXPECT_EQ(zones.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(zones.status().message()), HasSubstr("leap seconds"));
}

std::string Bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ParseZoneFileTest, AnyBytesGiveAZoneOrAnError) {
  ZicFolder folder;
  folder.Compile("2026z", kVancouver2025);
  const std::string whole = Bytes(folder / "America/Vancouver");
  ASSERT_TRUE(ParseZoneFile(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseZoneFile(whole.substr(0, size)).ok()) << size << " of " << whole.size();
  }
  std::mt19937_64 random(7);
  int parsed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = whole;
    for (uint64_t i = random() % 4 + 1; i > 0; --i) damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto segments = ParseZoneFile(damaged);
    if (!segments.ok()) continue;
    ++parsed;
    ExpectWellFormed(*segments);
  }
  EXPECT_GT(parsed, 100) << "some damage cannot be seen";
}

TEST(ParseZoneFileTest, SaysWhatIsWrong) {
  auto message = [](std::string_view bytes) { return std::string(ParseZoneFile(bytes).status().message()); };
  EXPECT_EQ(message(""), "is not a zone file");
  EXPECT_EQ(message("# version 2026f, and more text than a header has bytes"), "is not a zone file");
  ZicFolder folder;
  folder.Compile("2026z", kVancouver2025);
  std::string bytes = Bytes(folder / "America/Vancouver");
  EXPECT_EQ(message(bytes.substr(0, 100)), "is damaged: it is cut off");
  bytes.replace(bytes.find("M3."), 3, "M13");
  EXPECT_THAT(message(bytes), HasSubstr("which is not a rule"));
}

TEST(ZoneHintTest, NamesWhatWasLikelyMeant) {
  const TimeZones& zones = *SystemTimeZones();
  EXPECT_EQ(ZoneHint(zones, "America/Mexco_City"), "did you mean \"America/Mexico_City\"?");
  EXPECT_EQ(ZoneHint(zones, "america/mexico city"), "did you mean \"America/Mexico_City\"?");
  EXPECT_EQ(ZoneHint(zones, "Tokyo"), "did you mean \"Asia/Tokyo\"?");
  for (const char* none : {"", "Atlantis/Harbour", "local office time"}) {
    EXPECT_EQ(ZoneHint(zones, none), "write a name of the IANA database, such as Europe/Madrid") << none;
  }
  EXPECT_EQ(ZoneHint(TimeZones("none"), "Europe/Madird"),
            "write a name of the IANA database, such as Europe/Madrid; this machine has no others than UTC: none");
}

TEST(ReleaseOfTest, FromTheName) {
  EXPECT_EQ(FormatTime(*ReleaseOf("2025b")), "2025-03-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ReleaseOf("2026f")), "2026-11-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ReleaseOf("2009u")), "2009-11-01T00:00:00Z");
  for (const char* name : {"", "2025", "2025B", "none", "abcde", "2025b-dirty", "no stated version, files 0123"}) {
    EXPECT_FALSE(ReleaseOf(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace leadline
