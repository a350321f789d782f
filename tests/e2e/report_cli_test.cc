// Reports on the command line: a column for each dimension, in tables, CSV and JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/cli_fixture.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ReportCommandsTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Submit("ana@acme.example");
    Submit("bo@acme.example", "Bo");
  }
};

TEST_F(ReportCommandsTest, OneDimensionIsAskedForAsBefore) {
  const Ended funnel = Run({"report", "funnel", "--by", "source"});
  EXPECT_EQ(funnel.exit_code, 0) << funnel.output;
  EXPECT_THAT(funnel.output,
              AllOf(HasSubstr("source web_form\n"), HasSubstr("2 leads in all; the statuses add up to 2.")));
  EXPECT_EQ(Run({"report", "velocity", "--by", "month"}).exit_code, 0);
  EXPECT_EQ(Run({"report", "sla", "--by", "region"}).exit_code, 0);
}

TEST_F(ReportCommandsTest, EachDimensionIsAColumn) {
  const Ended table = Run({"report", "funnel", "--by", "source,month", "--time", "entry"});
  EXPECT_EQ(table.exit_code, 0) << table.output;
  EXPECT_THAT(table.output, AllOf(ContainsRegex("source web_form, month 20[0-9][0-9]-[0-9][0-9]\n"),
                                  ContainsRegex("source +month +Total"), ContainsRegex("web_form +20[0-9-]+ +2"),
                                  HasSubstr("2 leads are in a status that they entered then.")));
  const Ended csv = Run({"report", "funnel", "--by", "product,owner,week", "--format", "csv"});
  EXPECT_EQ(csv.exit_code, 0) << csv.output;
  EXPECT_THAT(csv.output,
              AllOf(StartsWith("product,owner,week,remainder,status,entered,advanced,conversion,current\r\n"),
                    ContainsRegex("\n,reps/[a-z-]+,20[0-9][0-9]-W[0-9][0-9],false,mql,")));
  EXPECT_THAT(Run({"report", "velocity", "--by", "team", "--format", "csv"}).output,
              AllOf(StartsWith("team,remainder,status,ended,median_seconds"), HasSubstr(",creation_to_customer,0,")));
  EXPECT_THAT(Run({"report", "sla", "--by", "owner,week", "--time", "due", "--format", "csv"}).output,
              ContainsRegex("\nreps/[a-z-]+,20[0-9][0-9]-W[0-9][0-9],false,[a-z_]+,[12],0,0,[12],0,,"));
  const nlohmann::json json = Json({"report", "funnel", "--by", "source,region"});
  ASSERT_EQ(json["funnels"].size(), 1U) << json;
  const nlohmann::json& dimensions = json["funnels"][0]["dimensions"];
  ASSERT_EQ(dimensions.size(), 2U) << json;
  EXPECT_EQ(dimensions[0]["dimension"], "REPORT_DIMENSION_SOURCE");
  EXPECT_EQ(dimensions[0]["value"], "web_form");
  EXPECT_EQ(dimensions[1]["value"], "emea");
  // Each answer has a moment of its own.
  const auto told = [&](std::vector<std::string> arguments) {
    nlohmann::json answer = nlohmann::json::parse(Run(std::move(arguments)).output, nullptr, false);
    EXPECT_EQ(answer.erase("moment"), 1U) << answer;
    return answer;
  };
  EXPECT_EQ(told({"report", "funnel", "--by", "region", "--format", "json"}),
            told({"-o", "json", "report", "funnel", "--by", "region"}));
}

