// The bytes themselves (server/store/codec_format.md). What is here must be read for ever: a line that has to change
// means a new format, with a new first byte.
#include "tests/store/codec_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/codec.h"

namespace leadline::store {
namespace {

const std::string kUuid = "0198a3f0-12cd-7abc-8def-0123456789ab";
constexpr char kUuidBytes[] = "01 98 a3 f0 12 cd 7a bc 8d ef 01 23 45 67 89 ab ";

// Each string of `shown` is one member.
template <typename T>
void ExpectBytes(const T& value, const std::vector<std::string>& shown, T start = T{}) {
  std::string bytes = Bytes("01"), body;
  for (const std::string& member : shown) bytes += Bytes(member);
  Encode(value, body);
  EXPECT_EQ(ShowBytes(body), ShowBytes(bytes));
  const absl::Status status = Decode(bytes, start);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(start, value);
}

TEST(CodecBytesTest, Account) {
  ExpectBytes(
      domain::Account{.name = "Acme",
                      .domain = "acme.com",
                      .country = "ES",
                      .region = "emea",
                      .industry = "steel",
                      .employees = 250,
                      .owner = "ana",
                      .attributes = {{"flag", true},
                                     {"half", 0.5},
                                     {"list", std::vector<std::string>{"a", "bc"}},
                                     {"none", std::monostate()},
                                     {"off", false},
                                     {"size", 3.0},
                                     {"text", "x"},
                                     {"when", domain::Moment{-1}}},
                      .created_at = 1'700'000'000'000'000,
                      .updated_at = 64,
                      .merged_into = kUuid},
      {"06 04 'Acme'", "0a 08 'acme.com'", "0e 02 'ES'", "12 04 'emea'", "16 05 'steel'", "18 f4 03", "1e 03 'ana'",
       "22 44", "04 'flag' 0c 01", "04 'half' 09 00 00 00 00 00 00 e0 3f", "04 'list' 16 05 01 'a' 02 'bc'",
       "04 'none' 00 00", "03 'off' 0c 00", "04 'size' 08 06", "04 'text' 06 01 'x'", "04 'when' 10 01",
       "24 80 80 f2 81 83 89 85 06", "28 80 01", std::string("2f ") + kUuidBytes});
}

// Days and times as distances: 19675 days, and 22:13:20 hours.
TEST(CodecBytesTest, ActivityTally) {
  domain::ActivityTally tally{.counted_by = "ab"};
  const std::vector<int64_t> two = {0, 3};
  tally.Add({.id = kUuid, .time = 1'700'000'000'000'000}, {.interaction = true}, two);
  tally.Add({.id = "x", .time = 1'700'000'000'000'000 + kDay + 1}, {}, std::vector<int64_t>{3});
  ExpectBytes(tally, {"06 02 'ab'", "0a 34", "27 04 b6 b3 02 08 02 0c 80 80 f9 85 d4 04 10 02 14 80 80 f9 85 d4 04 1b",
                      kUuidBytes, "0b 04 02 08 02 0c 82 80 f9 85 d4 04", "0e 1c", "0a 0a 04 00 b6 b3 02 0e 02 00 02",
                      "10 04 06 0a 06 00 b6 b3 02 00 02 0e 04 00 02 00 02"});
  ExpectBytes(domain::ActivityTally{}, {});
}

// What no tally is.
TEST(CodecBytesTest, ATallyThatContradictsItself) {
  domain::ActivityTally tally{.counted_by = "ab"}, read;
  tally.Add({.id = "x", .time = 5}, {.interaction = true}, std::vector<int64_t>{3});
  std::string body;
  Encode(tally, body);
  ASSERT_TRUE(Decode(body, read).ok());
  tally.days[0].count = -1;
  Encode(tally, body);
  EXPECT_TRUE(absl::IsDataLoss(Decode(body, read)));
  tally.days[0].count = 1;
  tally.classes[0].days[0] = INT64_MAX;
  Encode(tally, body);
  EXPECT_TRUE(absl::IsDataLoss(Decode(body, read)));
}

TEST(CodecBytesTest, Contact) {
  ExpectBytes(domain::Contact{.account_id = kUuid,
                              .given_name = "Eva",
                              .family_name = "Ruiz",
                              .email = "eva@acme.com",
                              .phone = "+34600000000",
                              .title = "CTO",
                              .language = "es",
                              .country = "ES",
                              .meaning = {{.seniority = "c_level"}, domain::Meaning{}, "00ff00ff00ff00ff", 7},
                              .status = "mql",
                              .status_since = 1,
                              .disposition = "call",
                              .score = {12.5, -2, 0, {{"behaviour", 0}, {"fit", 12.5}}, 100, true, false, 2},
                              .marketable = true,
                              .attributes = {{"a", "b"}},
                              .created_at = 3,
                              .updated_at = 4,
                              .merged_into = "c2"},
              {std::string("07 ") + kUuidBytes,
               "0a 03 'Eva'",
               "0e 04 'Ruiz'",
               "12 0c 'eva@acme.com'",
               "16 0c '+34600000000'",
               "1a 03 'CTO'",
               "1e 02 'es'",
               "22 02 'ES'",
               "26 1b",                                // meaning
               "06 09 06 07 'c_level'",                //   central
               "0a 00",                                //   regional: there, and nothing in it
               "0e 0a ff 01 00 ff 00 ff 00 ff 00 ff",  // hexadecimal digits, packed
               "10 0e",
               "2a 03 'mql'",
               "2c 02",
               "32 04 'call'",
               "36 2d",  // score
               "05 00 00 00 00 00 00 29 40",
               "08 03",
               "12 19 09 'behaviour' 00 00 03 'fit' 01 00 00 00 00 00 00 29 40",
               "14 c8 01",
               "18 01",
               "1c 04",
               "38 01",
               "3e 05 01 'a' 06 01 'b'",
               "40 06",
               "44 08",
               "4a 02 'c2'"});
}

TEST(CodecBytesTest, Lead) {
  ExpectBytes(domain::Lead{.account_id = "a",
                           .contacts = {{kUuid, "enquirer"}, {}},
                           .source = "web",
                           .region = "emea",
                           .country = "ES",
                           .language = "es",
                           .meaning = {{.source = "web"}, {}, {}, 0},
                           .products = {"crm", "", kUuid},
                           .value = domain::Money{"EUR", 5'000'000},
                           .probability = 0.25,
                           .purchased = true,
                           .status = "mql",
                           .status_since = 1,
                           .disposition = "call",
                           .score = {.total = 12},
                           .assignee = "ana",
                           .hold_queue = "q",
                           .sla = domain::SlaClock{"s", 1, 2, 3, 4, domain::SlaState::kMet},
                           .open = true,
                           .activity_count = 2,
                           .last_activity_at = 3,
                           .attributes = {{"a", 1.0}},
                           .created_at = 4,
                           .updated_at = 5,
                           .merged_into = "l"},
              {"06 01 'a'",
               std::string("0a 1d 1b 07 ") + kUuidBytes + "0a 08 'enquirer' 00",
               "0e 03 'web'",
               "12 04 'emea'",
               "16 02 'ES'",
               "1a 02 'es'",
               "1e 07 06 05 0e 03 'web'",
               std::string("22 18 03 'crm' 00 12 ff 02 ") + kUuidBytes,  // in a list: a text that ends with a UUID
               "26 0a 06 03 'EUR' 08 80 ad e2 04",
               "29 00 00 00 00 00 00 d0 3f",
               "2c 01",
               "32 03 'mql'",
               "34 02",
               "3a 04 'call'",
               "3e 02 04 18",
               "42 03 'ana'",
               "46 01 'q'",
               "4a 0d 06 01 's' 08 02 0c 04 10 06 14 08 18 04",
               "4c 01",
               "50 04",
               "54 06",
               "5a 04 01 'a' 08 02",
               "5c 08",
               "60 0a",
               "66 01 'l'"});
}

TEST(CodecBytesTest, Decision) {
  domain::StoredDecision decision;
  decision.kind = domain::DecisionKind::kScore;
  decision.field = "f";
  decision.central_only = true;
  decision.trigger = "t";
  decision.outcome = "12.5";
  decision.time = 3;
  decision.rules = {{.rule_id = "r", .points = 5, .weight = 0.5}, {.layer = "emea", .failed = true}};
  decision.meaning = domain::UsedMeaning{{.seniority = "vp"}, domain::Meaning{.source = "s"}};
  decision.answers = {{.plugin = "p", .version = "1", .subject = "r", .number = 7, .value = "v"}};
  decision.candidates = {{.record = "c", .weight = 2, .probability = 0.5, .levels = {1, 0, -1}, .counts = {4}}};
  decision.passed_over = {{.route = "hot", .code = "away", .reps = {"ana"}}};
  std::string body;
  Encode(decision, body);
  const std::string half = "00 00 00 00 00 00 e0 3f ";
  const std::string bytes =
      Bytes("01 04 05 0e 01 'f' 10 01 16 01 't' 1a 04 '12.5' 1c 06 " +                          // up to the time
            ("22 18 0e 06 01 'r' 10 0a 15 " + half) + "08 0a 04 'emea' 0c 01 " +                // rules
            "26 0b 06 04 06 02 'vp' 0a 03 0e 01 's' " +                                         // meaning
            "2a 0f 0e 06 01 'p' 0a 01 '1' 0e 01 'r' 14 0e 1a 01 'v' " +                         // answers
            ("2e 1b 1a 06 01 'c' 08 04 0d " + half) + "12 06 00 02 00 00 00 01 16 02 00 08 " +  // candidates
            "32 12 11 06 03 'hot' 0a 04 'away' 0e 04 03 'ana'");                                // passed over
  EXPECT_EQ(ShowBytes(body), ShowBytes(bytes));
}

struct PayloadBytes {
  domain::EventPayload payload;
  std::string bytes;
};

// Under the number of its type.
TEST(CodecBytesTest, EveryPayload) {
  const domain::SlaClock clock{.sla_id = "s", .start = 1, .warn = 2, .due = 3, .state = domain::SlaState::kMet};
  const domain::RecordRef contact{.kind = domain::RecordKind::kContact, .id = kUuid};
  const domain::RecordRef lead{.kind = domain::RecordKind::kLead, .id = "l"};
  const std::string contact_bytes = std::string("13 04 02 0b ") + kUuidBytes;
  const PayloadBytes all[] = {
      {domain::RecordCreated{"web", "emea", true, domain::Contact{.title = "CTO"}, "customer"},
       "06 03 'web' 0a 04 'emea' 0c 01 12 07 0a 05 1a 03 'CTO' 16 08 'customer'"},
      {domain::FieldsChanged{{{"country", "", "sES"}}}, "06 0f 0e 06 07 'country' 0e 03 'sES'"},
      {domain::ActivityRecorded{{.id = kUuid, .channel = "email", .time = 4}},
       std::string("06 1a 07 ") + kUuidBytes + "16 05 'email' 20 08"},
      {domain::StatusChanged{"raw", "mql", "activity", "r", true},
       "06 03 'raw' 0a 03 'mql' 0e 08 'activity' 12 01 'r' 14 01"},
      {domain::DispositionRecorded{"call", "n"}, "06 04 'call' 0a 01 'n'"},
      {domain::ScoreChanged{{.total = 7}, 2}, "06 02 04 0e 08 04"},
      {domain::Assigned{"ana", "ben", "r", "q", 8, "p", {{"ana", -1, 2, 3}}},
       "06 03 'ana' 0a 03 'ben' 0e 01 'r' 12 01 'q' 14 10 1a 01 'p' 1e 0c 0b 06 03 'ana' 08 01 0c 04 10 06"},
      {domain::SlaChanged{clock}, "06 0b 06 01 's' 08 02 0c 04 10 06 18 04"},
      {domain::DecisionTaken{}, ""},
      {domain::Merged{"m", contact, lead, "r", {{"f", "", "s"}}},
       "06 01 'm' 0a " + contact_bytes + "0e 05 04 03 0a 01 'l' 12 01 'r' 16 07 06 06 01 'f' 0e 01 's'"},
      {domain::Unmerged{"m", contact, "r", {{"f", "s", ""}}},
       "06 01 'm' 0a " + contact_bytes + "0e 01 'r' 12 07 06 06 01 'f' 0a 01 's'"},
      {domain::AvailabilityChanged{"ana", true, 9}, "06 03 'ana' 08 01 0c 12"},
      {domain::PackChanged{"canary_started", "emea", "1.2.0", "ab", "cd", "sales", 10, 12, "r",
                           domain::Rollout{.generation = 4}},
       "06 0e 'canary_started' 0a 04 'emea' 0e 05 '1.2.0' 12 02 'ab' 16 02 'cd' 1a 05 'sales' 1c 14 20 18 26 01 'r' 2a "
       "02 04 08"},
      {domain::PluginChanged{"reloaded", "a.b", "1.1", "ab", "1.0", "cd", 13, "r", domain::Rollout{.generation = 4}},
       "06 08 'reloaded' 0a 03 'a.b' 0e 03 '1.1' 12 02 'ab' 16 03 '1.0' 1a 02 'cd' 1c 1a 22 01 'r' 26 02 04 08"},
      {domain::RegionChanged{"emea", "apac"}, "06 04 'emea' 0a 04 'apac'"},
      {domain::Erased{"asked"}, "06 05 'asked'"},
      {domain::AccountScored{domain::AccountScore{.total = 7, .people = 2, .products = {{"p", 3}}, .position = 9}, 5},
       "06 0e 04 0e 0c 04 16 06 05 06 01 'p' 08 06 20 12 08 0a"},
      {domain::QueueLong{"review", 51, 50, 9, true}, "06 06 'review' 08 66 0c 64 10 12 14 01"},
      {domain::CalendarEnding{"emea", "berlin", "2026-12-26"}, "06 04 'emea' 0a 06 'berlin' 0e 0a '2026-12-26'"},
      {domain::LeadSplit{lead, lead, "r"}, "06 05 04 03 0a 01 'l' 0a 05 04 03 0a 01 'l' 0e 01 'r'"},
  };
  int64_t type = 0;
  for (const PayloadBytes& one : all) {
    std::string body, item;
    Encode(one.payload, body);
    EXPECT_EQ(ShowBytes(body), ShowBytes(Bytes("01" + one.bytes))) << "type " << type;
    domain::EventPayload read;
    ASSERT_TRUE(DecodePayload(type, body, read).ok()) << "type " << type;
    EXPECT_EQ(read, one.payload) << "type " << type;
    // With its type, in a body of several: the type and "bytes", the length, the same.
    Append(one.payload, item);
    const std::string content = Bytes(one.bytes);
    EXPECT_EQ(ShowBytes(item), ShowBytes(std::string(1, static_cast<char>(type * 4 + 2)) +
                                         std::string(1, static_cast<char>(content.size())) + content));
    ++type;
  }
  EXPECT_EQ(type, static_cast<int64_t>(std::variant_size_v<domain::EventPayload>));
}

TEST(CodecBytesTest, TheRest) {
  const domain::PackRef ref{"central", "2", "ab"};
  const std::string pack = "06 07 'central' 0a 01 '2' 0e 02 'ab'";  // 16 bytes
  ExpectBytes(domain::SnapshotRef{7, {ref}, {{"a.b", "1", std::string(64, '0')}}},
              {"04 0e", "0a 11 10" + pack,
               "0e 2d 2c 06 03 'a.b' 0a 01 '1' 0e 22 ff 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
               "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"});
  ExpectBytes(domain::MergeRecord{.actor = "ana", .reason = "r", .changed = {{"f", "s1", "s2"}}},
              {"06 03 'ana'", "0a 01 'r'", "0e 0c 0b 06 01 'f' 0a 02 's1' 0e 02 's2'"});
  ExpectBytes(domain::PackContent{.files = {{"a", ""}, {"b", "x: 1\n"}}}, {"06 0b 01 'a' 00 01 'b' 05 'x: 1' 0a"});
  ExpectBytes(std::vector<std::string>{"a", "", "bc"}, {"01 'a'", "00", "02 'bc'"});
  ExpectBytes(domain::Rollout{.generation = 5,
                              .last_generation = 6,
                              .active = {{ref, 1, "ana", true, {ref}}},
                              .plugins = {{"a.b", "1", "ef"}},
                              .reference = {"2026f", "8", "", "ISO"},
                              .time_zones_sha256 = "99",
                              .candidates = {{ref, "ben", 2, {{domain::ApprovalSide::kSales, "eva", 3}}}},
                              .trial = domain::Trial{domain::TrialMode::kCanary, ref, 6, 10, 4, "ben", 99},
                              .rescoring = domain::Rescoring{5, "l1", 4, 3, 0, 0, 2, 7, 8}},
              {"04 0a", "08 0c", "0e 2f 2e 06 10" + pack + "08 02 0e 03 'ana' 10 01 16 11 10" + pack,
               "12 26 25 06 10" + pack + "0a 03 'ben' 0c 04 12 0a 09 04 02 0a 03 'eva' 0c 06",
               "16 22 04 02 0a 10" + pack + "0c 0c 10 14 14 08 1a 03 'ben' 1c c6 01",
               "1a 10 04 0a 0a 02 'l1' 0c 08 10 06 14 04 18 0e 1c 10", "1e 0d 0c 06 03 'a.b' 0a 01 '1' 0e 02 'ef'",
               "22 0f 06 05 '2026f' 0a 01 '8' 12 03 'ISO'", "26 02 '99'"});
  ExpectBytes(
      domain::Rollout{
          .rescoring =
              domain::Rescoring{.done = 4, .set_aside = {{"l2", "", 1, 5}}, .skipped = 1, .skipped_leads = {{"l3"}}}},
      {"1a 16 10 08 22 09 08 06 02 'l2' 0c 02 10 0a 24 02 2a 05 04 06 02 'l3'"});
}

// Members that came later stand behind all others.
TEST(CodecBytesTest, LaterMembers) {
  ExpectBytes(
      domain::Rollout{.candidates = {{.bytes = 3, .decided = true}},
                      .trial = domain::Trial{.decided_from = 4, .regions = {"", "emea"}},
                      .rescoring = domain::Rescoring{.shares = {{{}, 10, 7, {"emea"}}}}},
      {"12 05 04 14 06 18 01", "16 0c 04 01 20 08 26 06 00 04 'emea'", "1a 0e 3e 0c 0b 08 14 0c 0e 12 05 04 'emea'"});
  ExpectBytes(domain::Lead{.next_decision_at = 5}, {"68 0a"});
  ExpectBytes(domain::Lead{.other_clocks = {{"s", 1, 2, 3, 0, domain::SlaState::kWarned}}, .handed_on = 3},
              {"7a 0c 0b 06 01 's' 08 02 0c 04 10 06 18 02", "7c 06"});
  ExpectBytes(domain::Lead{.other_clocks = {{"s", 1, 2, 3, 0, domain::SlaState::kWarned, "c", 1, 2, 3, 4, 5}}},
              {"7a 19 18 06 01 's' 08 02 0c 04 10 06 18 02 1e 01 'c' 20 02 24 04 28 06 2c 08 30 0a"});
  ExpectBytes(domain::Lead{.given_by = "r", .moves = {{1, "s", "t", true, true}}},
              {"82 01 0d 0c 04 02 0a 01 's' 0e 01 't' 10 01 14 01", "86 01 01 'r'"});
  ExpectBytes(domain::Lead{.former = {"r", 1, "q", "n"}}, {"8a 01 0b 06 01 'r' 08 02 0e 01 'q' 12 01 'n'"});
  ExpectBytes(domain::Account{.value_times = {.first = 2, .later = {{"f", 3}}}},
              {"36 0a 04 04 0a 06 05 06 01 'f' 08 06"});
  ExpectBytes(domain::Contact{.moves = {{.time = 1}}, .value_times = {.first = 2}}, {"5e 03 02 04 02", "62 02 04 04"});
  ExpectBytes(domain::Contact{.erased_at = 5}, {"4c 0a"});
  ExpectBytes(domain::Contact{.next_decision_at = 5}, {"50 0a"});
  ExpectBytes(domain::Contact{.not_marketable_reason = "x"}, {"5a 01 'x'"});
  ExpectBytes(
      domain::Rollout{
          .rescoring = domain::Rescoring{.left_out = 4, .same = 1, .regions = {{"a", "b"}}, .left_out_regions = {"c"}},
          .decided_by = {{"d", "e"}}},
      {"1a 0e 2c 08 30 02 36 04 01 'a' 01 'b' 3a 02 01 'c'", "2a 04 01 'd' 01 'e'"});
}

// A length of more than 127 bytes takes more than one.
TEST(CodecBytesTest, LongLengths) {
  const std::string text(200, 'x');
  ExpectBytes(domain::Lead{.contacts = {{text, ""}}}, {"0a cd 01", "cb 01", "06 c8 01 '" + text + "'"});
  const std::string longer(20'000, 'x');
  ExpectBytes(domain::PackContent{.files = {{"f", longer}}}, {"06 a5 9c 01", "01 'f'", "a0 9c 01 '" + longer + "'"});
}

}  // namespace
}  // namespace leadline::store
