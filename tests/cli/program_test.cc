// Every command of the program: what it says of itself, and what it says to a wrong call.
#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/error_reasons.h"
#include "cli/session/exit_codes.h"

namespace leadline::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Ran {
  int code = 0;
  std::string output, errors;
};

// Runs the program as a shell would: a new one each time.
Ran Leadline(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"leadline"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Program program;
  Ran ran;
  ran.code = program.Run(static_cast<int>(arguments.size()), arguments.data());
  ran.output = testing::internal::GetCapturedStdout();
  ran.errors = testing::internal::GetCapturedStderr();
  return ran;
}

std::vector<std::string> operator+(std::vector<std::string> path, const std::string& word) {
  path.push_back(word);
  return path;
}

std::string Joined(const std::vector<std::string>& path) {
  std::string out = "leadline";
  for (const std::string& word : path) out += " " + word;
  return out;
}

// Calls `visit` for the program itself and for every command with the words that lead to it.
void Walk(const std::function<void(const Command&, const std::vector<std::string>&)>& visit) {
  Program program;
  const std::function<void(const Command&, const std::vector<std::string>&)> walk =
      [&](const Command& command, const std::vector<std::string>& path) {
        SCOPED_TRACE(Joined(path));
        visit(command, path);
        for (const Command& below : command.Commands()) walk(below, path + below.name());
      };
  walk(program.command_line().root(), {});
}

TEST(ProgramTest, EveryOptionOfEveryCommandIsDescribed) {
  int options = 0, commands = 0;
  Walk([&](const Command& command, const std::vector<std::string>&) {
    ++commands;
    std::set<std::string> seen;
    for (const OptionInfo& option : command.Options()) {
      ++options;
      EXPECT_THAT(option.description, Not(IsEmpty())) << option.name;
      EXPECT_FALSE(option.description.ends_with(".")) << option.name;
      EXPECT_TRUE(seen.insert(option.name).second) << option.name << " is there twice";
    }
  });
  EXPECT_GT(commands, 50);
  EXPECT_GT(options, 250);
}

TEST(ProgramTest, HelpOfEveryCommandShowsItsOptionsAndTheCommandsBelow) {
  Walk([](const Command& command, const std::vector<std::string>& path) {
    const Ran ran = Leadline(path + "--help");
    EXPECT_EQ(ran.code, kExitOk);
    EXPECT_EQ(ran.errors, "");
    for (const OptionInfo& option : command.Options()) {
      EXPECT_THAT(ran.output, HasSubstr(option.name));
      EXPECT_THAT(ran.output, HasSubstr(option.description.substr(0, 20))) << option.name;
    }
    for (const Command& below : command.Commands()) {
      // The one that `plugin check` starts is for nobody else; `merge undo` is what `unmerge` is called now.
      const std::string name = Joined(path + below.name());
      const bool hidden = name == "leadline plugin probe" || name == "leadline unmerge";
      EXPECT_EQ(ran.output.find("\n  " + below.name() + " ") == std::string::npos, hidden) << below.name();
    }
    const bool teaches = path.empty() || !command.Commands().empty() || command.name() == "probe";
    if (!teaches) {
      EXPECT_THAT(ran.output, HasSubstr("Example"));
    }
  });
}

TEST(ProgramTest, AnUnknownOptionIsNamedAndNothingIsDone) {
  Walk([](const Command& command, const std::vector<std::string>& path) {
    if (command.name() == "probe") return;
    // Words that are missing would be said first.
    std::vector<std::string> words = path;
    for (const OptionInfo& option : command.Options()) {
      if (option.long_names.empty() && option.name != "-h") words.push_back("x");
    }
    const Ran ran = Leadline(words + "--no-such-option");
    EXPECT_EQ(ran.code, kExitUsage);
    EXPECT_EQ(ran.output, "");
    EXPECT_THAT(ran.errors, HasSubstr("--help"));
    EXPECT_THAT(ran.errors, Not(IsEmpty()));
  });
  EXPECT_THAT(Leadline({"lead", "get", "x", "--no-such-option"}).errors, HasSubstr("--no-such-option"));
  EXPECT_THAT(Leadline({"watch", "--no-such-option"}).errors, HasSubstr("--no-such-option"));
  EXPECT_THAT(Leadline({"watch", "--no-such-option"}).errors,
              HasSubstr("  leadline watch --help shows what there is.\n"));
}

