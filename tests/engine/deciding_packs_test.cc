// Whatever asks about a lead is answered by the packs that decide about that lead: a canary's candidate for the leads
// of its share, the active packs for all others.
#include <gmock/gmock.h>

#include <future>

#include "base/executor.h"
#include "engine/explain/explanation.h"
#include "tests/engine/counting_store.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using testing::HasSubstr;

class DecidingPacksTest : public PackRolloutTest {
 protected:
  // One lead within the share and one beside it, both at work.
  void TakeTwo(const std::string& sha256, int percent) {
    for (int i = 0; i < 200 && (within_.id.empty() || beside_.id.empty()); ++i) {
      Enquiry e = Purchaser();
      e.contact.email = fmt::format("p{}@firm{}.es", i, i);
      e.contact.given_name = fmt::format("Given{}", i);
      e.contact.family_name = fmt::format("Family{}", i);
      e.account = {};
      e.account.name = fmt::format("Firm {}", i);
      e.account.country = "ES";
      const auto taken = Submit(std::move(e));
      ASSERT_TRUE(taken.ok()) << taken.status();
      domain::Lead& place = InCanary(taken->lead.id, sha256, percent) ? within_ : beside_;
      if (place.id.empty()) place = taken->lead;
    }
    ASSERT_FALSE(within_.id.empty() || beside_.id.empty());
  }
  void TryCentral(const packs::PackFiles& files) {
    const std::string sha256 = Propose(files, "centre");
    ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
    ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
    Try(sha256);
  }
  void Try(const std::string& sha256) {
    const auto started = Activate(sha256, Mode::kCanary, kPercent);
    ASSERT_TRUE(started.ok()) << started.status();
    TakeTwo(sha256, kPercent);
  }

  absl::StatusOr<RecordResult> Reject(const domain::Lead& lead, const std::string& reason) {
    return Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead(As("ana"), LeadName(lead), reason, "", std::move(done)); });
  }
  absl::StatusOr<RecordResult> Dispose(const std::string& name, const std::string& disposition) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RecordDisposition(As("ana"), name, disposition, "", std::move(done));
    });
  }
  absl::StatusOr<RecordResult> Accept(const domain::Lead& lead, const std::string& rep) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->AcceptLead(As("ana"), LeadName(lead), "reps/" + rep, std::move(done));
    });
  }
  absl::StatusOr<domain::Lead> Reassign(const domain::Lead& lead, const std::string& rep) {
    return Wait<domain::Lead>([&](Done<domain::Lead> done) {
      engine_->ReassignLead(As("ana"), LeadName(lead), "reps/" + rep, "on holiday", std::move(done));
    });
  }
  absl::StatusOr<RepView> SetAvailable(const std::string& rep, bool available) {
    return Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability(As("ana"), "reps/" + rep, available, 0, std::move(done)); });
  }

  static constexpr int kPercent = 50;
  domain::Lead within_, beside_;
};

TEST_F(DecidingPacksTest, ReasonsToReject) {
  ASSERT_NO_FATAL_FAILURE(
      TryCentral(Edited("central", "status.yaml", "  - not_reachable\n", "  - not_reachable\n  - moved_abroad\n")));
  const auto beside = Reject(beside_, "moved_abroad");
  EXPECT_EQ(beside.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(beside.status().message()), HasSubstr("moved_abroad"));
  const auto within = Reject(within_, "moved_abroad");
  ASSERT_TRUE(within.ok()) << within.status();
  EXPECT_EQ(within->lead->status, "re_market");
  EXPECT_TRUE(Reject(beside_, "no_need").ok());
}

TEST_F(DecidingPacksTest, AReasonThatTheCandidateTookAway) {
  ASSERT_NO_FATAL_FAILURE(TryCentral(Edited("central", "status.yaml", "  - no_budget\n", "")));
  EXPECT_EQ(Reject(within_, "no_budget").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Reject(beside_, "no_budget").ok());
}

