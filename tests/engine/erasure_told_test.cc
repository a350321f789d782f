// What is said of an erased person: that they were erased and when, in the place of what can no longer be shown.
#include <gmock/gmock.h>

#include "engine/explain/explanation.h"
#include "engine/replay/timeline.h"
#include "tests/engine/erasure_fixture.h"

namespace leadline::engine {
namespace {

using testing::HasSubstr;

constexpr char kErased[] = "the person was erased on 2026-03-04; what was given can no longer be shown";

class ErasureToldTest : public ErasureTest {
 protected:
  void SetUp() override {
    ErasureTest::SetUp();
    Enquiry enquiry = HotEnquiry();
    enquiry.attributes["message"] = std::string("after the operation");
    enquiry.activities[0].subject = "from the hospital";
    taken_ = Take(std::move(enquiry));
    other_ = Take(Of("Bo", "bo@other.es"));
    clock_.Advance(2 * kDay);
  }
  std::vector<TimelineEntry> Replayed(const std::string& name) {
    std::vector<TimelineEntry> entries;
    TimelineRequest request{name, "", 1000, true};
    const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
      entries.push_back(entry);
      return true;
    });
    EXPECT_TRUE(next.ok()) << next.status();
    return entries;
  }
  ExplainedLead Explained(const domain::Lead& lead) {
    ExplainRequest request;
    request.name = LeadName(lead);
    auto explained = engine_->ExplainLead({}, request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    return *std::move(explained);
  }

  SubmitResult taken_, other_;
};

TEST_F(ErasureToldTest, DecisionsAreShownAsStoredAndSayWhy) {
  const auto before = Replayed(ContactName(taken_.contact));
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  const auto after = Replayed(ContactName(taken_.contact));
  ASSERT_EQ(after.size(), before.size() + 2) << "the contact's and the lead's erasure";
  int noted = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_THAT(before[i].replay_note, testing::Not(HasSubstr("erased")));
    ASSERT_EQ(after[i].event.id, before[i].event.id);
    ASSERT_EQ(after[i].decision.has_value(), before[i].decision.has_value());
    if (!after[i].decision.has_value()) continue;
    EXPECT_EQ(after[i].decision->outcome, before[i].decision->outcome);
    EXPECT_THAT(after[i].replay_note, HasSubstr(std::string("shown as it is stored: ") + kErased));
    ++noted;
  }
  EXPECT_GT(noted, 4);
  for (const TimelineEntry& entry : Replayed(LeadName(other_.lead))) {
    EXPECT_THAT(entry.replay_note, testing::Not(HasSubstr("erased")));
  }
}

TEST_F(ErasureToldTest, EventsSayThatSomethingIsMissing) {
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  bool created = false, acted = false;
  for (const TimelineEntry& entry : Replayed(ContactName(taken_.contact))) {
    const domain::Event& event = entry.event;
    created |= event.erased && std::holds_alternative<domain::RecordCreated>(event.payload);
    acted |= event.erased && std::holds_alternative<domain::ActivityRecorded>(event.payload);
    if (std::holds_alternative<domain::Erased>(event.payload)) {
      EXPECT_FALSE(event.erased);
    }
  }
  EXPECT_TRUE(created && acted);
  for (const TimelineEntry& entry : Replayed(LeadName(other_.lead))) EXPECT_FALSE(entry.event.erased);
}

TEST_F(ErasureToldTest, DecisionsAfterwardsAreDecidedAgain) {
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  domain::Activity later = Did("website", "high", "contact_me");
  later.lead_id = taken_.lead.id;
  ASSERT_TRUE(Act(later).ok());
  int decided = 0;
  bool erased = false;
  for (const TimelineEntry& entry : Replayed(LeadName(taken_.lead))) {
    erased |= std::holds_alternative<domain::Erased>(entry.event.payload);
    if (!erased || !entry.decision.has_value()) continue;
    EXPECT_EQ(entry.replay_note, "") << entry.event.id;
    ++decided;
  }
  EXPECT_GT(decided, 0);
}

TEST_F(ErasureToldTest, AnExplanationSaysWhatItLacks) {
  EXPECT_EQ(Explained(taken_.lead).note, "");
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  const ExplainedLead explained = Explained(taken_.lead);
  EXPECT_EQ(explained.note, kErased);
  EXPECT_EQ(explained.lead.id, taken_.lead.id) << "the lead is there";
  EXPECT_FALSE(explained.decisions.empty());
  EXPECT_EQ(Explained(other_.lead).note, "");
}

TEST_F(ErasureToldTest, ALeadThatWasMergedWithTheirsSaysItToo) {
  ASSERT_TRUE(Merge(LeadName(other_.lead), LeadName(taken_.lead)).ok());
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  EXPECT_THAT(Explained(other_.lead).note, HasSubstr("was erased with a person"));
}

TEST_F(ErasureToldTest, TheirNameStillAnswers) {
  ASSERT_TRUE(Erase(ContactName(taken_.contact)).ok());
  const auto entity = engine_->GetEntity({}, ContactName(taken_.contact));
  ASSERT_TRUE(entity.ok()) << entity.status();
  EXPECT_EQ(entity->contact->erased_at, clock_.Now());
  EXPECT_EQ(entity->contact->email, "");
  EXPECT_EQ(entity->contact->status, taken_.contact.status);
  EXPECT_TRUE(engine_->GetLead({}, LeadName(taken_.lead)).ok());
  EXPECT_TRUE(engine_->FindDuplicates({}, ContactName(taken_.contact), 10).ok());
  EXPECT_TRUE(engine_->ScoreLead({}, LeadName(taken_.lead), 0).ok());
}

}  // namespace
}  // namespace leadline::engine
