// People, companies, reps, queues and merges through the command line.
#include <gmock/gmock.h>

#include "tests/e2e/cli_fixture.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

using PeopleCliTest = CliTest;

TEST_F(PeopleCliTest, AContactIsFoundCorrectedAndErased) {
  const nlohmann::json taken = Submit("ana.slva@acme.example");
  const std::string contact = taken["contact"]["name"], lead = taken["lead"]["name"];
  const Ended found = Run({"contact", "list", "--email", "ana.slva@acme.example"});
  EXPECT_EQ(found.exit_code, 0) << found.output;
  EXPECT_THAT(found.output, AllOf(HasSubstr(contact), HasSubstr("Ana Silva"), HasSubstr("1 contact")));

  const std::string etag = Json({"contact", "get", contact})["etag"];
  const Ended tried = Run({"contact", "update", contact, "--set", "email=ana.silva@acme.example", "--validate-only"});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, AllOf(HasSubstr("ana.silva@acme.example"), HasSubstr("nothing was stored")));
  EXPECT_THAT(Run({"contact", "get", contact}).output, HasSubstr("ana.slva@acme.example"));
  // The number alone is the etag, too.
  const std::string number = etag.substr(1, etag.size() - 2);
  const Ended corrected =
      Run({"contact", "update", contact, "--set", "email=ana.silva@acme.example", "--etag", number});
  EXPECT_EQ(corrected.exit_code, 0) << corrected.output;
  const Ended late = Run({"contact", "update", contact, "--set", "title=CEO", "--etag", etag});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.output, HasSubstr("ETAG_MISMATCH"));
  EXPECT_EQ(Submit("ana.silva@acme.example")["contact"]["name"], contact) << "the right address finds the person";

  const Ended both = Run({"contact", "get", contact, contact});
  EXPECT_EQ(both.exit_code, 0) << both.output;
  const Ended would = Run({"contact", "erase", contact, "--reason", "asked for it", "--validate-only"});
  EXPECT_EQ(would.exit_code, 0) << would.output;
  EXPECT_THAT(would.output, AllOf(HasSubstr("would erase " + contact), HasSubstr("personal in " + lead),
                                  HasSubstr("would be forgotten"), HasSubstr("nothing was stored")));
  EXPECT_THAT(Run({"contact", "get", contact}).output, HasSubstr("ana.silva@acme.example"));
  const Ended erased = Run({"contact", "erase", contact, "--reason", "asked for it"});
  EXPECT_EQ(erased.exit_code, 0) << erased.output;
  EXPECT_THAT(erased.output, AllOf(HasSubstr("erased " + contact), HasSubstr("personal in " + lead)));
  EXPECT_THAT(Run({"contact", "get", contact}).output, AllOf(HasSubstr("erased"), Not(HasSubstr("silva"))));
  EXPECT_THAT(Run({"contact", "erase", contact, "--reason", "again"}).output, HasSubstr("nothing changed"));
}

TEST_F(PeopleCliTest, AnAccountIsFoundAndCorrected) {
  const std::string account = Submit("ana@acme.example")["account"]["name"];
  EXPECT_THAT(Run({"account", "list", "--domain", "acme.example"}).output,
              AllOf(HasSubstr(account), HasSubstr("Acme Lda"), HasSubstr("1 account")));
  const Ended updated =
      Run({"account", "update", account, "--set", "industry=manufacturing", "--set", "employee_count=1200"});
  EXPECT_EQ(updated.exit_code, 0) << updated.output;
  EXPECT_THAT(Run({"account", "get", account}).output, ContainsRegex("employees +1,200"));
  const Ended wrong = Run({"account", "update", account, "--set", "employees=5"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("employee_count"));
}

TEST_F(PeopleCliTest, RepsAndQueuesAreShown) {
  const Ended list = Run({"rep", "list", "--region", "emea"});
  EXPECT_EQ(list.exit_code, 0) << list.output;
  EXPECT_THAT(list.output, HasSubstr("reps/emea-anna-weber"));
  const Ended tried = Run({"route", "availability", "emea-anna-weber", "--away", "--validate-only"});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, HasSubstr("would be away"));
  EXPECT_THAT(Run({"rep", "get", "emea-anna-weber"}).output, Not(HasSubstr("away")));
  EXPECT_EQ(Run({"route", "availability", "emea-anna-weber", "--away"}).exit_code, 0);
  EXPECT_THAT(Run({"rep", "get", "emea-anna-weber"}).output, ContainsRegex("takes leads +away"));
  EXPECT_THAT(Run({"rep", "get", "reps/emea-ana-weber"}).output, HasSubstr("NOT_FOUND"));
  EXPECT_THAT(Run({"queue", "get", "queues/junk"}).output, ContainsRegex("junk +marketing-operations +0"));
}

TEST_F(PeopleCliTest, ALeadsBuyingGroupChangesOneByOne) {
  const nlohmann::json first = Submit("ana@acme.example"), second = Submit("rui@acme.example", "Rui");
  const std::string lead = first["lead"]["name"], rui = second["contact"]["name"];
  const Ended added = Run({"lead", "add-contact", lead, rui, "--role", "decision_maker"});
  EXPECT_EQ(added.exit_code, 0) << added.output;
  EXPECT_THAT(added.output, HasSubstr(rui + " (decision_maker)"));
  const Ended removed = Run({"lead", "remove-contact", lead, rui});
  EXPECT_EQ(removed.exit_code, 0) << removed.output;
  EXPECT_THAT(removed.output, Not(HasSubstr(rui)));
  const Ended enquirer = Run({"lead", "remove-contact", lead, first["contact"]["name"]});
  EXPECT_EQ(enquirer.exit_code, 1);
  EXPECT_THAT(enquirer.output, HasSubstr("ENQUIRER"));
  const Ended several = Run({"lead", "get", lead, second["lead"]["name"]});
  EXPECT_EQ(several.exit_code, 0) << several.output;
  EXPECT_THAT(several.output, AllOf(HasSubstr(lead), HasSubstr(std::string(second["lead"]["name"]))));
}

