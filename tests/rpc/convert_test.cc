// What the contract says otherwise than the engine: money, names of resources, closed sets, places in files.
#include <gmock/gmock.h>

#include <limits>

#include "base/errors.h"
#include "rpc/batches.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/enums.h"
#include "rpc/convert/packs.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

google::type::Money MoneyOf(const std::string& currency, int64_t units, int32_t nanos) {
  google::type::Money money;
  money.set_currency_code(currency);
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

TEST(MoneyTest, GoesThereAndBackToTheMicro) {
  for (const int64_t micros : {int64_t{0}, int64_t{1}, int64_t{999'999}, int64_t{1'000'000}, int64_t{12'345'678'901},
                               std::numeric_limits<int64_t>::max() / 2}) {
    const domain::Money money{"EUR", micros};
    google::type::Money wire;
    ToProto(money, &wire);
    Checker check(0);
    EXPECT_EQ(MoneyFrom(FieldPath() / "value", wire, check), money) << micros;
    EXPECT_TRUE(check.ok()) << micros;
  }
  google::type::Money wire;
  ToProto(domain::Money{"EUR", 1'500'000}, &wire);
  EXPECT_EQ(wire.units(), 1);
  EXPECT_EQ(wire.nanos(), 500'000'000);
}

TEST(MoneyTest, WhatIsNoWholeMicroOrDoesNotFitIsRefused) {
  const struct {
    google::type::Money money;
    const char* field;
  } kCases[] = {{MoneyOf("EUR", 1, 1), "value.nanos"},
                {MoneyOf("EUR", 1, 1'000'000'000), "value.nanos"},
                {MoneyOf("EUR", -1, 0), "value"},
                {MoneyOf("EUR", 0, -1000), "value"},
                {MoneyOf("EUR", std::numeric_limits<int64_t>::max(), 0), "value.units"},
                {MoneyOf("eur", 1, 0), "value.currency_code"}};
  for (const auto& one : kCases) {
    Checker check(0);
    MoneyFrom(FieldPath() / "value", one.money, check);
    const auto violations = FieldViolationsOf(check.ToStatus());
    ASSERT_EQ(violations.size(), 1u) << one.money.ShortDebugString();
    EXPECT_EQ(violations.front().field, one.field);
  }
}

TEST(EnumsTest, EveryWordOfTheLedgerHasItsValue) {
  for (const auto trigger : {domain::Trigger::kActivity, domain::Trigger::kRescore, domain::Trigger::kTransition,
                             domain::Trigger::kAccept, domain::Trigger::kReject}) {
    EXPECT_NE(StatusTriggerOf(domain::TriggerName(trigger)), v1::STATUS_TRIGGER_UNSPECIFIED);
  }
  // Each value is the word of the ledger in capitals.
  const auto word = [](const std::string& name, std::string_view prefix) {
    std::string out = name.substr(prefix.size());
    for (char& c : out) c = c == '_' ? '_' : static_cast<char>(c - 'A' + 'a');
    return out;
  };
  for (int i = 1; i < v1::StatusTrigger_ARRAYSIZE; ++i) {
    const auto value = static_cast<v1::StatusTrigger>(i);
    EXPECT_EQ(StatusTriggerOf(word(v1::StatusTrigger_Name(value), "STATUS_TRIGGER_")), value);
  }
  for (int i = 1; i < v1::PackAction_ARRAYSIZE; ++i) {
    const auto value = static_cast<v1::PackAction>(i);
    EXPECT_EQ(PackActionOf(word(v1::PackAction_Name(value), "PACK_ACTION_")), value);
  }
  for (int i = 1; i < v1::PluginAction_ARRAYSIZE; ++i) {
    const auto value = static_cast<v1::PluginAction>(i);
    EXPECT_EQ(PluginActionOf(word(v1::PluginAction_Name(value), "PLUGIN_ACTION_")), value);
  }
  for (int i = 1; i < v1::ApprovalSide_ARRAYSIZE; ++i) {
    const auto value = static_cast<v1::ApprovalSide>(i);
    EXPECT_EQ(ApprovalSideOf(word(v1::ApprovalSide_Name(value), "APPROVAL_SIDE_")), value);
  }
  EXPECT_EQ(StatusTriggerOf("magic"), v1::STATUS_TRIGGER_UNSPECIFIED);
}

template <size_t kIndex = 0>
void ExpectKindsAreOfTheirPayloads() {
  if constexpr (kIndex < std::variant_size_v<domain::EventPayload>) {
    domain::Event event;
    event.payload.emplace<kIndex>();
    v1::Event wire;
    ToProto(event, &wire);
    const auto* set =
        wire.GetReflection()->GetOneofFieldDescriptor(wire, v1::Event::descriptor()->FindOneofByName("payload"));
    ASSERT_NE(set, nullptr);
    std::string name = set->name();
    for (char& c : name) c = c == '_' ? '_' : static_cast<char>(c - 'a' + 'A');
    EXPECT_EQ(v1::EventKind_Name(EventKindOf(event)), "EVENT_KIND_" + name);
    ExpectKindsAreOfTheirPayloads<kIndex + 1>();
  }
}

TEST(EnumsTest, TheKindOfAnEventIsTheFieldThatIsSet) { ExpectKindsAreOfTheirPayloads(); }

TEST(EnumsTest, KindsAreTakenOnceAndNoneMeansAll) {
  domain::Event merged, erased;
  merged.payload = domain::Merged{};
  erased.payload = domain::Erased{};
  google::protobuf::RepeatedField<int> wanted;
  Checker check(0);
  EXPECT_TRUE(Includes(EventKindsFrom(FieldPath() / "kinds", wanted, check), erased));
  wanted.Add(v1::EVENT_KIND_MERGED);
  wanted.Add(v1::EVENT_KIND_MERGED);
  const EventKinds kinds = EventKindsFrom(FieldPath() / "kinds", wanted, check);
  EXPECT_TRUE(Includes(kinds, merged));
  EXPECT_FALSE(Includes(kinds, erased));
  EXPECT_TRUE(check.ok());
  wanted.Add(v1::EVENT_KIND_UNSPECIFIED);
  wanted.Add(4711);
  EventKindsFrom(FieldPath() / "kinds", wanted, check);
  const auto violations = FieldViolationsOf(check.ToStatus());
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[1].field, "kinds[3]");
}

TEST(NamesTest, PacksPluginsQueuesAndMergesAreNamed) {
  v1::SnapshotRef wire;
  domain::SnapshotRef snapshot;
  snapshot.packs = {{"emea", "1", "ab"}};
  snapshot.plugins = {{"com.example.fit", "1", "cd"}};
  ToProto(snapshot, &wire);
  EXPECT_EQ(wire.packs(0).pack(), "packs/emea");
  EXPECT_EQ(wire.plugins(0).plugin(), "plugins/com.example.fit");
  domain::Lead lead;
  lead.hold_queue = "data_quality";
  v1::Lead shown;
  ToProto(lead, &shown);
  EXPECT_EQ(shown.hold_queue(), "queues/data_quality");
  EXPECT_EQ(QueueName(""), "");
  EXPECT_EQ(MergeName("m1"), "merges/m1");
}

TEST(NamesTest, ANameWithoutItsCollectionIsRefusedWithWhatToWrite) {
  const FieldPath path = FieldPath() / "name";
  for (const char* wrong : {"data_quality", "queues", "queues/", "queue/x", "merges/x", "queues/x/y", "queues/X"}) {
    Checker check(0);
    EXPECT_THAT(check.RequiredIdIn(path, wrong, "queues"), IsEmpty());
    EXPECT_THAT(std::string(check.ToStatus().message()), HasSubstr("queues/ID")) << wrong;
  }
  Checker check(0);
  EXPECT_EQ(check.RequiredIdIn(path, "queues/data_quality", "queues"), "data_quality");
  EXPECT_EQ(PackNameFrom(path, "packs/emea", check), "emea");
  EXPECT_TRUE(check.ok());
  PackNameFrom(path, "emea", check);
  EXPECT_THAT(std::string(check.ToStatus().message()), HasSubstr("packs/{pack}"));
}

TEST(RecordsTest, CreateTimeIsThatOfTheIdAndTheEnquiryHasItsOwn) {
  domain::Lead lead;
  lead.id = "0198c1f2-2d3e-7a00-8123-0123456789ab";
  lead.created_at = 5 * kSecond;
  v1::Lead shown;
  ToProto(lead, &shown);
  EXPECT_EQ(shown.create_time().seconds(), 0x0198c1f22d3e / 1000);
  EXPECT_EQ(shown.enquiry_time().seconds(), 5);
  lead.id = "lead-1";
  shown.Clear();
  ToProto(lead, &shown);
  EXPECT_FALSE(shown.has_create_time());
}

TEST(DiagnosticsTest, TheFaultComesFirstThenWhatBelongsToIt) {
  Diagnostic diagnostic;
  diagnostic.position = {"central/scoring.yaml", 3, 5};
  diagnostic.length = 4;
  diagnostic.source_line = "  points: x";
  google::protobuf::RepeatedPtrField<v1::PackDiagnostic> shown;
  ToProto(std::vector<Diagnostic>{diagnostic}, &shown);
  ASSERT_EQ(shown.Get(0).locations_size(), 1);
  EXPECT_EQ(shown.Get(0).locations(0).line(), 3);
  EXPECT_EQ(shown.Get(0).locations(0).length(), 4);
  EXPECT_EQ(shown.Get(0).locations(0).source_line(), "  points: x");
  diagnostic.related = {"central/pack.yaml", 9, 1};
  diagnostic.related_message = "sealed here";
  shown.Clear();
  ToProto(std::vector<Diagnostic>{diagnostic}, &shown);
  ASSERT_EQ(shown.Get(0).locations_size(), 2);
  EXPECT_EQ(shown.Get(0).locations(1).file(), "central/pack.yaml");
  EXPECT_EQ(shown.Get(0).locations(1).message(), "sealed here");
}

TEST(BatchesTest, WhatWasDoneIsAnsweredWhateverItsSize) {
  v1::BatchSubmitEnquiriesResponse response;
  constexpr int kItems = 1000;
  for (int i = 0; i < kItems; ++i) {
    v1::SubmitEnquiryResponse* one = response.add_results()->mutable_response();
    one->mutable_lead()->set_name("leads/" + std::to_string(i));
    one->mutable_lead()->set_source(std::string(3000, 's'));
    one->add_decisions()->set_summary(std::string(3000, 'd'));
  }
  const auto shorten = [](v1::SubmitEnquiryResponse* result, bool harder) {
    result->clear_decisions();
    if (harder) result->mutable_lead()->clear_source();
  };
  v1::BatchSubmitEnquiriesResponse decisions_alone = response;
  for (auto& result : *decisions_alone.mutable_results()) result.mutable_response()->mutable_lead()->clear_source();
  KeepSmall(&decisions_alone, shorten);
  EXPECT_LE(decisions_alone.ByteSizeLong(), size_t{3} << 20);
  EXPECT_EQ(decisions_alone.results(0).response().decisions_size(), 1) << "what fits is whole";
  KeepSmall(&response, shorten);
  EXPECT_LT(response.ByteSizeLong(), size_t{4} << 20);
  ASSERT_EQ(response.results_size(), kItems);
  for (int i = 0; i < kItems; ++i) {
    EXPECT_EQ(response.results(i).response().lead().name(), "leads/" + std::to_string(i));
  }
}

}  // namespace
}  // namespace leadline::rpc
