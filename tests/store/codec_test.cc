#include "store/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/store/generated.h"

namespace leadline::store {
namespace {

constexpr int kRounds = 300;

template <typename T>
T RoundTrip(const T& value, T start = T{}) {
  std::string json, again;
  Encode(value, json);
  Encode(value, again);
  EXPECT_EQ(json, again);
  const absl::Status status = Decode(json, start);
  EXPECT_TRUE(status.ok()) << status << "\n" << json;
  return start;
}

TEST(CodecTest, RecordsComeBackWhole) {
  Generator make(1);
  for (int i = 0; i < kRounds; ++i) {
    const domain::Account account = make.Account();
    EXPECT_EQ(RoundTrip(account, {.id = account.id}), account);
    const domain::Contact contact = make.Contact();
    EXPECT_EQ(RoundTrip(contact, {.id = contact.id}), contact);
    const domain::Lead lead = make.Lead();
    EXPECT_EQ(RoundTrip(lead, {.id = lead.id}), lead);
    const domain::Decision decision = make.Decision();
    EXPECT_TRUE(SameDecision(RoundTrip(decision, {.snapshot = decision.snapshot}), decision));
    const auto snapshot = make.Snapshot();
    EXPECT_EQ(RoundTrip(*snapshot), *snapshot);
    const domain::MergeRecord merge = make.Merge();
    domain::MergeRecord columns = merge;
    columns.actor = columns.reason = "";
    columns.changed.clear();
    EXPECT_EQ(RoundTrip(merge, columns), merge);
  }
}

TEST(CodecTest, EveryPayloadComesBackWhole) {
  Generator make(2);
  for (int i = 0; i < kRounds; ++i) {
    for (size_t type = 0; type < std::variant_size_v<domain::EventPayload>; ++type) {
      const domain::EventPayload payload = make.Payload(type);
      ASSERT_EQ(payload.index(), type);
      std::string json;
      Encode(payload, json);
      domain::EventPayload read;
      ASSERT_TRUE(DecodePayload(static_cast<int64_t>(type), json, read).ok()) << json;
      EXPECT_EQ(read, payload) << json;
    }
  }
}

TEST(CodecTest, ZeroMembersAreLeftOutAndComeBackAsZero) {
  std::string json;
  Encode(domain::Account{}, json);
  EXPECT_EQ(json, "{}");
  // Read into a record that has other values: what the text does not hold becomes zero.
  Generator make(3);
  domain::Account account = make.Account();
  account.merged_into = "x";
  ASSERT_TRUE(Decode("{}", account).ok());
  EXPECT_EQ(account, domain::Account{.id = account.id});
  // `available` is true by default, so its absence must still mean false.
  domain::EventPayload payload;
  Encode(domain::EventPayload(domain::AvailabilityChanged{.rep = "r", .available = false}), json);
  ASSERT_TRUE(DecodePayload(11, json, payload).ok());
  EXPECT_FALSE(std::get<domain::AvailabilityChanged>(payload).available);
}

TEST(CodecTest, TextIsWhatTheFormatSays) {
  std::string json;
  Encode(domain::Lead{.id = "not in the body",
                      .contacts = {{"c1", "enquirer"}},
                      .products = {"crm"},
                      .value = domain::Money{"EUR", 5'000'000},
                      .score = {.total = 12.5, .dimensions = {{"fit", 12.5}}},
                      .attributes = {{"since", domain::Moment{7}}, {"size", 3.0}},
                      .version = 9},
         json);
  EXPECT_EQ(json, R"({"contacts":[{"contact_id":"c1","role":"enquirer"}],"products":["crm"],)"
                  R"("value":{"currency":"EUR","micros":5000000},)"
                  R"("score":{"total":12.5,"dimensions":{"fit":12.5}},"attributes":{"since":{"time":7},"size":3.0}})");
}

TEST(CodecTest, DoublesKeepEveryBit) {
  Generator make(4);
  for (int i = 0; i < 20'000; ++i) {
    const double number = make.Number();
    domain::Account account;
    account.attributes["n"] = number;
    const domain::Account read = RoundTrip(account);
    ASSERT_EQ(std::get<double>(read.attributes.at("n")), number);
  }
  for (const double number : {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
                              std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    domain::Account account;
    account.attributes["n"] = number;
    EXPECT_EQ(std::get<double>(RoundTrip(account).attributes.at("n")), number);
  }
}

TEST(CodecTest, UnknownMembersArePassedOver) {
  domain::Account account;
  ASSERT_TRUE(Decode(R"({"later":{"deep":[1,{}]},"country":"ES","name":"Acme","more":null})", account).ok());
  EXPECT_EQ(account.name, "Acme");
  EXPECT_EQ(account.country, "ES");
}

TEST(CodecTest, OrderOfMembersDoesNotMatter) {
  domain::Account account;
  ASSERT_TRUE(Decode(R"({"updated_at":2,"created_at":1,"owner":"r","name":"n"})", account).ok());
  EXPECT_EQ(account, (domain::Account{.name = "n", .owner = "r", .created_at = 1, .updated_at = 2}));
}

struct Damage {
  const char* json;
  const char* says;
};

TEST(CodecTest, DamageIsNamed) {
  const Damage damages[] = {
      {"", "damaged at byte 0"},
      {"[]", "it is no object"},
      {R"({"status":5})", "member \"status\" is no string"},
      {R"({"created_at":1.5})", "member \"created_at\" is no 64-bit integer"},
      {R"({"created_at":99999999999999999999})", "member \"created_at\" is no 64-bit integer"},
      {R"({"score":{"total":"x"}})", "member \"score.total\" is no number"},
      {R"({"score":{"dimensions":{"fit":[]}}})", "member \"score.dimensions.fit\" is no number"},
      {R"({"contacts":[{"contact_id":"c"},{"role":1}]})", "member \"contacts[1].role\" is no string"},
      {R"({"contacts":{}})", "member \"contacts\" is no list"},
      {R"({"products":["a",2]})", "member \"products[1]\" is no string"},
      {R"({"purchased":1})", "member \"purchased\" is neither true nor false"},
      {R"({"sla":{"sla_id":"x"}})", "member \"sla.state\" is missing"},
      {R"({"sla":{"state":7}})", "member \"sla.state\" is no integer from 1 to 6"},
      {R"({"sla":null})", "member \"sla\" is no object"},
      {R"({"attributes":{"when":{}}})", "member \"attributes.when\" is an object without \"time\""},
      {R"({"attributes":{"when":{"time":"x"}}})", "member \"attributes.when.time\" is no 64-bit integer"},
      {R"({"status":"new"} )"
       "x",
       "damaged at byte"},
  };
  for (const Damage& damage : damages) {
    domain::Lead lead;
    const absl::Status status = Decode(damage.json, lead);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << damage.json;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(damage.says)) << damage.json;
  }
}

TEST(CodecTest, EveryCutIsDamage) {
  Generator make(5);
  for (int i = 0; i < 10; ++i) {
    std::string json;
    Encode(make.Lead(), json);
    for (size_t length = 0; length < json.size(); ++length) {
      domain::Lead lead;
      ASSERT_EQ(Decode(json.substr(0, length), lead).code(), absl::StatusCode::kDataLoss) << length;
    }
  }
}

TEST(CodecTest, RandomChangesNeverCrash) {
  Generator make(6);
  int damaged = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string json;
    Encode(make.Lead(), json);
    for (int64_t changes = make.Int(1, 4); changes > 0; --changes) {
      json[static_cast<size_t>(make.Int(0, static_cast<int64_t>(json.size()) - 1))] =
          static_cast<char>(make.Int(-128, 127));
    }
    domain::Lead lead;
    const absl::Status status = Decode(json, lead);
    damaged += status.ok() ? 0 : 1;
    ASSERT_TRUE(status.ok() || status.code() == absl::StatusCode::kDataLoss);
  }
  EXPECT_GT(damaged, 300);
}

TEST(CodecTest, DeepNestingIsNoStackOverflow) {
  domain::Lead lead;
  EXPECT_FALSE(Decode(std::string(5'000'000, '['), lead).ok());
  const std::string deep = "{\"later\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_TRUE(Decode(deep, lead).ok());
}

TEST(CodecTest, UnknownEventTypeIsRefused) {
  domain::EventPayload payload;
  EXPECT_EQ(DecodePayload(12, "{}", payload).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodePayload(-1, "{}", payload).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace leadline::store
