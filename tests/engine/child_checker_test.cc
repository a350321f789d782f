// Packs checked in a process of its own: the same findings as here, and the worst that happens is an error.
#include "engine/packcheck/child_checker.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "base/errors.h"
#include "engine/decide/build_snapshot.h"
#include "engine/decide/snapshot.h"
#include "engine/packcheck/check_wire.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

constexpr char kChecker[] = LEADLINE_BINARY_DIR "/bin/leadline-pack-checker";
constexpr char kUnruly[] = LEADLINE_BINARY_DIR "/unruly_checker";

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ChildCheckerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "leadline-check-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    set_ = packs::ReadPackSet(kRulesRoot).set;
    options_.executable = kChecker;
  }
  void TearDown() override { fs::remove_all(folder_); }

  PackCheckJob Job() {
    PackCheckJob job;
    job.set = set_;
    job.build = [this](const SnapshotWish& wish) {
      ++builds_;
      const PluginFolder plugins = TrustedPlugins(kPluginDir, folder_ / "cache");
      return wish.proofs ? BuildSnapshot(set_, plugins, 1, 0) : BuildCheckedSnapshot(set_, plugins, 1, 0);
    };
    return job;
  }
  absl::StatusOr<PackFindings> Check(const PackCheckJob& job) { return ChildChecker(options_).Check(job); }

  // What comes of a check by a program that does what `how` says.
  absl::Status CheckedBy(const std::string& how) {
    const fs::path program = folder_ / how;
    fs::create_symlink(kUnruly, program);
    options_.executable = program;
    const auto found = Check(Job());
    EXPECT_FALSE(found.ok());
    EXPECT_EQ(builds_, 0) << "nothing of it is read in this process";
    return found.status();
  }

  void Replace(const std::string& pack, const std::string& file, const std::string& from, const std::string& to) {
    packs::PackFiles files = *set_.Find(pack);
    const size_t at = files.files[file].find(from);
    ASSERT_NE(at, std::string::npos);
    files.files[file].replace(at, from.size(), to);
    set_.Put(std::move(files));
  }

  fs::path folder_;
  packs::PackSet set_;
  ChildCheckerOptions options_;
  int builds_ = 0;
};

// The project's packs with all their tests, those that ask plugins among them.
TEST_F(ChildCheckerTest, FindsWhatACheckHereFinds) {
  const auto apart = Check(Job());
  ASSERT_TRUE(apart.ok()) << apart.status();
  EXPECT_TRUE(apart->status.ok()) << apart->status;
  const auto here = PackCheckerHere().Check(Job());
  ASSERT_TRUE(here.ok());
  EXPECT_EQ(FormatDiagnostics(apart->diagnostics), FormatDiagnostics(here->diagnostics));
  EXPECT_EQ(apart->packs, here->packs);
  EXPECT_GT(apart->tests.passed, 100);
  EXPECT_EQ(apart->tests.passed, here->tests.passed);
  EXPECT_EQ(apart->tests.failed, 0) << apart->tests.cases.front().message;
  EXPECT_EQ(apart->tests.skipped, here->tests.skipped);
  ASSERT_NE(apart->snapshot, nullptr);
  EXPECT_EQ(apart->snapshot->ref->packs, here->packs);
}

TEST_F(ChildCheckerTest, TellsErrorsAndFailedTests) {
  Replace("emea", "tests/scoring_test.yaml", "cases:\n",
          "cases:\n  - name: no points\n    with: {lead: {source: website}}\n    expect: {score: {central: 4711}}\n");
  auto found = Check(Job());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->tests.failed, 1);
  ASSERT_EQ(found->tests.cases.size(), 1u);
  EXPECT_EQ(found->tests.cases[0].name, "no points");
  EXPECT_EQ(found->tests.cases[0].pack, "emea");
  EXPECT_THAT(found->tests.cases[0].message, HasSubstr("4711"));

  Replace("emea", "scoring.yaml", "contact.seniority in", "contact.senority in");
  builds_ = 0;
  found = Check(Job());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(found->packs.empty());
  EXPECT_EQ(found->snapshot, nullptr);
  EXPECT_EQ(FormatDiagnostics(found->diagnostics), FormatDiagnostics(PackCheckerHere().Check(Job())->diagnostics));
  EXPECT_EQ(builds_, 1) << "by the check here; packs with errors are not read in this process";
}

