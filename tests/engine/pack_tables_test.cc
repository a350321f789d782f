// Time zones that are replaced under a running engine: what decides with which, on a real store.
#include <gmock/gmock.h>

#include "base/zones/zone_folder.h"
#include "engine/rollout/pack_rollout.h"
#include "tests/base/zic_folder.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The zones that the shipped packs name, but for those in whose place Vancouver stands.
constexpr std::string_view kOtherZones = R"(
Zone Etc/UTC 0 - UTC
Zone Asia/Singapore 8:00 - %z
Zone Europe/Berlin 1:00 - CET
Zone America/Sao_Paulo -3:00 - %z
Zone America/Bogota -5:00 - %z
Zone America/Mexico_City -6:00 - CST
)";

class PackTablesTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    clock_.Set(*ParseTime("2026-11-15T12:00:00Z"));  // a Sunday
    holder_ = std::make_unique<SnapshotHolder>(nullptr);
    OpenStoreAgain();
    UseZones("2025b", kVancouver2025);
    set_ = packs::ReadPackSet(kRulesRoot).set;
    for (packs::PackFiles& pack : set_.packs) {
      std::erase_if(pack.files, [](const auto& f) { return f.first.starts_with("tests/"); });
    }
    packs::PackFiles central = *set_.Find("central");
    // At noon in UTC it is four or five there.
    Replace(central.files["scoring.yaml"], "contact.seniority == \"owner\"",
            "lead.created_at.getHours(\"America/Vancouver\") == 5");
    set_.Put(std::move(central));
    packs::PackFiles america = *set_.Find("north_america");
    // Whoever gets a lead, it counts by Vancouver.
    for (const char* zone : {"America/New_York", "America/Chicago", "America/Los_Angeles"}) {
      Replace(america.files["sla.yaml"], zone, "America/Vancouver");
    }
    set_.Put(std::move(america));
    packs_ = Start(&zones_);
  }

  void TearDown() override {
    packs_.reset();
    EngineTest::TearDown();
  }

  void OpenStoreAgain() {
    engine_.reset();
    store_.reset();
    OpenStore();
  }

  void UseZones(std::string_view version, std::string_view vancouver) {
    zic_.Compile(version, std::string(vancouver) + std::string(kOtherZones));
  }

  static void Replace(std::string& text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }

  std::unique_ptr<PackRollout> Start(ZoneFolder* zones, SnapshotHolder* holder = nullptr) {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder != nullptr ? holder : holder_.get();
    options.plugins = TrustedPlugins(kPluginDir, folder_ / "plugin-cache");
    options.time_zones = zones;
    auto packs = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    bool differs = false;
    const absl::Status status = packs->Start(set_, false, &diagnostics, &differs);
    EXPECT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
    return packs;
  }

  // A lead in the United States that asks to be called, which starts an hour of Vancouver's working time.
  SubmitResult SubmitOne(const std::string& who) {
    Enquiry e = HotEnquiry();
    e.account.name = who + " Inc.";
    e.account.domain = who + ".com";
    e.account.country = "US";
    e.contact.email = "ana@" + who + ".com";
    e.contact.language = "en";
    auto submitted = Submit(std::move(e));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? *submitted : SubmitResult{};
  }

  static bool SawFiveOClock(const SubmitResult& result) {
    for (const domain::Decision& decision : result.decisions) {
      for (const domain::Reason& reason : decision.reasons) {
        if (reason.rule_id == "title.owner" && reason.outcome == domain::ReasonOutcome::kFired) return true;
      }
    }
    return false;
  }

  static std::string DueOf(const domain::Lead& lead) { return lead.sla ? FormatTime(lead.sla->due) : "no clock"; }

  static std::string DueBy(const Snapshot& snapshot, std::string_view start) {
    const domain::SlaPolicy& sla = snapshot.rules->ForRegion("north_america").sla;
    return FormatTime(
        domain::StartClock(*sla.Find("contact_me"), *sla.FindCalendar("new_york"), *ParseTime(start)).due);
  }

  // "generation action: reason", newest last, of the central pack.
  std::vector<std::string> Changes() {
    std::vector<std::string> out;
    const auto history = History("packs/central");
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      const auto& change = std::get<domain::PackChanged>(event.payload);
      if (change.action != "tables_updated") continue;
      out.push_back(fmt::format("{} by {}: {}", change.generation, event.actor, change.reason));
    }
    return out;
  }

  int64_t Generation() { return holder_->Get()->ref->generation; }

  ZicFolder zic_;
  ZoneFolder zones_{zic_.path()};
  packs::PackSet set_;
  std::unique_ptr<PackRollout> packs_;
};

