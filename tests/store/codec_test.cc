// What is written comes back, whatever it is; what is damaged is refused and named. The bytes: codec_bytes_test.cc.
#include "store/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "tests/store/codec_bytes.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using testing::HasSubstr;

constexpr int kRounds = 300;

template <typename T>
T RoundTrip(const T& value, T start = T{}) {
  std::string body, again;
  Encode(value, body);
  Encode(value, again);
  EXPECT_EQ(body, again);
  const absl::Status status = Decode(body, start);
  EXPECT_TRUE(status.ok()) << status << "\n" << ShowBytes(body);
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
      std::string body;
      Encode(payload, body);
      domain::EventPayload read;
      ASSERT_TRUE(DecodePayload(static_cast<int64_t>(type), body, read).ok()) << ShowBytes(body);
      EXPECT_EQ(read, payload) << ShowBytes(body);
    }
  }
}

// A body with a header and many values, as the ledger has it.
TEST(CodecTest, ValuesStandOneBehindTheOther) {
  Generator make(7);
  for (int i = 0; i < kRounds; ++i) {
    const std::string id = make.Text();
    const int64_t time = make.Moment();
    const domain::Lead lead = make.Lead();
    const domain::Decision decision = make.Decision();
    const std::vector<std::string> list = {make.Text(), "", make.Text()};
    std::string body;
    AppendFormat(body);
    Append(id, body);
    Append(-time, body);
    Append(list, body);
    std::vector<domain::EventPayload> payloads;
    for (size_t type = 0; type < std::variant_size_v<domain::EventPayload>; ++type) {
      payloads.push_back(make.Payload(type));
      Append(payloads.back(), body);
    }
    Append(lead, body);
    Append(decision, body);

    std::string_view left = body;
    std::string read_id;
    int64_t read_time = 0;
    std::vector<std::string> read_list;
    ASSERT_TRUE(TakeFormat(left).ok());
    ASSERT_TRUE(Take(left, read_id).ok());
    ASSERT_TRUE(Take(left, read_time).ok());
    ASSERT_TRUE(Take(left, read_list).ok());
    EXPECT_EQ(read_id, id);
    EXPECT_EQ(read_time, -time);
    EXPECT_EQ(read_list, list);
    for (const domain::EventPayload& payload : payloads) {
      domain::EventPayload read;
      ASSERT_TRUE(Take(left, read).ok());
      EXPECT_EQ(read, payload);
    }
    domain::Lead read_lead{.id = lead.id};
    domain::Decision read_decision{.snapshot = decision.snapshot};
    ASSERT_TRUE(Take(left, read_lead).ok());
    ASSERT_TRUE(Take(left, read_decision).ok());
    EXPECT_EQ(read_lead, lead);
    EXPECT_TRUE(SameDecision(read_decision, decision));
    EXPECT_TRUE(left.empty());
    EXPECT_EQ(Take(left, read_time).code(), absl::StatusCode::kDataLoss);
  }
}

TEST(CodecTest, ZeroMembersAreLeftOutAndComeBackAsZero) {
  std::string body;
  Encode(domain::Account{}, body);
  EXPECT_EQ(ShowBytes(body), "01");
  Encode(domain::Lead{}, body);
  EXPECT_EQ(ShowBytes(body), "01") << "structures of zeros too";
  // Read into a record that has other values: what the body does not hold becomes zero.
  Generator make(3);
  domain::Account account = make.Account();
  account.merged_into = "x";
  ASSERT_TRUE(Decode("\x01", account).ok());
  EXPECT_EQ(account, domain::Account{.id = account.id});
  domain::Lead lead = make.Lead();
  lead.meaning.regional.emplace();
  lead.value.emplace();
  ASSERT_TRUE(Decode("\x01", lead).ok());
  EXPECT_EQ(lead, domain::Lead{.id = lead.id});
  // `available` is true by default, so its absence must still mean false.
  domain::EventPayload payload;
  Encode(domain::EventPayload(domain::AvailabilityChanged{.rep = "r", .available = false}), body);
  ASSERT_TRUE(DecodePayload(11, body, payload).ok());
  EXPECT_FALSE(std::get<domain::AvailabilityChanged>(payload).available);
}

