// What a list or a report is limited to: a value that nobody knows is refused with the nearest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FiltersTest, UnknownValuesAreRefusedWithTheNearest) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  struct Case {
    std::string service, method, request, field, says;
  };
  const std::vector<Case> cases = {
      {"LeadService", "ListLeads", "filter: 'status = mqll'", "filter",
       "\"mqll\" is not a status of the packs, and no stored lead has it; did you mean \"mql\"? Use one of: raw, "
       "inquiry"},
      {"LeadService", "ListLeads", "filter: 'status = MQL'", "filter", "did you mean \"mql\"?"},
      {"LeadService", "ListLeads", "filter: 'status = nowhere'", "filter", "use one of: raw, inquiry, maql"},
      {"LeadService", "ListLeads", "filter: 'region = EMEAA'", "filter", "did you mean \"emea\"? Use one of: "},
      {"LeadService", "ListLeads", "filter: 'assignee = \"reps/nobody-at-all\"'", "filter",
       "\"nobody-at-all\" is not a rep of the packs"},
      {"LeadService", "ListLeads", "filter: 'hold_queue = \"queues/junkk\"'", "filter",
       "\"junkk\" is not a hold queue of the packs, and no stored lead has it; did you mean \"junk\"?"},
      {"ReportService", "GetFunnel", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"ReportService", "GetVelocity", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"ReportService", "GetSlaCompliance", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"ReportService", "GetFunnel", "group_by: [REPORT_DIMENSION_UNSPECIFIED]", "group_by[0]",
       "names no dimension; use REPORT_DIMENSION_SOURCE, REPORT_DIMENSION_REGION"},
      {"ReportService", "GetFunnel", "group_by: REPORT_DIMENSION_WEEK group_by: REPORT_DIMENSION_WEEK", "group_by[1]",
       "names REPORT_DIMENSION_WEEK a second time; leave it out"},
      {"ReportService", "GetFunnel", "filter { subject: REPORT_SUBJECT_CONTACTS } group_by: REPORT_DIMENSION_SOURCE",
       "group_by[0]",
       "contacts have no REPORT_DIMENSION_SOURCE to divide by; use REPORT_DIMENSION_REGION, REPORT_DIMENSION_WEEK, "
       "REPORT_DIMENSION_MONTH"},
      {"ReportService", "GetFlow", "group_by: REPORT_DIMENSION_CALENDAR", "group_by[0]",
       "leads have no REPORT_DIMENSION_CALENDAR to divide by; use REPORT_DIMENSION_SOURCE"},
      {"ReportService", "GetVelocity", "group_by: [1, 2, 3, 4]", "group_by", "has 4 items; at most 3 are allowed"},
      {"ReportService", "GetVelocity", "filter { time_basis: REPORT_TIME_BASIS_DUE }", "filter.time_basis",
       "this report does not go by REPORT_TIME_BASIS_DUE; use REPORT_TIME_BASIS_CREATION or REPORT_TIME_BASIS_ENTRY"},
      {"ReportService", "GetSlaCompliance", "filter { time_basis: REPORT_TIME_BASIS_ENTRY }", "filter.time_basis",
       "use REPORT_TIME_BASIS_CREATION or REPORT_TIME_BASIS_DUE"},
      {"RoutingService", "GetFairness", "region: 'EMEAA'", "region", "did you mean \"emea\"?"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.method + " " + c.request);
    const grpc::Status status = CallByName(server.channel(), c.service, c.method, c.request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_THAT(FieldsOf(status), ElementsAre(c.field));
    EXPECT_THAT(status.error_message(), HasSubstr(c.says));
  }
  // Sources and products have no closed list in the shipped packs.
  for (const char* request :
       {"filter: 'status = mql AND region = emea'", "filter: 'status = mql AND source = never-heard-of'", ""}) {
    const grpc::Status status = CallByName(server.channel(), "LeadService", "ListLeads", request);
    EXPECT_TRUE(status.ok()) << request << ": " << status.error_message();
  }
  EXPECT_TRUE(CallByName(server.channel(), "ReportService", "GetFunnel", "filter { product: 'zither' }").ok());

  const std::string client = kClient;
  const Ended ended = RunProgram({client, "--server", server.address(), "lead", "list", "--status", "mqll"});
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("field filter: at character 10: \"mqll\""), HasSubstr("did you mean \"mql\"?")));
}

}  // namespace
}  // namespace leadline::e2e
