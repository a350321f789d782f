// The checker on plugins that are broken in one way each, and on those that are sound.
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/ids.h"
#include "plugin/check/checker.h"
#include "plugin/check/probe/checks.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin::check {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string BrokenPath(std::string_view name) {
  return std::string(LEADLINE_BINARY_DIR "/plugin_broken/").append(name).append(".so");
}

CheckOptions Options() {
  CheckOptions options;
  options.probe_command = {LEADLINE_BINARY_DIR "/bin/plugin_probe"};
  for (const char* name :
       {"contact.title", "contact.language", "contact.locale", "contact.email_domain", "contact.phone",
        "contact.country", "contact.seniority", "contact.given_name", "contact.family_name", "account.name",
        "account.domain", "account.industry", "account.country", "lead.country", "lead.message", "activity.subject"}) {
    options.fields.push_back({name, LEADLINE_STR, {}});
  }
  for (const char* name : {"account.employees", "lead.total_visits", "lead.time_on_site_seconds"}) {
    options.fields.push_back({name, LEADLINE_I64, {}});
  }
  for (const char* name : {"account.annual_revenue", "lead.latitude", "lead.longitude", "lead.page_views_per_visit"}) {
    options.fields.push_back({name, LEADLINE_F64, {}});
  }
  for (const char* name : {"account.customer", "account.target", "contact.has_public_mail"}) {
    options.fields.push_back({name, LEADLINE_BOOL, {}});
  }
  options.fields.push_back({"account.technologies", LEADLINE_LIST, {}});
  options.fields.push_back({"lead.created_at", LEADLINE_TIME, {}});
  return options;
}

CheckReport Checked(const std::string& path, const CheckOptions& options = Options()) {
  auto report = RunChecks(path, options);
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *std::move(report) : CheckReport();
}

// What did not pass: "load" failed, "clock?" is a warning. Checks that were skipped do not count.
std::set<std::string> Findings(const CheckReport& report) {
  std::set<std::string> out;
  for (const CheckResult& result : report.results) {
    if (result.outcome == Outcome::kFailed) out.insert(result.id);
    if (result.outcome == Outcome::kWarning) out.insert(result.id + "?");
  }
  return out;
}

std::string MessagesOf(const CheckReport& report, std::string_view id) {
  for (const CheckResult& result : report.results) {
    if (result.id != id) continue;
    std::string out;
    for (const std::string& message : result.messages) out += message + "\n";
    return out;
  }
  return "(no such check)";
}

struct Broken {
  const char* name;
  std::set<std::string> findings;
  const char* says;  // in the messages of the first finding
};

// Built with ThreadSanitizer: it is slow, which a check of time takes for the plugin's fault, and does not let a
// process with threads go on after a fork.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LEADLINE_WITH_TSAN 1
#endif
#endif
#if defined(LEADLINE_WITH_TSAN) || defined(__SANITIZE_THREAD__)
constexpr bool kWithThreadSanitizer = true;
#else
constexpr bool kWithThreadSanitizer = false;
#endif

class BrokenTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenTest, IsFoundByItsOwnCheck) {
  const Broken& broken = GetParam();
  if (!std::filesystem::exists(BrokenPath(broken.name))) GTEST_SKIP() << "its library is not installed";
  if (kWithThreadSanitizer && std::string_view(broken.name) == "forks") GTEST_SKIP() << "it forks";
  CheckOptions options = Options();
  if (std::string_view(broken.name) == "hangs") options.timeout = std::chrono::milliseconds(1'500);
  CheckReport report = Checked(BrokenPath(broken.name), options);
  std::set<std::string> findings = Findings(report);
  if (kWithThreadSanitizer && !broken.findings.contains("deadline?")) findings.erase("deadline?");
  EXPECT_EQ(findings, broken.findings) << ReportText(report, /*all=*/true);
  if (broken.findings.empty()) return;
  std::string first = *broken.findings.begin();
  if (first.back() == '?') first.pop_back();
  EXPECT_THAT(MessagesOf(report, first), HasSubstr(broken.says));
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTest,
    ::testing::Values(
        Broken{"sound", {}, ""}, Broken{"sound_flagged", {}, ""},
        // The file.
        Broken{"second_export", {"elf-one-export"}, "leadline_second"},
        Broken{"unique", {"elf-unique", "elf-one-export"}, "shared"},
        Broken{"protobuf", {"elf-foreign-runtime"}, "protobuf"}, Broken{"other_library", {"elf-needed"}, "libz.so.1"},
        Broken{"search_path", {"elf-search-path"}, "-rpath"}, Broken{"executable_stack", {"elf-stack"}, "executable"},
        Broken{"text_relocation", {"elf-text-relocations"}, "-fPIC"},
        // The descriptor.
        Broken{"constructor", {"load"}, "SIGSEGV"}, Broken{"refuses", {"load"}, "NULL"},
        Broken{"wrong_major", {"abi-wrong-major"}, "abi_major is 7"},
        Broken{"newer_minor", {"abi-newer-minor"}, "min_host_minor is 9"},
        Broken{"echoes_major", {"entry-other-hosts"}, "its abi_major is"},
        Broken{"other_id", {"descriptor"}, "org.broken.somebody_else"},
        Broken{"unstable", {"descriptor-stable"}, "the second time"},
        Broken{"any_capability", {"capability-unknown"}, "leadline.nothing/1"},
        Broken{"any_extension", {"extension-unknown"}, "leadline.nothing/1"},
        Broken{"short_table", {"capability-missing"}, "8 bytes"}, Broken{"no_merge", {"capability-missing"}, "merge/1"},
        Broken{"unlisted", {"capability-unlisted?"}, "merge/1"},
        // Config and create().
        Broken{"bad_schema", {"schema"}, "is not a JSON object"}, Broken{"hard_config", {"config"}, "--config"},
        Broken{"open_schema", {"schema-open?"}, "no_such_setting_"},
        Broken{"odd_config", {"create-odd-config", "schema-open?"}, "no_such_setting_"},
        Broken{"create_crashes", {"create"}, "in create()"}, Broken{"create_fails", {"create"}, "licence"},
        Broken{"destroy_crashes", {"create"}, "in destroy()"},
        Broken{"other_fields", {"create-twice"}, "contact.title or account"},
        Broken{"host_table", {"create-host-bounds"}, "0 bytes past the end of the host table"},
        Broken{"config_nul", {"create-config-bounds"}, "past the end of the config"},
        Broken{"field_ignored", {"create-no-fields"}, "none of its fields"},
        // Outputs.
        Broken{"throws", {"call"}, "exception"}, Broken{"panics", {"call"}, "score()"},
        Broken{"hangs", {"call"}, "did not come back within 1.5 s"}, Broken{"aborts", {"call"}, "SIGABRT"},
        Broken{"exits", {"call"}, "exit status 0"}, Broken{"spawns", {"call"}, "as system() and posix_spawn() do"},
        Broken{"not_a_number", {"output-not-finite"}, "nan"}, Broken{"unset", {"output-unset"}, "no choice"},
        Broken{"out_of_range", {"output-out-of-range"}, "chose candidate 10"},
        Broken{"not_text", {"output-not-text"}, "not UTF-8"}, Broken{"no_reason", {"output-no-reason"}, "nobody"},
        Broken{"infinite_reason", {"reason-broken"}, "not a finite number"},
        Broken{"reason_sum", {"score-reasons?"}, "add up to"},
        Broken{"unknown_code", {"interface-use", "input-random?", "input-extremes?"}, "4711"},
        Broken{"late_field", {"interface-use"}, "outside of create()"},
        // Inputs.
        Broken{"null_crash", {"input-null"}, "SIGSEGV"},
        Broken{"extreme_crash", {"input-extremes", "input-random"}, "SIGSEGV"},
        Broken{"text_crash", {"input-texts"}, "SIGSEGV"}, Broken{"small_batches", {"batch-sizes"}, "1024"},
        Broken{"reads_beyond", {"batch-read-bounds"}, "0 bytes past the end of the items of the batch"},
        Broken{"reads_before", {"batch-read-bounds"}, "16 bytes before the items of the batch"},
        Broken{"writes_beyond", {"batch-write-bounds"}, "0 bytes past the end of the outputs"},
        Broken{"text_nul", {"text-bounds"}, "called from about text_nul.so+0x"},
        Broken{"call_table", {"call-table-bounds"}, "past the end of the call table"},
        Broken{"keeps_pointer", {"keeps-pointers"}, "memory of an earlier call"},
        Broken{"lends_input", {"keeps-pointers"}, "points into the input"},
        // Comparisons.
        Broken{"neighbour", {"batch-independent"}, "judge each item by itself"},
        Broken{"impure", {"repeatable"}, "take out PURE"}, Broken{"counts", {"repeatable?"}, "cannot be repeated"},
        Broken{"asymmetric", {"merge-symmetric"}, "swapped"},
        Broken{"race_global", {"instances-parallel"}, "other instances"},
        Broken{"race_instance", {"concurrent"}, "by other threads"},
        Broken{"ignores_deadline", {"deadline?"}, "time_left() was 0"},
        // Resources and conduct.
        Broken{"leak", {"leak-memory"}, "bytes a cycle"}, Broken{"leak_in_call", {"leak-memory"}, "bytes a cycle"},
        Broken{"leak_descriptor", {"leak-descriptors"}, "20 descriptors"},
        Broken{"leaves_thread", {"leak-threads", "leak-memory"}, "bytes a cycle"},
        Broken{"forks", {"no-processes"}, "fork"}, Broken{"executes", {"no-exec"}, "execve of \"/bin/true\" in a call"},
        Broken{"connects", {"no-network"}, "socket in a call"}, Broken{"signals", {"no-signals"}, "kill in a call"},
        Broken{"reads_file", {"no-files"}, "/etc/hostname"},
        Broken{"create_reads_file", {"no-files-in-create?"}, "/etc/hostname"},
        Broken{"reads_clock", {"clock?"}, "calls time"}, Broken{"rolls_dice", {"clock?"}, "calls rand"},
        Broken{"prints", {"quiet?"}, "scoring"}, Broken{"alters_umask", {"process-state?"}, "the file mode mask"},
        Broken{"exit_handler", {"exit"}, "exit handlers run then"}),
    [](const auto& fixture) { return std::string(fixture.param.name); });

// --------------------------------------------------------------------------------------------------------- Files

class CheckFilesTest : public ::testing::Test {
 protected:
  // A copy of the sound plugin, altered, with a manifest that has the hash of the copy.
  std::string Altered(const std::function<void(std::string&)>& alter) {
    std::string bytes = ReadAll(BrokenPath("sound"));
    alter(bytes);
    std::string path = scratch_ / "altered.so";
    WriteAll(path, bytes);
    nlohmann::json manifest = nlohmann::json::parse(ReadAll(ManifestPath(BrokenPath("sound"))));
    manifest["sha256"] = Sha256Hex(bytes);
    WriteAll(ManifestPath(path), manifest.dump());
    return path;
  }
  ScratchFolder scratch_;
};

TEST_F(CheckFilesTest, NoManifest) {
  WriteAll(scratch_ / "bare.so", ReadAll(BrokenPath("sound")));
  CheckReport report = Checked(scratch_ / "bare.so");
  EXPECT_EQ(Findings(report), std::set<std::string>{"manifest"});
  EXPECT_THAT(MessagesOf(report, "manifest"), HasSubstr("has no manifest"));
}

TEST_F(CheckFilesTest, WrongHash) {
  std::string path = Altered([](std::string&) {});
  WriteAll(path, ReadAll(path) + "\n");
  EXPECT_EQ(Findings(Checked(path)), std::set<std::string>{"manifest-hash"});
}

TEST_F(CheckFilesTest, WritableCode) {
  std::string path = Altered([](std::string& image) {
    Elf64_Ehdr header;
    std::memcpy(&header, image.data(), sizeof(header));
    for (int i = 0; i < header.e_phnum; ++i) {
      char* at = image.data() + header.e_phoff + static_cast<size_t>(i) * sizeof(Elf64_Phdr);
      Elf64_Phdr segment;
      std::memcpy(&segment, at, sizeof(segment));
      if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0) segment.p_flags |= PF_W;
      std::memcpy(at, &segment, sizeof(segment));
    }
  });
  EXPECT_EQ(Findings(Checked(path)), std::set<std::string>{"elf-writable-code"});
}

