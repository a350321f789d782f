// What rests on people and companies that are merged: their leads, what is told of them, and by what they are found.
#include "engine/merge/duplicates.h"
#include "engine/merge/followers.h"
#include "tests/engine/merge_fixture.h"

namespace leadline::engine {
namespace {

// M6
TEST_F(MergeCases, BothHistoriesAreOneStream) {
  const SubmitResult one = Person("ana", Asks());
  const SubmitResult two = Person("bea", Asks());
  Act(two.lead, Did("website", "low", "visit"));
  for (const auto& [survivor, absorbed] : {std::pair(ContactName(one.contact), ContactName(two.contact)),
                                           std::pair(AccountName(one.account), AccountName(two.account))}) {
    const auto other = History(absorbed);
    ASSERT_TRUE(other.ok());
    const int64_t activities =
        engine_->GetEntity({}, survivor)->activity_count + engine_->GetEntity({}, absorbed)->activity_count;
    const std::string merge = MustMerge(survivor, absorbed);
    EXPECT_EQ(engine_->GetEntity({}, survivor)->activity_count, activities);
    std::set<std::string> told;
    const auto joined = History(survivor);
    for (const domain::Event& event : *joined) told.insert(event.id);
    for (const domain::Event& event : *other) EXPECT_TRUE(told.contains(event.id)) << event.id;
    EXPECT_TRUE(std::is_sorted(joined->begin(), joined->end(),
                               [](const auto& a, const auto& b) { return a.position < b.position; }));
    MustSeparate(merge);
    EXPECT_LT(engine_->GetEntity({}, survivor)->activity_count, activities);
  }
}

// M7
TEST_F(MergeCases, LeadsOfAMergedPersonAreDecidedWithIt) {
  const SubmitResult one = Person("ana", Visits());
  clock_.Advance(kMinute);
  const SubmitResult boss = Person("bea", Visits(), "CEO");
  const domain::Lead before = Unmarked(Stored(one.lead)), other = Unmarked(Stored(boss.lead));
  const std::string reports = Reports();
  const auto merged = Merge(ContactName(one.contact), ContactName(boss.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->pending_leads, 0);
  const domain::Lead after = Stored(one.lead);
  EXPECT_GT(after.score.total, before.score.total) << "the title counts for this lead, too";
  EXPECT_EQ(engine_->ScoreLead({}, LeadName(one.lead), 0)->score.total, after.score.total);
  FollowAll();
  EXPECT_EQ(Stored(one.lead).score, after.score) << "nothing is left to do";
  MustSeparate(merged->merge_id);
  EXPECT_EQ(Differences(before, Unmarked(Stored(one.lead))), "");
  EXPECT_EQ(Differences(other, Unmarked(Stored(boss.lead))), "");
  EXPECT_EQ(Reports(), reports);
}

TEST_F(MergeCases, SoAreThoseOfACompany) {
  const SubmitResult one = Person("ana", Visits());
  SubmitResult large = Person("bea", Visits());
  domain::Account company = large.account;
  company.employees = 5000;
  company.industry = "manufacturing";
  ASSERT_TRUE(Correct(company, {"employee_count", "industry"}).ok());
  FollowAll();
  const domain::Lead before = Unmarked(Stored(one.lead));
  const domain::Contact person = Unmarked(Stored(one.contact));
  const auto merged = Merge(AccountName(one.account), AccountName(large.account));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const domain::Lead after = Stored(one.lead);
  EXPECT_GT(after.score.total, before.score.total);
  EXPECT_EQ(engine_->ScoreLead({}, LeadName(one.lead), 0)->score.total, after.score.total);
  MustSeparate(merged->merge_id);
  EXPECT_EQ(Differences(before, Unmarked(Stored(one.lead))), "");
  EXPECT_EQ(Differences(person, Unmarked(Stored(one.contact))), "");
}

TEST_F(MergeCases, PeopleAreFoundByTheNameOfTheirCompany) {
  SubmitResult one = Person("ana", Visits());
  SubmitResult two = Person("bea", Visits());
  const auto found = [&] {
    DuplicateQuery query;
    query.contact = domain::Contact{.given_name = "bea", .family_name = "Family of bea"};
    query.account = domain::Account{.name = "Company of ana"};
    const auto candidates = FindDuplicates(options_, {}, query, 10);
    EXPECT_TRUE(candidates.ok()) << candidates.status();
    for (const DuplicateCandidate& candidate : *candidates) {
      if (candidate.name == ContactName(two.contact)) return candidate.pair.probability;
    }
    return 0.0;
  };
  const double before = found();
  const std::string merge = MustMerge(AccountName(one.account), AccountName(two.account));
  EXPECT_GT(found(), before);
  MustSeparate(merge);
  EXPECT_EQ(found(), before);
}

TEST_F(MergeCases, VeryManyLeadsFollowByAndBy) {
  const SubmitResult one = Person("ana", Visits());
  const SubmitResult boss = Person("bea", Visits(), "CEO");
  constexpr int kMany = static_cast<int>(kMostLeadsWithMerge) + 5;
  std::vector<ImportRow> rows;
  for (int i = 0; i < kMany; ++i) {
    Enquiry e;
    e.account.name = "Company of ana";
    e.account.domain = "ana.es";
    e.contact.given_name = "ana";
    e.contact.family_name = "Family of ana";
    e.contact.email = "ana@ana.es";
    e.contact.country = "ES";
    e.source = "website";
    e.activities = Visits();
    rows.push_back({i, std::move(e)});
  }
  ASSERT_TRUE(Import("file", std::move(rows)).ok());
  const auto leads = [&] {
    std::vector<std::string> ids;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             auto of = reader.LeadsOfContact(one.contact.id);
                             if (of.ok()) ids = *std::move(of);
                             return of.status();
                           })
                    .ok());
    return ids;
  }();
  ASSERT_EQ(leads.size(), static_cast<size_t>(kMany) + 1);
  FollowAll();
  const auto scores = [&] {
    std::vector<double> all;
    for (const std::string& id : leads) all.push_back(engine_->GetLead({}, "leads/" + id)->score.total);
    return all;
  };
  const std::vector<double> before = scores();
  const std::string reports = Reports();
  const auto merged = Merge(ContactName(one.contact), ContactName(boss.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->pending_leads, kMany + 2 - static_cast<int>(kMostLeadsWithMerge));
  FollowAll();
  const std::vector<double> after = scores();
  for (size_t i = 0; i < leads.size(); ++i) EXPECT_GT(after[i], before[i]) << i;
  const auto separated = Unmerge(merged->merge_id);
  ASSERT_TRUE(separated.ok()) << separated.status();
  EXPECT_EQ(separated->pending_leads, merged->pending_leads);
  FollowAll();
  EXPECT_EQ(scores(), before);
  EXPECT_EQ(Reports(), reports);
}

}  // namespace
}  // namespace leadline::engine
