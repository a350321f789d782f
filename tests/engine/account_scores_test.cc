// What accounts score: folded over their people by and by, told once, and read by rules.
#include <gmock/gmock.h>

#include <numeric>

#include "engine/replay/timeline.h"
#include "engine/scoring/account_people.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using domain::AccountScore;
using domain::RecordKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AccountScoresTest : public PackRolloutTest {
 protected:
  // Person `number` of the company, who downloaded something about the suite.
  static Enquiry Researcher(int number, const std::string& domain = "werk.de") {
    Enquiry e;
    e.account.name = "Werk " + domain;
    e.account.domain = domain;
    e.account.country = "DE";
    e.account.employees = 1500;
    e.account.industry = "manufacturing";
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@{}", number, domain);
    e.contact.title = "Head of Purchasing";
    e.source = "website";
    e.activities = {Did("content", "high", "download")};
    e.activities[0].product = "suite";
    return e;
  }
  static Enquiry Bought(int number) {
    Enquiry e = Researcher(number);
    e.purchased = true;
    e.activities.clear();
    return e;
  }
  SubmitResult Take(Enquiry enquiry) {
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : SubmitResult();
  }

  std::vector<store::AccountToScore> Noted(Time now = 0) {
    std::vector<store::AccountToScore> noted;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) {
      auto accounts = reader.AccountsToScore(now, 1000);
      if (accounts.ok()) noted = *std::move(accounts);
      return accounts.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return noted;
  }
  // Until nothing is left to do of either kind; how many steps had something to do.
  int Settle() {
    for (int steps = 0; steps < 50; ++steps) {
      const auto scored = engine_->ScoreAccounts({}, 100);
      EXPECT_TRUE(scored.ok()) << scored.status();
      for (const auto& failed : scored->set_aside) ADD_FAILURE() << failed.lead << " " << failed.error;
      const auto followed = engine_->FollowSharedChanges({}, 100);
      EXPECT_TRUE(followed.ok()) << followed.status();
      if (scored->accounts == 0 && followed->changes == 0) return steps;
    }
    ADD_FAILURE() << "it never ends";
    return 50;
  }

  static std::string AccountName(const domain::Account& account) {
    return domain::ResourceName(RecordKind::kAccount, account.id);
  }
  std::optional<AccountScore> ScoreOf(const domain::Account& account) {
    return engine_->GetEntity({}, AccountName(account))->account->score;
  }
  domain::Contact Now(const domain::Contact& contact) { return *engine_->GetEntity({}, ContactName(contact))->contact; }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  static double PointsIn(const domain::DimensionPoints& dimensions, std::string_view name) {
    const auto points = dimensions.find(name);
    return points == dimensions.end() ? 0 : points->second;
  }
  size_t TimesTold(const domain::Account& account) {
    size_t times = 0;
    const auto history = History(AccountName(account));
    for (const domain::Event& event : *history) {
      times += std::holds_alternative<domain::AccountScored>(event.payload);
    }
    return times;
  }
  // What the people of an account come to together, by their own scores.
  void ExpectSumOf(const domain::Account& account, const std::vector<domain::Contact>& people) {
    const auto score = ScoreOf(account);
    ASSERT_TRUE(score.has_value());
    EXPECT_EQ(score->people, static_cast<int64_t>(people.size()));
    double total = 0;
    for (const char* dimension : {"demographic", "behaviour", "product"}) {
      double sum = 0;
      for (const domain::Contact& person : people) sum += PointsIn(Now(person).score.dimensions, dimension);
      EXPECT_NEAR(PointsIn(score->dimensions, dimension), sum, 1e-9) << dimension;
      total += sum;
    }
    for (const char* dimension : {"firmographic", "account"}) {
      double most = 0;
      for (const domain::Contact& person : people) {
        most = std::max(most, PointsIn(Now(person).score.dimensions, dimension));
      }
      EXPECT_NEAR(PointsIn(score->dimensions, dimension), most, 1e-9) << dimension;
      total += most;
    }
    EXPECT_NEAR(score->total, total, 1e-9);
  }

  void ActivateCentral(const packs::PackFiles& files) {
    const std::string sha256 = Propose(files, "centre");
    ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
    ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
    const auto activated = Activate(sha256);
    ASSERT_TRUE(activated.ok()) << activated.status();
    while (packs_->RescoreSome(As("server"), 100)->leads > 0) {
    }
  }

  template <typename Result>
  absl::StatusOr<Result> Joined(const std::string& survivor, const std::string& absorbed) {
    return Wait<Result>(
        [&](Done<Result> done) { engine_->Merge({}, survivor, absorbed, "the same", std::move(done)); });
  }
  void Separate(const std::string& merge) {
    const auto undone = Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merge, "not the same", std::move(done)); });
    ASSERT_TRUE(undone.ok()) << undone.status();
  }
};

