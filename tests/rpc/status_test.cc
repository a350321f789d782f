// What errors look like on the wire.
#include "rpc/status.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <cstdio>
#include <map>
#include <random>
#include <span>

#include "absl/strings/ascii.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "rpc/call.h"

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

TEST(StatusTest, FactsComeWithTheReason) {
  const grpc::Status status =
      ToGrpcStatus(WithReason(absl::FailedPreconditionError("no such step"), ErrorReason::kTransitionNotAllowed,
                              {{"current_status", "mql"}, {"legal_targets", "sal, re_market"}}));
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "TRANSITION_NOT_ALLOWED");
  EXPECT_EQ(info->metadata().at("current_status"), "mql");
  EXPECT_EQ(info->metadata().at("legal_targets"), "sal, re_market");
  EXPECT_EQ(info->metadata().size(), 2u);
}

TEST(StatusTest, WhatFollowsFromAnErrorIsAFactOfIt) {
  const auto facts = [](const absl::Status& error, std::string_view call_id = "") {
    const auto metadata = DetailOf<google::rpc::ErrorInfo>(ToGrpcStatus(error, call_id))->metadata();
    return std::map<std::string, std::string>(metadata.begin(), metadata.end());
  };
  using Facts = std::map<std::string, std::string>;
  EXPECT_EQ(facts(InvalidField("lead.source", "is required")), (Facts{{"field", "lead.source"}}));
  EXPECT_EQ(facts(Overloaded()), (Facts{{"retry_after", "1.000s"}}));
  EXPECT_EQ(facts(absl::InternalError("x"), "c1"), (Facts{{"call_id", "c1"}}));
  EXPECT_EQ(facts(InvalidField("lead.source", "is required"), "c1"),
            (Facts{{"call_id", "c1"}, {"field", "lead.source"}}));
  EXPECT_EQ(facts(WithReason(absl::UnavailableError("x"), ErrorReason::kStoreFull)),
            (Facts{{"retry_after", "10.000s"}, {"service", "leadline.v1.LeadService/write"}}));
  EXPECT_EQ(facts(WithReason(absl::UnavailableError("x"), ErrorReason::kRequiredPluginDown,
                             {{"region", "emea"}, {"plugin", "a.b"}})),
            (Facts{{"plugin", "a.b"},
                   {"region", "emea"},
                   {"retry_after", "10.000s"},
                   {"service", "leadline.v1.LeadService/regions/emea"}}));
}

TEST(StatusTest, NotFoundNamesTheResource) {
  const auto resource = DetailOf<google::rpc::ResourceInfo>(ToGrpcStatus(NotFoundResource("leads/xyz")));
  ASSERT_TRUE(resource.has_value());
  EXPECT_EQ(resource->resource_type(), "leadline.dev/Lead");
  EXPECT_EQ(resource->resource_name(), "leads/xyz");
  EXPECT_FALSE(DetailOf<google::rpc::ResourceInfo>(ToGrpcStatus(absl::NotFoundError("x"))).has_value());
}

TEST(StatusTest, EveryFailedPreconditionNamesItself) {
  const absl::Status error = WithReason(
      WithResource(absl::FailedPreconditionError("merge 1 is undone already"), "merges/1"), ErrorReason::kMergeUndone);
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(ToGrpcStatus(error));
  ASSERT_TRUE(failure.has_value());
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).type(), "MERGE_UNDONE");
  EXPECT_EQ(failure->violations(0).subject(), "merges/1");
  EXPECT_EQ(failure->violations(0).description(), "merge 1 is undone already");
  const auto plain = DetailOf<google::rpc::PreconditionFailure>(ToGrpcStatus(absl::FailedPreconditionError("x")));
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->violations(0).type(), "FAILED_PRECONDITION");
  EXPECT_FALSE(DetailOf<google::rpc::PreconditionFailure>(ToGrpcStatus(absl::AbortedError("x"))).has_value());
}

