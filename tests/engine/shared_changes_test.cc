// Leads whose person or company changed through another record are decided again by themselves.
#include "tests/engine/engine_fixture.h"
#include "tests/engine/poison_fixture.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

class SharedChangesTest : public EngineTest {
 protected:
  // Person `number` of the company, about which nothing else is said; three pages were looked at.
  static Enquiry Visitor(int number) {
    Enquiry e;
    e.account.name = "Stale GmbH";
    e.account.domain = "stale.de";
    e.account.country = "DE";
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@stale.de", number);
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  // The same company, and what makes it a good one.
  static Enquiry Informed(int number) {
    Enquiry e = Visitor(number);
    e.account.employees = 1500;
    e.account.industry = "manufacturing";
    return e;
  }
  SubmitResult Take(Enquiry enquiry) {
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : SubmitResult();
  }
  double Stored(const SubmitResult& of) { return engine_->GetLead({}, LeadName(of.lead))->score.total; }
  double Now(const SubmitResult& of) { return engine_->ScoreLead({}, LeadName(of.lead), StoredAsOf(of))->score.total; }
  Time StoredAsOf(const SubmitResult& of) { return engine_->GetLead({}, LeadName(of.lead))->score.as_of; }
  std::vector<store::SharedChange> Noted() {
    std::vector<store::SharedChange> noted;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) {
                             auto changes = reader.SharedChanges(100);
                             if (changes.ok()) noted = *std::move(changes);
                             return changes.status();
                           })
                    .ok());
    return noted;
  }
  void FollowAll(int limit = 100) {
    for (int i = 0; i < 100; ++i) {
      const auto step = engine_->FollowSharedChanges({}, limit);
      ASSERT_TRUE(step.ok()) << step.status();
      ASSERT_TRUE(step->set_aside.empty()) << step->set_aside.front().error;
      ASSERT_LE(step->leads, limit);
      if (step->changes == 0) return;
    }
    FAIL() << "it never ends";
  }
};

TEST_F(SharedChangesTest, ACompanyOfWhichMoreIsKnownCountsForItsOtherLeads) {
  const SubmitResult first = Take(Visitor(1));
  EXPECT_TRUE(Noted().empty()) << "new records have no other leads";
  const SubmitResult second = Take(Informed(2));
  ASSERT_EQ(first.account.id, second.account.id);
  EXPECT_EQ(Stored(first), first.lead.score.total);
  FollowAll();
  EXPECT_GT(Stored(first), first.lead.score.total);
  EXPECT_EQ(Stored(first), Now(first));
  EXPECT_TRUE(Noted().empty());
  // Nothing is told of a lead that is decided as before.
  const size_t events = History(LeadName(second.lead))->size();
  FollowAll();
  EXPECT_EQ(History(LeadName(second.lead))->size(), events);
}

TEST_F(SharedChangesTest, APersonWhoWasPromotedCountsForTheirOtherLeads) {
  const SubmitResult first = Take(Visitor(1));
  Enquiry again = Visitor(1);
  again.contact.title = "CEO";
  const SubmitResult second = Take(std::move(again));
  ASSERT_EQ(first.contact.id, second.contact.id);
  FollowAll();
  EXPECT_GT(Stored(first), first.lead.score.total);
  EXPECT_EQ(Stored(first), Now(first));
}

TEST_F(SharedChangesTest, ALeadIsHandedOverWhenItsCompanyBecomesKnown) {
  Enquiry warm = Visitor(1);
  warm.contact.title = "Head of Purchasing";
  warm.activities = {Did("content", "high", "download"), Did("event", "high", "attend"),
                     Did("webinar", "medium", "attend")};
  const SubmitResult first = Take(std::move(warm));
  const std::string before = engine_->GetLead({}, LeadName(first.lead))->status;
  ASSERT_NE(before, "mql");
  Take(Informed(2));
  FollowAll();
  const auto after = engine_->GetLead({}, LeadName(first.lead));
  EXPECT_GT(after->score.total, first.lead.score.total);
  EXPECT_EQ(after->status, after->score.qualified ? "mql" : before);
}