TEST_F(PackTablesTest, ReplacedZonesDecideFromTheNextDecisionOnUnderANewGeneration) {
  const std::shared_ptr<const Snapshot> before = holder_->Get();
  EXPECT_EQ(before->reference.time_zones, "2025b");
  const SubmitResult first = SubmitOne("first");
  EXPECT_EQ(first.snapshot->generation, 1);
  EXPECT_EQ(DueOf(first.lead), "2026-11-16T17:30:00Z") << "8:30 there is 16:30 by the old tables";
  EXPECT_FALSE(SawFiveOClock(first));
  EXPECT_FALSE(*packs_->TakeTimeZones({})) << "nothing changed";

  UseZones("2026f", kVancouver2026);
  EXPECT_EQ(SubmitOne("second").snapshot->generation, 1) << "not before they are taken";
  const auto taken = packs_->TakeTimeZones({});
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_TRUE(*taken);
  const SubmitResult third = SubmitOne("third");
  EXPECT_EQ(third.snapshot->generation, 2);
  EXPECT_EQ(third.decisions.front().snapshot->generation, 2);
  EXPECT_EQ(DueOf(third.lead), "2026-11-16T16:30:00Z");
  EXPECT_TRUE(SawFiveOClock(third));
  EXPECT_EQ(holder_->Get()->reference.time_zones, "2026f");

  // Who pinned the snapshot of before goes on with its zones, in calendars and in conditions.
  EXPECT_EQ(DueBy(*before, "2026-11-15T12:00:00Z"), "2026-11-16T17:30:00Z");
  EXPECT_EQ(DueBy(*holder_->Get(), "2026-11-15T12:00:00Z"), "2026-11-16T16:30:00Z");
  // A clock that runs keeps what was promised when it started.
  EXPECT_EQ(DueOf(*engine_->GetLead({}, LeadName(first.lead))), "2026-11-16T17:30:00Z");
  EXPECT_EQ(packs_->Get({})->rollout.reference.time_zones, "2026f");
  EXPECT_THAT(Changes(), ::testing::ElementsAre("2 by server: time zones 2025b -> 2026f"));
  EXPECT_FALSE(*packs_->TakeTimeZones({}));
  EXPECT_EQ(Generation(), 2);
}