TEST_F(PeopleCliTest, MergesAreListedAndUndone) {
  const std::string ana = Submit("ana@acme.example")["contact"]["name"];
  const std::string other = Submit("a.silva@other.example", "Anabela")["contact"]["name"];
  const Ended tried = Run({"merge", ana, other, "--reason", "one person", "--validate-only"});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(Run({"merge", "list", ana}).output, HasSubstr("0 merges"));
  const std::string merge = Json({"merge", ana, other, "--reason", "one person"})["merge"]["name"];
  EXPECT_THAT(merge, testing::StartsWith("merges/"));
  EXPECT_THAT(Run({"merge", "list", ana}).output, AllOf(HasSubstr(merge), HasSubstr(other), HasSubstr("1 merge")));
  EXPECT_EQ(Json({"contact", "get", other})["name"], ana);
  const Ended would = Run({"merge", "undo", merge.substr(7), "--reason", "two people after all", "--validate-only"});
  EXPECT_EQ(would.exit_code, 0) << would.output;
  EXPECT_THAT(would.output, HasSubstr("The record that would be separate again"));
  EXPECT_EQ(Json({"contact", "get", other})["name"], ana);
  const Ended undone = Run({"merge", "undo", merge.substr(7), "--reason", "two people after all"});
  EXPECT_EQ(undone.exit_code, 0) << undone.output;
  EXPECT_EQ(Json({"merge", "get", merge})["undone"], true);
  EXPECT_EQ(Json({"contact", "get", other})["name"], other);
}

TEST_F(PeopleCliTest, DuplicatesOfSomebodyWhoIsNotStored) {
  const std::string ana = Submit("ana@acme.example")["contact"]["name"];
  for (const char* command : {"duplicates", "duplicates find"}) {
    std::vector<std::string> words = {"duplicates"};
    if (std::string(command) != "duplicates") words.push_back("find");
    words.insert(words.end(), {"--email", "ana@acme.example", "--given-name", "Ana", "--country", "PT"});
    const Ended found = Run(words);
    EXPECT_EQ(found.exit_code, 0) << found.output;
    EXPECT_THAT(found.output, AllOf(HasSubstr(ana), HasSubstr("contact.email")));
  }
  EXPECT_EQ(Run({"duplicates", ana, "--email", "x@y.example"}).exit_code, 2) << "stored or not, and not both";
}

TEST_F(PeopleCliTest, ADealThatTurnsOutToBeTwoIsSplit) {
  const std::string lead = Submit("ana@acme.example")["lead"]["name"];
  const Ended set = Run({"lead", "update", lead, "--set", "products=platform,suite", "--set", "value=50000 EUR"});
  EXPECT_EQ(set.exit_code, 0) << set.output;
  EXPECT_THAT(Run({"lead", "get", lead}).output,
              ContainsRegex("buying group +0.0 %; missing: decision_maker, champion"));
  const std::vector<std::string> split = {"lead",      "split",    lead,        "--product",
                                          "suite",     "--value",  "30000 EUR", "--remaining-value",
                                          "20000 EUR", "--reason", "two sites"};
  std::vector<std::string> tried = split;
  tried.emplace_back("--validate-only");
  EXPECT_THAT(Run(tried).output, AllOf(HasSubstr("The new one"), HasSubstr("nothing was stored")));
  const nlohmann::json parts = Json(split);
  const std::string part = parts["newLead"]["name"];
  EXPECT_EQ(parts["lead"]["products"], nlohmann::json({"platform"}));
  EXPECT_EQ(parts["newLead"]["products"], nlohmann::json({"suite"}));
  EXPECT_EQ(parts["newLead"]["originalLead"], lead);
  EXPECT_EQ(parts["newLead"]["activityCount"], parts["lead"]["activityCount"]);
  for (const std::string& name : {lead, part}) {
    const nlohmann::json events = Json({"timeline", name})["events"];
    const auto split_off = [&](const nlohmann::json& event) {
      return event.contains("leadSplit") && event["leadSplit"]["lead"] == lead &&
             event["leadSplit"]["newLead"] == part && event["leadSplit"]["reason"] == "two sites";
    };
    EXPECT_EQ(std::count_if(events.begin(), events.end(), split_off), 1) << name;
    EXPECT_THAT(Run({"timeline", name}).output, HasSubstr("was split off"));
  }
  EXPECT_THAT(Run({"lead", "get", part}).output, ContainsRegex("split off +" + lead));
  const Ended again = Run(split);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.output, HasSubstr("the lead has no product \"suite\"; it has platform"));

  const Ended pipeline = Run({"report", "pipeline"});
  EXPECT_EQ(pipeline.exit_code, 0) << pipeline.output;
  EXPECT_THAT(pipeline.output, HasSubstr("worth 50,000 EUR"));
  EXPECT_THAT(Run({"report", "pipeline", "--by", "product", "--format", "csv"}).output,
              AllOf(HasSubstr("product,remainder,status,leads,valued,unconverted,currency,value,"),
                    ContainsRegex("suite,false,[a-z]+,1,1,0,EUR,30000.00,")));
  EXPECT_THAT(Run({"report", "records", "valued"}).output,
              AllOf(HasSubstr(lead), HasSubstr(part), HasSubstr("2 in all")));
}

}  // namespace
}  // namespace leadline::e2e
