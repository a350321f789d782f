// Packs from folders, and the rollout in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/commands/pack/pack_input.h"
#include "cli/commands/pack/pack_status.h"
#include "cli/output/event_text.h"
#include "cli/output/proto_text.h"

namespace leadline::cli {
namespace {

using testing::ElementsAre;

class LocalPackTest : public ::testing::Test {
 protected:
  LocalPackTest() : root_(std::filesystem::path(testing::TempDir()) / ("local_pack_test-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "north" / "tests");
  }
  ~LocalPackTest() override { std::filesystem::remove_all(root_); }
  void Write(const std::string& path, const std::string& text) { std::ofstream(root_ / "north" / path) << text; }
  absl::StatusOr<LocalPack> Read(const std::string& name = "") {
    return ReadLocalPack((root_ / "north").string(), name);
  }

  const std::filesystem::path root_;
};

TEST_F(LocalPackTest, IsNamedByItsFileOrItsFolder) {
  Write("pack.yaml", "# whose it is\npack: 'emea' # quoted\nversion: 1\n");
  Write("tests/a_test.yaml", "suite: a\n");
  Write("notes.txt", "not the pack's");
  absl::StatusOr<LocalPack> pack = Read();
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ(pack->files.name, "emea");
  EXPECT_EQ(pack->files.files.size(), 2u);
  EXPECT_EQ(pack->sha256, packs::HashOf(pack->files));
  EXPECT_EQ(Read("latam")->files.name, "latam");
  Write("pack.yaml", "version: 1\n");
  EXPECT_EQ(Read()->files.name, "north");
  EXPECT_EQ(ReadLocalPack((root_ / "north").string() + "/", "")->files.name, "north");
  Write("pack.yaml", "pack: [\n");
  EXPECT_EQ(Read()->files.name, "north") << "the server says what is wrong with it";
  EXPECT_FALSE(ReadLocalPack(root_.string(), "").ok()) << "a folder of packs is no pack";
  EXPECT_FALSE(ReadLocalPack((root_ / "south").string(), "").ok());
}

TEST_F(LocalPackTest, ProblemsPointAtItsOwnFiles) {
  Write("pack.yaml", "pack: emea\n");
  const LocalPack pack = *Read();
  google::protobuf::RepeatedPtrField<v1::PackDiagnostic> sent;
  v1::PackDiagnostic* own = sent.Add();
  own->add_locations()->set_file("rules/regions/emea/scoring.yaml");
  own->mutable_locations(0)->set_line(3);
  own->add_locations()->set_file("rules/central/scoring.yaml");
  own->mutable_locations(1)->set_message("sealed here");
  sent.Add()->add_locations()->set_file("rules/regions/emea2/pack.yaml");
  sent.Add()->add_locations()->set_file("rules/otherregions/emea/pack.yaml");
  sent.Add()->set_message("of no file");
  const std::vector<Diagnostic> shown = DiagnosticsFrom(sent, &pack);
  EXPECT_EQ(shown[0].position.file, (root_ / "north" / "scoring.yaml").string());
  EXPECT_EQ(shown[0].position.line, 3);
  EXPECT_EQ(shown[0].related.file, "rules/central/scoring.yaml");
  EXPECT_EQ(shown[0].related_message, "sealed here");
  EXPECT_EQ(shown[3].position.file, "");
  EXPECT_EQ(shown[1].position.file, "rules/regions/emea2/pack.yaml");
  EXPECT_EQ(shown[2].position.file, "rules/otherregions/emea/pack.yaml");
}

v1::PackRef Ref(const std::string& pack, const std::string& sha256) {
  v1::PackRef ref;
  ref.set_pack("packs/" + pack);
  ref.set_version("1");
  ref.set_sha256(sha256);
  return ref;
}

TEST(RolloutTextTest, SaysWhereACandidateStands) {
  v1::Rollout rollout;
  v1::ActivePack* active = rollout.add_active();
  *active->mutable_ref() = Ref("emea", "b");
  *active->add_earlier() = Ref("emea", "a");
  v1::PackCandidate candidate;
  const auto standing = [&](const std::string& pack, const std::string& sha256) {
    *candidate.mutable_ref() = Ref(pack, sha256);
    return Standing(candidate, rollout);
  };
  EXPECT_EQ(standing("emea", "b"), "decides");
  EXPECT_EQ(standing("emea", "a"), "decided before");
  EXPECT_EQ(standing("emea", "c"), "ready");
  EXPECT_EQ(standing("central", "c"), "needs marketing and sales");
  candidate.add_approvals()->set_side(v1::APPROVAL_SIDE_SALES);
  candidate.mutable_approvals(0)->set_principal("boris");
  EXPECT_EQ(standing("central", "c"), "needs marketing");
  EXPECT_EQ(Approvals(candidate), "sales: boris");
  candidate.add_approvals()->set_side(v1::APPROVAL_SIDE_MARKETING);
  EXPECT_EQ(standing("central", "c"), "ready");
  *rollout.mutable_trial()->mutable_ref() = Ref("central", "c");
  EXPECT_EQ(standing("central", "c"), "on trial");
  *rollout.add_candidates() = candidate;
  EXPECT_THAT(KnownHashes(rollout), ElementsAre("a", "b", "c"));
}

TEST(RolloutTextTest, TellsHowFarRescoringIs) {
  v1::Rescoring rescoring;
  EXPECT_EQ(DescribeRescoring(rescoring), "0 of 0 leads, 0 with another score or status");
  rescoring.set_lead_count(5000);
  rescoring.set_done_count(1200);
  rescoring.set_changed_count(80);
  EXPECT_EQ(DescribeRescoring(rescoring), "1,200 of 5,000 leads (24.0 %), 80 with another score or status");
  rescoring.set_done_count(5001);  // one came in meanwhile
  EXPECT_EQ(DescribeRescoring(rescoring), "5,001 of 5,001 leads (100.0 %), 80 with another score or status");
  rescoring.set_unchanged_count(1000);
  rescoring.set_left_out_count(120);
  EXPECT_EQ(DescribeRescoring(rescoring),
            "5,001 of 5,001 leads (100.0 %), 80 with another score or status, 1,000 as before, 120 left out");
  rescoring.clear_unchanged_count();
  rescoring.clear_left_out_count();
  rescoring.set_set_aside_count(2);
  rescoring.set_skipped_count(1);
  EXPECT_EQ(DescribeRescoring(rescoring),
            "5,001 of 5,001 leads (100.0 %), 80 with another score or status, 2 to be tried again, 1 skipped");
}

TEST(RolloutTextTest, TellsWhatHappenedToAPack) {
  v1::Event event;
  v1::PackChanged* change = event.mutable_pack_changed();
  change->set_pack("packs/emea");
  change->set_version("2");
  change->set_sha256("0123456789abcdef");
  const auto text = [&](v1::PackAction action) {
    change->set_action(action);
    return DescribeEvent(event);
  };
  EXPECT_EQ(text(v1::PACK_ACTION_PROPOSED), "emea 2 (01234567) proposed");
  change->set_side(v1::APPROVAL_SIDE_SALES);
  EXPECT_EQ(text(v1::PACK_ACTION_APPROVED), "emea 2 (01234567) approved for sales");
  change->set_generation(7);
  change->set_canary_percent(5);
  EXPECT_EQ(text(v1::PACK_ACTION_CANARY_STARTED), "emea 2 (01234567) on trial for 5 % of the leads, as generation 7");
  change->set_previous_sha256("fedcba9876543210");
  change->set_reason("fairs");
  EXPECT_EQ(text(v1::PACK_ACTION_ACTIVATED), "emea 2 (01234567) decides, as generation 7, instead of fedcba98: fairs");
  EXPECT_EQ(text(v1::PACK_ACTION_TABLES_UPDATED),
            "emea 2 (01234567) decides with other tables, as generation 7, instead of fedcba98: fairs");
  EXPECT_EQ(text(static_cast<v1::PackAction>(99)), "emea 2 (01234567) unknown, instead of fedcba98: fairs");
}

TEST(HashPrefixTest, TakesEightDigitsOrMore) {
  EXPECT_TRUE(IsHashPrefix("3fa1C0de"));
  EXPECT_TRUE(IsHashPrefix(std::string(64, 'a')));
  EXPECT_FALSE(IsHashPrefix("3fa1c0d"));
  EXPECT_FALSE(IsHashPrefix("3fa1c0dg"));
  EXPECT_FALSE(IsHashPrefix(std::string(65, 'a')));
}

}  // namespace
}  // namespace leadline::cli