TEST_F(CheckFilesTest, NotAPluginAtAll) {
  CheckReport report = Checked(Altered([](std::string& image) { image.resize(900); }));
  EXPECT_EQ(Findings(report), std::set<std::string>{"elf-format"});
  EXPECT_EQ(report.Count(Outcome::kPassed), 2u) << "the manifest and its hash";
  EXPECT_EQ(RunChecks(scratch_ / "none.so", Options()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CheckFilesTest, StaticOnlyRunsNothing) {
  CheckOptions options = Options();
  options.static_only = true;
  options.probe_command = {"/nowhere/at/all"};
  CheckReport report = Checked(BrokenPath("constructor"), options);
  EXPECT_THAT(Findings(report), IsEmpty());
  EXPECT_GT(report.Count(Outcome::kSkipped), 40u);
}

// ---------------------------------------------------------------------------------------------------------- Runs

TEST(CheckTest, EveryExampleOfTheBuildIsSound) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LEADLINE_BINARY_DIR "/plugins")) {
    if (entry.path().extension() != ".so") continue;
    ++found;
    CheckReport report = Checked(entry.path());
    EXPECT_TRUE(report.good()) << ReportText(report, /*all=*/false);
    EXPECT_EQ(MessagesOf(report, "call"), "");
  }
  EXPECT_GE(found, 2);
}

