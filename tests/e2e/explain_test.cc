// A lead explained, as a client and as a reader of the command line sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string NewInquiry(v1::LeadService::Stub& stub) {
  v1::SubmitEnquiryRequest request = EnquiryNumber(1);
  request.mutable_enquiry()->mutable_contact()->set_title("Clerk");
  request.mutable_enquiry()->mutable_activities(0)->set_response("visit");
  request.mutable_enquiry()->mutable_activities(0)->set_investment("low");
  v1::SubmitEnquiryResponse response;
  const grpc::Status status = stub.SubmitEnquiry(NewContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.lead().status(), "inquiry");
  return response.lead().name();
}

TEST(ExplainTest, TheAnswerHoldsTheConditionsTakenApart) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::ExplainLeadRequest request;
  request.set_name(NewInquiry(*stub));
  request.set_why_not_status("mql");
  v1::ExplainLeadResponse response;
  const grpc::Status status = stub->ExplainLead(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.lead().name(), request.name());
  EXPECT_EQ(response.snapshot().generation(), 1);
  ASSERT_EQ(response.why_not_size(), 1);
  const v1::WhyNot& why = response.why_not(0);
  EXPECT_EQ(why.subject(), v1::WHY_NOT_SUBJECT_STATUS);
  EXPECT_THAT(why.path(), ElementsAre("inquiry", "mql"));
  EXPECT_GT(why.points_short(), 0);
  EXPECT_GT(why.possible_points_size(), 0);
  ASSERT_GT(why.reasons_size(), 0);
  const v1::Reason& reason = why.reasons(0);
  EXPECT_EQ(reason.rule_id(), "engaged.to_mql");
  EXPECT_EQ(reason.target(), "mql");
  ASSERT_EQ(reason.parts_size(), 3);
  EXPECT_EQ(reason.parts(0).kind(), v1::CONDITION_PART_KIND_ANY);
  EXPECT_EQ(reason.parts(0).outcome(), v1::CONDITION_PART_OUTCOME_FALSE);
  EXPECT_THAT(reason.parts(0).source(), HasSubstr("status.yaml:"));
  EXPECT_EQ(reason.parts(2).fields(0).value(), "false");
  EXPECT_EQ(reason.parts(2).needed(), "true");

  request.set_why_not_status("mqll");
  request.set_why_not_route("no.such.route");
  request.set_why_not_rep("reps/nobody");
  const grpc::Status refused = stub->ExplainLead(NewContext().get(), request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(refused), ElementsAre("why_not_status", "why_not_route", "why_not_rep"));
}

TEST(ExplainTest, TheCommandLineShowsItInWords) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  const std::string name = NewInquiry(*stub);
  const std::string program = std::filesystem::path(server.Command()[0]).parent_path() / "leadline";
  const std::vector<std::string> base = {program, "--server", server.address(), "explain", name};
  const auto run = [&](std::vector<std::string> flags) {
    std::vector<std::string> command = base;
    command.insert(command.end(), flags.begin(), flags.end());
    return RunProgram(command);
  };
  const Ended asked = run({"--why-not-status", "mql"});
  EXPECT_EQ(asked.exit_code, 0) << asked.output;
  EXPECT_THAT(
      asked.output,
      AllOf(HasSubstr("Why not in status mql?"), HasSubstr("- engaged.to_mql [central] inquiry to mql on activity"),
            HasSubstr("- score.qualified = false, needed: true"),
            HasSubstr("- record.contact_requested = false, needed: true"), HasSubstr("points short"),
            HasSubstr("Checked: the points above add up"), HasSubstr("Checked: this is the stored score")));
  const Ended plain = run({"--no-why-not"});
  EXPECT_EQ(plain.exit_code, 0) << plain.output;
  EXPECT_THAT(plain.output, AllOf(Not(HasSubstr("Why not")), Not(HasSubstr("engaged.to_mql")),
                                  HasSubstr("Checked: this is the stored score")));
  const Ended wrong = run({"--why-not-status", "mqll"});
  EXPECT_NE(wrong.exit_code, 0);
  EXPECT_THAT(wrong.output, HasSubstr("did you mean \"mql\"?"));
}

}  // namespace
}  // namespace leadline::e2e
