#include "cli/command_line/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace leadline::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class CommandLineTest : public testing::Test {
 protected:
  Asked Read(std::vector<const char*> words) {
    words.insert(words.begin(), "prog");
    return line_.Read(static_cast<int>(words.size()), words.data());
  }
  // What is wrong with the words; empty when they are right.
  std::string Fault(std::vector<const char*> words) {
    const Asked asked = Read(std::move(words));
    EXPECT_EQ(asked.action == nullptr, asked.wrong);
    EXPECT_EQ(asked.output, "");
    return asked.errors;
  }

  CommandLine line_{"prog", "Does things.", "1.2", "\nThe end."};
  Command root_ = line_.root();
  Command go_ = root_.AddCommand("go", "Goes", "Example:\n  prog go", [](Session&) { return 7; });
};

TEST_F(CommandLineTest, SetsVariablesOfEveryKind) {
  std::string text = "kept", place;
  int number = 1;
  int64_t large = 2;
  uint64_t natural = 3;
  double real = 4;
  std::optional<double> maybe, not_given;
  std::vector<std::string> several;
  bool flag = false;
  go_.AddOption("--text", text, "Text");
  go_.AddOption("-n,--number", number, "Number");
  go_.AddOption("--large", large, "Large");
  go_.AddOption("--natural", natural, "Natural");
  go_.AddOption("--real", real, "Real");
  go_.AddOption("--maybe", maybe, "Maybe");
  go_.AddOption("--not-given", not_given, "Not given");
  go_.AddOption("--several", several, "Several").OneValueEach();
  go_.AddFlag("-f,--flag", flag, "Flag");
  go_.AddOption("place", place, "By its place").Required();
  EXPECT_EQ(Fault({"go", "-n", "-5", "--large=8589934592", "--natural", "18446744073709551615", "--real", "1.5",
                   "--maybe", "0.25", "--several", "a", "here", "--several", "b", "-f"}),
            "");
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(number, -5);
  EXPECT_EQ(large, int64_t{1} << 33);
  EXPECT_EQ(natural, ~uint64_t{0});
  EXPECT_EQ(real, 1.5);
  EXPECT_EQ(maybe, 0.25);
  EXPECT_EQ(not_given, std::nullopt);
  EXPECT_THAT(several, ElementsAre("a", "b"));
  EXPECT_TRUE(flag);
  EXPECT_EQ(place, "here");
}

TEST_F(CommandLineTest, ChecksSayWhatIsWrong) {
  std::string word, file, folder;
  int count = 0, least = 0, positive = 0;
  double share = 0;
  go_.AddOption("--word", word, "Word").OneOf({"red", "blue"});
  go_.AddOption("--count", count, "Count").Between(1, 9);
  go_.AddOption("--share", share, "Share").Between(0.0, 1.0);
  go_.AddOption("--least", least, "Least").NotNegative();
  go_.AddOption("--positive", positive, "Positive").Positive();
  go_.AddOption("--file", file, "File").ExistingFile();
  go_.AddOption("--folder", folder, "Folder").ExistingFolder();
  const std::vector<std::pair<std::vector<const char*>, std::string>> wrong = {
      {{"go", "--word", "green"}, "--word: \"green\" is not a value of it; use one of: red or blue"},
      {{"go", "--count", "10"}, "--count: \"10\" is not a whole number from 1 to 9"},
      {{"go", "--count", "0"}, "--count: \"0\" is not a whole number from 1 to 9"},
      {{"go", "--count", "few"}, "--count: \"few\" is not a whole number from 1 to 9"},
      {{"go", "--share", "1.01"}, "--share: \"1.01\" is not a number from 0 to 1"},
      {{"go", "--least", "-1"}, "--least: -1 is below 0\n"},
      {{"go", "--least", "inf"}, "--least: \"inf\" is not a number\n"},
      {{"go", "--positive", "0"}, "--positive: 0 is not above 0\n"},
      {{"go", "--positive", "x"}, "--positive: \"x\" is not a number\n"},
      {{"go", "--file", "/nowhere"}, "--file: there is no file /nowhere"},
      {{"go", "--file", "/tmp"}, "--file: /tmp is a folder, not a file"},
      {{"go", "--folder", "/nowhere"}, "--folder: there is no folder /nowhere"},
      {{"go", "--unknown"}, "prog go has no option --unknown\n"},
      {{"go", "word"}, "prog go does not know what to do with \"word\""},
      {{}, "error: prog needs a command after it; use one of: go\n  prog --help"},
  };
  for (const auto& [words, says] : wrong) EXPECT_THAT(Fault(words), HasSubstr(says));
}

TEST_F(CommandLineTest, EndsOfARangeAreIn) {
  int count = 0;
  double share = 0;
  go_.AddOption("--count", count, "Count").Between(1, 9);
  go_.AddOption("--share", share, "Share").Between(0.0, 1.0);
  int least = 1;
  go_.AddOption("--least", least, "Least").NotNegative();
  EXPECT_EQ(Fault({"go", "--count", "9", "--share", "1", "--least", "0"}), "");
  EXPECT_EQ(least, 0);
  EXPECT_EQ(count, 9);
}