TEST(ProgramTest, WrongCallsAreRefusedWithWhatIsWrong) {
  struct Call {
    std::vector<std::string> words;
    std::string says;
  };
  const std::vector<Call> calls = {
      {{}, "leadline needs a command after it; use one of: submit, import, lead"},
      {{"nothing"}, "leadline has no command \"nothing\"; use one of: submit, import, lead"},
      {{"imprt", "x.csv"}, "leadline has no command \"imprt\"; did you mean \"import\"?\n  leadline --help"},
      {{"funnel"}, "leadline has no command \"funnel\"; did you mean leadline report funnel?"},
      {{"pack"}, "leadline pack needs a command after it; use one of: "},
      {{"lead", "lst"}, "leadline lead has no command \"lst\"; did you mean \"list\"?\n  leadline lead --help"},
      {{"lead", "get"}, "leadline lead get needs lead: leads/ID"},
      {{"rep", "get", "a", "b"}, "leadline rep get does not know what to do with \"b\""},
      {{"rep", "get", "a", "b", "c"}, "does not know what to do with \"b\" and the word after it"},
      {{"merge", "undo", "merges/a", "--reason", "x", "--absorbed-etag", "3"},
       "--absorbed-etag: merge undo does not take it; merge by itself does"},
      {{"report"}, "leadline report needs a command after it, such as funnel, or --html FILE"},
      {{"report", "--html", "x", "funnel"}, "--html: report funnel does not take it; report by itself does"},
      {{"lead", "list", "--all", "--limit", "5"}, "--all and --limit do not go together"},
      {{"watch", "--kind", "assignd"}, "--kind: \"assignd\" is not a value of it; did you mean \"assigned\"?"},
      {{"watch", "--heartbeat", "0.5"}, "--heartbeat: \"0.5\" is not a number from 1 to 300"},
      {{"submit", "--batch", "a", "--json", "b"}, "--json and --batch do not go together"},
      {{"contact", "update", "contacts/a"}, "leadline contact update needs --set"},
      {{"lead", "list", "--stauts", "mql"}, "leadline lead list has no option --stauts; did you mean --status?"},
      {{"lead", "list", "--srever=x"}, "leadline lead list has no option --srever; did you mean --server?"},
      {{"lead", "list", "--status", "mql", "--status", "sal"}, "--status is given 2 times; it takes one value"},
      {{"lead", "list", "--status"}, "--status needs a value after it"},
      {{"import", "--mp", "x.yaml"}, "leadline import has no option --mp; did you mean --map?"},
      {{"-o", "xml", "lead", "list"}, "--output: \"xml\" is not a value of it; use one of: table or json"},
      {{"-o", "jsn", "lead", "list"}, "--output: \"jsn\" is not a value of it; did you mean \"json\"?"},
      {{"--timeout", "-1", "lead", "list"}, "--timeout: -1 is below 0"},
      {{"lead", "list", "--limit", "0"}, "--limit: 0 is not above 0"},
      {{"lead", "list", "--limit", "many"}, "--limit: \"many\" is not a number"},
      {{"lead", "list", "--limit", "1.5"}, "--limit: \"1.5\" is not a whole number"},
      {{"duplicates", "find", "contacts/a", "--limit", "101"}, "--limit: \"101\" is not a whole number from 1 to 100"},
      {{"sample", "--duplicates", "2"}, "--duplicates: \"2\" is not a number from 0 to 1"},
      {{"watch", "--from", "x", "--only-new"}, "--from and --only-new do not go together"},
      {{"watch", "--only-new=perhaps"}, "--only-new takes no value; leave out \"perhaps\""},
      {{"pack", "activate", "abcd1234", "--canary", "10", "--shadow"}, "--shadow and --canary do not go together"},
      {{"pack", "test", ".", "--strict"}, "--strict works only together with --mutate"},
      {{"pack", "test", "/nowhere"}, "there is no folder /nowhere"},
      {{"import", "/nowhere.csv", "--map", "/nowhere.yaml"}, "there is no file /nowhere.csv"},
      {{"route", "availability", "reps/a"}, "give one of --away or --back"},
      {{"route", "availability", "reps/a", "--away", "--back"}, "give only one of --away or --back"},
  };
  for (const Call& call : calls) {
    SCOPED_TRACE(Joined(call.words));
    const Ran ran = Leadline(call.words);
    EXPECT_EQ(ran.code, kExitUsage);
    EXPECT_THAT(ran.errors, StartsWith("error: "));
    EXPECT_THAT(ran.errors, HasSubstr(call.says));
    EXPECT_THAT(ran.errors, HasSubstr(" --help shows what there is.\n"));
    EXPECT_EQ(ran.output, "");
  }
}