TEST_F(SharedChangesTest, MergesAndTheirUndoingCount) {
  const SubmitResult one = Take(Visitor(1));
  Enquiry other = Informed(2);
  other.account.name = "Quite Another AG";
  other.account.domain = "another.ch";
  other.account.country = "CH";
  other.contact.email = "p2@another.ch";
  const SubmitResult two = Take(std::move(other));
  ASSERT_NE(one.account.id, two.account.id);
  const auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
    engine_->Merge({}, domain::ResourceName(RecordKind::kAccount, one.account.id),
                   domain::ResourceName(RecordKind::kAccount, two.account.id), "one firm", std::move(done));
  });
  ASSERT_TRUE(merged.ok()) << merged.status();
  FollowAll();
  EXPECT_GT(Stored(one), one.lead.score.total) << "the industry and the size came with the merge";
  for (const SubmitResult* of : {&one, &two}) EXPECT_EQ(Stored(*of), Now(*of));
  const auto undone = Wait<UnmergeResult>(
      [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merged->merge_id, "two firms", std::move(done)); });
  ASSERT_TRUE(undone.ok()) << undone.status();
  FollowAll();
  EXPECT_EQ(Stored(one), one.lead.score.total);
  for (const SubmitResult* of : {&one, &two}) EXPECT_EQ(Stored(*of), Now(*of));
}

TEST_F(SharedChangesTest, WhatNoRuleReadsIsNotFollowed) {
  const SubmitResult first = Take(Visitor(1));
  ASSERT_FALSE(BuildOnce()->reads_progress_of_people) << "the shipped packs do not";
  domain::Activity call = Did("website", "high", "contact_me");
  call.lead_id = first.lead.id;
  ASSERT_TRUE(Act(std::move(call)).ok());
  ASSERT_NE(engine_->GetEntity({}, ContactName(first.contact))->contact->status, first.contact.status);
  EXPECT_TRUE(Noted().empty());
}

TEST_F(SharedChangesTest, ManyLeadsAreFollowedSomeAtATimeAndFromTheStartWhenItChangesAgain) {
  std::vector<SubmitResult> leads;
  for (int i = 0; i < 7; ++i) leads.push_back(Take(Visitor(i)));
  Take(Informed(7));
  const auto step = engine_->FollowSharedChanges({}, 3);
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->leads, 3);
  ASSERT_EQ(Noted().size(), 1u);
  EXPECT_FALSE(Noted().front().after.empty());
  // What it had got to outlives the process.
  engine_.reset();
  store_.reset();
  OpenStore();
  EXPECT_FALSE(Noted().front().after.empty());
  Enquiry owned = Visitor(8);
  owned.account.attributes["customer"] = domain::AttributeValue(true);
  Take(std::move(owned));
  FollowAll(3);
  for (const SubmitResult& of : leads) {
    EXPECT_EQ(Stored(of), Now(of));
    EXPECT_GT(Stored(of), of.lead.score.total);
  }
  EXPECT_TRUE(Noted().empty());
}

TEST_F(PoisonTest, ALeadThatFailsKeepsItsCompanyNotedAndHoldsUpNobodyElse) {
  const domain::Lead poison = Take(0, "poison"), one = Take(1, "Head of Purchasing");
  const auto fill = [&](int number) {
    Enquiry e = Purchaser();
    e.contact.email = fmt::format("q{}@firm{}.es", number, number);
    e.contact.given_name = fmt::format("Another{}", number);
    e.account = {};
    e.account.name = fmt::format("Firm {}", number);
    e.account.country = "ES";
    e.account.employees = 1500;
    ASSERT_TRUE(Submit(std::move(e)).ok());
  };
  Poison(folder_set_);
  fill(0);
  fill(1);
  const auto step = engine_->FollowSharedChanges({}, 100);
  ASSERT_TRUE(step.ok()) << step.status();
  ASSERT_EQ(step->set_aside.size(), 1u);
  EXPECT_EQ(step->set_aside[0].lead, poison.id);
  EXPECT_GT(engine_->GetLead({}, LeadName(one))->score.total, one.score.total);
  EXPECT_EQ(engine_->FollowSharedChanges({}, 100)->changes, 0) << "it waits";
  clock_.Advance(kDay);
  EXPECT_EQ(engine_->FollowSharedChanges({}, 100)->set_aside.size(), 1u) << "it was tried again";
  Mend();
  clock_.Advance(kDay);
  const auto mended = engine_->FollowSharedChanges({}, 100);
  EXPECT_EQ(mended->changes, 1);
  EXPECT_TRUE(mended->set_aside.empty());
  EXPECT_EQ(engine_->FollowSharedChanges({}, 100)->changes, 0);
}

}  // namespace
}  // namespace leadline::engine