TEST_F(DecidingPacksTest, Dispositions) {
  ASSERT_NO_FATAL_FAILURE(
      TryCentral(Edited("central", "status.yaml", "  - no_answer\n", "  - no_answer\n  - on_holiday\n")));
  EXPECT_TRUE(Dispose(LeadName(within_), "on_holiday").ok());
  EXPECT_EQ(Dispose(LeadName(beside_), "on_holiday").status().code(), absl::StatusCode::kInvalidArgument);
  // A person alone is no lead of a share.
  EXPECT_EQ(Dispose("contacts/" + within_.contacts[0].contact_id, "on_holiday").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(DecidingPacksTest, RepsWhomTheCandidateLists) {
  packs::PackFiles files = *folder_set_.Find("emea");
  std::string& routing = files.files["routing.yaml"];
  routing = Replaced(routing, "id: emea-marco-bianchi,", "id: emea-nina-falk,");
  ASSERT_NO_FATAL_FAILURE(Try(Propose(files)));
  EXPECT_EQ(Accept(beside_, "emea-nina-falk").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Accept(within_, "emea-marco-bianchi").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Reassign(beside_, "emea-nina-falk").status().code(), absl::StatusCode::kInvalidArgument);
  const auto reassigned = Reassign(within_, "emea-nina-falk");
  ASSERT_TRUE(reassigned.ok()) << reassigned.status();
  EXPECT_EQ(reassigned->assignee, "emea-nina-falk");
  const auto accepted = Accept(within_, "emea-nina-falk");
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->lead->status, "sal");
  EXPECT_TRUE(Accept(beside_, "emea-marco-bianchi").ok());
  // Both work leads, so both may be away.
  EXPECT_TRUE(SetAvailable("emea-nina-falk", false).ok());
  EXPECT_TRUE(SetAvailable("emea-marco-bianchi", false).ok());
  EXPECT_EQ(SetAvailable("emea-nobody", false).status().code(), absl::StatusCode::kNotFound);
}

// The thread that takes calls waits for no disk.
TEST_F(DecidingPacksTest, ActivitiesAreCheckedInTheirTurn) {
  ASSERT_NO_FATAL_FAILURE(Try(Propose(GenerousEmea())));
  CountingStore store(*store_);
  Executor deciders(1, 16);
  EngineOptions options{&clock_, &ids_, &store, holder_.get()};
  options.deciders = &deciders;
  Engine engine(options);
  std::promise<void> go;
  ASSERT_TRUE(deciders.TryRun([wait = go.get_future().share()] { wait.wait(); }));
  std::vector<std::future<absl::StatusOr<ActivityResult>>> results;
  const auto record = [&](const std::string& lead_id, const std::string& channel) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<ActivityResult>>>();
    results.push_back(promise->get_future());
    domain::Activity activity = Did(channel, "low", "visit");
    activity.lead_id = lead_id;
    engine.RecordActivity({}, std::move(activity), [promise](auto result) { promise->set_value(std::move(result)); });
  };
  record(within_.id, "website");
  record(beside_.id, "");
  record("nobody", "");
  record("nobody", "website");
  EXPECT_EQ(store.reads, 0);
  go.set_value();
  const auto done = results[0].get();
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->snapshot->generation, 2);
  EXPECT_TRUE(absl::IsInvalidArgument(results[1].get().status()));
  EXPECT_TRUE(absl::IsInvalidArgument(results[2].get().status()));
  EXPECT_TRUE(absl::IsNotFound(results[3].get().status()));
  deciders.Stop();
}

TEST_F(DecidingPacksTest, Explanations) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_NO_FATAL_FAILURE(Try(sha256));
  EXPECT_NEAR(within_.score.adjustment - beside_.score.adjustment, 3, 1e-6);
  for (const domain::Lead& lead : {within_, beside_}) {
    const auto explained = engine_->ExplainLead({}, ExplainRequest{.name = LeadName(lead)});
    ASSERT_TRUE(explained.ok()) << explained.status();
    EXPECT_EQ(explained->snapshot->generation, lead.id == within_.id ? 2 : 1);
    EXPECT_NEAR(explained->score.adjustment, lead.score.adjustment, 1e-6);
  }
  // In a shadow all are the active packs'.
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "").ok());
  ASSERT_TRUE(Activate(sha256, Mode::kShadow).ok());
  const auto explained = engine_->ExplainLead({}, ExplainRequest{.name = LeadName(within_)});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->snapshot->generation, 1);
  EXPECT_NEAR(explained->score.adjustment, beside_.score.adjustment, 1e-6);
}

