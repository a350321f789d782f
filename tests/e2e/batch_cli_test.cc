// Batches from files, lists by filter, and chosen events through the command line.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/cli_fixture.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class BatchCliTest : public CliTest {
 protected:
  // A file of these lines.
  std::string File(const std::string& name, const std::vector<nlohmann::json>& lines) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream file(path);
    for (const nlohmann::json& line : lines) file << line.dump() << "\n";
    return path;
  }
  static nlohmann::json Request(const std::string& email) {
    return {{"enquiry",
             {{"source", "web_form"},
              {"contact", {{"givenName", "Ana"}, {"familyName", "Silva"}, {"email", email}, {"country", "PT"}}},
              {"activities", {{{"channel", "website"}, {"investment", "high"}, {"response", "contact_me"}}}}}}};
  }
  // The names of the leads of a list, in its order.
  std::vector<std::string> Listed(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-o", "json", "lead", "list"});
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
    std::vector<std::string> names;
    std::istringstream pages(ended.output);
    for (std::string page; std::getline(pages, page);) {
      const nlohmann::json json = nlohmann::json::parse(page, nullptr, false);
      if (!json.contains("leads")) continue;
      for (const nlohmann::json& lead : json["leads"]) names.push_back(lead["name"]);
    }
    return names;
  }

  TempFolder folder_;
};

TEST_F(BatchCliTest, EachLineHasItsOwnResult) {
  const std::string enquiries =
      File("enquiries.jsonl", {Request("ana@a.example"), Request("nobody"), Request("rui@b.example")});
  const Ended tried = Run({"submit", "--batch", enquiries, "--validate-only"});
  EXPECT_EQ(tried.exit_code, 1) << tried.output;
  EXPECT_THAT(tried.output, HasSubstr("nothing was stored"));
  EXPECT_EQ(Listed({}).size(), 0u);
  const Ended submitted = Run({"submit", "--batch", enquiries});
  EXPECT_EQ(submitted.exit_code, 1) << submitted.output;
  EXPECT_THAT(submitted.output,
              AllOf(ContainsRegex("     1  leads/"), ContainsRegex("     2  failed: INVALID_ARGUMENT: .*email"),
                    ContainsRegex("     3  leads/"), HasSubstr("2 done, 1 failed")));
  const std::vector<std::string> leads = Listed({});
  ASSERT_EQ(leads.size(), 2u);

  const nlohmann::json visit = {{"channel", "website"}, {"investment", "low"}, {"response", "visit"}};
  std::vector<nlohmann::json> activities;
  for (const std::string& lead : leads) {
    activities.push_back({{"activity", visit}});
    activities.back()["activity"]["lead"] = lead;
  }
  const Ended recorded = Run({"activity", "record", "--batch", File("activities.jsonl", activities)});
  EXPECT_EQ(recorded.exit_code, 0) << recorded.output;
  EXPECT_THAT(recorded.output, HasSubstr("2 done, 0 failed"));

  const std::string moves =
      File("moves.jsonl", {{{"name", leads[0]}, {"rep", "reps/emea-anna-weber"}, {"reason", "new territory"}}});
  const Ended moved = Run({"lead", "reassign", "--batch", moves});
  EXPECT_EQ(moved.exit_code, 0) << moved.output;
  EXPECT_THAT(moved.output, HasSubstr(leads[0] + " -> reps/emea-anna-weber"));
  EXPECT_EQ(Listed({"--assignee", "emea-anna-weber"}).at(0), leads[0]);
  const Ended one = Run({"-o", "json", "lead", "reassign", "--batch", moves});
  EXPECT_TRUE(nlohmann::json::parse(one.output.substr(0, one.output.find('\n')), nullptr, false).contains("response"))
      << one.output;
}

TEST_F(BatchCliTest, NothingIsSentWhenALineIsNoRequest) {
  std::ofstream(folder_.path() + "/broken.jsonl") << Request("ana@a.example").dump() << "\n{\"enquiry\": 7}\n";
  const Ended broken = Run({"submit", "--batch", folder_.path() + "/broken.jsonl"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.output, HasSubstr("broken.jsonl:2"));
  EXPECT_EQ(Listed({}).size(), 0u);
}

TEST_F(BatchCliTest, ListsByFilterOrderAndToTheEnd) {
  std::vector<nlohmann::json> requests;
  for (int i = 0; i < 1100; ++i) requests.push_back(Request("p" + std::to_string(i) + "@a.example"));
  ASSERT_EQ(Run({"--timeout", "300", "submit", "--batch", File("many.jsonl", requests)}).exit_code, 0);
  EXPECT_EQ(Listed({"--all"}).size(), 1100u) << "over the end of a page";
  EXPECT_EQ(Listed({}).size(), 50u);
  const std::vector<std::string> newest = Listed({"--limit", "3"});
  const std::vector<std::string> oldest = Listed({"--order", "create_time", "--all"});
  EXPECT_EQ(oldest.back(), newest.front());
  EXPECT_EQ(Listed({"--filter", "status = \"mql\"", "--region", "emea", "--all"}),
            Listed({"--status", "mql", "--region", "emea", "--all"}));
  const Ended unknown = Run({"lead", "list", "--status", "mqll"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("did you mean \"mql\"?"));
}

TEST_F(BatchCliTest, OnlyTheEventsThatAreAskedFor) {
  const std::string lead = Submit("ana@acme.example")["lead"]["name"];
  Submit("rui@acme.example", "Rui");
  const Ended timeline = Run({"timeline", lead, "--kind", "status_changed"});
  EXPECT_EQ(timeline.exit_code, 0) << timeline.output;
  EXPECT_THAT(timeline.output, AllOf(HasSubstr("status "), Not(HasSubstr("created, source"))));
  EXPECT_THAT(Run({"timeline", lead, "--since", "2100-01-01"}).output, HasSubstr("0 events"));
  const Ended watched = Run({"events", "watch", "--record", lead, "--kind", "record_created", "--count", "1"});
  EXPECT_EQ(watched.exit_code, 0) << watched.output;
  EXPECT_THAT(watched.output, AllOf(HasSubstr(lead + "  #1  created"),
                                    HasSubstr("leadline watch --kind record_created --record " + lead + " --from ")));
}

}  // namespace
}  // namespace leadline::e2e
