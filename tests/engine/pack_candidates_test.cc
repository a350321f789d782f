// Versions that wait: whose place they take, and what is kept of those that gave way.
#include <gmock/gmock.h>

#include "engine/replay/timeline.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using testing::Contains;
using testing::Not;

class PackCandidatesTest : public PackRolloutTest {
 protected:
  // Another version each time, which decides the same.
  packs::PackFiles Variant(int number) {
    packs::PackFiles files = *folder_set_.Find("emea");
    files.files["scoring.yaml"] += fmt::format("\n# Looked at for the {}th time.\n", number);
    return files;
  }
  bool IsKept(const std::string& sha256) {
    absl::Status status;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             status = reader.GetPackContent(sha256).status();
                             return absl::OkStatus();
                           })
                    .ok());
    EXPECT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
    return status.ok();
  }
  int64_t Kept() {
    int64_t kept = 0;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             const auto rows = reader.CountRows();
                             if (rows.ok()) kept = rows->pack_contents;
                             return rows.status();
                           })
                    .ok());
    return kept;
  }
  std::vector<std::string> Candidates() {
    std::vector<std::string> hashes;
    const domain::Rollout rollout = packs_->Get({})->rollout;
    for (const auto& candidate : rollout.candidates) hashes.push_back(candidate.ref.sha256);
    return hashes;
  }
};

TEST_F(PackCandidatesTest, ManyProposalsPushOutOnlyTheirOwnAndTheStoreStopsGrowing) {
  constexpr int kPlaces = static_cast<int>(domain::Rollout::kMostCandidatesOfPack);
  packs::PackFiles files = *folder_set_.Find("central");
  files.files["scoring.yaml"] += "\n# Reviewed in March.\n";
  const std::string central = Propose(files, "centre");
  ASSERT_TRUE(packs_->Approve(As("maria"), central, domain::ApprovalSide::kMarketing).ok());
  ASSERT_TRUE(packs_->Approve(As("sam"), central, domain::ApprovalSide::kSales).ok());

  // One that decided about leads for a time.
  const std::string tried = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(tried, Mode::kCanary, 99).ok());
  const auto lead = Submit(Purchaser());
  ASSERT_TRUE(lead.ok()) << lead.status();
  ASSERT_EQ(lead->snapshot->generation, 2);
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "").ok());

  std::vector<std::string> proposed;
  const auto of_start = static_cast<int64_t>(folder_set_.packs.size());
  for (int i = 0; i < kPlaces + 5; ++i) {
    proposed.push_back(Propose(Variant(i)));
    EXPECT_LE(Kept(), of_start + 2 + kPlaces);
  }
  EXPECT_EQ(Kept(), of_start + 2 + kPlaces) << "those of the start, the central one, what decided, and the places";
  EXPECT_EQ(Candidates().size(), 1u + kPlaces);
  EXPECT_THAT(Candidates(), Contains(central)) << "another pack's proposals took its place";
  EXPECT_THAT(Candidates(), Not(Contains(tried)));
  EXPECT_FALSE(IsKept(proposed[0]));
  EXPECT_FALSE(IsKept(proposed[4]));
  EXPECT_TRUE(IsKept(proposed[5]));
  EXPECT_EQ(Activate(proposed[0]).status().code(), absl::StatusCode::kNotFound);
  // Whoever takes a place is told whose it was.
  PackCheck check;
  const auto next_in = packs_->Propose(As("emea-ops"), Variant(kPlaces + 5), &check);
  ASSERT_TRUE(next_in.ok()) << next_in.status();
  ASSERT_EQ(next_in->gave_way.size(), 1u);
  EXPECT_EQ(next_in->gave_way[0].ref.sha256, proposed[5]);
  const auto again = packs_->Propose(As("emea-ops"), Variant(kPlaces + 5), &check);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->gave_way.empty());
  // The ledger keeps the hash.
  const auto history = History("packs/emea");
  EXPECT_TRUE(std::any_of(history->begin(), history->end(), [&](const domain::Event& event) {
    return std::get<domain::PackChanged>(event.payload).sha256 == proposed[0];
  }));

  // What stored decisions name is there, so that they can be decided again.
  Restart();
  EXPECT_TRUE(IsKept(tried));
  engine_ = std::make_unique<Engine>(EngineOptions{&clock_, &ids_, store_.get(), holder_.get()});
  const auto timeline =
      engine_->GetTimeline({}, TimelineRequest{LeadName(lead->lead), "", 1000, true}, [&](const TimelineEntry& entry) {
        EXPECT_EQ(entry.replay_note, "") << entry.event.id;
        return true;
      });
  EXPECT_TRUE(timeline.ok()) << timeline.status();

  // Either may come back; what decided once is known for it.
  EXPECT_EQ(Propose(Variant(0)), proposed[0]);
  EXPECT_TRUE(IsKept(proposed[0]));
  EXPECT_EQ(Propose(GenerousEmea()), tried);
  domain::Rollout rollout = packs_->Get({})->rollout;
  EXPECT_TRUE(rollout.FindCandidate(tried)->decided);
  EXPECT_FALSE(rollout.FindCandidate(proposed[0])->decided);
  EXPECT_GT(rollout.FindCandidate(tried)->bytes, 1000);
  ASSERT_TRUE(Activate(central).ok());
}

}  // namespace
}  // namespace leadline::engine
