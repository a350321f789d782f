// What goes over everything: ids, clocks of a lead, numbers of rows.
#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, RecordsInTheOrderOfTheirIds) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (const char* id : {"2", "1", "3"}) {
                  const std::string merged_into = id == std::string("2") ? "1" : "";
                  domain::Contact contact{.id = std::string("c") + id, .merged_into = merged_into};
                  RETURN_IF_ERROR(t.Put(contact));
                  domain::Lead lead{.id = std::string("l") + id, .merged_into = merged_into};
                  RETURN_IF_ERROR(t.Put(lead));
                  domain::RepState rep{.rep_id = std::string("r") + id};
                  RETURN_IF_ERROR(t.Put(rep));
                }
                domain::Account account{.id = "a1"};
                return t.Put(account);
              }).ok());
  const auto ids = [&](RecordKind kind, const char* after, int limit) {
    return Read([&](Reader& r) { return r.RecordIds(kind, after, limit); });
  };
  EXPECT_THAT(ids(RecordKind::kContact, "", 10), ElementsAre("c1", "c2", "c3")) << "merged ones too";
  EXPECT_THAT(ids(RecordKind::kContact, "c1", 1), ElementsAre("c2"));
  EXPECT_THAT(ids(RecordKind::kContact, "c3", 10), IsEmpty());
  EXPECT_THAT(ids(RecordKind::kAccount, "", 10), ElementsAre("a1"));
  EXPECT_THAT(ids(RecordKind::kLead, "l1", 10), ElementsAre("l2", "l3"));
  EXPECT_THAT(ids(RecordKind::kRep, "", 2), ElementsAre("r1", "r2"));
  EXPECT_EQ(ReadCode([](Reader& r) { return r.RecordIds(RecordKind::kPack, "", 9); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.RecordIds(RecordKind::kLead, "", 0); }),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, ClocksOfALeadAsTheyStand) {
  const domain::SlaClock first{.sla_id = "call", .start = 10, .warn = 15, .due = 20};
  domain::SlaClock met = first;
  met.state = domain::SlaState::kMet;
  met.stopped = 12;
  const domain::SlaClock second{.sla_id = "offer", .start = 30, .warn = 35, .due = 40};
  std::vector<domain::Event> events;
  for (const domain::SlaClock& clock : {first, met, second}) {
    events.push_back({.transaction_id = "t", .record = LeadRef("l1"), .payload = domain::SlaChanged{clock}});
  }
  domain::SlaClock others = first;
  others.due = 99;
  events.push_back({.transaction_id = "t", .record = LeadRef("l2"), .payload = domain::SlaChanged{others}});
  PutLead({.id = "l1", .sla = second, .merged_into = "l2"});
  PutLead({.id = "l2", .sla = others});
  AppendAll(events);
  const auto clocks = [&](const char* lead) { return Read([&](Reader& r) { return r.ClocksOfLead(lead); }); };
  EXPECT_THAT(clocks("l1"), ElementsAre(met, second)) << "of a merged lead, too";
  EXPECT_THAT(clocks("l2"), ElementsAre(others));
  EXPECT_THAT(clocks("l3"), IsEmpty());
}

TEST_P(StoreContractTest, RowsAreCountedForEachTenant) {
  const auto fill = [](Transaction& t) -> absl::Status {
    domain::Lead lead{.id = "l1", .contacts = {{"c1", ""}, {"c2", ""}, {"c1", "again"}}};
    RETURN_IF_ERROR(t.Put(lead));
    for (const char* id : {"x", "y", "z"}) {
      RETURN_IF_ERROR(t.AddActivity({.id = id, .lead_id = "l1", .contact_id = "c1", .time = 5}).status());
    }
    const std::vector<domain::PoolState> members = {{.rep_id = "mia"}, {.rep_id = "ben"}};
    RETURN_IF_ERROR(t.PutPool("emea", members));
    domain::MergeRecord merge{.id = "m1", .survivor_id = "c1", .absorbed_id = "c2", .undone = true};
    return t.Put(merge);
  };
  ASSERT_TRUE(Write(fill).ok());
  const RowCounts counts = Read([](Reader& r) { return r.CountRows(); });
  EXPECT_EQ(counts, (RowCounts{.activities = 3, .lead_contacts = 2, .pool_members = 2, .merges = 1}));
  const RowCounts others = Read([](Reader& r) { return r.CountRows(); }, "another");
  EXPECT_EQ(others, RowCounts());
}

}  // namespace
}  // namespace leadline::store
