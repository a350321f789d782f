// The rollout of packs on the command line: what it prints, and its exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class PackCommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.output();
    WriteVersion(7);
  }
  // emea's pack in the folder.
  void WriteVersion(int points) {
    std::filesystem::create_directories(emea_);
    for (const auto& [path, content] : EmeaVersion("2026.2." + std::to_string(points), points)) {
      std::ofstream(emea_ + "/" + path, std::ios::binary) << content;
    }
  }
  Ended Run(std::vector<std::string> arguments) {
    std::vector<std::string> command = {kClient, "--server", server_.address()};
    if (arguments.front() != "--actor") command.insert(command.end(), {"--actor", "olga"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command, std::chrono::milliseconds(120'000));
  }
  nlohmann::json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-o", "json"});
    Ended ended = Run(std::move(arguments));
    nlohmann::json json = nlohmann::json::parse(ended.output, nullptr, /*allow_exceptions=*/false);
    EXPECT_TRUE(json.is_object()) << ended.output;
    return json;
  }
  // Somebody from emea who came to a trade fair.
  void OneLead() {
    v1::SubmitEnquiryRequest request = EnquiryNumber(1);
    request.mutable_enquiry()->set_region("emea");
    request.mutable_enquiry()->mutable_activities(0)->set_channel("event");
    request.mutable_enquiry()->mutable_activities(0)->set_response("attend");
    v1::SubmitEnquiryResponse response;
    auto stub = v1::LeadService::NewStub(server_.channel());
    ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &response).ok());
  }

  ServerProcess server_;
  TempFolder folder_;
  const std::string emea_ = folder_.path() + "/regions/emea";
};

