// Imports on the command line: rows that are set aside, and where they are written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// A folder with a CSV file of 30 rows, the first 12 of them with a wrong email address, and its map.
class ImportCommandTest : public ::testing::Test {
 protected:
  static constexpr int kRows = 30, kBad = 12;

  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.output();
    std::ofstream csv(Path("fair.csv"));
    csv << "name,email\n";
    for (int i = 0; i < kRows; ++i)
      csv << (i < kBad ? fmt::format("N{},nobody\n", i) : fmt::format("N{0},n{0}@fair.example.com\n", i));
    std::ofstream(Path("fair.yaml")) << "enquiry:\n"
                                        "  source: '\"fair\"'\n"
                                        "  account: {display_name: '\"Fair Ltd\"', country: '\"DE\"'}\n"
                                        "  contact: {family_name: name, email: email}\n"
                                        "  activities:\n"
                                        "    - {channel: '\"event\"', investment: '\"high\"', response: "
                                        "'\"attend\"'}\n";
  }
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  // As somebody does who stands in that folder.
  Ended Import(const std::vector<std::string>& more, bool json = false) {
    std::string command =
        fmt::format("cd '{0}' && XDG_STATE_HOME='{1}' '{2}' --server {3}{4} import fair.csv --map fair.yaml",
                    folder_.path(), state_.path(), kClient, server_.address(), json ? " -o json" : "");
    for (const std::string& word : more) command += " " + word;
    return RunProgram({"/bin/sh", "-c", command});
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  std::set<std::string> Files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) names.insert(entry.path().filename());
    return names;
  }

  ServerProcess server_;
  TempFolder folder_, state_;
};

const std::set<std::string> kInputs = {"fair.csv", "fair.yaml"};

TEST_F(ImportCommandTest, RejectsAreShownAndNoFileIsWrittenUnasked) {
  const Ended ended = Import({});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("30 read = 18 created + 12 rejected"));
  EXPECT_THAT(ended.output, ContainsRegex("  line 2: .* \\[enquiry\\.contact\\.email\\]\n"));
  EXPECT_THAT(ended.output, HasSubstr("  line 11: "));
  EXPECT_THAT(ended.output, Not(HasSubstr("  line 12: ")));
  EXPECT_THAT(ended.output, HasSubstr("  and 2 more\n"));
  EXPECT_THAT(ended.output, HasSubstr("--rejects FILE"));
  EXPECT_EQ(Files(), kInputs);

  const Ended json = Import({}, true);
  EXPECT_EQ(json.exit_code, 3) << json.output;
  EXPECT_THAT(json.output, HasSubstr("\"rejected\": 12"));
  EXPECT_THAT(json.output, Not(HasSubstr("\"rejects\"")));
  EXPECT_EQ(Files(), kInputs);
}

TEST_F(ImportCommandTest, TheSameCommandWithAFileGivesAllRejectsAndDoublesNothing) {
  ASSERT_EQ(Import({}).exit_code, 3);
  const Ended again = Import({"--rejects", "bad.csv"});
  EXPECT_EQ(again.exit_code, 3) << again.output;
  EXPECT_THAT(again.output, HasSubstr("30 read = 0 created + 18 already imported + 12 rejected"));
  EXPECT_THAT(again.output, HasSubstr("/bad.csv\n"));
  EXPECT_EQ(Files(), (std::set<std::string>{"bad.csv", "fair.csv", "fair.yaml"}));
  const std::string bad = Read("bad.csv");
  EXPECT_EQ(std::count(bad.begin(), bad.end(), '\n'), 1 + kBad) << bad;
  EXPECT_THAT(bad, HasSubstr("leadline_import,leadline_line,leadline_reason,leadline_field,name,email\n"));
  EXPECT_THAT(bad, ContainsRegex("\nfair\\.csv,13,.*,enquiry\\.contact\\.email,N11,nobody\n$"));
}