TEST_F(AccountScoresTest, PeopleCountTogetherTheirCompanyOnceAndWhoDidNothingNot) {
  const SubmitResult one = Take(Researcher(1));
  EXPECT_EQ(ScoreOf(one.account), std::nullopt) << "it follows by and by";
  ASSERT_EQ(Noted().size(), 1u);
  EXPECT_EQ(Noted()[0].id, one.account.id);
  Settle();
  ExpectSumOf(one.account, {one.contact});
  EXPECT_GT(PointsIn(ScoreOf(one.account)->dimensions, "firmographic"), 0);

  const SubmitResult two = Take(Researcher(2));
  ASSERT_EQ(two.account.id, one.account.id);
  Settle();
  ExpectSumOf(one.account, {one.contact, two.contact});
  EXPECT_THAT(ScoreOf(one.account)->products, ElementsAre(domain::ProductInterest{"suite", 2}));

  Take(Bought(3));
  EXPECT_THAT(Noted(), IsEmpty());
  EXPECT_EQ(ScoreOf(one.account)->people, 2);
}

TEST_F(AccountScoresTest, WhatIsTheSameIsNotToldAgain) {
  const SubmitResult one = Take(Researcher(1));
  Settle();
  const int64_t version = engine_->GetEntity({}, AccountName(one.account))->account->version;
  ASSERT_EQ(TimesTold(one.account), 1u);
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) {
                return tx.NoteAccount(one.account.id);
              }).ok());
  const auto step = engine_->ScoreAccounts({}, 10);
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->accounts, 1);
  EXPECT_EQ(step->changed, 0);
  EXPECT_EQ(TimesTold(one.account), 1u);
  EXPECT_EQ(engine_->GetEntity({}, AccountName(one.account))->account->version, version);
}

// What is read of the ledger at the position that the score names is all that it counts.
TEST_F(AccountScoresTest, TheScoreSaysOfWhichPositionItIs) {
  const SubmitResult one = Take(Researcher(1));
  const int64_t before = *engine_->LastPosition({});
  Settle();
  EXPECT_EQ(ScoreOf(one.account)->position, before);
  EXPECT_EQ(ScoreOf(one.account)->as_of, clock_.Now());
}

TEST_F(AccountScoresTest, AnImportOfManyLeadsOfOneAccountIsFoldedOnce) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({.row = i + 1, .enquiry = Researcher(i)});
  const auto imported = Import("many", std::move(rows));
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->created, 40);
  ASSERT_EQ(Noted().size(), 1u);
  const auto step = engine_->ScoreAccounts({}, 10);
  EXPECT_EQ(step->accounts, 1);
  EXPECT_EQ(step->changed, 1);
  EXPECT_THAT(Noted(), IsEmpty());
}