TEST_F(ReportCommandsTest, FeedbackStandsBesideTheRulesThatSentTheLead) {
  const nlohmann::json leads = Json({"lead", "list"});
  const std::string rejected = leads["leads"][0]["name"];
  ASSERT_EQ(Run({"status", "reject", rejected, "timing"}).exit_code, 0);
  const Ended table = Run({"report", "feedback"});
  EXPECT_EQ(table.exit_code, 0) << table.output;
  EXPECT_THAT(table.output,
              AllOf(HasSubstr("2 sent to sales (mql): 0 accepted, 1 rejected, 0 withdrawn, 1 waiting; 100.0 % of those "
                              "answered rejected"),
                    ContainsRegex("form.contact_me +central +2 +0 +0 +1 +100.0 %"), ContainsRegex("timing +1 +0"),
                    ContainsRegex("[0-9]+ to [0-9]+ +[12] +0 +0 +[01]")));
  const Ended csv = Run({"report", "feedback", "--by", "source", "--format", "csv"});
  EXPECT_EQ(csv.exit_code, 0) << csv.output;
  EXPECT_THAT(csv.output,
              AllOf(StartsWith("source,remainder,of,name,layer,sent,accepted,rejected,withdrawn,waiting,won,"
                               "rejected_later,rejected_share\r\nweb_form,false,total,,,2,0,1,0,1,0,0,1.0000\r\n"),
                    HasSubstr("web_form,false,rule,form.contact_me,central,2,0,1,0,1,0,0,1.0000\r\n"),
                    HasSubstr("web_form,false,reason,timing,,,,1,,,,0,\r\n")));
  const nlohmann::json json = Json({"report", "feedback"});
  EXPECT_EQ(json["salesStatuses"], nlohmann::json::array({"mql"})) << json;
  EXPECT_EQ(json["feedbacks"][0]["total"]["rejectedShare"], 1) << json;
  const Ended records = Run({"report", "records", "rejected", "--rule", "form.contact_me", "--layer", "central",
                             "--reason", "timing", "--by", "source", "--values", "web_form"});
  EXPECT_EQ(records.exit_code, 0) << records.output;
  EXPECT_EQ(records.output, rejected + "\n1 in all\n");
  const nlohmann::json& of_band = json["feedbacks"][0]["scoreBands"][0];
  const std::string band = of_band["scoreBand"], sent = of_band["counts"]["sentCount"];
  EXPECT_THAT(Run({"report", "records", "sent", "--score", band}).output, HasSubstr("\n" + sent + " in all"));
  EXPECT_THAT(Run({"report", "records", "sent", "--score", "95"}).output, HasSubstr("must be a band"));
  EXPECT_THAT(Run({"report", "feedback", "--source", "web_form", "--by", "owner"}).output,
              ContainsRegex("[12] sent to sales"))
      << "read from the records";
}

TEST_F(ReportCommandsTest, DaysAgoBeginAtMidnightWhereAReportIsMadeOfDays) {
  const Ended flow = Run({"report", "flow", "--from", "30d ago"});
  EXPECT_EQ(flow.exit_code, 0) << flow.output;
  EXPECT_EQ(Run({"report", "records", "records", "--from", "1d ago"}).output.substr(0, 6), "leads/");
  const std::string page = testing::TempDir() + "/days-ago.html";
  const Ended html = Run({"report", "--html", page, "--from", "30d ago"});
  EXPECT_EQ(html.exit_code, 0) << html.output;
  for (const char* hour : {"36h ago", "2026-01-31T09:30:00Z"}) {
    const Ended refused = Run({"report", "flow", "--from", hour});
    EXPECT_EQ(refused.exit_code, 1) << hour << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("let times begin at midnight UTC"));
  }
  EXPECT_THAT(Run({"report", "flow", "--help"}).output, HasSubstr("\"30d ago\" for the midnight so many days ago"));
}

TEST_F(ReportCommandsTest, FlowTellsFromWhichPeopleLeadsCame) {
  Submit("ana@acme.example");
  const Ended table = Run({"report", "flow"});
  EXPECT_EQ(table.exit_code, 0) << table.output;
  EXPECT_THAT(table.output,
              AllOf(HasSubstr("0 were won; 0 of them began a new round after that, 0 of these were won again\n"),
                    ContainsRegex("Enquirer before +Leads +Share +Won +Share won"),
                    ContainsRegex("new people +2 +66.7 % +0 +0.0 %"), ContainsRegex("mql +1 +33.3 % +0 +0.0 %"),
                    ContainsRegex("\nall +3 +100.0 % +0 +0.0 %")));
  EXPECT_THAT(Run({"report", "flow", "--contacts"}).output,
              AllOf(HasSubstr("began a new round"), Not(HasSubstr("Enquirer before"))));
  EXPECT_THAT(Run({"report", "flow", "--format", "csv"}).output,
              AllOf(HasSubstr("false,won,,,0\r\n"), HasSubstr("false,new_round,,,0\r\n"),
                    HasSubstr("false,crossed,,,2\r\nfalse,crossed_won,,,0\r\nfalse,crossed,mql,,1\r\n")));
  const nlohmann::json json = Json({"report", "flow"});
  EXPECT_EQ(json["flows"][0]["crossings"][1]["status"], "mql") << json;
  EXPECT_EQ(json["flows"][0]["crossings"][1]["leadCount"], "1") << json;
  EXPECT_THAT(Run({"report", "records", "crossed", "--status", "(none)"}).output, HasSubstr("\n2 in all"));
  const Ended known = Run({"report", "records", "crossed", "--status", "mql"});
  EXPECT_THAT(known.output, HasSubstr("\n1 in all"));
  EXPECT_EQ(Run({"report", "records", "crossed_won"}).output, "0 in all\n");
  EXPECT_THAT(Run({"report", "records", "crossed", "--status", "mqll"}).output, HasSubstr("did you mean \"mql\"?"));
  const std::string lead = known.output.substr(0, known.output.find('\n'));
  EXPECT_THAT(Run({"timeline", lead}).output, HasSubstr(", of a person in status mql"));
}

