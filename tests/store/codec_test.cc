// What is written comes back, whatever it is. The bytes: codec_bytes_test.cc; damage: codec_damage_test.cc.
#include "store/codec.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "tests/store/codec_bytes.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

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
    const domain::StoredDecision decision = make.Decision();
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
    domain::StoredDecision read_decision;
    read_decision.snapshot = decision.snapshot;
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

}  // namespace
}  // namespace leadline::store