TEST_F(CommandLineTest, OptionsThatExcludeAndNeedEachOther) {
  bool a = false, b = false, c = false;
  const Option first = go_.AddFlag("--a", a, "A");
  go_.AddFlag("--b", b, "B").Excludes(first);
  go_.AddFlag("--c", c, "C").Needs(first);
  EXPECT_THAT(Fault({"go", "--a", "--b"}), HasSubstr("--a and --b do not go together; give one of them"));
  EXPECT_THAT(Fault({"go", "--c"}), HasSubstr("--c works only together with --a"));
}

TEST_F(CommandLineTest, OfAChoiceExactlyOneIsGiven) {
  bool on = false, off = false;
  const Choice which = go_.AddChoice("which");
  which.AddFlag("--on", on, "On");
  which.AddFlag("--off", off, "Off");
  EXPECT_THAT(Fault({"go"}), HasSubstr("give one of --on or --off"));
  EXPECT_THAT(Fault({"go", "--on", "--off"}), HasSubstr("give only one of --on or --off"));
  EXPECT_EQ(Fault({"go", "--off"}), "");
  std::vector<std::string> names;
  for (const OptionInfo& option : go_.Options()) names.push_back(option.name);
  EXPECT_THAT(names, ElementsAre("--help", "--on", "--off"));
}

TEST_F(CommandLineTest, TheEnvironmentStandsInAndTheCommandLineComesFirst) {
  std::string server = "default";
  root_.AddOption("--server", server, "Server").FromEnvironment("LEADLINE_COMMAND_LINE_TEST").ShowDefault();
  EXPECT_THAT(root_.Help(), HasSubstr("--server TEXT=default (Env:LEADLINE_COMMAND_LINE_TEST)"));
  ASSERT_EQ(setenv("LEADLINE_COMMAND_LINE_TEST", "from-there", 1), 0);
  EXPECT_EQ(Fault({"go"}), "");
  EXPECT_EQ(server, "from-there");
  // Options of the program may follow the command.
  EXPECT_EQ(Fault({"go", "--server", "from-here"}), "");
  EXPECT_EQ(server, "from-here");
  unsetenv("LEADLINE_COMMAND_LINE_TEST");
}

TEST_F(CommandLineTest, AGroupMayDoSomethingByItself) {
  std::string name, chosen;
  const Command group = root_.AddGroup("group", "Holds others");
  group.AddCommand("inner", "Inner", "", [&](Session&) { return 1; });
  EXPECT_THAT(Fault({"group"}), HasSubstr("prog group needs a command after it; use one of: inner\n"));
  EXPECT_THAT(Fault({"inner"}), HasSubstr("prog has no command \"inner\"; did you mean prog group inner?"));
  group.AddOption("name", name, "Name");
  group.SetAction("Example:\n  prog group NAME", [&](Session&) { return 2; });
  EXPECT_EQ(Fault({"group", "x"}), "");
  EXPECT_EQ(name, "x");
  EXPECT_THAT(group.Help(), HasSubstr("prog group NAME"));
}

TEST_F(CommandLineTest, WhatAGroupTakesForItselfIsNotLostOnACommandBelow) {
  bool checked = false;
  const Command group = root_.AddGroup("group", "Holds others");
  group.AddCommand("inner", "Inner", "", [&](Session&) { return 1; });
  group.AddFlag("--check", checked, "Only checks");
  group.SetAction("Example:\n  prog group --check", [&](Session&) { return 2; });
  EXPECT_EQ(Fault({"group", "--check"}), "");
  EXPECT_THAT(Fault({"group", "inner", "--check"}),
              HasSubstr("--check: group inner does not take it; group by itself does"));
}

TEST_F(CommandLineTest, HelpAndVersionAreNoMistakes) {
  const Asked help = Read({"go", "--help"});
  EXPECT_FALSE(help.wrong);
  EXPECT_EQ(help.action, nullptr);
  EXPECT_THAT(help.output, HasSubstr("Goes\nUsage: prog go"));
  EXPECT_THAT(help.output, HasSubstr("Example:\n  prog go\n"));
  EXPECT_EQ(help.errors, "");
  EXPECT_EQ(Read({"--version"}).output, "prog 1.2\n");
  EXPECT_THAT(Read({"--help"}).output, HasSubstr("\nThe end.\n"));
}

TEST_F(CommandLineTest, AHiddenCommandWorksAndIsNotShown) {
  root_.AddCommand("secret", "Hidden", "", [](Session&) { return 0; }).Hide();
  EXPECT_THAT(root_.Help(), Not(HasSubstr("secret")));
  EXPECT_EQ(Fault({"secret"}), "");
  EXPECT_THAT(Fault({"secrt"}), Not(HasSubstr("\"secret\"")));
  EXPECT_EQ(root_.Commands().size(), 2u);
}

}  // namespace
}  // namespace leadline::cli
