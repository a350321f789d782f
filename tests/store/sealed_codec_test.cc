// Personal members: sealed bytes, and what is read with the key, without it and from damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/codec.h"
#include "tests/store/codec_bytes.h"
#include "tests/store/sealed_place.h"

namespace leadline::store {
namespace {

using domain::Contact;
using testing::HasSubstr;

constexpr SealedPlace kContactPlace = {"contacts", "default", "c1"};

Contact Eva() {
  return {.account_id = "a1",
          .given_name = "Eva",
          .family_name = "Ruiz",
          .email = "eva@acme.com",
          .phone = "+34600000000",
          .title = "CTO",
          .language = "es",
          .status = "mql",
          .attributes = {{"note", std::string("calls at night")}}};
}

class SealedCodecTest : public testing::Test {
 protected:
  KeySealer SealerOf(Slots slots) {
    return KeySealer(*place_.keys, kContactPlace, [slots]() -> absl::StatusOr<Slots> { return slots; });
  }
  template <typename T>
  std::string Sealed(const T& value, Slots slots) {
    KeySealer sealer = SealerOf(std::move(slots));
    std::string body;
    Encode(value, body, &sealer);
    EXPECT_EQ(sealer.status(), absl::OkStatus());
    return body;
  }
  template <typename T>
  T Opened(const std::string& body) {
    KeyOpener opener(*place_.keys, kContactPlace);
    T value;
    const absl::Status status = Decode(body, value, &opener);
    EXPECT_TRUE(status.ok()) << status;
    return value;
  }
  domain::EventPayload OpenedPayload(size_t type, const std::string& body) {
    KeyOpener opener(*place_.keys, kContactPlace);
    domain::EventPayload value;
    const absl::Status status = DecodePayload(static_cast<int64_t>(type), body, value, &opener);
    EXPECT_TRUE(status.ok()) << status;
    return value;
  }
  void Destroy(int64_t slot) { ASSERT_TRUE(place_.keys->Destroy({{slot}}).ok()); }

  static Contact Nobody() { return {.account_id = "a1", .language = "es", .status = "mql"}; }

