#include "base/zones/zone_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/zic_folder.h"

namespace leadline {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Time kNovember = *ParseTime("2026-11-16T16:00:00Z");

TEST(ZoneFolderTest, ReplacedFilesAreReadAndWhatWasGivenOutStays) {
  ZicFolder files;
  files.Compile("2025b", kVancouver2025);
  ZoneFolder folder(files.path());
  auto before = folder.Look();
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ((*before)->version(), "2025b");
  EXPECT_EQ(*folder.Look(), *before) << "nothing changed: the same object";
  const std::shared_ptr<const TimeZone> pinned = FindZone(*before, "America/Vancouver");
  ASSERT_NE(pinned, nullptr);

  files.Compile("2026f", kVancouver2026);
  auto after = folder.Look();
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after)->version(), "2026f");
  EXPECT_NE((*after)->fingerprint(), (*before)->fingerprint());
  EXPECT_EQ((*after)->Find("America/Vancouver")->OffsetAt(kNovember), -7 * kHour);
  before->reset();
  EXPECT_EQ(pinned->OffsetAt(kNovember), -8 * kHour) << "whoever holds the old zone goes on with it";
}

TEST(ZoneFolderTest, TheSameFilesUnpackedAgainAreNoOtherTables) {
  ZicFolder files;
  files.Compile("2026f", kVancouver2026);
  ZoneFolder folder(files.path());
  const auto before = *folder.Look();
  files.Compile("2026f", kVancouver2026);
  EXPECT_EQ(*folder.Look(), before);
  // A package may mend a zone without a new name for its version.
  files.Compile("2026f", kVancouver2025);
  EXPECT_NE(*folder.Look(), before);
}

TEST(ZoneFolderTest, WhereTheVersionStands) {
  ZicFolder files;
  files.Compile("2026f", kVancouver2026);
  std::ofstream(files / "+VERSION") << "2026e\n";
  EXPECT_EQ((*ZoneFolder(files.path()).Look())->version(), "2026e");
  std::filesystem::remove(files / "+VERSION");
  EXPECT_EQ((*ZoneFolder(files.path()).Look())->version(), "2026f");
  std::ofstream(files / "tzdata.zi") << "# made by hand\n";
  EXPECT_THAT((*ZoneFolder(files.path()).Look())->version(), StartsWith("no stated version, files "));
  std::filesystem::remove(files / "tzdata.zi");
  EXPECT_THAT((*ZoneFolder(files.path()).Look())->version(), StartsWith("no stated version, files "));
}

TEST(ZoneFolderTest, WhatIsNoZoneIsPassedOver) {
  ZicFolder files;
  files.Compile("2026f", kVancouver2026);
  std::ofstream(files / "leapseconds") << "# text\n";
  std::ofstream(files / "notes") << "TZ";
  std::filesystem::copy(files / "America/Vancouver", files / "localtime");
  std::filesystem::copy(files / "America/Vancouver", files / "America/Vancouver.dpkg-new");
  std::filesystem::create_directory_symlink(files.path(), files / "America/Loop");
  const auto zones = *ZoneFolder(files.path()).Look();
  EXPECT_EQ(zones->Find("localtime"), nullptr);
  EXPECT_EQ(zones->Find("America/Vancouver.dpkg-new"), nullptr);
  EXPECT_NE(zones->Find("America/Vancouver"), nullptr);
}

TEST(ZoneFolderTest, SaysWhatIsWrong) {
  auto message = [](const std::string& path) { return std::string(ZoneFolder(path).Look().status().message()); };
  EXPECT_EQ(message("/nowhere/at/all"),
            "no time zones in /nowhere/at/all: install the package tzdata, or name its folder in TZDIR");
  ZicFolder files;
  files.Compile("2026f", kVancouver2026);
  std::ofstream(files / "America/Cut") << "TZif2";
  EXPECT_THAT(message(files.path()), HasSubstr("the file of the zone America/Cut is not a zone file"));
  EXPECT_THAT(message(files.path()),
              HasSubstr("install the package tzdata again (apt-get install --reinstall tzdata)"));
}

}  // namespace
}  // namespace leadline
