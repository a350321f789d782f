// Whose place a proposal takes.
#include "engine/rollout/candidate_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::PackCandidate;
using domain::Rollout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kPlaces = static_cast<int>(Rollout::kMostCandidatesOfPack);

Rollout RolloutOf(const std::vector<std::string>& packs) {
  Rollout rollout;
  for (const std::string& pack : packs) rollout.active.push_back({{pack, "1", pack + " of the start"}, 1, "server"});
  return rollout;
}

PackCandidate Version(const std::string& pack, int number, int64_t bytes = 1000) {
  return {.ref = {pack, "1", fmt::format("{} {}", pack, number)},
          .proposed_by = "ops",
          .proposed_at = number,
          .approvals = {},
          .bytes = bytes};
}

void Approve(Rollout& rollout, const std::string& sha256) {
  PackCandidate* candidate = rollout.FindCandidate(sha256);
  ASSERT_NE(candidate, nullptr);
  candidate->approvals.push_back({domain::ApprovalSide::kSales, "sam", 5});
}

// Hashes of those that gave way.
std::vector<std::string> Add(Rollout& rollout, PackCandidate next) {
  const auto gone = AddCandidate(std::move(next), rollout);
  EXPECT_TRUE(gone.ok()) << gone.status();
  std::vector<std::string> hashes;
  if (gone.ok()) {
    for (const PackCandidate& candidate : *gone) hashes.push_back(candidate.ref.sha256);
  }
  return hashes;
}

TEST(CandidateListTest, APackTakesItsOwnPlacesOnly) {
  Rollout rollout = RolloutOf({"central", "emea", "latam"});
  EXPECT_THAT(Add(rollout, Version("central", 0)), IsEmpty());
  EXPECT_THAT(Add(rollout, Version("latam", 0)), IsEmpty());
  for (int i = 0; i < kPlaces; ++i) EXPECT_THAT(Add(rollout, Version("emea", i)), IsEmpty());
  EXPECT_THAT(Add(rollout, Version("emea", 100)), ElementsAre("emea 0"));
  EXPECT_THAT(Add(rollout, Version("emea", 101)), ElementsAre("emea 1"));
  EXPECT_NE(rollout.FindCandidate("central 0"), nullptr);
  EXPECT_NE(rollout.FindCandidate("latam 0"), nullptr);
  EXPECT_EQ(rollout.candidates.size(), 22u);
  EXPECT_EQ(rollout.candidates.back().ref.sha256, "emea 101") << "newest last";
}

TEST(CandidateListTest, WhatIsApprovedOnTrialOrActiveStays) {
  Rollout rollout = RolloutOf({"central", "emea"});
  for (int i = 0; i < kPlaces; ++i) Add(rollout, Version("central", i));
  Approve(rollout, "central 0");
  rollout.trial = domain::Trial{.ref = {"central", "1", "central 1"}};
  rollout.active[0].ref = {"central", "1", "central 2"};
  // Who said yes to 0 has seen 2 follow: it gives way now, and the ones after it in turn.
  EXPECT_THAT(Add(rollout, Version("central", 100)), ElementsAre("central 0"));
  Approve(rollout, "central 3");
  EXPECT_THAT(Add(rollout, Version("central", 101)), ElementsAre("central 4"));
  EXPECT_NE(rollout.FindCandidate("central 1"), nullptr) << "on trial";
  EXPECT_NE(rollout.FindCandidate("central 2"), nullptr) << "active";
  EXPECT_NE(rollout.FindCandidate("central 3"), nullptr) << "approved after what decides";
}

TEST(CandidateListTest, WhereAllAreApprovedTheProposalIsRefused) {
  Rollout rollout = RolloutOf({"central", "emea"});
  for (int i = 0; i < kPlaces; ++i) {
    Add(rollout, Version("central", i));
    Approve(rollout, fmt::format("central {}", i));
  }
  const Rollout before = rollout;
  const auto refused = AddCandidate(Version("central", 100), rollout);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_CANDIDATES");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("leadline pack activate HASH"));
  EXPECT_EQ(rollout, before);
  EXPECT_THAT(Add(rollout, Version("emea", 0)), IsEmpty()) << "others have their own places";
  // As the message says.
  rollout.active[0].ref = rollout.candidates[3].ref;
  EXPECT_THAT(Add(rollout, Version("central", 100)), ElementsAre("central 0"));
}

