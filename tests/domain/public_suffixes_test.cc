#include "domain/public_suffixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "domain/reference_versions.h"

namespace leadline::domain {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PublicSuffixesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-suffixes-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    for (const PublicSuffixes& suffixes : read_) psl_free(const_cast<psl_ctx_t*>(suffixes.list));
  }

  // The server keeps the one that it reads for as long as it runs.
  PublicSuffixes Latest(const char* file = psl_dist_filename()) {
    return read_.emplace_back(LatestPublicSuffixes(file));
  }

  // A list that knows one suffix that no other list has.
  std::string List(const std::string& text, time_t changed) {
    const std::string path = folder_ / "list.dat";
    std::ofstream(path) << text;
    const timeval times[2] = {{changed, 0}, {changed, 0}};
    EXPECT_EQ(utimes(path.c_str(), times), 0);
    return path;
  }
  static std::string Registrable(const PublicSuffixes& suffixes, const char* host) {
    const char* domain = psl_registrable_domain(suffixes.list, host);
    return domain == nullptr ? "" : domain;
  }

  std::filesystem::path folder_;
  std::vector<PublicSuffixes> read_;
};

constexpr time_t kIn2040 = 2208988800;
constexpr char kOneMore[] = "// ===BEGIN ICANN DOMAINS===\ncom\nfresh.example\n// ===END ICANN DOMAINS===\n";

TEST_F(PublicSuffixesTest, ANewerFileDecides) {
  const PublicSuffixes suffixes = Latest(List(kOneMore, kIn2040).c_str());
  ASSERT_NE(suffixes.list, nullptr);
  EXPECT_EQ(Registrable(suffixes, "www.acme.fresh.example"), "acme.fresh.example");
  EXPECT_THAT(suffixes.version, StartsWith("2040-01-01 ("));
  EXPECT_THAT(suffixes.version, EndsWith("/list.dat)"));
}

TEST_F(PublicSuffixesTest, AnOlderOrUnreadableFileDoesNot) {
  const std::string today = Latest().version;
  for (const std::string& path : {List(kOneMore, 946684800), (folder_ / "none").string()}) {
    const PublicSuffixes suffixes = Latest(path.c_str());
    ASSERT_NE(suffixes.list, nullptr);
    EXPECT_EQ(Registrable(suffixes, "www.acme.fresh.example"), "fresh.example");
    EXPECT_EQ(suffixes.version, today);
  }
}

TEST_F(PublicSuffixesTest, TheVersionToldIsTheOneThatDecides) {
  EXPECT_EQ(PublicSuffixListVersion(), Latest().version);
  // The system's file is newer than what is built in wherever the package was updated since.
  struct stat about {};
  if (stat(psl_dist_filename(), &about) != 0 || about.st_mtime <= psl_builtin_file_time()) return;
  EXPECT_THAT(PublicSuffixListVersion(), HasSubstr(psl_dist_filename()));
}

}  // namespace
}  // namespace leadline::domain