// What was set aside is mended where it was written, or where it came from, and nothing stands twice.
TEST_F(ImportCommandTest, ARowIsMendedAndImportedAgain) {
  ASSERT_EQ(Import({"--rejects", "bad.csv"}).exit_code, 3);
  const auto replace = [](std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in " << text;
    return text.replace(at, from.size(), to);
  };
  const auto mend = [&](const std::string& file, const std::string& from, const std::string& to) {
    const std::string mended = replace(Read(file), from, to);
    std::ofstream(Path(file)) << mended;
  };
  mend("bad.csv", "N3,nobody", "N3,n3@fair.example.com");
  const std::string again = fmt::format(
      "cd '{0}' && XDG_STATE_HOME='{1}' '{2}' --server {3} import bad.csv --map fair.yaml --rejects "
      "worse.csv",
      folder_.path(), state_.path(), kClient, server_.address());
  Ended ended = RunProgram({"/bin/sh", "-c", again});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("12 read = 1 created + 11 rejected"));
  const std::string worse = Read("worse.csv");
  EXPECT_EQ(std::count(worse.begin(), worse.end(), '\n'), kBad) << worse;
  EXPECT_THAT(worse, HasSubstr("leadline_field,name,email\nfair.csv,2,"));
  ended = RunProgram({"/bin/sh", "-c", again});
  EXPECT_THAT(ended.output, HasSubstr("12 read = 0 created + 1 already imported + 11 rejected")) << ended.output;
  // The same cell in the file itself: that row is in, the others are too.
  mend("fair.csv", "N3,nobody", "N3,n3@fair.example.com");
  mend("fair.csv", "N5,nobody", "N5,n5@fair.example.com");
  ended = Import({});
  EXPECT_THAT(ended.output, HasSubstr("30 read = 1 created + 19 already imported + 10 rejected")) << ended.output;
  // Rows that moved are the same rows.
  mend("fair.csv", "name,email\n", "name,email\nNew,new@fair.example.com\n");
  ended = Import({});
  EXPECT_THAT(ended.output, HasSubstr("31 read = 1 created + 20 already imported + 10 rejected")) << ended.output;
}

TEST_F(ImportCommandTest, AMapMayNameTheKeyOfARow) {
  std::string map = Read("fair.yaml");
  std::ofstream(Path("fair.yaml")) << "key: name\n" << map;
  ASSERT_EQ(Import({}).exit_code, 3);
  std::string text = Read("fair.csv");
  const size_t at = text.find("n20@");
  std::ofstream(Path("fair.csv")) << text.replace(at, 4, "x20@");
  const Ended ended = Import({});
  EXPECT_THAT(ended.output, HasSubstr("30 read = 0 created + 18 already imported + 12 rejected")) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("warning: 1 row that is imported already came with other values"));
}

TEST_F(ImportCommandTest, ARejectsFileNeverReplacesWhatIsRead) {
  for (const char* name : {"fair.csv", "./fair.csv", "fair.yaml"}) {
    const std::string before = Read("fair.csv") + Read("fair.yaml");
    const Ended ended = Import({"--rejects", name});
    EXPECT_EQ(ended.exit_code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(fmt::format("--rejects {} would replace a file that is read", name)));
    EXPECT_EQ(Read("fair.csv") + Read("fair.yaml"), before);
  }
}

TEST_F(ImportCommandTest, ACheckAsksTheServerWhatItWouldReject) {
  std::ofstream(Path("fair.yaml")) << "enquiry:\n"
                                      "  source: '\"fair\"'\n"
                                      "  contact: {family_name: name, email: '\"ana@fair.example.com\"'}\n"
                                      "  activities:\n"
                                      "    - {channel: 'email == \"nobody\" ? \"evnt\" : \"event\"', investment: "
                                      "'\"high\"', response: '\"attend\"'}\n";
  const Ended checked = Import({"--check", "--batch", "7"});
  EXPECT_EQ(checked.exit_code, 3) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("30 read = 18 can be imported + 12 rejected; checked by " + server_.address() +
                                        ", nothing was stored\n"));
  EXPECT_THAT(checked.output, HasSubstr("line 2: "));
  EXPECT_THAT(checked.output, HasSubstr("\"evnt\" is not a value of activity.channel; did you mean \"event\"?"));
  EXPECT_EQ(Files(), kInputs);

  const Ended json = Import({"--check", "--limit", "15"}, true);
  EXPECT_EQ(json.exit_code, 3) << json.output;
  EXPECT_THAT(json.output, HasSubstr("{\"row\":\"16\""));
  EXPECT_THAT(json.output, Not(HasSubstr("{\"row\":\"17\"")));
  EXPECT_THAT(json.output, HasSubstr("15 read = 3 can be imported + 12 rejected"));

  server_.Kill();
  const Ended alone = Import({"--check"});
  EXPECT_EQ(alone.exit_code, 0) << alone.output;
  EXPECT_THAT(alone.output, HasSubstr("30 read = 30 can be sent + 0 rejected; nothing was sent\n"));
  EXPECT_THAT(alone.output, HasSubstr("warning: No server answers at "));
  EXPECT_THAT(alone.output, HasSubstr("Only the form of the file and the map are checked."));
}

}  // namespace
}  // namespace leadline::e2e