TEST_F(DecidingPacksTest, Duplicates) {
  ASSERT_NO_FATAL_FAILURE(
      TryCentral(Edited("central", "merge.yaml", "{match: 0.95, possible: 0.5}", "{match: 0.95, possible: 0.0001}")));
  // Of the first person that is like it.
  const auto verdict = [&](const std::string& name) {
    const auto found = engine_->FindDuplicates({}, name, 50);
    EXPECT_TRUE(found.ok()) << found.status();
    for (const DuplicateCandidate& candidate : *found) {
      if (candidate.name.starts_with("contacts/")) return candidate.verdict;
    }
    ADD_FAILURE() << "nobody is like " << name;
    return domain::DuplicateVerdict::kMatch;
  };
  for (const domain::Lead& lead : {within_, beside_}) {
    // A namesake at another company: alike, and hardly the same.
    const std::string person = "contacts/" + lead.contacts[0].contact_id;
    const auto entity = engine_->GetEntity({}, person);
    ASSERT_TRUE(entity.ok()) << entity.status();
    Enquiry e = Purchaser();
    e.contact.given_name = entity->contact->given_name;
    e.contact.family_name = entity->contact->family_name;
    e.contact.email = lead.id + "@elsewhere.org";
    e.account = {};
    e.account.name = "Quite another company";
    e.account.country = "ES";
    ASSERT_TRUE(Submit(std::move(e)).ok());
    const bool possible = lead.id == within_.id;
    EXPECT_EQ(verdict(LeadName(lead)),
              possible ? domain::DuplicateVerdict::kPossible : domain::DuplicateVerdict::kDifferent);
    EXPECT_EQ(verdict(person), domain::DuplicateVerdict::kDifferent) << "a person alone is in no share";
  }
}

// A merged lead is decided as the one that stays, and after a separation each as itself.
TEST_F(DecidingPacksTest, MergedLeads) {
  ASSERT_NO_FATAL_FAILURE(Try(Propose(GenerousEmea())));
  const auto scored_by = [&](const domain::Lead& lead) {
    int64_t generation = 0;
    const auto history = History(LeadName(lead));
    for (const domain::Event& event : *history) {
      const bool own = event.record == domain::RecordRef{domain::RecordKind::kLead, lead.id};
      if (own && std::holds_alternative<domain::ScoreChanged>(event.payload)) generation = event.generation;
    }
    return generation;
  };
  for (const bool stays_within : {false, true}) {
    const domain::Lead& survivor = stays_within ? within_ : beside_;
    const domain::Lead absorbed = *engine_->GetLead({}, LeadName(stays_within ? beside_ : within_));
    const int64_t decides = stays_within ? 2 : 1;
    const auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge(As("ana"), LeadName(survivor), LeadName(absorbed), "the same", std::move(done));
    });
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(scored_by(survivor), decides);
    // Whatever is said of the other one is of the survivor.
    domain::Activity activity = Did("website", "low", "visit");
    activity.lead_id = absorbed.id;
    const auto acted = Act(activity);
    ASSERT_TRUE(acted.ok()) << acted.status();
    EXPECT_EQ(acted->snapshot->generation, decides);
    const auto again = Act(acted->activity);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->snapshot->generation, decides);
    const auto separated = Wait<UnmergeResult>([&](Done<UnmergeResult> done) {
      engine_->Unmerge(As("ana"), merged->merge_id, "not the same", std::move(done));
    });
    ASSERT_TRUE(separated.ok()) << separated.status();
    EXPECT_EQ(scored_by(survivor), decides);
    EXPECT_NEAR(separated->restored.lead->score.adjustment, absorbed.score.adjustment, 1e-6);
  }
}

}  // namespace
}  // namespace leadline::engine