TEST_F(PackCommandsTest, FromAFolderToActiveAndBack) {
  OneLead();
  Ended validated = Run({"pack", "validate", emea_});
  EXPECT_EQ(validated.exit_code, 0) << validated.output;
  EXPECT_THAT(validated.output, ContainsRegex("emea 2026.2.7 \\([0-9a-f]{12}\\): good; 0 errors"));

  Ended changes = Run({"pack", "diff", emea_, "--fail-on-change"});
  EXPECT_EQ(changes.exit_code, 3) << changes.output;
  EXPECT_THAT(changes.output, HasSubstr("1 of 1 leads (100.0 %) would be decided differently"));
  EXPECT_THAT(changes.output, ContainsRegex("emea.trade_fair +adjustment +1 +\\+3"));
  EXPECT_EQ(Run({"pack", "diff", emea_}).exit_code, 0);
  EXPECT_EQ(Run({"pack", "diff", emea_, "--region", "latam", "--fail-on-change"}).exit_code, 0);

  Ended proposed = Run({"pack", "propose", emea_});
  EXPECT_EQ(proposed.exit_code, 0) << proposed.output;
  const std::string sha256 = Json({"pack", "propose", emea_})["candidate"]["ref"]["sha256"];
  EXPECT_THAT(proposed.output, HasSubstr("kept as " + sha256));
  EXPECT_THAT(proposed.output, HasSubstr("leadline pack activate " + sha256.substr(0, 12)));
  EXPECT_THAT(proposed.output, Not(HasSubstr("approval")));

  Ended tried = Run({"pack", "activate", sha256.substr(0, 8), "--shadow", "--reason", "to see"});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, HasSubstr("in shadow beside the active packs, as generation 2"));
  EXPECT_THAT(Run({"pack", "status"}).output, ContainsRegex("emea +2026.2.7 .* on trial"));
  Ended stopped = Run({"pack", "stop"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_THAT(stopped.output, HasSubstr("generation 1 decides"));
  EXPECT_EQ(Run({"pack", "stop"}).exit_code, 1);

  Ended activated = Run({"pack", "activate", sha256, "--reason", "fairs matter", "--wait"});
  EXPECT_EQ(activated.exit_code, 0) << activated.output;
  EXPECT_THAT(activated.output, HasSubstr("generation 3: central"));
  EXPECT_THAT(activated.output, HasSubstr("scored again: 1 of 1 leads (100.0 %), 1 with another score or status"));
  EXPECT_THAT(Run({"pack", "status"}).output, ContainsRegex("emea +2026.2.7 .* olga +2026.1.0"));

  Ended back = Run({"pack", "rollback", "emea", "--reason", "too many", "--wait"});
  EXPECT_EQ(back.exit_code, 0) << back.output;
  EXPECT_THAT(back.output, HasSubstr("generation 4"));
  Ended further = Run({"pack", "rollback", "emea"});
  EXPECT_EQ(further.exit_code, 1);
  EXPECT_THAT(further.output, HasSubstr("NO_EARLIER_VERSION"));

  const std::string timeline = Run({"timeline", "packs/emea"}).output;
  EXPECT_THAT(timeline, HasSubstr("on trial in shadow, as generation 2: to see"));
  EXPECT_THAT(timeline, HasSubstr("no longer on trial"));
  EXPECT_THAT(timeline, HasSubstr(": fairs matter"));
  EXPECT_THAT(timeline, HasSubstr("decides again, as generation 4"));
}

TEST_F(PackCommandsTest, ACentralPackAsksForBothSides) {
  const std::string central = folder_.path() + "/central";
  std::filesystem::copy(std::string(LEADLINE_SOURCE_DIR) + "/rules/central", central,
                        std::filesystem::copy_options::recursive);
  std::ofstream(central + "/pack.yaml", std::ios::app) << "# another one\n";
  Ended proposed = Run({"pack", "propose", central});
  EXPECT_EQ(proposed.exit_code, 0) << proposed.output;
  EXPECT_THAT(proposed.output, HasSubstr("needs the approval of marketing and sales"));
  const std::string sha256 = Json({"pack", "propose", central})["candidate"]["ref"]["sha256"];
  const std::string hash = sha256.substr(0, 12);
  Ended early = Run({"pack", "activate", hash});
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_THAT(early.output, HasSubstr("APPROVAL_MISSING"));
  Ended marketing =
      Run({"--actor", "anna", "pack", "approve", hash, "--side", "marketing", "--reason", "agreed in May"});
  EXPECT_EQ(marketing.exit_code, 0) << marketing.output;
  EXPECT_THAT(marketing.output, HasSubstr("marketing: anna"));
  EXPECT_THAT(marketing.output, HasSubstr("still needs the approval of sales"));
  EXPECT_THAT(Run({"pack", "status"}).output, HasSubstr("needs sales"));
  for (const char* same : {"anna", "Anna", " ANNA "}) {
    const Ended twice = Run({"--actor", same, "pack", "approve", hash, "--side", "sales"});
    EXPECT_EQ(twice.exit_code, 1) << same;
    EXPECT_THAT(twice.output, HasSubstr("NOT_AN_APPROVER"));
  }
  Ended sales = Run({"--actor", "Jörg", "pack", "approve", hash, "--side", "sales"});
  EXPECT_THAT(sales.output, testing::AllOf(HasSubstr("sales: Jörg"), HasSubstr("leadline pack activate " + hash)));
  EXPECT_EQ(Run({"pack", "activate", hash, "--no-rescore"}).exit_code, 0);
  EXPECT_THAT(Run({"timeline", "packs/central"}).output, HasSubstr("approved for marketing: agreed in May"));
}

// What a central change does to a region's tests is told where it is proposed, and both who approve it say why.
TEST_F(PackCommandsTest, ACentralPackThatFailsARegionsTestsNeedsReasons) {
  const std::string central = folder_.path() + "/central";
  std::filesystem::copy(std::string(LEADLINE_SOURCE_DIR) + "/rules/central", central,
                        std::filesystem::copy_options::recursive);
  std::stringstream read;
  read << std::ifstream(central + "/sla.yaml").rdbuf();
  std::string text = read.str();
  const std::string warn = "    warn_after: 3h\n    due_after: 4h\n    due_at_latest: 6d\n    calendar: working_week\n";
  ASSERT_NE(text.find(warn), std::string::npos);
  text.replace(text.find(warn), warn.size(),
               "    warn_after: 2h\n    due_after: 3h\n    due_at_latest: 6d\n    calendar: working_week\n");
  std::ofstream(central + "/sla.yaml") << text;
  read.str("");
  read << std::ifstream(central + "/tests/sla_test.yaml").rdbuf();
  text = read.str();
  for (size_t at = text.find(", mql, 2026-06-0"); at != std::string::npos; at = text.find(", mql, 2026-06-0")) {
    text.erase(text.rfind("      - [", at), text.find('\n', at) + 1 - text.rfind("      - [", at));
  }
  std::ofstream(central + "/tests/sla_test.yaml") << text;
  const Ended proposed = Run({"pack", "propose", central});
  ASSERT_EQ(proposed.exit_code, 0) << proposed.output;
  EXPECT_THAT(proposed.output, HasSubstr("warning: it fails tests of apac, emea, latam, north_america"));
  EXPECT_THAT(proposed.output, HasSubstr("--side marketing --reason TEXT"));
  EXPECT_THAT(proposed.output, Not(HasSubstr("it breaks other packs")));
  const std::string sha256 = Json({"pack", "propose", central})["candidate"]["ref"]["sha256"];
  const std::string hash = sha256.substr(0, 12);
  Run({"--actor", "anna", "pack", "approve", hash, "--side", "marketing", "--reason", "three hours from June on"});
  Run({"--actor", "boris", "pack", "approve", hash, "--side", "sales"});
  const Ended refused = Run({"pack", "activate", hash, "--no-rescore"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("REGION_TESTS_FAIL"));
  // Marketing has given its reason: only sales is asked.
  EXPECT_THAT(refused.output, HasSubstr("leadline --actor NAME pack approve " + hash + " --side sales --reason TEXT"));
  EXPECT_THAT(refused.output, Not(HasSubstr("--side marketing")));
  Run({"--actor", "boris", "pack", "approve", hash, "--side", "sales", "--reason", "agreed"});
  const Ended active = Run({"pack", "activate", hash, "--no-rescore"});
  EXPECT_EQ(active.exit_code, 0) << active.output;
}

TEST_F(PackCommandsTest, SaysWhatIsWrong) {
  {
    std::ofstream scoring(emea_ + "/scoring.yaml", std::ios::app);
    scoring << "  - {rule: no.such_rule, points: 1}\n";
  }
  Ended broken = Run({"pack", "propose", emea_});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.output, HasSubstr(emea_ + "/scoring.yaml:")) << "the file as it lies here";
  EXPECT_THAT(broken.output, HasSubstr("error[LL2304]"));
  EXPECT_THAT(broken.output, HasSubstr("no.such_rule"));
  EXPECT_THAT(broken.output, HasSubstr("not kept"));
  EXPECT_EQ(Run({"pack", "validate", emea_}).exit_code, 1);
  EXPECT_EQ(Run({"pack", "diff", emea_}).exit_code, 1);

  EXPECT_EQ(Run({"pack", "activate", "abc"}).exit_code, 2);
  Ended unknown = Run({"pack", "activate", "00000000"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("no version whose hash begins with 00000000"));
  EXPECT_EQ(Run({"pack", "diff", folder_.path() + "/nothing"}).exit_code, 2);
  EXPECT_EQ(Run({"pack", "activate", "00000000", "--shadow", "--canary", "5"}).exit_code, 2);
  Ended several = Run({"pack", "propose", folder_.path()});
  EXPECT_EQ(several.exit_code, 2) << several.output;
  EXPECT_THAT(several.output, HasSubstr("holds no pack.yaml"));
}

}  // namespace
}  // namespace leadline::e2e
