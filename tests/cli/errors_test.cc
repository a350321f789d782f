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
