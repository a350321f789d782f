// `leadline plugin new`: what it writes builds with the command its README gives, is admitted, loads and answers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

#include "cli/commands/plugin/plugin_project.h"
#include "cli/commands/plugin/plugin_templates.h"
#include "tests/plugin/testing.h"

namespace leadline::cli {
namespace {

using plugin::ScratchFolder;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSdk = LEADLINE_SOURCE_DIR "/plugins/sdk";

std::optional<plugin::FieldSlot> Field(std::string_view name) {
  if (name == "account.employees") return plugin::FieldSlot{LEADLINE_I64, 0};
  for (std::string_view text : {"contact.email", "contact.phone", "contact.title", "account.domain"}) {
    if (name == text) return plugin::FieldSlot{LEADLINE_STR, 1};
  }
  return std::nullopt;
}

bool IsThere(const std::string& program) { return std::system(("command -v " + program + " >/dev/null").c_str()) == 0; }

// Runs `command` in `folder`; what it printed when it failed, else nothing.
std::string Shell(const std::string& folder, const std::string& command) {
  std::string log = folder + "/log.txt";
  bool good = std::system(fmt::format("cd '{}' && ({}) >'{}' 2>&1", folder, command, log).c_str()) == 0;
  return good ? "" : "failed: " + command + "\n" + plugin::ReadAll(log);
}

PluginProjectOptions Options(std::string language, std::string capability, std::string sdk = kSdk) {
  return {.name = "fit_score",
          .id = "",
          .language = std::move(language),
          .capability = std::move(capability),
          .sdk = std::move(sdk)};
}

// Writes a project into `folder`, builds it and gives the module's path.
std::string Build(const std::string& folder, const PluginProjectOptions& options) {
  auto files = MakePluginProject(options);
  EXPECT_TRUE(files.ok()) << files.status();
  EXPECT_TRUE(WriteProject(folder, *files).ok());
  // Go's own library is compiled once for all.
  std::string shared = options.language == "go" ? " -DLEADLINE_GO_CACHE=" LEADLINE_BINARY_DIR "/go/cache" : "";
  std::string command = shared.empty() ? "cmake --workflow --preset release"
                                       : "cmake --preset release" + shared + " && cmake --build --preset release";
  EXPECT_EQ(Shell(folder, command), "");
  return folder + "/build/plugins/fit_score.so";
}

absl::StatusOr<std::shared_ptr<plugin::Plugin>> LoadBuilt(const ScratchFolder& scratch, const std::string& path,
                                                          const std::string& config, plugin::PluginMode mode) {
  plugin::LoadOptions options{
      .fields = Field, .cache_dir = scratch / "cache", .trust = plugin::AnyTrust(), .worker = plugin::TestWorkers()};
  return plugin::Load({.id = "com.example.fit_score", .mode = mode, .path = path, .config_json = config}, options);
}

// One call of each capability, on a record for which the example has an answer; what it is, in words.
std::string Answer(plugin::Plugin& plugin) {
  using namespace plugin;  // NOLINT: the values below
  std::vector<Value> fields;
  for (const std::string& name : plugin.wanted_fields()) {
    fields.push_back(name == "account.employees" ? IntValue(80)
                     : name == "contact.title"   ? StringValue("purchasing manager")
                     : name == "account.domain"  ? StringValue("acme.example")
                                                 : NullValue());
  }
  Record record = RecordOf(fields);
  auto because = [](absl::Status status, const std::string& what, const std::vector<Reason>& reasons) {
    if (!status.ok()) return std::string(status.message());
    return fmt::format("{}: {}", what, reasons.empty() ? "" : reasons[0].text);
  };
  if (plugin.Has(LEADLINE_SCORE_V1)) {
    ScoreResult result;
    absl::Status status = plugin.Score({&record, 1}, {&result, 1});
    return because(status, fmt::format("{} points", result.points), result.reasons);
  }
  if (plugin.Has(LEADLINE_STATUS_V1)) {
    StatusResult result;
    Transition transition{record, StrOf("raw"), StrOf("inquiry")};
    absl::Status status = plugin.Gate({&transition, 1}, {&result, 1});
    return because(status, result.verdict == Verdict::kDeny ? "deny" : "other", result.reasons);
  }
  if (plugin.Has(LEADLINE_NORMALIZE_V1)) {
    NormalizeResult result;
    absl::Status status = plugin.Normalize({&record, 1}, {&result, 1});
    return because(status, result.value.value_or("?"), result.reasons);
  }
  if (plugin.Has(LEADLINE_ROUTE_V1)) {
    Candidate reps[] = {{StrOf("a"), 1, 0, 0, 0, 9, 10, 0, LEADLINE_CANDIDATE_AVAILABLE},
                        {StrOf("b"), 1, 0, 0, 0, 4, 10, 0, LEADLINE_CANDIDATE_AVAILABLE},
                        {StrOf("c"), 1, 0, 0, 0, 0, 10, 0, 0}};
    RouteRequest request{record, reps, 3, 0};
    RouteResult result;
    absl::Status status = plugin.Route({&request, 1}, {&result, 1});
    return because(status, fmt::format("candidate {}", result.choice.value_or(99)), result.reasons);
  }
  MergeResult result;
  RecordPair pair{record, record};
  absl::Status status = plugin.Compare({&pair, 1}, {&result, 1});
  return because(status, fmt::format("weight {}", result.weight), result.reasons);
}

const std::map<std::string, std::string> kAnswers = {
    {"score", "20 points: more than 50 employees"},  {"status", "deny: nobody can be reached"},
    {"normalize", "manager: the title holds"},       {"route", "candidate 1: the lowest load"},
    {"merge", "weight 8: the domains are the same"},
};

using Kind = std::tuple<std::string, std::string>;  // language, capability

class PluginNewTest : public ::testing::TestWithParam<Kind> {};

TEST_P(PluginNewTest, BuildsLoadsAndAnswers) {
  const auto& [language, capability] = GetParam();
  if (language == "rust" && !IsThere("cargo")) GTEST_SKIP() << "cargo is not on the PATH";
  if (language == "go" && !IsThere("go")) GTEST_SKIP() << "go is not on the PATH";
  ScratchFolder scratch;
  std::string folder = scratch / "fit_score";
  std::string path = Build(folder, Options(language, capability));
  std::string config = plugin::ReadAll(folder + "/config.json");
  // A Go runtime never leaves a process: it gets one of its own.
  auto mode = language == "go" ? plugin::PluginMode::kWorker : plugin::PluginMode::kLocal;
  auto loaded = LoadBuilt(scratch, path, config, mode);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(Answer(**loaded), HasSubstr(kAnswers.at(capability)));
}

INSTANTIATE_TEST_SUITE_P(All, PluginNewTest,
                         ::testing::Combine(::testing::Values("c", "cpp", "rust", "go"),
                                            ::testing::Values("score", "status", "normalize", "route", "merge")),
                         [](const auto& chosen) {
                           return std::get<0>(chosen.param) + "_" + std::get<1>(chosen.param);
                         });

TEST(PluginKitTest, AnInstalledKitDoesAsWell) {
  ScratchFolder scratch;
  std::string prefix = scratch / "kit";
  ASSERT_EQ(Shell(scratch.path(), "cmake --install " LEADLINE_BINARY_DIR " --component kit --prefix kit"), "");
  auto sdk = FindPluginSdk(prefix);
  ASSERT_TRUE(sdk.ok()) << sdk.status();
  EXPECT_THAT(*sdk, HasSubstr("share/leadline/plugins/sdk"));
  for (const char* language : {"c", "cpp", "rust", "go"}) {
    if ((language == std::string("rust") && !IsThere("cargo")) || (language == std::string("go") && !IsThere("go")))
      continue;
    std::string path = Build(scratch / language, Options(language, "score", *sdk));
    EXPECT_TRUE(std::filesystem::exists(path)) << language;
  }
  // Somebody else's project finds the package as any other.
  std::string folder = scratch / "theirs";
  std::filesystem::create_directories(folder);
  plugin::WriteAll(folder + "/fit.cc", plugin::ReadAll(scratch / "cpp/plugin.cc"));
  plugin::WriteAll(folder + "/CMakeLists.txt", R"(
cmake_minimum_required(VERSION 3.18)
project(theirs LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(LeadlinePlugin 1 REQUIRED)
leadline_add_plugin(fit SOURCES fit.cc ID com.example.fit VERSION 2.0.0 CAPABILITIES leadline.score/1)
)");
  EXPECT_EQ(Shell(folder, fmt::format("cmake -S . -B b -G Ninja -DCMAKE_PREFIX_PATH={} && cmake --build b", prefix)),
            "");
  EXPECT_THAT(plugin::ReadAll(folder + "/b/plugins/fit.plugin.json"), HasSubstr("\"com.example.fit\""));
}

TEST(PluginProjectTest, NothingIsLeftToFillIn) {
  for (const char* language : {"c", "cpp", "rust", "go"}) {
    for (const auto& [capability, answer] : kAnswers) {
      auto files = MakePluginProject(Options(language, capability, "/kit"));
      ASSERT_TRUE(files.ok()) << files.status();
      std::vector<std::string> paths;
      for (const ProjectFile& file : *files) {
        paths.push_back(file.path);
        EXPECT_THAT(file.text, Not(::testing::ContainsRegex("@[A-Z]+@"))) << file.path;
      }
      EXPECT_THAT(paths, ::testing::IsSupersetOf({".gitignore", "CMakeLists.txt", "CMakePresets.json", "README.md",
                                                  "config.json", "pack.yaml"}));
      EXPECT_EQ(paths.size(), language == std::string("rust") || language == std::string("go") ? 8u : 7u);
    }
  }
}

TEST(PluginProjectTest, NamesThatWillNotDoAreRefused) {
  auto with = [](auto change) {
    PluginProjectOptions options = Options("cpp", "score");
    change(options);
    return std::string(MakePluginProject(options).status().message());
  };
  for (const char* name : {"", "Fit", "9fit", "fit-score", "fit score", "../fit", "fit\"", "größe"}) {
    EXPECT_THAT(with([&](auto& o) { o.name = name; }), HasSubstr("is not a name for a plugin")) << name;
  }
  for (const char* name : {"test", "all", "core", "leadline", "install"}) {
    EXPECT_THAT(with([&](auto& o) { o.name = name; }), HasSubstr("means something to a build already")) << name;
  }
  for (const char* id : {"fit", "com..fit", ".fit", "fit.", "Com.example", "com.example.fit score", "com.\"x\".y"}) {
    EXPECT_THAT(with([&](auto& o) { o.id = id; }), HasSubstr("is not a plugin id")) << id;
  }
  EXPECT_THAT(with([](auto& o) { o.language = "cobol"; }), HasSubstr("use c, cpp, rust or go"));
  EXPECT_THAT(with([](auto& o) { o.capability = "guess"; }), HasSubstr("use score, status"));
}

TEST(PluginProjectTest, NothingIsOverwritten) {
  ScratchFolder scratch;
  plugin::WriteAll(scratch / "precious", "mine");
  absl::Status status = WriteProject(scratch.path(), {{"precious", "yours"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(plugin::ReadAll(scratch / "precious"), "mine");
}

TEST(PluginProjectTest, TheKitIsFoundFromManyPlaces) {
  for (const char* below : {"", "/plugins", "/plugins/sdk"}) {
    auto sdk = FindPluginSdk(std::string(LEADLINE_SOURCE_DIR) + below);
    ASSERT_TRUE(sdk.ok()) << sdk.status();
    EXPECT_TRUE(std::filesystem::equivalent(*sdk, kSdk));
  }
  EXPECT_TRUE(FindPluginSdk("").ok());
  EXPECT_THAT(std::string(FindPluginSdk("/nowhere").status().message()), HasSubstr("no plugin kit in /nowhere"));
}

}  // namespace
}  // namespace leadline::cli