TEST(ProgramTest, ACheckReadsThePacksTestsToo) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) / "checked_with_tests";
  fs::remove_all(root);
  fs::copy(LEADLINE_SOURCE_DIR "/tests/packs/base", root, fs::copy_options::recursive);
  EXPECT_EQ(Leadline({"pack", "check", root.string()}).code, kExitOk);
  fs::create_directories(root / "central/tests");
  std::ofstream(root / "central/tests/one_test.yaml")
      << "suite: One\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: first\n    expect: {statsu: mql}\n";
  const Ran ran = Leadline({"pack", "check", root.string()});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.output, AllOf(HasSubstr("one_test.yaml:5"), HasSubstr("central: 1 error"), Not(HasSubstr("good"))));
  fs::remove_all(root);
}

TEST(ProgramTest, ExitCodesAreThoseOfTheHelp) {
  EXPECT_EQ(Leadline({"--version"}).code, kExitOk);
  EXPECT_THAT(Leadline({"--version"}).output, testing::MatchesRegex("leadline [0-9.]+\n"));
  EXPECT_EQ(Leadline({"sample", "--leads", "1"}).code, kExitOk);
  EXPECT_EQ(Leadline({"pack", "check", LEADLINE_SOURCE_DIR "/tests"}).code, kExitRefused);
  EXPECT_EQ(Leadline({"pack", "check", "/nowhere"}).code, kExitUsage);
  // Nobody listens there.
  const Ran alone = Leadline({"--server", "unix:/nowhere/socket", "--timeout", "2", "lead", "list"});
  EXPECT_EQ(alone.code, kExitUnavailable);
  EXPECT_THAT(alone.errors, HasSubstr("unix:/nowhere/socket"));
}

TEST(ProgramTest, CompletionKnowsEveryCommandAndItsOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = Leadline({"completion", shell}).output;
    Walk([&](const Command& command, const std::vector<std::string>& path) {
      const std::string line = path.empty() ? "'|" : "\n" + Joined(path).substr(9) + "|";
      const size_t begin = script.find(line);
      ASSERT_NE(begin, std::string::npos) << shell;
      const std::string words = script.substr(begin, script.find_first_of("\n'", begin + 1) - begin) + " ";
      for (const OptionInfo& option : command.Options()) {
        for (const std::string& name : option.long_names) EXPECT_THAT(words, HasSubstr("--" + name + " "));
      }
      if (!path.empty()) {
        EXPECT_THAT(words, HasSubstr(" --server --output --actor --timeout "));
      }
    });
  }
}

// `leadline errors` is the list that the server's sources take their reasons from.
TEST(ProgramTest, ErrorsListsEveryReason) {
  const Ran table = Leadline({"errors"});
  EXPECT_EQ(table.code, kExitOk);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"errors", "--format", "json"}, {"-o", "json", "errors"}}) {
    const Ran ran = Leadline(words);
    EXPECT_EQ(ran.code, kExitOk);
    const auto list = nlohmann::json::parse(ran.output);
    ASSERT_EQ(list.size(), ErrorReasons().size());
    for (size_t i = 0; i < list.size(); ++i) {
      const ErrorReasonInfo& info = ErrorReasons()[i];
      EXPECT_EQ(list[i]["reason"], info.name);
      EXPECT_EQ(list[i]["code"], absl::StatusCodeToString(info.code));
      EXPECT_EQ(list[i]["retry"], RetryName(info.retry));
      EXPECT_EQ(list[i]["meaning"], info.meaning);
      EXPECT_THAT(table.output, HasSubstr(std::string(info.name) + " "));
    }
  }
  const Ran one = Leadline({"errors", "TRANSITION_NOT_ALLOWED", "--format", "json"});
  const auto list = nlohmann::json::parse(one.output);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["metadata"], nlohmann::json({"current_status", "wanted_status", "legal_targets"}));
  EXPECT_EQ(list[0]["retryAfter"], "0.000s");
  const Ran none = Leadline({"errors", "NO_SUCH"});
  EXPECT_EQ(none.code, kExitUsage);
  EXPECT_THAT(none.errors, HasSubstr("no error has the reason \"NO_SUCH\""));
}

}  // namespace
}  // namespace leadline::cli
