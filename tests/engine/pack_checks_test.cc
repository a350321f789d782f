// Checks of packs hold up nobody, and what was checked is not checked again.
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <iostream>
#include <mutex>

#include "engine/packcheck/checked_sets.h"
#include "engine/packcheck/pack_checker.h"
#include "packs/loader.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

// A checker that a test can hold up. Thread-safe.
class HeldChecker final : public PackChecker {
 public:
  absl::StatusOr<PackFindings> Check(const PackCheckJob& job) override {
    {
      std::unique_lock lock(mutex_);
      ++begun_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
    }
    if (during_) std::exchange(during_, nullptr)();
    auto found = here_.Check(job);
    if (after_ && found.ok()) after_(*found);
    return found;
  }
  void Hold(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  // Blocks until so many checks have begun.
  void AwaitBegun(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ >= count; });
  }
  int begun() {
    std::lock_guard lock(mutex_);
    return begun_;
  }
  // Done once, on the thread of the next check, before it.
  std::function<void()> during_;
  // What it says instead of what it found.
  std::function<void(PackFindings&)> after_;

 private:
  PackCheckerHere here_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int begun_ = 0;
};

class PackChecksTest : public PackRolloutTest {
 protected:
  void Configure(PackRolloutOptions& options) override {
    options.checker = &checker_;
    checked_ = std::make_unique<CheckedSets>(folder_ / "checked-packs", version_);
    options.checked = checked_.get();
  }
  // Another version that decides as before.
  packs::PackFiles Commented(const std::string& pack, const std::string& comment) {
    packs::PackFiles files = *folder_set_.Find(pack);
    files.files["scoring.yaml"] += "\n# " + comment + "\n";
    return files;
  }

  HeldChecker checker_;
  std::string version_ = "1";
  std::unique_ptr<CheckedSets> checked_;
};

TEST_F(PackChecksTest, NothingWaitsForAProposalThatIsChecked) {
  const std::string first = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(first).ok());
  const std::string second = Propose(Commented("emea", "second"));
  packs::PackFiles centre = Commented("central", "reviewed");
  const std::string central = Propose(centre, "centre");
  const int begun = checker_.begun();

  checker_.Hold(true);
  PackCheck check;
  auto proposal = std::async(std::launch::async,
                             [&] { return packs_->Propose(As("emea-ops"), Commented("emea", "third"), &check); });
  checker_.AwaitBegun(begun + 1);
  // All of this is over before the check is.
  EXPECT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "too generous").ok());
  EXPECT_TRUE(packs_->Approve(As("maria"), central, domain::ApprovalSide::kMarketing).ok());
  auto active = Activate(second);
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->FindActive("emea")->ref.sha256, second);
  ASSERT_TRUE(Activate(first, Mode::kShadow).ok());
  EXPECT_TRUE(packs_->StopTrial(As("emea-ops"), "seen enough").ok());
  EXPECT_TRUE(packs_->Get({}).ok());
  EXPECT_EQ(proposal.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_EQ(checker_.begun(), begun + 1) << "what was checked when it was proposed is not checked again";

  checker_.Hold(false);
  const auto kept = proposal.get();
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_TRUE(Activate(kept->candidate.ref.sha256).ok());
}

TEST_F(PackChecksTest, AnActivationIsCheckedAgainWhereOthersDecideBesideIt) {
  const std::string emea = Propose(GenerousEmea());
  const std::string latam = Propose(Commented("latam", "one"));
  const CheckCounts before = packs_->checks();
  ASSERT_TRUE(Activate(emea).ok());
  EXPECT_EQ(packs_->checks().tested, before.tested);
  EXPECT_EQ(packs_->checks().tests_spared, before.tests_spared + 1);
  ASSERT_TRUE(Activate(latam).ok());
  EXPECT_EQ(packs_->checks().tested, before.tested + 1) << "with that emea it was never checked";
  EXPECT_EQ(packs_->checks().proved, before.proved + 1);
}

