// Values as people see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "store/codec.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using testing::HasSubstr;

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
                                         {"text", "a\xff\n\"\\\t"}},
                          .version = 9};
  EXPECT_EQ(ToJson(lead),
            R"({"id":"l1","contacts":[{"contact_id":"c1","role":"enquirer"}],"value":{"currency":"EUR","micros":5},)"
            R"("score":{},"sla":{"sla_id":"s","state":"met_late"},"attributes":{"flag":true,"list":["a"],"nan":"NaN",)"
            R"("none":null,"since":"1970-01-01T00:00:01Z","text":"a�\n\"\\\u0009"},"former":{},"version":9})");
}

TEST(CodecJsonTest, ShowsAnEvent) {
  domain::Event event{.id = "t.0",
                      .transaction_id = "t",
                      .record = {domain::RecordKind::kContact, "c1"},
                      .position = 7,
                      .payload = domain::RecordCreated{.source = "web", .image = domain::Contact{.title = "CTO"}}};
  event.decision.emplace().kind = domain::DecisionKind::kNormalize;
  event.decision->rules = {{.rule_id = "r", .failed = true}};
  event.decision->snapshot = std::make_shared<domain::SnapshotRef>(domain::SnapshotRef{3, {}, {}, {}});
  EXPECT_EQ(ToJson(event),
            R"({"position":7,"id":"t.0","transaction_id":"t","record":{"kind":"contact","id":"c1"},)"
            R"("type":"record_created","payload":{"source":"web","image":{"title":"CTO","score":{},"value_times":{}}},)"
            R"("decision":{"kind":"normalize","rules":[{"rule":"r","failed":true}],)"
            R"("snapshot":{"generation":3,"reference":{}}}})");
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