// Ordinary packs, and less memory than they take: the real program runs out of it.
TEST_F(ChildCheckerTest, PacksThatTakeTooMuchMemoryAreAnErrorThatSaysSo) {
  options_.memory_bytes = 8 << 20;
  const auto found = Check(Job());
  EXPECT_EQ(ReasonOf(found.status()), "PACK_CHECK_LIMIT") << found.status();
  EXPECT_THAT(std::string(found.status().message()), HasSubstr("8 MiB of memory"));
}

TEST_F(ChildCheckerTest, EveryLimitIsNamed) {
  options_.time = std::chrono::seconds(1);
  const absl::Status spun = CheckedBy("spin");
  EXPECT_EQ(ReasonOf(spun), "PACK_CHECK_LIMIT") << spun;
  // On a machine that does other things as well the clock may be first.
  EXPECT_THAT(std::string(spun.message()), AnyOf(HasSubstr("1 s of processor time"), HasSubstr("2 s by the clock")));
  const absl::Status stalled = CheckedBy("stall");
  EXPECT_EQ(ReasonOf(stalled), "PACK_CHECK_LIMIT") << stalled;
  EXPECT_THAT(std::string(stalled.message()), HasSubstr("2 s by the clock"));
  options_.memory_bytes = 64 << 20;
  const absl::Status ate = CheckedBy("eat");
  EXPECT_EQ(ReasonOf(ate), "PACK_CHECK_LIMIT") << ate;
  EXPECT_THAT(std::string(ate.message()), HasSubstr("64 MiB of memory"));
}

TEST_F(ChildCheckerTest, WhateverBecomesOfTheProcessIsAnError) {
  const absl::Status killed = CheckedBy("killed");
  EXPECT_TRUE(absl::IsUnavailable(killed)) << killed;
  EXPECT_THAT(std::string(killed.message()), HasSubstr("SIGKILL"));
  EXPECT_TRUE(RetryDelayOf(killed).has_value());
  const absl::Status crashed = CheckedBy("crash");
  EXPECT_TRUE(absl::IsInternal(crashed)) << crashed;
  EXPECT_THAT(std::string(crashed.message()), HasSubstr("SIGABRT"));
  EXPECT_THAT(std::string(CheckedBy("leave").message()), HasSubstr("exit code 7"));
  EXPECT_THAT(std::string(CheckedBy("chatter").message()), HasSubstr("without a whole header"));
  EXPECT_THAT(std::string(CheckedBy("flood").message()), HasSubstr("a message of 1073741824 bytes; at most"));
  const absl::Status shrugged = CheckedBy("shrug");
  EXPECT_TRUE(absl::IsInternal(shrugged)) << shrugged;
  EXPECT_THAT(std::string(shrugged.message()), HasSubstr("found neither packs nor an error"));
  options_.executable = folder_ / "nothing";
  EXPECT_TRUE(absl::IsUnavailable(Check(Job()).status()));
  options_.executable = "";
  EXPECT_THAT(std::string(Check(Job()).status().message()), HasSubstr("--pack-checker"));
}

TEST_F(ChildCheckerTest, EndsWhenNobodyWaits) {
  const fs::path program = folder_ / "stall";
  fs::create_symlink(kUnruly, program);
  options_.executable = program;
  PackCheckJob job = Job();
  int asked = 0;
  job.wanted = [&] { return ++asked < 3; };
  EXPECT_TRUE(absl::IsCancelled(Check(job).status()));
  job.wanted = nullptr;
  job.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Check(job).status()));
}

// The processes that this one has started.
std::vector<std::string> Children() {
  std::vector<std::string> out;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "children");
    out.insert(out.end(), std::istream_iterator<std::string>(file), {});
  }
  return out;
}

