// What the command line says of a server's answer: errors, and values that were taken with a warning.
#include "cli/session/errors.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include "cli/output/proto_text.h"

namespace leadline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

grpc::Status Unavailable(const std::string& reason) {
  google::rpc::Status details;
  if (!reason.empty()) {
    google::rpc::ErrorInfo info;
    info.set_reason(reason);
    details.add_details()->PackFrom(info);
  }
  return {grpc::StatusCode::UNAVAILABLE, "no answer", details.SerializeAsString()};
}

// A server that says why is running: nobody has to look for it.
TEST(DescribeErrorTest, OnlyAServerThatDoesNotAnswerMayBeDown) {
  EXPECT_THAT(DescribeError(Unavailable(""), "here:1"), HasSubstr("Is leadlined running at here:1?"));
  const std::string full = DescribeError(Unavailable("STORE_FULL"), "here:1");
  EXPECT_THAT(full, HasSubstr("reason: STORE_FULL"));
  EXPECT_THAT(full, Not(HasSubstr("Is leadlined running")));
}

// Who has a wrong name learns what a name looks like and what lists them.
TEST(DescribeErrorTest, ARecordThatDoesNotExistIsToldHowToFindOne) {
  const auto about = [](const std::string& message) {
    return DescribeError({grpc::StatusCode::NOT_FOUND, message}, "here:1");
  };
  EXPECT_THAT(about("leads/xyz does not exist"), HasSubstr("leadline lead list shows them"));
  EXPECT_THAT(about("contacts/xyz does not exist"), HasSubstr("leadline lead get LEAD shows those of a lead"));
  EXPECT_THAT(about("accounts/xyz does not exist"), HasSubstr("such as accounts/"));
  EXPECT_EQ(about("no pack \"x\" is active"), "error: NOT_FOUND: no pack \"x\" is active\n");
}

// What a program reads beside the message is shown once, and nothing that the message says already.
TEST(DescribeErrorTest, ReasonDelayAndCallAreShown) {
  google::rpc::Status details;
  details.set_message("leads/1 is damaged (call 5f3a)");
  google::rpc::ErrorInfo info;
  info.set_reason("STORE_FAILING");
  (*info.mutable_metadata())["call_id"] = "5f3a";
  (*info.mutable_metadata())["retry_after"] = "1.250s";
  (*info.mutable_metadata())["service"] = "leadline.v1.LeadService/write";
  details.add_details()->PackFrom(info);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(250'000'000);
  details.add_details()->PackFrom(retry);
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("leadline.dev/Lead");
  resource.set_resource_name("leads/1");
  details.add_details()->PackFrom(resource);
  EXPECT_EQ(DescribeError({grpc::StatusCode::DATA_LOSS, details.message(), details.SerializeAsString()}, "here:1"),
            "error: DATA_LOSS: leads/1 is damaged (call 5f3a)\n"
            "  reason: STORE_FAILING\n"
            "  service: leadline.v1.LeadService/write\n"
            "  try again after 1.25 s\n");
  // Who made a mistake need tell nobody of the call.
  details.set_message("leads/1 does not exist (call 5f3a)");
  const std::string missing =
      DescribeError({grpc::StatusCode::NOT_FOUND, details.message(), details.SerializeAsString()}, "here:1");
  EXPECT_THAT(missing, HasSubstr("error: NOT_FOUND: leads/1 does not exist\n"));
  EXPECT_THAT(missing, HasSubstr("leadline lead list shows them"));
  EXPECT_THAT(missing, Not(HasSubstr("5f3a")));
  // Another server may say the call's id beside its message alone.
  details.set_message("damaged");
  EXPECT_THAT(DescribeError({grpc::StatusCode::DATA_LOSS, "damaged", details.SerializeAsString()}, "here:1"),
              testing::AllOf(HasSubstr("  call_id: 5f3a\n"), HasSubstr("  leadline.dev/Lead: leads/1\n")));
}

TEST(DescribeWarningsTest, OneLineEach) {
  google::protobuf::RepeatedPtrField<v1::FieldWarning> warnings;
  EXPECT_EQ(DescribeWarnings(warnings), "");
  v1::FieldWarning& warning = *warnings.Add();
  warning.set_field("enquiry.source");
  warning.set_description("\"huge\" was taken");
  EXPECT_EQ(DescribeWarnings(warnings), "warning: enquiry.source: \"huge\" was taken\n");
}

}  // namespace
}  // namespace leadline::cli