TEST_F(ReportCommandsTest, AGroupIsNamedAlsoWithACommaInIt) {
  const std::vector<std::string> submit = {"submit",
                                           "--given-name",
                                           "Eva",
                                           "--family-name",
                                           "Lund",
                                           "--email",
                                           "eva@lund.example",
                                           "--company",
                                           "Lund AB",
                                           "--domain",
                                           "lund.example",
                                           "--country",
                                           "SE",
                                           "--source",
                                           "web_form",
                                           "--product",
                                           "press, large",
                                           "--activity",
                                           "website/high/contact_me"};
  EXPECT_EQ(Run(submit).exit_code, 0);
  const auto records = [&](const std::string& by, const std::string& values) {
    return Run({"report", "records", "records", "--by", by, "--values", values});
  };
  EXPECT_THAT(records("product", R"(press\, large)").output, HasSubstr("1 in all"));
  EXPECT_THAT(records("product,region", R"(press\, large,emea)").output, HasSubstr("1 in all"));
  EXPECT_EQ(records("product", "press, large").exit_code, 2);
}

TEST_F(ReportCommandsTest, NamesThatNobodyHasAreRefused) {
  const auto records = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"report", "records"});
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.exit_code, 1) << ended.output;
    return ended.output;
  };
  EXPECT_THAT(records({"current", "--status", "mqll"}), HasSubstr("did you mean \"mql\"?"));
  EXPECT_THAT(records({"sent", "--rule", "form.contact_mee"}), HasSubstr("did you mean \"form.contact_me\"?"));
  EXPECT_THAT(records({"rejected", "--reason", "timming"}), HasSubstr("did you mean \"timing\"?"));
  EXPECT_THAT(records({"records", "--by", "region", "--values", "emeaa"}), HasSubstr("did you mean \"emea\"?"));
  EXPECT_THAT(records({"records", "--by", "region,team", "--values", "emea,emea_fast_respons"}),
              HasSubstr("did you mean \"emea_fast_response\"?"));
  EXPECT_EQ(Run({"report", "records", "records", "--by", "source", "--values", "nosuch"}).exit_code, 0);
  const Ended deliveries = Run({"notify", "list", "crmm"});
  EXPECT_EQ(deliveries.exit_code, 1) << deliveries.output;
  EXPECT_THAT(deliveries.output, HasSubstr("did you mean \"crm\"?"));
  EXPECT_EQ(Run({"notify", "list", "crm"}).exit_code, 0);
}

TEST_F(ReportCommandsTest, WhatAReportCannotDoIsSaid) {
  const Ended slip = Run({"report", "funnel", "--by", "source,mnth"});
  EXPECT_EQ(slip.exit_code, 2) << slip.output;
  EXPECT_THAT(slip.output, AllOf(HasSubstr("a report is not divided by \"mnth\""), HasSubstr("did you mean month?")));
  const Ended twice = Run({"report", "funnel", "--by", "week,week"});
  EXPECT_EQ(twice.exit_code, 1) << twice.output;
  EXPECT_THAT(twice.output, HasSubstr("field group_by[1]: names REPORT_DIMENSION_WEEK a second time"));
  EXPECT_THAT(Run({"report", "funnel", "--contacts", "--by", "owner"}).output,
              HasSubstr("contacts have no REPORT_DIMENSION_OWNER to divide by"));
  EXPECT_EQ(Run({"report", "sla", "--time", "entry"}).exit_code, 2);
  EXPECT_EQ(Run({"report", "funnel", "--time", "due"}).exit_code, 2);
  const Ended contacts = Run({"report", "funnel", "--contacts", "--by", "region,week", "--time", "entry"});
  EXPECT_EQ(contacts.exit_code, 0) << contacts.output;
  EXPECT_THAT(contacts.output, AllOf(HasSubstr("region emea, week 20"), Not(HasSubstr("leads"))));
}

}  // namespace
}  // namespace leadline::e2e
