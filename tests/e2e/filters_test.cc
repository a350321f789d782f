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
      {"LeadService", "ListLeads", "status: 'mqll'", "status",
       "\"mqll\" is not a status of the packs, and no stored lead has it; did you mean \"mql\"? Use one of: raw, "
       "inquiry"},
      {"LeadService", "ListLeads", "status: 'MQL'", "status", "did you mean \"mql\"?"},
      {"LeadService", "ListLeads", "status: 'nowhere'", "status", "use one of: raw, inquiry, maql"},
      {"LeadService", "ListLeads", "region: 'EMEAA'", "region", "did you mean \"emea\"? Use one of: "},
      {"LeadService", "ListLeads", "assignee: 'reps/nobody-at-all'", "assignee",
       "\"nobody-at-all\" is not a rep of the packs"},
      {"LeadService", "ListLeads", "hold_queue: 'junkk'", "hold_queue",
       "\"junkk\" is not a hold queue of the packs, and no stored lead has it; did you mean \"junk\"?"},
      {"ReportService", "GetFunnel", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"ReportService", "GetVelocity", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"ReportService", "GetSlaCompliance", "filter { region: 'EMEAA' }", "filter.region", "did you mean \"emea\"?"},
      {"RoutingService", "GetFairness", "region: 'EMEAA'", "region", "did you mean \"emea\"?"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.method + " " + c.request);
    const grpc::Status status = CallByName(server.channel(), c.service, c.method, c.request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_THAT(FieldsOf(status), ElementsAre(c.field));
    EXPECT_THAT(status.error_message(), HasSubstr(c.says));
  }
  const grpc::Status both = CallByName(server.channel(), "LeadService", "ListLeads", "status: 'x' region: 'y'");
  EXPECT_THAT(FieldsOf(both), ElementsAre("status", "region"));
  // Sources and products have no closed list in the shipped packs.
  for (const char* request : {"status: 'mql' region: 'emea'", "source: 'never-heard-of'", ""}) {
    const grpc::Status status = CallByName(server.channel(), "LeadService", "ListLeads", request);
    EXPECT_TRUE(status.ok()) << request << ": " << status.error_message();
  }
  EXPECT_TRUE(CallByName(server.channel(), "ReportService", "GetFunnel", "filter { product: 'zither' }").ok());

  const std::string client = kClient;
  const Ended ended = RunProgram({client, "--server", server.address(), "lead", "list", "--status", "mqll"});
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("field status: \"mqll\""), HasSubstr("did you mean \"mql\"?")));
}

}  // namespace
}  // namespace leadline::e2e
