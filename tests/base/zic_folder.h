// A tz database of a test's own, compiled by zic from rules that the test writes.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace leadline {

// Vancouver as it was known up to 2025, and as it is since its law of 2026: no clock changes after March 2026.
inline constexpr std::string_view kVancouver2025 = R"(
Rule C 2007 max - Mar Sun>=8 2:00 1:00 D
Rule C 2007 max - Nov Sun>=1 2:00 0 S
Zone America/Vancouver -8:00 C P%sT
Link America/Vancouver Canada/Pacific
)";
inline constexpr std::string_view kVancouver2026 = R"(
Rule C 2007 max - Mar Sun>=8 2:00 1:00 D
Rule C 2007 max - Nov Sun>=1 2:00 0 S
Zone America/Vancouver -8:00 C P%sT 2026 Mar 9
 -8:00 C PDT 2026 Nov 1 2:00
 -7:00 - MST
Link America/Vancouver Canada/Pacific
)";

// Goes away with its files. Not thread-safe.
class ZicFolder {
 public:
  ZicFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-zones-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~ZicFolder() { std::filesystem::remove_all(path_); }
  ZicFolder(const ZicFolder&) = delete;
  ZicFolder& operator=(const ZicFolder&) = delete;

  // Puts these zones in the place of all that were there. `form`: "fat" lists what "slim" leaves to the rule at the
  // end.
  void Compile(std::string_view version, std::string_view rules, std::string_view form = "slim") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    const std::filesystem::path source = path_ / "rules.txt";
    std::ofstream(source) << rules;
    const std::string command = "zic -b " + std::string(form) + " -d " + path_.string() + " " + source.string();
    ASSERT_EQ(std::system(("PATH=$PATH:/usr/sbin " + command).c_str()), 0) << command << " (zic is in libc-bin)";
    std::filesystem::remove(source);
    std::ofstream(path_ / "tzdata.zi") << "# version " << version << "\n# text of all zones\n";
  }

  std::string path() const { return path_.string(); }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace leadline