TEST(CandidateListTest, BytesCount) {
  constexpr int64_t kMiB = 1 << 20;
  Rollout rollout = RolloutOf({"central", "emea"});
  Add(rollout, Version("emea", 0, kMiB));
  for (int i = 1; i <= 4; ++i) EXPECT_THAT(Add(rollout, Version("central", i, 16 * kMiB)), IsEmpty());
  EXPECT_THAT(Add(rollout, Version("central", 5, 1)), ElementsAre("central 1"));
  EXPECT_THAT(Add(rollout, Version("central", 6, 33 * kMiB)), ElementsAre("central 2", "central 3"));
  EXPECT_THAT(Add(rollout, Version("central", 7, 100 * kMiB)), ElementsAre("central 4", "central 5", "central 6"))
      << "one alone has room";
  EXPECT_NE(rollout.FindCandidate("emea 0"), nullptr);
}

// Names of packs are for whoever proposes to choose: with many of them nobody fills the list.
TEST(CandidateListTest, PacksThatDoNotDecideYetHaveTheirPlacesTogether) {
  Rollout rollout = RolloutOf({"central", "emea"});
  Add(rollout, Version("emea", 0));
  const int places = static_cast<int>(Rollout::kMostCandidatesOfNewPacks);
  for (int i = 0; i < places; ++i) EXPECT_THAT(Add(rollout, Version(fmt::format("new{}", i), 0)), IsEmpty());
  const auto refused = AddCandidate(Version("another", 0), rollout);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_CANDIDATES");
  EXPECT_THAT(Add(rollout, Version("new7", 1)), ElementsAre("new7 0")) << "it takes its own place";
  EXPECT_THAT(Add(rollout, Version("emea", 1)), IsEmpty()) << "who decides has places of its own";
  rollout.active.push_back({rollout.FindCandidate("new3 0")->ref, 1, "ops"});
  EXPECT_THAT(Add(rollout, Version("another", 0)), IsEmpty()) << "as the message says";
}

TEST(CandidateListTest, FilesStayWhereSomethingNamesThem) {
  Rollout rollout = RolloutOf({"central", "emea"});
  rollout.active[1].before = {{"emea", "1", "emea 1"}};
  rollout.trial = domain::Trial{.ref = {"emea", "1", "emea 2"}};
  PackCandidate decided = Version("emea", 3);
  decided.decided = true;
  EXPECT_THAT(NamedByNothing({Version("emea", 0), Version("emea", 1), Version("emea", 2), decided}, rollout),
              ElementsAre("emea 0"));
}

TEST(CandidateListTest, WhoDecidesIsNoted) {
  Rollout rollout = RolloutOf({"central", "emea"});
  for (int i = 0; i < 4; ++i) Add(rollout, Version("emea", i));
  rollout.active[1].ref = rollout.candidates[0].ref;
  rollout.trial = domain::Trial{.mode = domain::TrialMode::kCanary, .ref = rollout.candidates[1].ref};
  NoteWhoDecides(rollout);
  rollout.trial = domain::Trial{.mode = domain::TrialMode::kShadow, .ref = rollout.candidates[2].ref};
  rollout.active[1].ref = {"emea", "1", "another"};
  NoteWhoDecides(rollout);
  EXPECT_TRUE(rollout.candidates[0].decided);
  EXPECT_TRUE(rollout.candidates[1].decided);
  EXPECT_FALSE(rollout.candidates[2].decided) << "nothing that a shadow decides is written";
  EXPECT_FALSE(rollout.candidates[3].decided);
}

}  // namespace
}  // namespace leadline::engine
