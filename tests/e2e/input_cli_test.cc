// What the command line says of wrong values and of regions that went away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

class InputCommandsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.output(); }
  Ended Run(std::vector<std::string> arguments) {
    std::vector<std::string> command = {kClient, "--server", server_.address()};
    const bool named = std::find(arguments.begin(), arguments.end(), "--actor") != arguments.end();
    if (!named) command.insert(command.end(), {"--actor", "olga"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command, std::chrono::milliseconds(120'000));
  }
  Ended Submit(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"submit", "--email", "ana.silva@acme.example", "--source", "web_form"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(std::move(arguments));
  }

  ServerProcess server_;
  TempFolder folder_;
};

TEST_F(InputCommandsTest, WhoAsksMayHaveANameThatIsNotAscii) {
  const Ended taken = Run({"submit", "--email", "ana.silva@acme.example", "--source", "web_form", "--actor", "Zoë"});
  ASSERT_EQ(taken.exit_code, 0) << taken.output;
  const std::string lead = taken.output.substr(taken.output.find("leads/"), std::string("leads/").size() + 36);
  EXPECT_THAT(Run({"timeline", lead, "--actor", "名前"}).output, HasSubstr("Zoë"));
  const Ended refused = Run({"lead", "list", "--actor", "a\nb"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("holds a control character"));
}

TEST_F(InputCommandsTest, WrongValuesAreToldWithTheNearest) {
  const Ended refused = Submit({"--activity", "webiste/high/contact-me", "--country", "Spain", "--region", "EMEAA",
                                "--language", "Spanish", "--attribute", "bugdet=planned"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  for (const char* line :
       {"field enquiry.activities[0].channel: \"webiste\" is not a value of activity.channel; did you mean "
        "\"website\"?",
        "field enquiry.activities[0].response: \"contact-me\" is not a value of activity.response; did you mean "
        "\"contact_me\"?",
        "field enquiry.account.country: \"Spain\" is not a country code of ISO 3166; did you mean ES?",
        "field enquiry.region: \"EMEAA\" is not a region of the packs; did you mean \"emea\"?",
        "field enquiry.language: \"Spanish\" is not a language tag of BCP 47; write es",
        "field enquiry.attributes[\"bugdet\"]: schema.yaml has no such attribute of a lead; did you mean "
        "\"budget\"?"}) {
    EXPECT_THAT(refused.output, HasSubstr(line));
  }
  v1::ListLeadsResponse leads;
  auto stub = v1::LeadService::NewStub(server_.channel());
  ASSERT_TRUE(stub->ListLeads(NewContext().get(), {}, &leads).ok());
  EXPECT_EQ(leads.leads_size(), 0);

  const Ended taken = Submit({"--activity", "website/high/contact_me", "--country", "uk", "--language", "en_gb"});
  EXPECT_EQ(taken.exit_code, 0) << taken.output;
  ASSERT_TRUE(stub->ListLeads(NewContext().get(), {}, &leads).ok());
  ASSERT_EQ(leads.leads_size(), 1);
  EXPECT_EQ(leads.leads(0).country(), "GB");
  EXPECT_EQ(leads.leads(0).language(), "en-GB");
}

TEST_F(InputCommandsTest, ACompanyThatIsOnlyLikeAKnownOneIsNotSaidToBeUnknown) {
  const auto submit = [&](const std::string& email, const std::string& company) {
    return Run({"submit", "--email", email, "--company", company, "--country", "PT", "--source", "web_form"});
  };
  EXPECT_THAT(submit("ana@acme.example", "Acme Lda").output,
              HasSubstr("Acme Lda is a new company: no known one is like it"));
  const Ended alike = submit("bo@other.example", "Acme Lda");
  EXPECT_EQ(alike.exit_code, 0) << alike.output;
  EXPECT_THAT(alike.output, HasSubstr("Acme Lda is taken for a new company: accounts/"));
  const Ended unnamed = Run({"submit", "--email", "cy@third.example", "--source", "web_form"});
  EXPECT_THAT(unnamed.output, HasSubstr("third.example is a new company"));
  const Ended lost = Run({"lead", "get", "xyz"});
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.output, AllOf(HasSubstr("leads/xyz does not exist"), HasSubstr("leadline lead list shows them")));
}

TEST_F(InputCommandsTest, LeadsOfARegionThatWentAwayAreListed) {
  const std::string iberia = folder_.path() + "/regions/iberia";
  std::filesystem::create_directories(iberia);
  std::ofstream(iberia + "/pack.yaml") << "pack: iberia\nextends: central\nversion: 2026.1.0\nowner: iberia-ops\n";
  EXPECT_EQ(Submit({"--region", "iberia"}).exit_code, 1);
  const Ended proposed = Run({"-o", "json", "pack", "propose", iberia});
  ASSERT_EQ(proposed.exit_code, 0) << proposed.output;
  const std::string sha256 = nlohmann::json::parse(proposed.output)["candidate"]["ref"]["sha256"];
  const Ended activated = Run({"pack", "activate", sha256, "--reason", "opened"});
  ASSERT_EQ(activated.exit_code, 0) << activated.output;
  ASSERT_EQ(Submit({"--region", "iberia"}).exit_code, 0);
  ASSERT_EQ(Submit({"--country", "DE", "--given-name", "Eva"}).exit_code, 0);

  const Ended all_known = Run({"pack", "check", "--on-store"});
  EXPECT_EQ(all_known.exit_code, 0) << all_known.output;
  EXPECT_THAT(all_known.output, HasSubstr("the packs that decide know every region of its leads"));
  // The repository's packs have no iberia: what would be if they decided.
  const Ended folder = Run({"pack", "check", LEADLINE_SOURCE_DIR "/rules", "--on-store"});
  EXPECT_EQ(folder.exit_code, 1) << folder.output;
  EXPECT_THAT(folder.output, HasSubstr("1 lead of a region that these packs do not know: iberia."));

  ASSERT_EQ(Run({"pack", "rollback", "iberia", "--reason", "closed"}).exit_code, 0);
  const Ended gone = Run({"pack", "check", "--on-store"});
  EXPECT_EQ(gone.exit_code, 1) << gone.output;
  EXPECT_THAT(gone.output, AllOf(ContainsRegex("iberia +1 +no +leads/"), ContainsRegex("emea +1 +yes"),
                                 HasSubstr("the packs that decide do not know: iberia."),
                                 HasSubstr("leadline lead update LEAD --set region=REGION")));
  // Leads of a region that the packs forgot are found all the same; a region that nobody knows is a slip.
  const Ended left = Run({"lead", "list", "--region", "iberia"});
  EXPECT_EQ(left.exit_code, 0) << left.output;
  EXPECT_THAT(left.output, HasSubstr("\n1 lead\n"));
  EXPECT_EQ(Run({"report", "funnel", "--region", "iberia"}).exit_code, 0);
  EXPECT_EQ(Run({"lead", "list", "--region", "ibria"}).exit_code, 1);
  EXPECT_EQ(Run({"pack", "check"}).exit_code, 2) << "neither a folder nor the store";
}

}  // namespace
}  // namespace leadline::e2e