TEST(CodecTest, AnOptionalZeroIsNotNothing) {
  domain::Lead lead;
  lead.value.emplace();
  lead.meaning.regional.emplace();
  EXPECT_EQ(RoundTrip(lead), lead);
  EXPECT_TRUE(RoundTrip(lead).value.has_value());
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
    content.files["marked " + one] = "\xff" + one;
    content.files["an id behind " + one] = one + "01980000-0000-7000-8000-000000000001";
  }
  content.files["byte order mark"] = "\xef\xbb\xbfpack: emea\n";
  content.files["empty"] = "";
  content.files[""] = "no name";
  const domain::PackContent read = RoundTrip(content);
  for (const auto& [path, text] : content.files) {
    ASSERT_TRUE(read.files.contains(path)) << path;
    EXPECT_TRUE(read.files.at(path) == text) << path;
  }
  EXPECT_EQ(read.files.size(), content.files.size());
}

// Texts that are nearly what is packed.
TEST(CodecTest, TextsThatLookPackableKeepEveryByte) {
  const std::string uuid = "0198a3f0-12cd-7abc-8def-0123456789ab";
  std::vector<std::string> texts = {uuid,
                                    "0198A3F0-12CD-7ABC-8DEF-0123456789AB",
                                    "0198a3f0-12cd-7abc-8def-0123456789aB",
                                    uuid + " ",
                                    " " + uuid,
                                    uuid + uuid,
                                    "leads/" + uuid,
                                    std::string("\xff") + uuid,
                                    uuid.substr(1),
                                    "0198a3f0+12cd-7abc-8def-0123456789ab",
                                    "0198a3f0-12cd-7abc-8def-0123456789a-",
                                    "0198a3f0012cd-7abc-8def-0123456789ab",
                                    "--------------------------------------",
                                    "deadbeef",
                                    "DEADBEEF",
                                    "deadbee",
                                    "deadbeef0",
                                    "deadbeeg",
                                    "00000000",
                                    "12345678901234567890",
                                    std::string(64, 'f'),
                                    std::string(100'000, 'a'),
                                    std::string(100'001, 'a'),
                                    "\xff",
                                    std::string("\xff\x00", 2),
                                    "\xff\x01\x02",
                                    std::string("\x00\x00", 2)};
  for (size_t place = 0; place < uuid.size(); ++place) {
    for (const char letter : {'0', 'f', 'g', '-', 'A', '\0', '\xff'}) {
      texts.push_back(uuid);
      texts.back()[place] = letter;
    }
  }
  EXPECT_EQ(RoundTrip(texts), texts);
  for (const std::string& text : texts) {
    domain::Account account{.name = text, .attributes = {{text, text}}};
    EXPECT_EQ(RoundTrip(account), account) << text.substr(0, 80);
  }
}

double RoundTripNumber(double number) {
  const domain::Account account{.attributes = {{"n", number}}};
  return std::get<double>(RoundTrip(account).attributes.at("n"));
}

TEST(CodecTest, DoublesKeepEveryBit) {
  Generator make(4);
  for (int i = 0; i < 20'000; ++i) {
    const double number = make.Number();
    ASSERT_EQ(std::bit_cast<uint64_t>(RoundTripNumber(number)), std::bit_cast<uint64_t>(number)) << number;
  }
  using Limits = std::numeric_limits<double>;
  constexpr double kWhole = 9007199254740992.0;
  for (const double number : {Limits::denorm_min(),
                              Limits::max(),
                              Limits::lowest(),
                              Limits::infinity(),
                              -Limits::infinity(),
                              0.0,
                              -0.0,
                              1.0,
                              -1.0,
                              kWhole,
                              -kWhole,
                              kWhole - 1,
                              kWhole + 2,
                              -kWhole - 2,
                              0x1p63,
                              -0x1p63,
                              0x1p64,
                              0.5,
                              std::bit_cast<double>(uint64_t{0x7ff8000000000123}),
                              std::bit_cast<double>(uint64_t{0xfff0000000000001})}) {
    EXPECT_EQ(std::bit_cast<uint64_t>(RoundTripNumber(number)), std::bit_cast<uint64_t>(number)) << number;
    // And as a member, whose zero is left out.
    const domain::Lead lead{.probability = number};
    EXPECT_EQ(std::bit_cast<uint64_t>(RoundTrip(lead).probability), std::bit_cast<uint64_t>(number)) << number;
  }
}

TEST(CodecTest, WholeNumbersReachTheirLimits) {
  for (const int64_t number : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), int64_t{-1},
                               int64_t{63}, int64_t{64}, int64_t{-64}, int64_t{-65}}) {
    const domain::Account account{.employees = number, .attributes = {{"t", domain::Moment{number}}}};
    EXPECT_EQ(RoundTrip(account), account);
  }
  for (const int32_t number : {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    const domain::Rollout rollout{.trial = domain::Trial{.canary_percent = number}};
    EXPECT_EQ(RoundTrip(rollout), rollout);
  }
}

// What a newer version appends: every kind of value behind the members that this one knows.
TEST(CodecTest, UnknownMembersArePassedOver) {
  const std::string later = Bytes(
      "fc 01 02"                                                 // 63: a number
      "81 02 01 02 03 04 05 06 07 08"                            // 64: eight bytes
      "86 02 03 ff 09 00"                                        // 65: bytes
      "8b 02 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");  // 66: a UUID
  domain::Lead lead;
  ASSERT_TRUE(Decode(Bytes("01 0e 03 'web'") + later, lead).ok());
  EXPECT_EQ(lead, domain::Lead{.source = "web"});
  // Inside of a structure and of an item, too.
  const std::string length(1, static_cast<char>(later.size() + 4));
  ASSERT_TRUE(Decode(Bytes("01 0a") + std::string(1, static_cast<char>(later.size() + 5)) + length +
                         Bytes("0a 02 'ab'") + later + Bytes("0e 03 'web'"),
                     lead)
                  .ok());
  EXPECT_EQ(lead, (domain::Lead{.contacts = {{"", "ab"}}, .source = "web"}));
}

struct BadBody {
  const char* bytes;
  const char* says;
};

template <typename T>
void ExpectDamage(const std::vector<BadBody>& bodies) {
  for (const BadBody& bad : bodies) {
    T value;
    const absl::Status status = Decode(Bytes(bad.bytes), value);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bad.bytes;
    EXPECT_THAT(std::string(status.message()), HasSubstr(bad.says)) << bad.bytes;
  }
}

TEST(CodecTest, DamageIsNamed) {
  ExpectDamage<domain::Lead>({
      {"", "the stored body is empty"},
      {"'{}'", "the stored body is of format 123, and this version reads format 1"},
      {"02", "of format 2"},
      {"01 00 00", "at byte 1 of 3: it has its member 0 behind its member 0"},
      {"01 0e 01 'w' 06 01 'a'", "at byte 4 of 7: it has its member 1 behind its member 3"},
      {"01 0e 01 'w' 0e 01 'w'", "it has its member 3 behind its member 3"},
      {"01 0c 02", "at byte 2 of 3: member \"source\" is not a text"},
      {"01 0e 05 'web'", "at byte 2 of 6: member \"source\" is longer than what is there"},
      {"01 0e", "member \"source\" is longer than what is there"},
      {"01 0e ff ff ff ff ff ff ff ff ff 01 'web'", "member \"source\" is longer than what is there"},
      {"01 0e 02 ff 09", "at byte 3 of 5: member \"source\" is a text of a form that this version does not know"},
      {"01 0e 01 ff", "member \"source\" is a text of a form"},
      {"01 0e 03 ff 02 00", "member \"source\" is a text of a form"},
      {"01 0f 00 01", "member \"source\" is cut off"},
      {"01 52 02 'ab'", "at byte 2 of 5: member \"activity_count\" is not a whole number"},
      {"01 50", "member \"activity_count\" holds a number that is cut off or longer than 64 bits"},
      {"01 50 ff ff ff ff ff ff ff ff ff 02", "member \"activity_count\" holds a number"},
      {"01 3e 03 06 01 'x'", "at byte 4 of 6: member \"score.total\" is not a number"},
      {"01 3e 03 05 01 02", "member \"score.total\" is cut off"},
      {"01 3e 09 12 07 03 'fit' 02 01 'x'", "member \"score.dimensions.fit\" is not a number"},
      {"01 3e 0e 12 0c 03 'fit' 00 02 03 'fit' 00 02", "member \"score.dimensions.fit\" does not stand in the order"},
      {"01 3c 02", "member \"score\" is a number, not what has a length"},
      {"01 0a 07 03 06 01 'c' 02 08 02", "member \"contacts[1].role\" is not a text"},
      {"01 0a 02 05 00", "member \"contacts[0]\" is longer than what is there"},
      {"01 08 02", "member \"contacts\" is a number"},
      {"01 22 03 01 'a' 05", "at byte 5 of 6: member \"products[1]\" is longer than what is there"},
      {"01 2c 02", "at byte 2 of 3: member \"purchased\" is neither true nor false"},
      {"01 2e 01 'x'", "member \"purchased\" is neither true nor false"},
      {"01 4a 03 06 01 's'", "member \"sla.state\" is missing"},
      {"01 4a 02 18 07", "at byte 4 of 5: member \"sla.state\" is not a number from 1 to 6"},
      {"01 4a 02 18 00", "member \"sla.state\" is not a number from 1 to 6"},
      {"01 4a 03 18 81 02", "member \"sla.state\" is not a number from 1 to 6"},
      {"01 5a 07 04 'when' 18 01", "member \"attributes.when\" is of kind 6, and this version knows 0 to 5"},
      {"01 5a 07 04 'when' 11 01", "member \"attributes.when\" is not a whole number"},
      {"01 5a 06 01 'n' 09 01 02 03", "member \"attributes.n\" is cut off"},
      {"01 5a 02 05 'x'", "member \"attributes[0]\" is longer than what is there"},
      {"01 0e 01 'w' fe 01 04", "it is cut off"},
  });
  ExpectDamage<std::vector<std::string>>({{"01 01 'a' 02 'b'", "at byte 3 of 5: member \"[1]\" is longer"}});
  ExpectDamage<domain::Rollout>({
      {"01 12 06 05 12 03 02 04 03", "member \"candidates[0].approvals[0].side\" is not a number from 1 to 2"},
      {"01 16 02 04 03", "member \"trial.mode\" is not a number from 1 to 2"},
      {"01 16 08 04 01 10 80 80 80 80 10", "at byte 6 of 11: member \"trial.canary_percent\" is not a 32-bit number"},
  });
}

TEST(CodecTest, AKindOfImageThatIsUnknownIsDamage) {
  domain::EventPayload payload;
  const absl::Status unknown = DecodePayload(0, Bytes("01 12 02 12 00"), payload);
  EXPECT_THAT(std::string(unknown.message()),
              HasSubstr("member \"image\" is of kind 4, and this version knows 0 to 3"));
  const absl::Status longer = DecodePayload(0, Bytes("01 12 03 06 00 00"), payload);
  EXPECT_THAT(std::string(longer.message()), HasSubstr("member \"image\" goes on behind its end"));
}

TEST(CodecTest, UnknownEventTypeIsRefused) {
  domain::EventPayload payload;
  EXPECT_EQ(DecodePayload(16, "\x01", payload).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodePayload(-1, "\x01", payload).code(), absl::StatusCode::kDataLoss);
  std::string bytes = Bytes("42 00");
  std::string_view left = bytes;
  const absl::Status status = Take(left, payload);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is of kind 16, and this version knows 0 to 15"));
}

// A cut between two members cannot be seen; that is what lengths and columns are for. Then less is read, not other.
TEST(CodecTest, NoCutGivesWhatWasNotWritten) {
  Generator make(5);
  for (int i = 0; i < 20; ++i) {
    const domain::Lead lead = make.Lead();
    std::string body, again;
    Encode(lead, body);
    size_t whole = 0;
    for (size_t length = 0; length < body.size(); ++length) {
      domain::Lead read;
      const absl::Status status = Decode(body.substr(0, length), read);
      if (!status.ok()) {
        ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << length;
        continue;
      }
      ++whole;
      Encode(read, again);
      ASSERT_EQ(again, body.substr(0, length));
    }
    EXPECT_LE(whole, 25u) << "one for each member";
    // A value that ends itself has no such cuts.
    std::string item;
    Append(lead, item);
    for (size_t length = 0; length < item.size(); ++length) {
      std::string_view cut = std::string_view(item).substr(0, length);
      domain::Lead read;
      ASSERT_EQ(Take(cut, read).code(), absl::StatusCode::kDataLoss) << length;
    }
  }
}

TEST(CodecTest, RandomChangesNeverCrash) {
  Generator make(6);
  int damaged = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string body;
    Encode(make.Lead(), body);
    for (int64_t changes = make.Int(1, 4); changes > 0; --changes) {
      body[static_cast<size_t>(make.Int(0, static_cast<int64_t>(body.size()) - 1))] =
          static_cast<char>(make.Int(-128, 127));
    }
    domain::Lead lead;
    const absl::Status status = Decode(body, lead);
    damaged += status.ok() ? 0 : 1;
    ASSERT_TRUE(status.ok() || status.code() == absl::StatusCode::kDataLoss);
  }
  EXPECT_GT(damaged, 300);
}

