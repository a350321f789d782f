// Whatever happens, the ledger tells all of it: what is stored is the fold of it.
#include "tests/engine/random_history.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "base/status_macros.h"
#include "engine/scoring/account_people.h"

namespace leadline::engine {
namespace {

class RandomHistoryTest : public RandomHistory, public ::testing::WithParamInterface<uint64_t> {
 protected:
  void ExpectNoDifferences(std::string_view when) {
    const auto found = DifferencesOf(*store_);
    ASSERT_TRUE(found.empty()) << when << ": " << DescribeAll(found);
  }

  void Steps(int count) {
    constexpr int kLook = 60;
    for (int i = 0; i < count && !HasFatalFailure(); ++i) {
      Step();
      if (i % kLook == kLook - 1) ExpectNoDifferences(fmt::format("after step {}", i));
    }
  }

  // Once nothing is left to follow, what stands of each lead is what the packs make of it for the moment that it stands
  // for.
  void ExpectScoredByWhatDecides() {
    while (packs_->RescoreSome(As("server"), 100)->leads > 0) {
    }
    while (engine_->ScoreAccounts({}, 100)->accounts + engine_->FollowSharedChanges({}, 100)->changes > 0) {
    }
    ExpectAccountsScoredByTheirPeople();
    store::ReadFunction each = [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.LeadIds("", 100'000));
      for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
        ASSIGN_OR_RETURN(const bool erased, reader.IsErased(domain::RecordKind::kLead, id));
        if (erased) continue;
        const auto scored =
            engine_->ScoreLead({}, domain::ResourceName(domain::RecordKind::kLead, id), lead.score.as_of);
        if (!scored.ok()) return scored.status();
        EXPECT_EQ(scored->score.total, lead.score.total) << id << " as of " << FormatTime(lead.score.as_of);
      }
      return absl::OkStatus();
    };
    const absl::Status status = store_->Read("default", each);
    EXPECT_TRUE(status.ok()) << status;
  }

  // Whatever changed what an account's people come to noted the account.
  void ExpectAccountsScoredByTheirPeople() {
    const packs::RuleSet& rules = *engine_->snapshot()->rules;
    const auto& policy = rules.ForRegion("").scoring.account_score;
    ASSERT_TRUE(policy.has_value());
    int scored = 0;
    store::ReadFunction each = [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.RecordIds(domain::RecordKind::kAccount, "", 100'000));
      for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(const AccountToday today, ScoreAccount(reader, *policy, rules.responses(), id, clock_.Now()));
        const std::optional<domain::AccountScore>& stored = today.account.score;
        if (!today.account.merged_into.empty()) continue;
        EXPECT_EQ(stored.has_value(), today.score.has_value()) << id;
        if (!stored.has_value() || !today.score.has_value()) continue;
        ++scored;
        EXPECT_EQ(stored->total, today.score->total) << id;
        EXPECT_EQ(stored->dimensions, today.score->dimensions) << id;
        EXPECT_EQ(stored->people, today.score->people) << id;
        const auto same = [](const auto& a, const auto& b) { return a.product == b.product; };
        EXPECT_TRUE(std::equal(stored->products.begin(), stored->products.end(), today.score->products.begin(),
                               today.score->products.end(), same))
            << id;
      }
      return absl::OkStatus();
    };
    const absl::Status status = store_->Read("default", each);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_GT(scored, 0);
  }

  // Another version of the central pack decides from here on.
  void ActivateCentral(const packs::PackFiles& files) {
    const std::string sha256 = Propose(files, "centre");
    ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
    ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
    const auto activated = Activate(sha256);
    ASSERT_TRUE(activated.ok()) << activated.status();
  }
};

TEST_P(RandomHistoryTest, TheLedgerTellsAllThatIsStored) {
  Begin(GetParam());
  Steps(120);
  // What counts as work in hand changes while leads are in it.
  ASSERT_NO_FATAL_FAILURE(
      ActivateCentral(Edited("central", "status.yaml", "order: 5, win", "order: 5, open: false, win")));
  ExpectNoDifferences("after an activation");
  Steps(60);
  const auto rolled_back = packs_->Rollback(As("maria"), "central", "not so good");
  ASSERT_TRUE(rolled_back.ok()) << rolled_back.status();
  Steps(60);
  ASSERT_FALSE(Propose(GenerousEmea()).empty());
  ASSERT_TRUE(Activate(Propose(GenerousEmea()), Mode::kCanary, 40).ok());
  ExpectNoDifferences("after a canary began");
  Steps(60);
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "seen enough").ok());
  Remap();
  while (packs_->RescoreSome(As("server"), 100)->leads > 0) {
  }
  Steps(30);
  ExpectScoredByWhatDecides();
  store::VerifyCounts counts;
  const auto found = DifferencesOf(*store_, &counts);
  EXPECT_TRUE(found.empty()) << DescribeAll(found);
  // That it was not about nothing.
  EXPECT_GT(done(), 150);
  EXPECT_GT(counts.leads, 20);
  EXPECT_GT(counts.merges, 3);
  EXPECT_GT(counts.clocks, 5);
  EXPECT_GT(counts.pools, 1);
  EXPECT_GT(counts.reps, 3);
  EXPECT_GT(counts.activities, 30);
  EXPECT_GT(counts.events, 500);
}

// LEADLINE_LONG=N in the environment: for 2 N minutes, each time another way, or with LEADLINE_SEED the same again.
TEST_F(RandomHistory, ForLong) {
  const char* wanted = std::getenv("LEADLINE_LONG");
  if (wanted == nullptr) GTEST_SKIP() << "asked for with LEADLINE_LONG";
  const char* given = std::getenv("LEADLINE_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  const auto end = std::chrono::steady_clock::now() + 2 * std::chrono::minutes(std::max(1, std::atoi(wanted)));
  Begin(seed);
  int steps = 0;
  for (; std::chrono::steady_clock::now() < end && !HasFailure(); ++steps) {
    Step();
    if (steps % 400 == 399) {
      ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
      ASSERT_TRUE(packs_->Rollback(As("maria"), "emea", "not so good").ok());
    }
    if (steps % 200 != 199) continue;
    const auto found = DifferencesOf(*store_);
    ASSERT_TRUE(found.empty()) << "seed " << seed << ", step " << steps << ": " << DescribeAll(found);
  }
  std::cerr << "seed " << seed << ": " << steps << " steps, of which " << done() << " were done\n";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistoryTest, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace leadline::engine