// Node's clients show nothing of a message that begins or ends with a blank.
TEST(StatusTest, NoMessageIsEmptyOrBeginsOrEndsWithABlank) {
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError(" \tbad value for field: \n")).error_message(), "bad value for field:");
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("")).error_message(), "NOT_FOUND: no more is known");
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("  \n")).error_message(), "NOT_FOUND: no more is known");
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("a\xff z")).error_message(), "a? z");
}

TEST(StatusTest, EveryErrorEndsWithTheCall) {
  EXPECT_EQ(ToGrpcStatus(absl::InternalError("oops"), "5f3a").error_message(), "oops (call 5f3a)");
  EXPECT_EQ(ToGrpcStatus(absl::DataLossError("oops"), "5f3a").error_message(), "oops (call 5f3a)");
  EXPECT_EQ(ToGrpcStatus(absl::UnknownError("oops"), "5f3a").error_message(), "oops (call 5f3a)");
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("no"), "5f3a").error_message(), "no (call 5f3a)");
  EXPECT_EQ(ToGrpcStatus(absl::InternalError("oops")).error_message(), "oops");
  const std::string message = ToGrpcStatus(absl::InternalError(std::string(5000, 'x')), "5f3a").error_message();
  EXPECT_TRUE(message.ends_with("... (call 5f3a)")) << message;
  EXPECT_EQ(message.size(), 1024u);
}

TEST(CallIdTest, ItIsTheCallersOrMadeOfTheGivenBits) {
  const auto random = [] { return uint64_t{0x05f3a00000000b1eULL}; };
  EXPECT_EQ(CallIdOf({}, random), "05f3a00000000b1e");
  CallMetadata metadata;
  const auto given = [&](const std::string& id) {
    metadata.clear();
    metadata.emplace("leadline-call-id", grpc::string_ref(id.data(), id.size()));
    return CallIdOf(metadata, random);
  };
  EXPECT_EQ(given("order-4711/a"), "order-4711/a");
  EXPECT_EQ(given(std::string(64, 'x')), std::string(64, 'x'));
  for (const std::string& bad : {std::string(), std::string(65, 'x'), std::string("a b"), std::string("\xc3\xa4"),
                                 std::string("a\x7f"), std::string("a\nb")}) {
    EXPECT_EQ(given(bad), "05f3a00000000b1e") << bad;
    EXPECT_EQ(GivenCallId(metadata), std::nullopt) << bad;
  }
}

// What grpc-java counts: every header with its name, value and 32 bytes; binary values in base64; the message
// percent-encoded.
size_t HeaderBytes(const grpc::Status& status, const std::string& call_id) {
  size_t message = 0;
  for (const unsigned char c : status.error_message()) message += c < 0x20 || c > 0x7e || c == '%' ? 3 : 1;
  const size_t details = (status.error_details().size() + 2) / 3 * 4;
  const std::pair<std::string, size_t> headers[] = {
      {":status", 3},
      {"content-type", std::string("application/grpc").size()},
      {"grpc-encoding", 8},
      {"grpc-accept-encoding", std::string("identity, deflate, gzip").size()},
      {"grpc-status", 2},
      {"grpc-message", message},
      {"leadline-call-id", call_id.size()},
      {"grpc-status-details-bin", details}};
  size_t sum = 0;
  for (const auto& [name, value] : headers) sum += name.size() + value + 32;
  return sum;
}

class TrailerTest : public testing::Test {
 protected:
  std::string Text(size_t most) {
    static const std::string kLetters[] = {"a", "b", " ", "%", "\n", "\x07", "ü", "東", "😀", "\xff", "\x1e"};
    const size_t size = random_() % (most + 1);
    // Of one kind now and then, so that the worst come, too.
    const size_t one = random_() % 22;
    std::string out;
    while (out.size() < size) out += kLetters[one < 11 ? one : random_() % 11];
    return out;
  }