// Lengths and counts that are lies cost nothing; many tiny items cost what they are.
TEST(CodecTest, BigClaimsAllocateNothing) {
  domain::Lead lead;
  EXPECT_FALSE(Decode(Bytes("01 0a ff ff ff ff ff ff ff ff 7f"), lead).ok());
  std::vector<std::string> list;
  ASSERT_TRUE(Decode("\x01" + std::string(1'000'000, '\0'), list).ok());
  EXPECT_EQ(list.size(), 1'000'000u);
  EXPECT_EQ(list.capacity(), list.size());
  // A map's keys in any other order would take the square of their number.
  EXPECT_FALSE(Decode(Bytes("01 3e 08 12 06 00 00 02 00 00 02"), lead).ok());
}

TEST(CodecJsonTest, ShowsWhatThereIs) {
  const domain::Lead lead{.id = "l1",
                          .contacts = {{"c1", "enquirer"}},
                          .value = domain::Money{"EUR", 5},
                          .sla = domain::SlaClock{.sla_id = "s", .state = domain::SlaState::kMetLate},
                          .attributes = {{"flag", true},
                                         {"list", std::vector<std::string>{"a"}},
                                         {"none", std::monostate()},
                                         {"nan", std::numeric_limits<double>::quiet_NaN()},
                                         {"since", domain::Moment{1'000'000}},
                                         {"text", "a\xff\n"}},
                          .version = 9};
  EXPECT_EQ(ToJson(lead),
            R"({"id":"l1","contacts":[{"contact_id":"c1","role":"enquirer"}],"value":{"currency":"EUR","micros":5},)"
            R"("score":{},"sla":{"sla_id":"s","state":"met_late"},"attributes":{"flag":true,"list":["a"],"nan":"NaN",)"
            R"("none":null,"since":"1970-01-01T00:00:01Z","text":"a�\n"},"version":9})");
}