TEST_F(AccountScoresTest, RulesThatReadItFollowAndItEnds) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2)), three = Take(Researcher(3));
  const domain::Lead before = Now(one.lead);
  EXPECT_EQ(PointsIn(before.score.dimensions, "group"), 0);
  EXPECT_LT(Settle(), 5);
  const auto score = ScoreOf(one.account);
  ASSERT_GE(score->total, 150);
  for (const SubmitResult* of : {&one, &two, &three}) {
    EXPECT_EQ(PointsIn(Now(of->lead).score.dimensions, "group"), 8);
    EXPECT_EQ(PointsIn(Now(of->contact).score.dimensions, "group"), 8);
  }
  ExpectSumOf(one.account, {one.contact, two.contact, three.contact});
  EXPECT_EQ(TimesTold(one.account), 1u) << "what rules make of it does not feed it";
  // A change on one side of what rules compare it with leaves the leads alone.
  const size_t events = History(LeadName(two.lead))->size();
  Take(Researcher(4));
  Settle();
  EXPECT_EQ(ScoreOf(one.account)->people, 4);
  EXPECT_EQ(History(LeadName(two.lead))->size(), events);
}

TEST_F(AccountScoresTest, ARuleOfEachKindReadsItAndItEnds) {
  packs::PackFiles files = *folder_set_.Find("central");
  files.files["scoring.yaml"] = Replaced(files.files["scoring.yaml"], "  # What they want.\n",
                                         "  - id: account.curious\n    dimension: group\n"
                                         "    when: '\"suite\" in account.products && account.people > 1'\n"
                                         "    points: 3\n\n  # What they want.\n");
  files.files["status.yaml"] = Replaced(files.files["status.yaml"], "  - id: engaged.rescored_to_mql\n",
                                        "  - id: inquiry.of_engaged_account\n    from: inquiry\n    to: lal\n"
                                        "    on: rescore\n    when: account.score >= 150.0 && !score.warm\n"
                                        "  - id: engaged.rescored_to_mql\n");
  files.files["routing.yaml"] = Replaced(files.files["routing.yaml"], "  - id: no_way_to_reach\n",
                                         "  - id: engaged_account\n    before_regions: true\n"
                                         "    when: account.score >= 150.0\n    hold: engaged\n"
                                         "  - id: no_way_to_reach\n");
  files.files["routing.yaml"] =
      Replaced(files.files["routing.yaml"], "queues:\n", "queues:\n  - {id: engaged, owner: sales-operations}\n");
  ActivateCentral(files);
  // Of the company nothing is known, so that nothing else lifts the visitor.
  const auto of_unknown = [](int number) {
    Enquiry e = Researcher(number);
    e.account.employees = 0;
    e.account.industry.clear();
    return e;
  };
  Enquiry visitor = of_unknown(9);
  visitor.contact.title.clear();
  visitor.activities = {Did("website", "low", "visit")};
  const SubmitResult quiet = Take(std::move(visitor));
  ASSERT_EQ(Now(quiet.lead).status, "inquiry");
  for (int i = 0; i < 6; ++i) Take(of_unknown(i));
  Settle();
  ASSERT_GE(ScoreOf(quiet.account)->total, 150);
  EXPECT_EQ(PointsIn(Now(quiet.lead).score.dimensions, "group"), 11);
  EXPECT_EQ(Now(quiet.lead).status, "lal");
  EXPECT_EQ(Now(quiet.lead).hold_queue, "engaged");
  EXPECT_EQ(Settle(), 0);
}

TEST_F(AccountScoresTest, WhoIsErasedCountsNoMore) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2));
  Settle();
  const auto erased = Wait<EraseResult>(
      [&](Done<EraseResult> done) { engine_->EraseContact({}, ContactName(two.contact), "asked", std::move(done)); });
  ASSERT_TRUE(erased.ok()) << erased.status();
  Settle();
  ExpectSumOf(one.account, {one.contact});
  const auto last = Wait<EraseResult>(
      [&](Done<EraseResult> done) { engine_->EraseContact({}, ContactName(one.contact), "asked", std::move(done)); });
  ASSERT_TRUE(last.ok()) << last.status();
  Settle();
  EXPECT_EQ(ScoreOf(one.account), std::nullopt) << "nobody is left";
}