  // Checks what holds for every error; gives the details.
  google::rpc::Status Check(const absl::Status& error) {
    const std::string id(64, 'i');
    const grpc::Status status = ToGrpcStatus(error, id);
    EXPECT_LT(HeaderBytes(status, id), 8192u);
    EXPECT_LT(status.error_details().size(), 4096u);
    const std::string message = status.error_message();
    EXPECT_FALSE(message.empty());
    EXPECT_LE(message.size(), 1024u);
    if (message.empty()) return {};
    EXPECT_FALSE(absl::ascii_isspace(static_cast<unsigned char>(message.front()))) << message;
    EXPECT_FALSE(absl::ascii_isspace(static_cast<unsigned char>(message.back()))) << message;
    EXPECT_TRUE(IsUtf8(message));
    google::rpc::Status details;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    EXPECT_EQ(details.message(), message);
    return details;
  }

  std::mt19937 random_{20260131};
};

TEST_F(TrailerTest, EveryErrorFitsEveryClient) {
  const std::span<const ErrorReasonInfo> reasons = ErrorReasons();
  size_t widest = 0, cut = 0;
  for (int i = 0; i < 20'000 && !HasFailure(); ++i) {
    SCOPED_TRACE(i);
    const ErrorReasonInfo& info = reasons[random_() % reasons.size()];
    absl::Status error(info.code, Text(4000));
    std::vector<FieldViolation> violations;
    if (info.code == absl::StatusCode::kInvalidArgument) {
      const size_t count = 1 + random_() % 40;
      while (violations.size() < count) violations.push_back({Text(700), Text(700)});
      error = InvalidFields(violations);
    }
    error = WithReason(error, info.reason);
    for (size_t n = random_() % 20; n > 0; --n) error = WithMetadata(error, "key" + std::to_string(n), Text(400));
    if (random_() % 2 == 0) error = WithResource(error, "PackVersion", Text(400));
    const google::rpc::Status details = Check(error);
    widest = std::max(widest, HeaderBytes(ToGrpcStatus(error, std::string(64, 'i')), std::string(64, 'i')));
    for (const auto& any : details.details()) {
      google::rpc::BadRequest bad_request;
      if (!any.UnpackTo(&bad_request)) continue;
      ASSERT_GT(bad_request.field_violations_size(), 0);
      // Each violation is there, or counted.
      const size_t shown = static_cast<size_t>(bad_request.field_violations_size());
      size_t more = 0;
      const std::string& last = bad_request.field_violations().rbegin()->description();
      if (shown > 1) std::sscanf(last.c_str(), "and %zu more violations, which are left out here", &more);
      EXPECT_EQ(more == 0 ? shown : shown - 1 + more, violations.size());
      cut += more > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(widest, 7'000u) << "the worst cases did not come";
  EXPECT_GT(cut, 100u);
}

// The corner that grpc-java once answered with INTERNAL: 1 KiB outside ASCII, and violations of the longest texts.
TEST_F(TrailerTest, LongTextsOutsideAsciiFit) {
  std::string wide;
  while (wide.size() < 512) wide += "東";
  const std::vector<FieldViolation> violations(3, {wide, wide});
  const google::rpc::Status details = Check(InvalidFields(violations));
  EXPECT_GT(details.message().size(), 1000u) << "the message is not shortened for it";
}

TEST_F(TrailerTest, AThousandFaultsAreCounted) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 1000; ++i) violations.push_back({"rows[" + std::to_string(i) + "].source", "is required"});
  const google::rpc::Status details = Check(InvalidFields(violations));
  google::rpc::BadRequest bad_request;
  for (const auto& any : details.details()) any.UnpackTo(&bad_request);
  const int shown = bad_request.field_violations_size() - 1;
  ASSERT_GT(shown, 30);
  EXPECT_EQ(bad_request.field_violations(shown).field(), "rows[" + std::to_string(shown) + "].source");
  EXPECT_EQ(bad_request.field_violations(shown).description(),
            "and " + std::to_string(1000 - shown) + " more violations, which are left out here");
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