TEST_F(PackTablesTest, AnActivationLooksFirst) {
  PackCheck check;
  packs::PackFiles files = *set_.Find("emea");
  Replace(files.files["scoring.yaml"], "    points: 5\n", "    points: 8\n");
  CallContext ops;
  ops.actor = "emea-ops";
  const auto proposal = packs_->Propose(ops, files, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status() << FormatDiagnostics(check.diagnostics);
  UseZones("2026f", kVancouver2026);
  const auto active =
      packs_->Activate(ops, {proposal->candidate.ref.sha256, ActivateRequest::Mode::kActive, 0, "more", false});
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(Generation(), 3);
  EXPECT_EQ(holder_->Get()->reference.time_zones, "2026f");
  EXPECT_EQ(DueBy(*holder_->Get(), "2026-11-15T12:00:00Z"), "2026-11-16T16:30:00Z");
  EXPECT_THAT(Changes(), ::testing::ElementsAre("2 by server: time zones 2025b -> 2026f"));

  UseZones("2026g", kVancouver2025);
  ASSERT_TRUE(packs_->Rollback(ops, "emea", "less").ok());
  EXPECT_EQ(Generation(), 5);
  EXPECT_EQ(DueBy(*holder_->Get(), "2026-11-15T12:00:00Z"), "2026-11-16T17:30:00Z");
}

TEST_F(PackTablesTest, ATrialGoesOnWithTheNewZones) {
  PackCheck check;
  packs::PackFiles files = *set_.Find("emea");
  Replace(files.files["scoring.yaml"], "    points: 5\n", "    points: 8\n");
  CallContext ops;
  ops.actor = "emea-ops";
  const auto proposal = packs_->Propose(ops, files, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  ASSERT_TRUE(
      packs_->Activate(ops, {proposal->candidate.ref.sha256, ActivateRequest::Mode::kCanary, 50, "", false}).ok());
  UseZones("2026f", kVancouver2026);
  const auto taken = packs_->TakeTimeZones({});
  ASSERT_TRUE(taken.ok()) << taken.status();
  const std::shared_ptr<const Deciding> deciding = holder_->GetDeciding();
  ASSERT_NE(deciding->canary, nullptr);
  EXPECT_EQ(deciding->active->ref->generation, 3);
  EXPECT_EQ(deciding->canary->ref->generation, 4);
  EXPECT_EQ(deciding->canary->reference.time_zones, "2026f");
  EXPECT_EQ(DueBy(*deciding->canary, "2026-11-15T12:00:00Z"), "2026-11-16T16:30:00Z");
  EXPECT_EQ(packs_->Get({})->rollout.trial->generation, 4);
}

TEST_F(PackTablesTest, WhatIsFoundAtTheStartGetsANewGenerationToo) {
  packs_ = Start(&zones_);
  EXPECT_EQ(Generation(), 1) << "the same tables";
  UseZones("2026f", kVancouver2026);
  packs_ = Start(&zones_);
  EXPECT_EQ(Generation(), 2);
  EXPECT_THAT(Changes(), ::testing::ElementsAre("2 by server: time zones 2025b -> 2026f"));
  // A package that mends a zone and keeps its version's name.
  UseZones("2026f", kVancouver2025);
  packs_ = Start(&zones_);
  EXPECT_EQ(Generation(), 3);
  ASSERT_EQ(Changes().size(), 2u);
  EXPECT_THAT(Changes().back(), HasSubstr("3 by server: time zones 2026f (files "));
}

TEST_F(PackTablesTest, ZonesThatCannotBeUsedChangeNothing) {
  const std::shared_ptr<const Snapshot> before = holder_->Get();
  std::ofstream(zic_ / "America/Vancouver") << "TZif2 and no more";
  auto taken = packs_->TakeTimeZones({});
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(taken.status().message()), HasSubstr("America/Vancouver"));
  // A database without a zone that the packs name.
  zic_.Compile("2026f", kOtherZones);
  taken = packs_->TakeTimeZones({});
  EXPECT_THAT(std::string(taken.status().message()), HasSubstr("\"America/Vancouver\" is not a time zone"));
  std::filesystem::remove_all(zic_.path());
  taken = packs_->TakeTimeZones({});
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(holder_->Get(), before);
  EXPECT_EQ(SubmitOne("still").snapshot->generation, 1);
  EXPECT_THAT(Changes(), IsEmpty());
  // Nor is an activation held up.
  CallContext ops;
  ops.actor = "emea-ops";
  EXPECT_EQ(packs_->Rollback(ops, "emea", "").status().code(), absl::StatusCode::kFailedPrecondition)
      << "there is no earlier version, which is all that is wrong";
}

TEST_F(PackTablesTest, AServerWithOtherTablesDoesNotFollow) {
  ZicFolder old_files;
  old_files.Compile("2025b", std::string(kVancouver2025) + std::string(kOtherZones));
  ZoneFolder old_zones(old_files.path());
  SnapshotHolder other_holder(nullptr);
  const auto other = Start(&old_zones, &other_holder);
  EXPECT_EQ(other_holder.Get()->ref->generation, 1) << "the same files in another place are the same tables";
  UseZones("2026f", kVancouver2026);
  ASSERT_TRUE(*packs_->TakeTimeZones({}));
  const absl::Status lacks = other->Refresh({});
  EXPECT_EQ(lacks.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(lacks.message()), HasSubstr("time zones 2026f decides, this server has 2025b"));
  EXPECT_EQ(other_holder.Get()->ref->generation, 1);
  // Its own package comes.
  old_files.Compile("2026f", std::string(kVancouver2026) + std::string(kOtherZones));
  const absl::Status follows = other->Refresh({});
  EXPECT_TRUE(follows.ok()) << follows;
  EXPECT_EQ(other_holder.Get()->ref->generation, 2);
  EXPECT_EQ(DueBy(*other_holder.Get(), "2026-11-15T12:00:00Z"), "2026-11-16T16:30:00Z");
}

}  // namespace
}  // namespace leadline::engine