TEST_F(PackChecksTest, AnActivationThatIsOvertakenGoesByWhatDecidesThen) {
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  const std::string latam = Propose(Commented("latam", "one"));
  ASSERT_TRUE(Activate(Propose(Commented("emea", "two"))).ok());
  const int begun = checker_.begun();
  // The first check of it is overtaken by a way back, which waits for nothing: else this would never end.
  checker_.during_ = [&] { EXPECT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok()); };
  auto active = Activate(latam);
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(checker_.begun(), begun + 1) << "with the emea before, it was checked when it was proposed";
  std::vector<domain::PackRef> stored;
  for (const domain::ActivePack& pack : active->active) stored.push_back(pack.ref);
  EXPECT_EQ(holder_->Get()->ref->packs, stored);
  EXPECT_EQ(holder_->Get()->ref->generation, active->generation);
  EXPECT_EQ(active->FindActive("latam")->ref.sha256, latam);
  EXPECT_EQ(active->FindActive("emea")->ref.sha256, packs::HashOf(GenerousEmea()));
}

TEST_F(PackChecksTest, ARequestThatIsRepeatedWhileItIsCheckedActsOnce) {
  const std::string latam = Propose(Commented("latam", "one"));
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  CallContext context = As("latam-ops");
  context.request_id = "once";
  context.fingerprint = "f";
  context.method = "ActivatePack";
  const ActivateRequest request{latam, Mode::kActive, 0, "because", true};
  const int begun = checker_.begun();
  checker_.Hold(true);
  auto one = std::async(std::launch::async, [&] { return packs_->Activate(context, request); });
  auto other = std::async(std::launch::async, [&] { return packs_->Activate(context, request); });
  checker_.AwaitBegun(begun + 2);
  checker_.Hold(false);
  EXPECT_TRUE(one.get().ok());
  EXPECT_TRUE(other.get().ok());
  EXPECT_EQ(Actions("latam"),
            (std::vector<std::string>{"activated by server", "proposed by emea-ops", "activated by latam-ops"}));
}

TEST_F(PackChecksTest, WhatWasCheckedIsNotCheckedAtTheNextStart) {
  EXPECT_EQ(packs_->checks().proved, 1) << "the first start";
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256).ok());
  Restart();
  EXPECT_EQ(packs_->checks().proved, 0);
  EXPECT_EQ(packs_->checks().proofs_spared, 1);
  // What was rolled back to is what decided before.
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok());
  Restart();
  EXPECT_EQ(packs_->checks().proved, 0);
  // The tests that passed are remembered, too.
  ASSERT_TRUE(Activate(sha256).ok());
  EXPECT_EQ(packs_->checks().tested, 0);
  EXPECT_EQ(packs_->checks().tests_spared, 1);

  version_ = "2";
  Restart();
  EXPECT_EQ(packs_->checks().proved, 1) << "another server checks for itself";
  version_ = "1";
  Restart();
  EXPECT_EQ(packs_->checks().proved, 0) << "and takes nothing from the first";
  folder_set_.Put(Commented("latam", "a byte"));
  Restart(/*adopt=*/true);
  EXPECT_EQ(packs_->checks().proved, 1) << "another byte";
  std::filesystem::remove(folder_ / "checked-packs");
  Restart();
  EXPECT_EQ(packs_->checks().proved, 1) << "what is lost is checked again";
}

// Which failing tests keep a pack back depends on the pack: a check of one says nothing about another's.
TEST_F(PackChecksTest, TestsThatFailedForOneRegionKeepItBackAfterChecksOfOthers) {
  packs::PackFiles tested = *folder_set_.Find("emea");
  tested.files["tests/one_test.yaml"] =
      "suite: One\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: a manager\n    with: {contact: {seniority: manager}}\n"
      "    expect: {fired: {title.manager: 20}}\n";
  const std::string emea = Propose(tested);
  ASSERT_TRUE(Activate(emea).ok());
  const std::string central =
      Propose(Edited("central", "scoring.yaml", "contact.seniority == \"manager\"\n    points: 20",
                     "contact.seniority == \"manager\"\n    points: 19"),
              "centre");
  using Side = domain::ApprovalSide;
  ASSERT_TRUE(packs_->Approve(As("maria"), central, Side::kMarketing, "agreed in May").ok());
  ASSERT_TRUE(packs_->Approve(As("sam"), central, Side::kSales, "agreed in May").ok());
  ASSERT_TRUE(Activate(central).ok());
  // Its check runs all tests, and those of emea do not keep it back.
  ASSERT_TRUE(Activate(Propose(Commented("latam", "one"))).ok());
  ASSERT_TRUE(Activate(Propose(Commented("emea", "without tests"))).ok());
  EXPECT_EQ(ReasonOf(Activate(emea).status()), "PACK_CHECK_FAILED");
  // Where nothing fails, what was tested is not tested again.
  const int64_t tested_before = packs_->checks().tested;
  ASSERT_TRUE(Activate(Propose(Commented("latam", "two"))).ok());
  EXPECT_EQ(packs_->checks().tested, tested_before + 1) << "when it was proposed";
}