TEST_F(AccountScoresTest, MergedPeopleCountOnceAndSeparatedOnesApart) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2));
  Settle();
  const auto merged = Joined<MergeResult>(ContactName(one.contact), ContactName(two.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  Settle();
  ExpectSumOf(one.account, {one.contact});
  EXPECT_THAT(ScoreOf(one.account)->products, ElementsAre(domain::ProductInterest{"suite", 2}))
      << "both streams are one person's now";
  Separate(merged->merge_id);
  Settle();
  ExpectSumOf(one.account, {one.contact, two.contact});
}

TEST_F(AccountScoresTest, JoinedAccountsScoreAsOneAndSeparatedOnesAsBefore) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2, "fabrik.ch"));
  ASSERT_NE(one.account.id, two.account.id);
  Settle();
  const auto before = ScoreOf(one.account), other = ScoreOf(two.account);
  const auto merged = Joined<MergeResult>(AccountName(one.account), AccountName(two.account));
  ASSERT_TRUE(merged.ok()) << merged.status();
  Settle();
  ExpectSumOf(one.account, {one.contact, two.contact});
  Separate(merged->merge_id);
  Settle();
  EXPECT_TRUE(SamePoints(*ScoreOf(one.account), *before));
  EXPECT_TRUE(SamePoints(*ScoreOf(two.account), *other));
}

TEST_F(AccountScoresTest, APersonOfAnotherCompanyIsTheOthersWhoseLeadItIs) {
  // The second company's enquiry comes from a person who works at the first one.
  const SubmitResult one = Take(Researcher(1));
  Enquiry elsewhere = Researcher(1, "fabrik.ch");
  elsewhere.contact.email = "p1@werk.de";
  const SubmitResult two = Take(std::move(elsewhere));
  ASSERT_EQ(one.contact.id, two.contact.id);
  Settle();
  ExpectSumOf(one.account, {one.contact});
  ASSERT_NE(two.account.id, one.account.id);
  EXPECT_EQ(ScoreOf(two.account), std::nullopt) << "nothing is counted twice";
}

TEST_F(AccountScoresTest, InterestThatFadedIsTakenBackByTimeAlone) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2));
  Settle();
  ASSERT_THAT(ScoreOf(one.account)->products, ElementsAre(domain::ProductInterest{"suite", 2}));
  EXPECT_THAT(Noted(clock_.Now()), IsEmpty());
  clock_.Advance(44 * kDay);
  Settle();
  EXPECT_THAT(ScoreOf(one.account)->products, Not(IsEmpty()));
  clock_.Advance(3 * kDay);
  Settle();
  EXPECT_THAT(ScoreOf(one.account)->products, IsEmpty());
}

TEST_F(AccountScoresTest, WhatIsStillToHappenCountsFromItsMoment) {
  Enquiry e = Researcher(1);
  e.activities.push_back(Did("website", "low", "visit", clock_.Now() + 2 * kHour));
  e.activities.back().product = "platform";
  const SubmitResult one = Take(std::move(e));
  Settle();
  EXPECT_THAT(ScoreOf(one.account)->products, ElementsAre(domain::ProductInterest{"suite", 1}));
  clock_.Advance(3 * kHour);
  Settle();
  EXPECT_EQ(ScoreOf(one.account)->products.size(), 2u);
}

