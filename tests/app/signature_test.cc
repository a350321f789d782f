#include "app/webhook/signature.h"

#include <gmock/gmock.h>

#include "app/webhook/backoff.h"
#include "app/webhook/cloud_event.h"

namespace leadline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(SignatureTest, IsThatOfTheSpecificationsExample) {
  const auto key = SigningKeyOf(kSecret);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(
      SignatureOf(std::vector{*key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330 * kSecond, "{\"test\": 2432232314}"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignatureTest, TwoSecretsSignWithOneBlankBetween) {
  const std::vector<std::string> keys = {*SigningKeyOf(kSecret), "0123456789abcdef0123456789abcdef"};
  EXPECT_EQ(SignatureOf(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330 * kSecond + 999, "{\"test\": 2432232314}")
                .substr(0, 51),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,");
}

TEST(SignatureTest, SecretsThatSomeLibrariesRefuseAreRefused) {
  EXPECT_TRUE(SigningKeyOf("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").ok()) << "without the prefix";
  for (const char* secret : {"", "whsec_", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",  // no padding
                             "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNk_-Y=",               // URL-safe
                             "whsec_c2hvcnQ=", "not base64 at all"}) {
    const auto key = SigningKeyOf(secret);
    EXPECT_FALSE(key.ok()) << secret;
    if (std::string(secret).size() <= 10) continue;
    EXPECT_THAT(std::string(key.status().message()), Not(HasSubstr(secret)));
  }
}

TEST(BackoffTest, WaitsGrowToADayAndAreSpread) {
  EXPECT_EQ(WaitAfter(1, 0.5), 5 * kSecond);
  EXPECT_EQ(WaitAfter(2, 0), 4 * kMinute);
  EXPECT_LT(WaitAfter(2, 0.999), 6 * kMinute);
  Duration all = 0;
  for (int64_t tries = 1; tries < kMostTries; ++tries) {
    EXPECT_LT(tries == 1 ? 0 : WaitAfter(tries - 1, 0.5), WaitAfter(tries, 0.5));
    all += WaitAfter(tries, 0.5);
  }
  EXPECT_GT(all, 3 * kDay);
  EXPECT_EQ(WaitAfter(1000, 0.5), kDay);
  EXPECT_LE(WaitBeforeProbe(1000, 1), 6 * kMinute);
}

TEST(CloudEventTest, ATimeHasThreeDecimalsInUtc) {
  domain::Event event{
      .id = "t.0", .record = {domain::RecordKind::kLead, "l1"}, .payload = domain::Assigned{.rep = "ana"}};
  for (const auto& [time, text] : std::vector<std::pair<Time, std::string>>{{0, "1970-01-01T00:00:00.000Z"},
                                                                            {1'234'567, "1970-01-01T00:00:01.234Z"},
                                                                            {-1, "1969-12-31T23:59:59.999Z"}}) {
    event.time = time;
    EXPECT_THAT(MakeCloudEvent(event, "/leadline", "a b")->body, HasSubstr("\"time\":\"" + text + "\"")) << text;
  }
}

TEST(CloudEventTest, HoldsNoNullAndStaysValidWhateverTheTextsAre) {
  const domain::Event event{.id = "t.0",
                            .record = {domain::RecordKind::kLead, "l1"},
                            .payload = domain::Assigned{.rep = "ana", .reason = "\x01 \"東京\" \\ null"}};
  const auto message = MakeCloudEvent(event, "/leadline", "a b");
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_THAT(message->body, HasSubstr("\"rules\":[\"a\",\"b\"]"));
  EXPECT_THAT(message->body, HasSubstr("東京"));
  EXPECT_THAT(message->body, Not(HasSubstr(":null")));
  EXPECT_FALSE(MakeCloudEvent({.id = "t.1", .payload = domain::DecisionTaken{}}, "/leadline", "a").ok());
}

}  // namespace
}  // namespace leadline::app