TEST_F(PackChecksTest, WhatIsOnlyValidatedIsNotRemembered) {
  const auto size = [&] { return std::filesystem::file_size(folder_ / "checked-packs"); };
  const auto before = size();
  ASSERT_TRUE(packs_->Validate(As("emea-ops"), GenerousEmea())->status.ok());
  EXPECT_EQ(size(), before);
  const int64_t tested = packs_->checks().tested;
  const std::string sha256 = Propose(GenerousEmea());
  EXPECT_EQ(packs_->checks().tested, tested + 1);
  EXPECT_GT(size(), before);
  // What decides is the last to be forgotten.
  ASSERT_TRUE(Activate(sha256).ok());
  const std::vector<domain::PackRef> deciding = holder_->Get()->ref->packs;
  const TimeZones& zones = *holder_->Get()->rules->time_zones();
  for (size_t i = 0; i + 1 < CheckedSets::kMost; ++i) {
    checked_->RememberProved(std::vector<domain::PackRef>{{"central", "", std::to_string(i)}}, zones);
  }
  EXPECT_TRUE(checked_->Proved(deciding, zones));
}

TEST_F(PackChecksTest, AVersionIsKeptByTheHashOfItsFilesWhateverTheCheckerSays) {
  checker_.after_ = [](PackFindings& found) {
    for (domain::PackRef& ref : found.packs) ref.sha256 = std::string(64, 'a');
  };
  const std::string sha256 = Propose(GenerousEmea());
  EXPECT_EQ(sha256, packs::HashOf(GenerousEmea()));
  EXPECT_TRUE(Activate(sha256).ok());
  EXPECT_NE(packs_->Get({})->rollout.FindActive("emea")->ref.version, "");
}

TEST_F(PackChecksTest, ALoadWithoutProofsStillFindsWhatIsWrongAndGivesTheSameRules) {
  packs::PackSet broken = folder_set_;
  broken.Put(Edited("emea", "scoring.yaml", "contact.seniority in", "contact.senority in"));
  packs::LoadOptions compile;
  compile.prove = false;
  EXPECT_EQ(packs::LoadRuleSet(broken, compile).rules, nullptr);
  const auto proved = packs::LoadRuleSet(folder_set_, packs::LoadOptions{});
  const auto compiled = packs::LoadRuleSet(folder_set_, compile);
  ASSERT_NE(compiled.rules, nullptr);
  EXPECT_EQ(compiled.rules->regions(), proved.rules->regions());
  for (const std::string& region : proved.rules->regions()) {
    EXPECT_EQ(compiled.rules->ForRegion(region).conditions.size(), proved.rules->ForRegion(region).conditions.size());
  }
}

// Shown, not asserted: how long a start takes with the proofs and without.
TEST_F(PackChecksTest, ShowsWhatAStartIsSpared) {
  constexpr int kRoutes = 60;
  packs::PackFiles files = *folder_set_.Find("emea");
  std::string routes = "\nroutes:\n";
  for (int i = 0; i < kRoutes; ++i) {
    routes += fmt::format(
        "  - {{id: emea.made_{}, when: account.employees == {} && lead.total_visits > {}, "
        "team: emea_sales, match_territory: true}}\n",
        i, 1000 + i, i);
  }
  files.files["routing.yaml"] = Replaced(files.files["routing.yaml"], "\nroutes:\n", routes);
  packs::PackSet set = folder_set_;
  set.Put(std::move(files));
  const auto timed = [&](bool prove) {
    packs::LoadOptions options;
    options.prove = prove;
    const auto begin = std::chrono::steady_clock::now();
    const packs::LoadResult loaded = packs::LoadRuleSet(set, options);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    return std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  };
  const auto proved = timed(true), compiled = timed(false);
  std::cout << fmt::format(
      "{} routes more in a region: a start takes {} ms with proofs, {} ms with a hash that was "
      "checked\n",
      kRoutes, proved, compiled);
}

}  // namespace
}  // namespace leadline::engine
