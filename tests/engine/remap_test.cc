// Records in deprecated statuses come to stand in those that the packs name instead.
#include <gmock/gmock.h>

#include "base/status_macros.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class RemapTest : public EngineTest {
 protected:
  // A lead of a server of long ago, whose packs had the status.
  domain::Lead LeadIn(const std::string& status, int number) {
    Enquiry enquiry = HotEnquiry();
    enquiry.account.domain = "firm" + std::to_string(number) + ".es";
    enquiry.contact.email = "ana@" + enquiry.account.domain;
    const auto submitted = Submit(enquiry);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    as_told_ = false;
    domain::Lead lead = submitted->lead;
    lead.status = status;
    EXPECT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) -> absl::Status {
                  ASSIGN_OR_RETURN(lead, tx.GetLead(submitted->lead.id));
                  lead.status = status;
                  return tx.Put(lead);
                }).ok());
    return lead;
  }
  std::string StatusOf(const domain::Lead& lead) { return engine_->GetLead({}, LeadName(lead))->status; }
  // By deprecated status, of those that any record has.
  static std::map<std::string, int64_t> CountsOf(const absl::StatusOr<std::vector<RemappedStatus>>& remapped) {
    EXPECT_TRUE(remapped.ok()) << remapped.status();
    std::map<std::string, int64_t> counts;
    for (const RemappedStatus& row : *remapped) {
      if (row.records > 0) counts[row.from + " to " + row.to] = row.records;
    }
    return counts;
  }
  using Counts = std::map<std::string, int64_t>;
};

TEST_F(RemapTest, EachRecordIsMovedOnceAndNothingElseIs) {
  const domain::Lead mql = Submit(HotEnquiry())->lead;
  std::vector<domain::Lead> working;
  for (int i = 0; i < 3; ++i) working.push_back(LeadIn("working", i));
  const domain::Lead suspect = LeadIn("suspect", 9);
  const Counts all = {{"working to sal", 3}, {"suspect to raw", 1}};
  EXPECT_EQ(CountsOf(engine_->RemapStatuses({}, /*validate_only=*/true)), all);
  EXPECT_EQ(StatusOf(suspect), "suspect") << "only counted";

  CallContext context{.actor = "olga", .request_id = "operation/one"};
  int64_t done = 0, total = 0;
  context.progress = [&](int64_t d, int64_t t) { done = d, total = t; };
  EXPECT_EQ(CountsOf(engine_->RemapStatuses(context, false)), all);
  EXPECT_EQ(done, 4);
  EXPECT_EQ(total, 4);
  for (const domain::Lead& lead : working) EXPECT_EQ(StatusOf(lead), "sal");
  EXPECT_EQ(StatusOf(suspect), "raw");
  EXPECT_EQ(StatusOf(mql), "mql");
  const domain::Event event = History(LeadName(suspect))->back();
  EXPECT_EQ(event.actor, "olga");
  EXPECT_EQ(event.request_id, "operation/one");
  EXPECT_EQ(std::get<domain::StatusChanged>(event.payload).trigger, "remap");
  EXPECT_EQ(CountsOf(engine_->RemapStatuses(context, false)), Counts()) << "there are none any more";
}

TEST_F(RemapTest, WhoNoLongerWantsItGetsAnErrorAndCanGoOn) {
  const domain::Lead lead = LeadIn("working", 1);
  CallContext context;
  bool wanted = false;
  context.wanted = [&] { return wanted; };
  EXPECT_TRUE(absl::IsCancelled(engine_->RemapStatuses(context, false).status()));
  EXPECT_EQ(StatusOf(lead), "working");
  wanted = true;
  EXPECT_EQ(CountsOf(engine_->RemapStatuses(context, false)), (Counts{{"working to sal", 1}}));
}

}  // namespace
}  // namespace leadline::engine