TEST(CheckTest, ConfigIsTheOneGiven) {
  CheckOptions options = Options();
  options.only = {"config", "create"};
  options.config_json = R"({"key": "2026-EU"})";
  EXPECT_THAT(Findings(Checked(BrokenPath("hard_config"), options)), IsEmpty());
  options.config_json = R"({"key": "eu"})";
  EXPECT_EQ(Findings(Checked(BrokenPath("hard_config"), options)), std::set<std::string>{"config"});
}

TEST(CheckTest, AConfigThatNoServerTakesIsNotValid) {
  CheckOptions options = Options();
  options.only = {"config", "create"};
  options.config_json = R"({"key": ")" + std::string(64 * 1024, 'x') + R"("})";
  const CheckReport report = Checked(BrokenPath("hard_config"), options);
  EXPECT_EQ(Findings(report), std::set<std::string>{"config"});
  EXPECT_THAT(MessagesOf(report, "config"), HasSubstr("a server takes at most 65536"));
}

TEST(CheckTest, AFuzzedFaultIsReplayedByItsNumber) {
  CheckOptions options = Options();
  options.only = {"fuzz"};
  options.fuzz_seconds = 30;
  options.seed = 7;
  CheckReport report = Checked(BrokenPath("extreme_crash"), options);
  ASSERT_EQ(Findings(report), std::set<std::string>{"fuzz"});
  std::string message = MessagesOf(report, "fuzz");
  ASSERT_THAT(message, AllOf(HasSubstr("SIGSEGV"), HasSubstr("--seed 7 --case ")));
  options.fuzz_case = std::stoll(message.substr(message.find("--case ") + 7));
  report = Checked(BrokenPath("extreme_crash"), options);
  EXPECT_EQ(MessagesOf(report, "fuzz"), message);
  EXPECT_THAT(Findings(Checked(BrokenPath("sound"), options)), IsEmpty());
}

TEST(CheckTest, ReportsForPeopleAndPrograms) {
  CheckOptions options = Options();
  options.only = {"manifest", "input-null", "create"};
  CheckReport report = Checked(BrokenPath("null_crash"), options);
  std::string text = ReportText(report, /*all=*/false);
  EXPECT_THAT(text, AllOf(HasSubstr("failed   input-null"), HasSubstr("in score() with 16 items"),
                          HasSubstr("3 checks: 2 passed, 1 failed"), Not(HasSubstr("manifest"))));
  nlohmann::json json = nlohmann::json::parse(ReportJson(report));
  EXPECT_EQ(json["good"], false);
  EXPECT_EQ(json["id"], "org.broken.null_crash");
  EXPECT_EQ(json["counts"]["failed"], 1);
  EXPECT_EQ(json["checks"][2]["id"], "input-null");
  EXPECT_EQ(json["checks"][2]["outcome"], "failed");
}

TEST(CheckTest, TheTableIsInOrder) {
  std::set<std::string_view> ids;
  for (const Check& check : Checks()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_TRUE(check.proves.ends_with('.')) << check.id;
    EXPECT_TRUE(check.probe != nullptr || check.needs == Needs::kFile || check.needs == Needs::kDescribed) << check.id;
  }
  CheckOptions options = Options();
  options.only = {"no-such-check"};
  EXPECT_EQ(RunChecks(BrokenPath("sound"), options).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace leadline::plugin::check