  KeysPlace place_;
  const int64_t one_ = *place_.keys->Take(), two_ = *place_.keys->Take();
};

// What is here must be read for ever, as in codec_bytes_test.cc. The random bytes are 1, 2, 3 ..., so that another
// program can open it: the key is 31 32 ... 50 (hexadecimal), the nonce 31 to 38 and four zeros.
TEST(SealedBytesTest, Contact) {
  const KeysPlace place(CountingBytes());
  const int64_t slot = *place.keys->Take();
  KeySealer sealer(*place.keys, kContactPlace, [slot]() -> absl::StatusOr<Slots> { return Slots{slot}; });
  std::string body;
  Encode(Eva(), body, &sealer);
  EXPECT_EQ(ShowBytes(body),
            "01 02 61 01 01 31 32 33 34 35 36 37 38 00 00 00 00 7b 2e 44 3f e7 9c 9d ee dc fa b5 ef 90 e6 d8 "
            "94 e2 c8 86 bf 70 78 66 2b a8 30 b0 37 5c db e5 3e 72 fb 3e b4 56 ca 6e 7e 6d 03 b0 49 26 0c 0d "
            "d0 6b 5f c2 94 43 84 eb 46 77 ca f8 ff 5c 19 1e 88 19 1e a0 b7 ea 71 cd 87 0f 6d f4 fc 01 10 ad "
            "55 d5 8f 55 06 02 61 31 1e 02 65 73 2a 03 6d 71 6c");
  KeyOpener opener(*place.keys, kContactPlace);
  Contact opened;
  EXPECT_TRUE(Decode(body, opened, &opener).ok());
  EXPECT_EQ(opened, Eva());
}

TEST_F(SealedCodecTest, NothingPersonalStandsInClear) {
  const std::string body = Sealed(Eva(), {one_});
  for (const char* value : {"Eva", "Ruiz", "eva@acme.com", "600000000", "CTO", "calls at night", "note"}) {
    EXPECT_EQ(body.find(value), std::string::npos) << value;
  }
  EXPECT_NE(body.find("mql"), std::string::npos) << "the rest does";
  EXPECT_NE(Sealed(Eva(), {one_}), body) << "each time with another nonce";
}

TEST_F(SealedCodecTest, WithoutTheKeyTheRestIsThere) {
  const std::string body = Sealed(Eva(), {one_});
  Contact unopened = Eva();
  ASSERT_TRUE(Decode(body, unopened).ok());
  EXPECT_EQ(unopened, Nobody()) << "without an opener";
  Destroy(one_);
  EXPECT_EQ(Opened<Contact>(body), Nobody());
  EXPECT_EQ(Opened<Contact>(Sealed(Eva(), {one_})), Nobody()) << "what comes later is not kept";
  EXPECT_EQ(Opened<Contact>(Sealed(Eva(), {-two_})), Nobody()) << "nor of one who is to be erased";
  EXPECT_EQ(Opened<Contact>(Sealed(Eva(), {two_})), Eva());
}

TEST_F(SealedCodecTest, AContactWithNothingPersonalHasNoSealedPart) {
  std::string clear;
  Encode(Nobody(), clear);
  EXPECT_EQ(ShowBytes(Sealed(Nobody(), {one_})), ShowBytes(clear));
}

TEST_F(SealedCodecTest, AMissingKeyIsToldAndNothingIsWritten) {
  KeySealer sealer = SealerOf({one_, 99999});
  std::string body;
  Encode(Eva(), body, &sealer);
  EXPECT_EQ(sealer.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(sealer.status().message(), HasSubstr("key 99999"));
}

TEST_F(SealedCodecTest, AMergeNeedsTheKeysOfBoth) {
  const domain::MergeRecord merge{.reason = "same person",
                                  .changed = {{"phone", "s", "s+34600000000"}, {"language", "ses", "sde"}}};
  const domain::MergeRecord erased{.changed = {{"phone", "x", "x"}, {"language", "ses", "sde"}}};
  const std::string body = Sealed(merge, {two_, one_});
  EXPECT_EQ(body.find("+34600000000"), std::string::npos);
  EXPECT_EQ(Opened<domain::MergeRecord>(body), merge);
  Destroy(two_);
  EXPECT_EQ(Opened<domain::MergeRecord>(body), erased);
}

TEST_F(SealedCodecTest, PayloadsOfEvents) {
  const std::vector<std::pair<domain::EventPayload, domain::EventPayload>> payloads = {
      {domain::RecordCreated{"web", "emea", false, Eva()}, domain::RecordCreated{"web", "emea", false, Nobody()}},
      {domain::FieldsChanged{{{"title", "s", "sCTO"}, {"attributes.a", "-", "sb"}, {"status", "s", "smql"}}},
       domain::FieldsChanged{{{"title", "x", "x"}, {"attributes.a", "x", "x"}, {"status", "s", "smql"}}}},
      {domain::ActivityRecorded{{.id = "v", .channel = "website", .subject = "Night shift"}},
       domain::ActivityRecorded{{.id = "v", .channel = "website"}}},
      {domain::StatusChanged{"a", "b", "reject", "told us of her illness"}, domain::StatusChanged{"a", "b", "reject"}},
      {domain::DispositionRecorded{"call", "after six"}, domain::DispositionRecorded{"call"}},
      {domain::Assigned{.rep = "anna", .reason = "is her cousin"}, domain::Assigned{.rep = "anna"}},
      {domain::Merged{"m", {domain::RecordKind::kContact, "c2"}, {domain::RecordKind::kContact, "c1"}, "same", {}},
       domain::Merged{"m", {domain::RecordKind::kContact, "c2"}, {domain::RecordKind::kContact, "c1"}, "", {}}},
      {domain::Unmerged{"m", {domain::RecordKind::kContact, "c2"}, "two", {}},
       domain::Unmerged{"m", {domain::RecordKind::kContact, "c2"}, "", {}}},
      {domain::LeadSplit{{domain::RecordKind::kLead, "l1"}, {domain::RecordKind::kLead, "l2"}, "her brother's deal"},
       domain::LeadSplit{{domain::RecordKind::kLead, "l1"}, {domain::RecordKind::kLead, "l2"}, ""}},
  };
  std::vector<std::string> bodies;
  for (const auto& [payload, erased] : payloads) {
    bodies.push_back(Sealed(payload, {one_}));
    EXPECT_EQ(OpenedPayload(payload.index(), bodies.back()), payload);
  }
  Destroy(one_);
  for (size_t i = 0; i < payloads.size(); ++i) {
    EXPECT_EQ(OpenedPayload(payloads[i].first.index(), bodies[i]), payloads[i].second) << i;
  }
}

TEST_F(SealedCodecTest, AttributesOfALeadAndPluginsAnswersAreSealed) {
  const domain::Lead lead{
      .source = "web", .status = "mql", .attributes = {{"wish", std::string("a ramp for her chair")}}};
  domain::Lead left = lead;
  left.attributes.clear();
  domain::StoredDecision decision;
  decision.outcome = "5";
  domain::StoredDecision decision_left = decision;
  decision.answers = {{.plugin = "com.example.fit", .subject = "record", .value = "Doctor Ruiz"}};
  const std::string lead_body = Sealed(lead, {one_}), decision_body = Sealed(decision, {one_});
  EXPECT_EQ(lead_body.find("ramp"), std::string::npos);
  EXPECT_EQ(lead_body.find("wish"), std::string::npos);
  EXPECT_EQ(decision_body.find("Ruiz"), std::string::npos);
  EXPECT_EQ(Opened<domain::Lead>(lead_body), lead);
  EXPECT_EQ(Opened<domain::StoredDecision>(decision_body).answers, decision.answers);
  Destroy(one_);
  EXPECT_EQ(Opened<domain::Lead>(lead_body), left);
  EXPECT_EQ(Opened<domain::StoredDecision>(decision_body).answers, decision_left.answers);
  EXPECT_EQ(Opened<domain::StoredDecision>(decision_body).outcome, "5");
}

TEST_F(SealedCodecTest, DamageIsTold) {
  const std::string body = Sealed(Eva(), {one_});
  const size_t end = body.size() - 30;  // of the sealed part, which stands in front
  for (size_t i = 3; i < end; ++i) {
    std::string damaged = body;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    KeyOpener opener(*place_.keys, kContactPlace);
    Contact contact;
    const absl::Status status = Decode(damaged, contact, &opener);
    EXPECT_FALSE(status.ok() && contact == Eva()) << i;
  }
  KeyOpener elsewhere(*place_.keys, {"contacts", "default", "c2"});
  Contact contact;
  EXPECT_THAT(Decode(body, contact, &elsewhere).message(), HasSubstr("has a sealed part that its key does not open"));
}

}  // namespace
}  // namespace leadline::store
