#include "base/errors.h"

#include <gtest/gtest.h>

#include <set>

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
  EXPECT_EQ(ReasonOf(WithReason(absl::AbortedError("x"), ErrorReason::kEtagMismatch)), "ETAG_MISMATCH");
}

TEST(ErrorsTest, WhenToTryAgainTravelsWithTheStatus) {
  EXPECT_EQ(RetryDelayOf(Overloaded()), std::chrono::milliseconds(1000));
  EXPECT_EQ(ReasonOf(Overloaded()), "OVERLOADED");
  EXPECT_EQ(RetryDelayOf(absl::ResourceExhaustedError("x")), std::nullopt);
  EXPECT_EQ(RetryDelayOf(WithRetryDelay(absl::UnavailableError("x"), std::chrono::milliseconds(0))),
            std::chrono::milliseconds(0));
  EXPECT_EQ(RetryDelayOf(absl::OkStatus()), std::nullopt);
}

// What passes by itself says when to try again, whoever makes the error; what does not says nothing.
TEST(ErrorsTest, EachReasonSaysWhetherToTryAgain) {
  for (const ErrorReasonInfo& info : ErrorReasons()) {
    const auto delay = RetryDelayOf(WithReason(absl::Status(info.code, "x"), info.reason));
    EXPECT_EQ(delay.has_value(), info.retry == Retry::kLater) << info.name;
    EXPECT_EQ(delay.value_or(std::chrono::milliseconds(0)), info.retry_after) << info.name;
    if (info.code == absl::StatusCode::kUnavailable && info.reason != ErrorReason::kPackCheckerMissing) {
      EXPECT_EQ(info.retry, Retry::kLater) << info.name;
    }
  }
  EXPECT_EQ(RetryDelayOf(WithReason(absl::AbortedError("x"), ErrorReason::kEtagMismatch)), std::nullopt);
}

TEST(ErrorsTest, EachReasonIsDescribed) {
  std::set<std::string_view> names;
  for (const ErrorReasonInfo& info : ErrorReasons()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name << " is there twice";
    EXPECT_LE(info.name.size(), 63u);
    for (const char c : info.name) EXPECT_TRUE((c >= 'A' && c <= 'Z') || c == '_') << info.name;
    EXPECT_TRUE(info.meaning.ends_with(".")) << info.name;
    EXPECT_NE(info.meaning.find(' '), std::string_view::npos) << info.name;
    EXPECT_NE(info.code, absl::StatusCode::kOk) << info.name;
    EXPECT_EQ(FindErrorReason(info.name), &info);
    EXPECT_EQ(&InfoOf(info.reason), &info);
    EXPECT_NE(RetryName(info.retry), "");
  }
  EXPECT_EQ(FindErrorReason("NO_SUCH_REASON"), nullptr);
  for (int code = 1; code <= 16; ++code) {
    const auto status = static_cast<absl::StatusCode>(code);
    EXPECT_EQ(InfoOf(status).name, absl::StatusCodeToString(status));
  }
}

TEST(ErrorsTest, FactsTravelWithTheReason) {
  absl::Status status = WithReason(absl::AbortedError("x"), ErrorReason::kEtagMismatch, {{"current_etag", "\"7\""}});
  status = WithMetadata(status, "lead", "a\nb\x1e");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"current_etag", "\"7\""}, {"lead", "a b "}}));
  EXPECT_EQ(MetadataOf(WithMetadata(status, "lead", "c")).at("lead"), "c");
  EXPECT_TRUE(MetadataOf(absl::AbortedError("x")).empty());
}

TEST(ErrorsTest, FactsAreBounded) {
  absl::Status many = absl::AbortedError("x"), long_ones = many;
  for (int i = 0; i < 40; ++i) {
    many = WithMetadata(many, "key" + std::to_string(i), "v");
    long_ones = WithMetadata(long_ones, "key" + std::to_string(i), std::string(1000, 'v'));
  }
  EXPECT_EQ(MetadataOf(many).size(), kMostMetadataKeys);
  size_t bytes = 0;
  for (const auto& [key, value] : MetadataOf(long_ones)) {
    bytes += key.size() + value.size();
    EXPECT_LE(value.size(), 256u);
  }
  EXPECT_LE(bytes, kMostMetadataBytes);
  EXPECT_GT(bytes, kMostMetadataBytes / 2);
}

TEST(ErrorsTest, WhatAnErrorIsAboutTravelsWithIt) {
  const absl::Status missing = NotFoundResource("leads/0198");
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(missing.message()), "leads/0198 does not exist");
  EXPECT_EQ(ResourceOf(missing), (ResourceOfError{"Lead", "leads/0198"}));
  EXPECT_EQ(ResourceOf(WithResource(absl::NotFoundError("x"), "nowhere/1")), std::nullopt);
  EXPECT_EQ(ResourceOf(WithResource(absl::NotFoundError("x"), "PackVersion", "ab12")),
            (ResourceOfError{"PackVersion", "ab12"}));
}

TEST(ErrorsTest, APrefixKeepsWhatElseTheStatusSays) {
  const absl::Status status = PrefixFields(
      WithReason(InvalidField("token", "is old"), ErrorReason::kResumeTokenOfAnotherHistory, {{"a", "b"}}), "page");
  EXPECT_EQ(FieldViolationsOf(status), (std::vector<FieldViolation>{{"page.token", "is old"}}));
  EXPECT_TRUE(HasReason(status, ErrorReason::kResumeTokenOfAnotherHistory));
  EXPECT_EQ(MetadataOf(status).at("a"), "b");
}

TEST(ErrorsTest, OtherWordsKeepWhatElseTheStatusSays) {
  const absl::Status status =
      WithMessage(WithRetryDelay(Overloaded(), std::chrono::milliseconds(700)), "leads/1 waits");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(std::string(status.message()), "leads/1 waits");
  EXPECT_TRUE(HasReason(status, ErrorReason::kOverloaded));
  EXPECT_EQ(RetryDelayOf(status), std::chrono::milliseconds(700));
}

// What separates the parts in memory may come from a caller.
TEST(ErrorsTest, SeparatorsInATextSeparateNothing) {
  const auto violations = FieldViolationsOf(InvalidFields({{"a\x1e", "x\x1fy\x1ez"}, {"b", "c"}}));
  EXPECT_EQ(violations, (std::vector<FieldViolation>{{"a ", "x y z"}, {"b", "c"}}));
}

}  // namespace
}  // namespace leadline
