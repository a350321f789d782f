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
    const domain::StoredDecision decision = make.Decision();
    domain::StoredDecision empty;
    empty.snapshot = decision.snapshot;
    EXPECT_TRUE(SameDecision(RoundTrip(decision, empty), decision));
    const auto snapshot = make.Snapshot();
    EXPECT_EQ(RoundTrip(*snapshot), *snapshot);
    const domain::MergeRecord merge = make.Merge();
    domain::MergeRecord columns = merge;
    columns.actor = columns.reason = "";
    columns.changed.clear();
    EXPECT_EQ(RoundTrip(merge, columns), merge);
    const domain::Rollout rollout = make.Rollout();
    EXPECT_EQ(RoundTrip(rollout), rollout);
    domain::PackContent content = make.PackContent();
    EXPECT_EQ(RoundTrip(content, {.sha256 = content.sha256, .pack = content.pack, .stored_at = content.stored_at}),
              content);
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

struct PayloadText {
  domain::EventPayload payload;
  const char* json;
};

// What databases hold: an old text must read as it was written, under the number of its type.
TEST(CodecTest, PayloadsOfEveryTypeKeepTheirText) {
  const domain::SlaClock clock{.sla_id = "s", .start = 1, .warn = 2, .due = 3, .state = domain::SlaState::kMet};
  const domain::RecordRef contact{.kind = domain::RecordKind::kContact, .id = "c"};
  const PayloadText texts[] = {
      {domain::RecordCreated{"web", "emea", true}, R"({"source":"web","region":"emea","purchased":true})"},
      {domain::FieldsChanged{{{"country", "", "ES"}}}, R"({"changes":[{"field":"country","new":"ES"}]})"},
      {domain::ActivityRecorded{{.id = "v", .channel = "email", .time = 4}},
       R"({"activity":{"id":"v","channel":"email","time":4}})"},
      {domain::StatusChanged{"raw", "mql", "activity", "r"},
       R"({"from":"raw","to":"mql","trigger":"activity","reason":"r"})"},
      {domain::DispositionRecorded{"left_voicemail", "n"}, R"({"disposition":"left_voicemail","note":"n"})"},
      {domain::ScoreChanged{{.total = 7.5}, 2}, R"({"score":{"total":7.5},"previous_total":2.0})"},
      {domain::Assigned{"ana", "ben", "r", "q", 8},
       R"({"rep":"ana","previous_rep":"ben","route":"r","hold_queue":"q","score":8.0})"},
      {domain::SlaChanged{clock}, R"({"clock":{"sla_id":"s","start":1,"warn":2,"due":3,"state":4}})"},
      {domain::DecisionTaken{}, "{}"},
      {domain::Merged{"m", contact, {domain::RecordKind::kLead, "l"}},
       R"({"merge_id":"m","absorbed":{"kind":2,"id":"c"},"survivor":{"kind":3,"id":"l"}})"},
      {domain::Unmerged{"m", contact}, R"({"merge_id":"m","restored":{"kind":2,"id":"c"}})"},
      {domain::AvailabilityChanged{"ana", true, 9}, R"({"rep":"ana","available":true,"until":9})"},
      {domain::PackChanged{"canary_started", "emea", "1.2.0", "ab", "cd", "sales", 10, 12, "r"},
       R"({"action":"canary_started","pack":"emea","version":"1.2.0","sha256":"ab","previous_sha256":"cd",)"
       R"("side":"sales","canary_percent":10,"generation":12,"reason":"r"})"},
      {domain::PluginChanged{"reloaded", "a.b", "1.1", "ab", "1.0", "cd", 13, "r"},
       R"({"action":"reloaded","plugin":"a.b","version":"1.1","sha256":"ab","previous_version":"1.0",)"
       R"("previous_sha256":"cd","generation":13,"reason":"r"})"},
  };
  int64_t type = 0;
  for (const PayloadText& text : texts) {
    std::string json;
    Encode(text.payload, json);
    EXPECT_EQ(json, text.json);
    domain::EventPayload read;
    ASSERT_TRUE(DecodePayload(type, text.json, read).ok()) << text.json;
    EXPECT_EQ(read, text.payload) << text.json;
    ++type;
  }
  EXPECT_EQ(type, static_cast<int64_t>(std::variant_size_v<domain::EventPayload>));
}