TEST(CodecJsonTest, ShowsAnEvent) {
  const domain::Event event{
      .id = "t.0",
      .transaction_id = "t",
      .record = {domain::RecordKind::kContact, "c1"},
      .position = 7,
      .decision = domain::Decision{.kind = domain::DecisionKind::kNormalize,
                                   .reasons = {{.rule_id = "r", .outcome = domain::ReasonOutcome::kNotFired}},
                                   .snapshot = std::make_shared<domain::SnapshotRef>(domain::SnapshotRef{3, {}, {}})},
      .payload = domain::RecordCreated{.source = "web", .image = domain::Contact{.title = "CTO"}}};
  EXPECT_EQ(ToJson(event), R"({"position":7,"id":"t.0","transaction_id":"t","record":{"kind":"contact","id":"c1"},)"
                           R"("type":"record_created","payload":{"source":"web","image":{"title":"CTO","score":{}}},)"
                           R"("decision":{"kind":"normalize","reasons":[{"rule":"r","outcome":"not_fired"}],)"
                           R"("snapshot":{"generation":3}}})");
}

TEST(CodecJsonTest, EveryKindOfValueHasOne) {
  Generator make(8);
  for (size_t type = 0; type < std::variant_size_v<domain::EventPayload>; ++type) {
    const domain::Event event = make.Event({domain::RecordKind::kLead, "l"}, type);
    EXPECT_THAT(ToJson(event), HasSubstr("\"type\":\""));
    EXPECT_EQ(ToJson(event.payload).front(), '{');
  }
  EXPECT_THAT(ToJson(make.Merge()), HasSubstr("\"survivor_id\":"));
  EXPECT_THAT(ToJson(make.Account()), HasSubstr("\"name\":"));
  EXPECT_THAT(ToJson(*make.Snapshot()), HasSubstr("\"packs\":"));
  EXPECT_THAT(ToJson(make.Rollout()), HasSubstr("\"generation\":"));
  EXPECT_THAT(ToJson(make.PackContent()), HasSubstr("\"sha256\":"));
}

}  // namespace
}  // namespace leadline::store
