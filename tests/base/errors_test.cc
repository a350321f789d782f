#include "base/errors.h"

#include <gtest/gtest.h>

namespace leadline {
namespace {

TEST(ErrorsTest, FieldsTravelWithTheStatus) {
  absl::Status status = InvalidFields({{"contact.email", "has no @"}, {"source", "is required"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()), "contact.email: has no @; source: is required");
  status = PrefixFields(status, "enquiry");
  EXPECT_EQ(FieldViolationsOf(status),
            (std::vector<FieldViolation>{{"enquiry.contact.email", "has no @"}, {"enquiry.source", "is required"}}));
}

TEST(ErrorsTest, ReasonFallsBackToTheCode) {
  EXPECT_EQ(ReasonOf(absl::NotFoundError("x")), "NOT_FOUND");
  EXPECT_EQ(ReasonOf(WithReason(absl::AbortedError("x"), "ETAG_MISMATCH")), "ETAG_MISMATCH");
}

TEST(ErrorsTest, WhenToTryAgainTravelsWithTheStatus) {
  EXPECT_EQ(RetryDelayOf(Overloaded()), std::chrono::milliseconds(1000));
  EXPECT_EQ(ReasonOf(Overloaded()), "OVERLOADED");
  EXPECT_EQ(RetryDelayOf(absl::ResourceExhaustedError("x")), std::nullopt);
  EXPECT_EQ(RetryDelayOf(WithRetryDelay(absl::UnavailableError("x"), std::chrono::milliseconds(0))),
            std::chrono::milliseconds(0));
}

}  // namespace
}  // namespace leadline
