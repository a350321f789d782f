// A merge that is undone: both records are as their own histories have them, with what happened to each since.
#include "tests/engine/merge_fixture.h"

namespace leadline::engine {
namespace {

// M5
TEST_F(MergeCases, AnUndoLeavesNoTrace) {
  const SubmitResult survivor = Person("ana", Visits());
  clock_.Advance(kHour);
  const SubmitResult hot = Person("bea", Asks());
  clock_.Advance(kMinute);
  const SubmitResult sold = Person("carla", Asks());
  Sell(sold.lead);
  const std::vector<SubmitResult> all = {survivor, hot, sold};
  std::vector<std::pair<domain::Lead, domain::Contact>> before;
  for (const SubmitResult& of : all) before.emplace_back(Unmarked(Stored(of.lead)), Unmarked(Stored(of.contact)));
  const std::string reports = Reports();
  for (const auto& [one, other] :
       std::vector<std::pair<std::string, std::string>>{{LeadName(survivor.lead), LeadName(hot.lead)},
                                                        {LeadName(hot.lead), LeadName(survivor.lead)},
                                                        {LeadName(survivor.lead), LeadName(sold.lead)},
                                                        {LeadName(sold.lead), LeadName(hot.lead)},
                                                        {ContactName(survivor.contact), ContactName(hot.contact)},
                                                        {ContactName(sold.contact), ContactName(survivor.contact)},
                                                        {AccountName(survivor.account), AccountName(hot.account)}}) {
    const std::string merge = MustMerge(one, other);
    EXPECT_NE(Reports(), "");
    MustSeparate(merge);
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(Differences(before[i].first, Unmarked(Stored(all[i].lead))), "") << one << " " << other;
      EXPECT_EQ(Differences(before[i].second, Unmarked(Stored(all[i].contact))), "") << one << " " << other;
    }
    EXPECT_EQ(Reports(), reports) << one << " " << other;
  }
}

// The merge is news by which the lead is routed: the turn, the clock and the rep go with it.
TEST_F(MergeCases, WhatTheMergeRoutedIsGivenBack) {
  const SubmitResult customer = Person("ana", Visits());
  Move(LeadName(customer.lead), "customer");
  clock_.Advance(kHour);
  const SubmitResult asks = Person("bea", Asks());
  const auto pools = [&] {
    std::vector<std::vector<domain::PoolState>> all;
    EXPECT_TRUE(
        store_
            ->Read("default",
                   [&](store::Reader& reader) -> absl::Status {
                     for (const domain::Team& team : engine_->snapshot()->rules->ForRegion("emea").routing.teams) {
                       auto pool = reader.GetPool(team.id);
                       if (!pool.ok()) return pool.status();
                       std::erase_if(
                           *pool, [](const auto& place) { return place == domain::PoolState{.rep_id = place.rep_id}; });
                       all.push_back(*std::move(pool));
                     }
                     return absl::OkStatus();
                   })
            .ok());
    return all;
  };
  const auto turns = pools();
  const std::string reports = Reports();
  const domain::Lead before = Unmarked(Stored(customer.lead));
  const std::string merge = MustMerge(LeadName(customer.lead), LeadName(asks.lead));
  ASSERT_EQ(Stored(customer.lead).status, "mql");
  EXPECT_NE(pools(), turns);
  MustSeparate(merge);
  EXPECT_EQ(Differences(before, Unmarked(Stored(customer.lead))), "");
  EXPECT_EQ(pools(), turns);
  EXPECT_EQ(Reports(), reports);
}

TEST_F(MergeCases, WhatPeopleDecidedSinceStaysWithTheSurvivor) {
  const SubmitResult survivor = Person("ana", Asks());
  const SubmitResult hot = Person("bea", Asks());
  const domain::Lead absorbed = Unmarked(Stored(hot.lead));
  const std::string merge = MustMerge(LeadName(survivor.lead), LeadName(hot.lead));
  clock_.Advance(kMinute);
  Accept(survivor.lead);
  const domain::Lead accepted = Stored(survivor.lead);
  ASSERT_EQ(accepted.status, "sal");
  clock_.Advance(kMinute);
  MustSeparate(merge);
  const domain::Lead after = Stored(survivor.lead);
  EXPECT_EQ(after.status, "sal");
  EXPECT_EQ(after.assignee, accepted.assignee);
  EXPECT_EQ(after.status_since, accepted.status_since);
  EXPECT_EQ(after.activity_count, 1);
  EXPECT_EQ(Differences(absorbed, Unmarked(Stored(hot.lead))), "");
  EXPECT_EQ(Stored(survivor.contact).status, "sal");
  EXPECT_EQ(Stored(hot.contact).status, "mql");
}

TEST_F(MergeCases, WhatWasAddressedToTheAbsorbedGoesWithIt) {
  const SubmitResult survivor = Person("ana", Visits());
  const SubmitResult other = Person("bea", Asks());
  const std::string merge = MustMerge(LeadName(survivor.lead), LeadName(other.lead));
  clock_.Advance(kMinute);
  Act(other.lead, Did("webinar", "high", "attend"));
  Act(survivor.lead, Did("website", "low", "view"));
  Accept(other.lead);
  EXPECT_EQ(Stored(survivor.lead).status, "sal");
  EXPECT_EQ(Stored(survivor.lead).activity_count, 4);
  EXPECT_EQ(engine_->GetEntity({}, LeadName(survivor.lead))->activity_count, 4);
  clock_.Advance(kMinute);
  MustSeparate(merge);
  EXPECT_EQ(Stored(survivor.lead).status, "inquiry");
  EXPECT_EQ(Stored(survivor.lead).assignee, "");
  EXPECT_EQ(Stored(survivor.lead).activity_count, 2);
  const domain::Lead restored = Stored(other.lead);
  EXPECT_EQ(restored.status, "sal");
  EXPECT_NE(restored.assignee, "");
  EXPECT_EQ(restored.activity_count, 2);
  EXPECT_EQ(engine_->GetEntity({}, LeadName(other.lead))->activity_count, 2);
  EXPECT_EQ(Entered(), "inquiry 1, mql 1, sal 1");
  EXPECT_EQ(OpenLeads(), 1);
}

TEST_F(MergeCases, ValuesThatWereCorrectedSinceStay) {
  const SubmitResult survivor = Person("ana", Visits(), "Becaria");
  clock_.Advance(kDay);
  const SubmitResult other = Person("bea", Visits(), "CEO");
  const std::string merge = MustMerge(ContactName(survivor.contact), ContactName(other.contact));
  clock_.Advance(kDay);
  domain::Contact corrected = Stored(survivor.contact);
  ASSERT_EQ(corrected.title, "CEO");
  corrected.language = "fr";
  ASSERT_TRUE(Correct(corrected, {"language"}).ok());
  MustSeparate(merge);
  EXPECT_EQ(Stored(survivor.contact).title, "Becaria");
  EXPECT_EQ(Stored(survivor.contact).language, "fr");
  EXPECT_EQ(Stored(survivor.contact).value_times.first, survivor.contact.created_at);
}

// M4
TEST_F(MergeCases, TheFirstOfAChainIsRefused) {
  const SubmitResult a = Person("ana", Visits()), b = Person("bea", Visits()), c = Person("carla", Visits());
  const SubmitResult d = Person("dora", Visits());
  const std::string first = MustMerge(LeadName(b.lead), LeadName(a.lead));
  const std::string second = MustMerge(LeadName(c.lead), LeadName(b.lead));
  const std::string third = MustMerge(LeadName(d.lead), LeadName(c.lead));
  for (const auto& [undone, named] : {std::pair(first, second), std::pair(second, third)}) {
    const absl::Status refused = Unmerge(undone).status();
    EXPECT_EQ(ReasonOf(refused), "LATER_MERGE_STANDS") << refused;
    EXPECT_NE(std::string(refused.message()).find(named), std::string::npos) << refused;
  }
  EXPECT_EQ(engine_->GetLead({}, LeadName(a.lead))->id, d.lead.id);
  for (const std::string& merge : {third, second, first}) MustSeparate(merge);
  EXPECT_EQ(Entered(), "inquiry 4");
}

TEST_F(MergeCases, OtherMergesIntoTheSurvivorMayComeBetween) {
  const SubmitResult survivor = Person("ana", Visits(), "Becaria");
  clock_.Advance(kHour);
  const SubmitResult hot = Person("bea", Asks(), "Directora");
  clock_.Advance(kHour);
  const SubmitResult maql = Person("carla", Visits(), "CEO");
  Move(LeadName(maql.lead), "maql");
  const domain::Lead own = Unmarked(Stored(survivor.lead));
  const std::string reports = Reports();
  clock_.Advance(kHour);

  const std::string first = MustMerge(LeadName(survivor.lead), LeadName(hot.lead));
  const std::string second = MustMerge(LeadName(survivor.lead), LeadName(maql.lead));
  ASSERT_EQ(Stored(survivor.lead).status, "mql");
  MustSeparate(first);
  EXPECT_EQ(Stored(survivor.lead).status, "maql") << "as if the first had never been";
  EXPECT_EQ(Stored(survivor.lead).assignee, "");
  EXPECT_EQ(Stored(survivor.lead).activity_count, 2);
  EXPECT_EQ(Stored(hot.lead).status, "mql");
  EXPECT_EQ(Entered(), "inquiry 1, maql 1, mql 1");
  MustSeparate(second);
  EXPECT_EQ(Differences(own, Unmarked(Stored(survivor.lead))), "");
  EXPECT_EQ(Reports(), reports);

  const std::string third = MustMerge(ContactName(survivor.contact), ContactName(hot.contact));
  clock_.Advance(kMinute);
  const std::string fourth = MustMerge(ContactName(survivor.contact), ContactName(maql.contact));
  ASSERT_EQ(Stored(survivor.contact).title, "CEO");
  MustSeparate(third);
  EXPECT_EQ(Stored(survivor.contact).title, "CEO");
  EXPECT_EQ(Stored(hot.contact).title, "Directora");
  MustSeparate(fourth);
  EXPECT_EQ(Stored(survivor.contact).title, "Becaria");
  EXPECT_EQ(Stored(maql.contact).title, "CEO");
}

TEST_F(MergeCases, TheSameTwoMayBeMergedAgain) {
  const SubmitResult survivor = Person("ana", Visits());
  clock_.Advance(kMinute);
  const SubmitResult hot = Person("bea", Asks());
  const std::string before = Reports();
  const std::string first = MustMerge(LeadName(survivor.lead), LeadName(hot.lead));
  const std::string merged = Reports();
  MustSeparate(first);
  const std::string second = MustMerge(LeadName(survivor.lead), LeadName(hot.lead));
  EXPECT_EQ(Reports(), merged);
  MustSeparate(second);
  EXPECT_EQ(Reports(), before);
}

}  // namespace
}  // namespace leadline::engine