TEST_F(AccountScoresTest, DecisionsComeOutAgainAsTheAccountStoodThen) {
  std::vector<SubmitResult> taken;
  for (int i = 0; i < 4; ++i) {
    taken.push_back(Take(Researcher(i)));
    clock_.Advance(kHour);
    Settle();
    domain::Activity more = Did("website", "high", "download");
    more.product = "platform";
    more.lead_id = taken[0].lead.id;
    ASSERT_TRUE(Act(std::move(more)).ok());
    Settle();
    clock_.Advance(kDay);
  }
  int decisions = 0, with_group = 0;
  for (const SubmitResult& of : taken) {
    for (const std::string& name : {LeadName(of.lead), ContactName(of.contact)}) {
      TimelineRequest request{name, "", 1000, true};
      const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
        if (!entry.event.decision.has_value()) return true;
        ++decisions;
        const bool match = !entry.event.decision->candidates.empty();
        EXPECT_EQ(entry.replay_note,
                  match ? "the values that were compared are not kept, the levels that they reached are" : "")
            << name;
        if (const auto* score = std::get_if<domain::ScoreChanged>(&entry.event.payload)) {
          with_group += PointsIn(score->score.dimensions, "group") > 0;
        }
        return true;
      });
      ASSERT_TRUE(next.ok()) << next.status();
    }
  }
  EXPECT_GT(decisions, 40);
  EXPECT_GT(with_group, 3) << "some were taken with the account's score, and some without";
}

TEST_F(AccountScoresTest, AnotherDefinitionScoresTheAccountsAgain) {
  const SubmitResult one = Take(Researcher(1)), two = Take(Researcher(2));
  Settle();
  ActivateCentral(
      Edited("central", "scoring.yaml", "people: [demographic, behaviour, product]", "people: [behaviour]"));
  Settle();
  const auto score = ScoreOf(one.account);
  EXPECT_EQ(PointsIn(score->dimensions, "demographic"), 0);
  EXPECT_GT(PointsIn(score->dimensions, "behaviour"), 0);
  ASSERT_TRUE(packs_->Rollback(As("maria"), "central", "not so good").ok());
  while (packs_->RescoreSome(As("server"), 100)->leads > 0) {
  }
  Settle();
  ExpectSumOf(one.account, {one.contact, two.contact});
}

TEST_F(AccountScoresTest, OneThatCannotBeScoredIsSetAsideAndHoldsUpNobody) {
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [](store::Transaction& tx) { return tx.NoteAccount("0"); }).ok());
  const SubmitResult one = Take(Researcher(1));
  const auto step = engine_->ScoreAccounts({}, 1);
  ASSERT_TRUE(step.ok()) << step.status();
  ASSERT_EQ(step->set_aside.size(), 1u);
  EXPECT_EQ(step->set_aside[0].lead, "0");
  EXPECT_EQ(engine_->ScoreAccounts({}, 1)->changed, 1);
  EXPECT_EQ(engine_->ScoreAccounts({}, 1)->accounts, 0) << "it waits";
  clock_.Advance(kDay);
  EXPECT_EQ(engine_->ScoreAccounts({}, 1)->set_aside.size(), 1u) << "it was tried again";
}

TEST_F(AccountScoresTest, OfVeryManyPeopleThoseWithTheMostPointsCount) {
  std::vector<ImportRow> rows;
  for (size_t i = 0; i < kMostPeopleOfAccount + 3; ++i) {
    Enquiry e = Researcher(static_cast<int>(i));
    if (i < 3) e.contact.title = "Intern";
    rows.push_back({.row = static_cast<int64_t>(i) + 1, .enquiry = std::move(e)});
  }
  for (size_t from = 0; from < rows.size(); from += 1000) {
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), from + 1000));
    ASSERT_TRUE(Import("many", {rows.begin() + static_cast<std::ptrdiff_t>(from), end}).ok());
  }
  ASSERT_EQ(Noted().size(), 1u);
  const std::string id = Noted()[0].id;
  EXPECT_EQ(engine_->ScoreAccounts({}, 10)->changed, 1);
  const auto score = ScoreOf(domain::Account{.id = id});
  EXPECT_EQ(score->people, static_cast<int64_t>(kMostPeopleOfAccount));
  EXPECT_EQ(score->left_out, 3);
  as_told_ = false;  // too long to walk
}

}  // namespace
}  // namespace leadline::engine