TEST_F(ChildCheckerTest, TheProcessHasGivenUpWhatItDoesNotNeed) {
  std::set<std::string> seen;
  PackCheckJob job = Job();
  job.wanted = [&] {
    for (const std::string& child : Children()) {
      if (ReadFile("/proc/" + child + "/comm") != "leadline-pack-c\n") continue;
      for (const char* file : {"/status", "/limits"}) {
        std::ifstream in("/proc/" + child + file);
        for (std::string line; std::getline(in, line);) seen.insert(line);
      }
    }
    return true;
  };
  options_.memory_bytes = 777 << 20;
  options_.time = std::chrono::seconds(77);
  ASSERT_TRUE(Check(job).ok());
  EXPECT_TRUE(seen.contains("NoNewPrivs:\t1"));
  EXPECT_TRUE(seen.contains("CapEff:\t0000000000000000"));
  EXPECT_TRUE(seen.contains("Seccomp:\t2"));
  const auto limits =
      testing::Contains(testing::AllOf(HasSubstr("Max data size"), HasSubstr(std::to_string(777 << 20))));
  EXPECT_THAT(seen, limits);
  EXPECT_THAT(seen, testing::Contains(testing::AllOf(HasSubstr("Max cpu time"), HasSubstr(" 77 "))));
  EXPECT_THAT(seen, testing::Contains(testing::AllOf(HasSubstr("Max open files"), HasSubstr(" 64 "))));
  EXPECT_THAT(seen, testing::Contains(testing::AllOf(HasSubstr("Max file size"), HasSubstr(" 0 "))));
}

TEST(CheckWireTest, ReportsAreBoundedAndErrorsComeFirst) {
  check_wire::Found found;
  for (int i = 0; i < 2'000; ++i) {
    Diagnostic d;
    d.severity = i < 1'999 ? Severity::kWarning : Severity::kError;
    d.code = "LL1001";
    d.message = d.hint = d.related_message = d.position.file = d.rule = std::string(3'000, 'm');
    d.source_line = std::string(2'000, 's');
    found.diagnostics.push_back(std::move(d));
  }
  plugin::wire::Buffer bytes;
  check_wire::Encode(found, bytes);
  EXPECT_LT(bytes.size(), plugin::wire::kMostMessage);
  const auto read = check_wire::DecodeFound(bytes.span());
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->diagnostics.size(), check_wire::kMostDiagnostics);
  EXPECT_EQ(read->diagnostics.front().severity, Severity::kError);
  EXPECT_EQ(read->diagnostics.back().message, "1001 more problems are left out here");

  PackTestReport report;
  report.failed = 2'000;
  for (int i = 0; i < report.failed; ++i) {
    PackTestCase& test = report.cases.emplace_back();
    test.outcome = PackTestCase::Outcome::kFailed;
    test.message = test.name = test.suite = std::string(3'000, 'm');
  }
  report.diagnostics = found.diagnostics;
  bytes.Clear();
  check_wire::Encode(report, bytes);
  EXPECT_LT(bytes.size(), plugin::wire::kMostMessage);
  const auto tests = check_wire::DecodeTests(bytes.span());
  ASSERT_TRUE(tests.ok());
  EXPECT_EQ(tests->failed, 2'000);
  EXPECT_EQ(tests->cases.size(), check_wire::kMostFailedCases);
}

TEST(CheckWireTest, BytesThatWereCutOffAreRefused) {
  check_wire::Found found;
  found.packs = {{"central", "1", std::string(64, 'a')}};
  found.diagnostics.emplace_back().message = "something";
  plugin::wire::Buffer bytes;
  check_wire::Encode(found, bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(check_wire::DecodeFound(bytes.span().first(size)).ok()) << size;
  }
  EXPECT_TRUE(check_wire::DecodeFound(bytes.span()).ok());
  bytes.Put(uint8_t{0});
  EXPECT_FALSE(check_wire::DecodeFound(bytes.span()).ok()) << "and what is too long";
}

}  // namespace
}  // namespace leadline::engine
