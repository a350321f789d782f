// What is damaged is refused and named, and costs no more than it is long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/codec.h"
#include "tests/store/codec_bytes.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using testing::HasSubstr;

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

TEST(CodecDamageTest, DamageIsNamed) {
  ExpectDamage<domain::Lead>({
      {"", "the stored body is empty"},
      {"'{}'", "the stored body is of format 123, and this version reads format 1"},
      {"02", "of format 2"},
      {"01 00 00", "at byte 1 of 3: it has a member with the number 0"},
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
      {"01 4a 02 18 08", "at byte 4 of 5: member \"sla.state\" is not a number from 1 to 7"},
      {"01 4a 02 18 00", "member \"sla.state\" is not a number from 1 to 7"},
      {"01 4a 03 18 81 02", "member \"sla.state\" is not a number from 1 to 7"},
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

TEST(CodecDamageTest, AKindOfImageThatIsUnknownIsDamage) {
  domain::EventPayload payload;
  const absl::Status unknown = DecodePayload(0, Bytes("01 12 02 12 00"), payload);
  EXPECT_THAT(std::string(unknown.message()),
              HasSubstr("member \"image\" is of kind 4, and this version knows 0 to 3"));
  const absl::Status longer = DecodePayload(0, Bytes("01 12 03 06 00 00"), payload);
  EXPECT_THAT(std::string(longer.message()), HasSubstr("member \"image\" goes on behind its end"));
}

TEST(CodecDamageTest, UnknownEventTypeIsRefused) {
  domain::EventPayload payload;
  EXPECT_EQ(DecodePayload(20, "\x01", payload).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodePayload(-1, "\x01", payload).code(), absl::StatusCode::kDataLoss);
  std::string bytes = Bytes("52 00");
  std::string_view left = bytes;
  const absl::Status status = Take(left, payload);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is of kind 20, and this version knows 0 to 19"));
}

// A cut between two members cannot be seen; that is what lengths and columns are for. Then less is read, not other.
TEST(CodecDamageTest, NoCutGivesWhatWasNotWritten) {
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
    EXPECT_LE(whole, 34u) << "one for each member";
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

TEST(CodecDamageTest, RandomChangesNeverCrash) {
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
TEST(CodecDamageTest, BigClaimsAllocateNothing) {
  domain::Lead lead;
  EXPECT_FALSE(Decode(Bytes("01 0a ff ff ff ff ff ff ff ff 7f"), lead).ok());
  std::vector<std::string> list;
  ASSERT_TRUE(Decode("\x01" + std::string(1'000'000, '\0'), list).ok());
  EXPECT_EQ(list.size(), 1'000'000u);
  EXPECT_EQ(list.capacity(), list.size());
  // A map's keys in any other order would take the square of their number.
  EXPECT_FALSE(Decode(Bytes("01 3e 08 12 06 00 00 02 00 00 02"), lead).ok());
}

}  // namespace
}  // namespace leadline::store
