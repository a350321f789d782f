// What errors look like on the wire.
#include "rpc/status.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include "base/errors.h"

namespace leadline::rpc {
namespace {

// The detail of this type; nothing when the status carries none.
template <typename Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(StatusTest, WhoIsRefusedForLoadIsToldWhenToTryAgain) {
  const grpc::Status status = ToGrpcStatus(Overloaded());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 1);
  EXPECT_EQ(retry->retry_delay().nanos(), 0);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status)->reason(), "OVERLOADED");
}

TEST(StatusTest, PartsOfASecondAreKept) {
  const grpc::Status status =
      ToGrpcStatus(WithRetryDelay(absl::UnavailableError("x"), std::chrono::milliseconds(2'250)));
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 2);
  EXPECT_EQ(retry->retry_delay().nanos(), 250'000'000);
}

TEST(StatusTest, OtherErrorsSayNothingOfTryingAgain) {
  for (const absl::Status& error : {absl::NotFoundError("x"), absl::ResourceExhaustedError("x"), DeadlinePassed()}) {
    const grpc::Status status = ToGrpcStatus(error);
    EXPECT_FALSE(DetailOf<google::rpc::RetryInfo>(status).has_value()) << error;
    EXPECT_TRUE(DetailOf<google::rpc::ErrorInfo>(status).has_value()) << error;
  }
}

}  // namespace
}  // namespace leadline::rpc