TEST(CodecTest, RolloutIsWhatTheFormatSays) {
  const domain::PackRef ref{"central", "2", "ab"};
  std::string json;
  Encode(domain::Rollout{.version = 3}, json);
  EXPECT_EQ(json, R"({"reference":{}})");
  Encode(domain::Rollout{.generation = 5,
                         .last_generation = 6,
                         .active = {{ref, 1, "ana", true, {{"central", "1", "cd"}}}},
                         .plugins = {{"a.b", "1", "ef"}},
                         .reference = {"2026f", "libphonenumber 8", "2023-02-09", "ISO 3166-1"},
                         .time_zones_sha256 = "99",
                         .candidates = {{ref, "ben", 2, {{domain::ApprovalSide::kSales, "eva", 3}}}},
                         .trial = domain::Trial{domain::TrialMode::kCanary, ref, 6, 10, 4, "ben", 99},
                         .rescoring = domain::Rescoring{5, "l1", 4, 3, 2, 7, 8},
                         .version = 3},
         json);
  const std::string pack = R"({"pack":"central","version":"2","sha256":"ab"})";
  EXPECT_EQ(
      json,
      R"({"generation":5,"last_generation":6,"active":[{"ref":)" + pack +
          R"(,"since":1,"activated_by":"ana","added_later":true,"before":[{"pack":"central","version":"1","sha256":"cd"}]}],)"
          R"("candidates":[{"ref":)" +
          pack +
          R"(,"proposed_by":"ben","proposed_at":2,"approvals":[{"side":2,"principal":"eva","time":3}]}],)"
          R"("trial":{"mode":2,"ref":)" +
          pack +
          R"(,"generation":6,"canary_percent":10,"since":4,"started_by":"ben","start_position":99},)"
          R"("rescoring":{"generation":5,"after":"l1","total":4,"done":3,"changed":2,"started_at":7,)"
          R"("finished_at":8},"plugins":[{"id":"a.b","version":"1","sha256":"ef"}],)"
          R"("reference":{"time_zones":"2026f","phone_metadata":"libphonenumber 8",)"
          R"("public_suffix_list":"2023-02-09","country_codes":"ISO 3166-1"},"time_zones_sha256":"99"})");
  domain::Rollout read;
  const absl::Status side = Decode(R"({"candidates":[{"ref":{},"approvals":[{"side":3}]}]})", read);
  EXPECT_THAT(std::string(side.message()), testing::HasSubstr("member \"candidates[0].approvals[0].side\""));
  const absl::Status percent = Decode(R"({"trial":{"mode":1,"canary_percent":4294967296}})", read);
  EXPECT_THAT(std::string(percent.message()), testing::HasSubstr("\"trial.canary_percent\" is not a 32-bit integer"));
}

// Files are kept as they are, whatever is in them.
TEST(CodecTest, FilesKeepEveryByte) {
  domain::PackContent content;
  std::string& pairs = content.files["every pair of bytes, also those that are not UTF-8"];
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      pairs += {static_cast<char>(first), static_cast<char>(second)};
    }
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    content.files["begins and ends with " + std::to_string(byte)] = one + "x" + one;
    content.files[one] = one;
  }
  content.files["byte order mark"] = "\xef\xbb\xbfpack: emea\n";
  content.files["written as JSON"] = R"({"a":"\u0000\"\\/"})";
  content.files["empty"] = "";
  content.files[""] = "no name";
  const domain::PackContent read = RoundTrip(content);
  for (const auto& [path, text] : content.files) {
    ASSERT_TRUE(read.files.contains(path)) << path;
    EXPECT_TRUE(read.files.at(path) == text) << path;
  }
  EXPECT_EQ(read.files.size(), content.files.size());
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
      {"[]", "it is not an object"},
      {R"({"status":5})", "member \"status\" is not a string"},
      {R"({"created_at":1.5})", "member \"created_at\" is not a 64-bit integer"},
      {R"({"created_at":99999999999999999999})", "member \"created_at\" is not a 64-bit integer"},
      {R"({"score":{"total":"x"}})", "member \"score.total\" is not a number"},
      {R"({"score":{"dimensions":{"fit":[]}}})", "member \"score.dimensions.fit\" is not a number"},
      {R"({"contacts":[{"contact_id":"c"},{"role":1}]})", "member \"contacts[1].role\" is not a string"},
      {R"({"contacts":{}})", "member \"contacts\" is not a list"},
      {R"({"products":["a",2]})", "member \"products[1]\" is not a string"},
      {R"({"purchased":1})", "member \"purchased\" is neither true nor false"},
      {R"({"sla":{"sla_id":"x"}})", "member \"sla.state\" is missing"},
      {R"({"sla":{"state":7}})", "member \"sla.state\" is not an integer from 1 to 6"},
      {R"({"sla":null})", "member \"sla\" is not an object"},
      {R"({"attributes":{"when":{}}})", "member \"attributes.when\" is an object without \"time\""},
      {R"({"attributes":{"when":{"time":"x"}}})", "member \"attributes.when.time\" is not a 64-bit integer"},
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
  EXPECT_EQ(DecodePayload(14, "{}", payload).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodePayload(-1, "{}", payload).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace leadline::store
