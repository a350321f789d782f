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
