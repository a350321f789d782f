// What decides outlives the server: restarts with another folder, and kill -9 at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

TEST(PackRestartTest, TheStoresPacksDecideAlthoughTheFolderDiffers) {
  TempFolder folder;
  ServerSetup setup;
  setup.rules = folder.path() + "/rules";
  std::filesystem::copy(std::string(LEADLINE_SOURCE_DIR) + "/rules", setup.rules,
                        std::filesystem::copy_options::recursive);
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  v1::SnapshotRef activated;
  {
    PackClient ops(server.channel(), "olga");
    v1::ActivatePackResponse response;
    ASSERT_TRUE(ops.Activate(ops.Kept("emea", EmeaVersion("2026.2.0", 7)), &response).ok());
    activated = response.snapshot();
    const std::string next = ops.Kept("emea", EmeaVersion("2026.3.0", 6));
    ASSERT_TRUE(ops.Activate(ActivationOf(next, v1::ACTIVATION_MODE_SHADOW), &response).ok());
  }
  // Neither the new version nor what the folder becomes now stands in the folder that decided first.
  std::ofstream(setup.rules + "/regions/latam/pack.yaml", std::ios::app) << "# another one\n";
  server.Kill();
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(server.output(), HasSubstr("the packs of the folder are not those that decide"));
  {
    PackClient ops(server.channel(), "olga");
    EXPECT_EQ(ops.Snapshot().SerializeAsString(), activated.SerializeAsString());
    EXPECT_EQ(ops.Rollout().trial().ref().version(), "2026.3.0") << "the trial goes on";
    EXPECT_EQ(ops.Rollout().candidates_size(), 2);
    v1::RollbackPackResponse back;
    ASSERT_TRUE(ops.Rollback("emea", &back).ok());
    EXPECT_GT(back.snapshot().generation(), activated.generation());
  }

  // Nor does it need the folder at all.
  server.Kill();
  std::filesystem::rename(setup.rules, setup.rules + ".away");
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(server.output(), HasSubstr("the folder of rule packs cannot be read; the packs of the store decide"));
  EXPECT_EQ(HashOf(PackClient(server.channel(), "olga").Snapshot(), "latam"), HashOf(activated, "latam"));
  std::filesystem::rename(setup.rules + ".away", setup.rules);

  // Asked for, the folder decides.
  EXPECT_EQ(server.Stop().exit_code, 0);
  ServerSetup adopting = setup;
  adopting.data = server.data();
  adopting.flags = {"--adopt-rules"};
  ServerProcess adopted(adopting);
  ASSERT_TRUE(adopted.Start()) << adopted.output();
  EXPECT_THAT(adopted.output(), Not(HasSubstr("are not those that decide")));
  PackClient ops(adopted.channel(), "olga");
  EXPECT_NE(HashOf(ops.Snapshot(), "latam"), HashOf(activated, "latam"));
  EXPECT_EQ(ops.Timeline("latam").back().pack_changed().action(), v1::PACK_ACTION_ACTIVATED);
}

// The last activation that was acknowledged decides after the crash, or one that was under way.
TEST(PackRestartTest, AcknowledgedActivationsSurvive) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::vector<std::string> versions;
  {
    PackClient ops(server.channel(), "olga");
    for (int points : {5, 6, 7}) {
      versions.push_back(ops.Kept("emea", EmeaVersion("2026.2." + std::to_string(points), points)));
    }
  }
  std::mt19937 random(5);
  int64_t acknowledged_in_all = 0;
  for (int round = 0; round < 4; ++round) {
    std::string acknowledged, under_way;
    int64_t generation = 0;
    std::atomic<int> count{0};
    std::thread changing([&] {
      PackClient ops(server.NewChannel(), "olga");
      acknowledged = HashOf(ops.Snapshot(), "emea");
      while (true) {
        size_t next = random() % versions.size();
        if (versions[next] == acknowledged) next = (next + 1) % versions.size();
        under_way = versions[next];
        v1::ActivatePackResponse response;
        if (!ops.Activate(under_way, &response).ok()) return;
        acknowledged = under_way;
        EXPECT_GT(response.snapshot().generation(), generation);
        generation = response.snapshot().generation();
        ++count;
      }
    });
    while (count < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 37));
    server.Kill();
    changing.join();
    acknowledged_in_all += count;
    ASSERT_TRUE(server.Start()) << server.output();
    PackClient ops(server.channel(), "olga");
    ops.AwaitAll();  // what was under way goes on
    const v1::SnapshotRef now = ops.Snapshot();
    EXPECT_THAT(HashOf(now, "emea"), AnyOf(Eq(acknowledged), Eq(under_way)));
    EXPECT_GE(now.generation(), generation);
    // The ledger tells the same.
    const std::vector<v1::Event> events = ops.Timeline("emea");
    EXPECT_EQ(events.back().pack_changed().sha256(), HashOf(now, "emea"));
    EXPECT_EQ(events.back().pack_changed().generation(), now.generation());
    for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i) + 1);
  }
  EXPECT_GE(acknowledged_in_all, 8);
}

// Enquiries, a third of them from Brazil, the others from Germany.
void Fill(ServerProcess& server, int count) {
  const auto stub = v1::LeadService::NewStub(server.channel());
  for (int i = 0; i < count; ++i) {
    v1::SubmitEnquiryRequest request = EnquiryNumber(i);
    if (i % 3 == 0) {
      const std::string domain = "empresa" + std::to_string(i) + ".example";
      request.mutable_enquiry()->mutable_account()->set_display_name("Empresa " + std::to_string(i));
      request.mutable_enquiry()->mutable_account()->set_domain(domain);
      request.mutable_enquiry()->mutable_account()->set_country("BR");
      request.mutable_enquiry()->mutable_contact()->set_email("ana@" + domain);
    }
    v1::Activity& fair = *request.mutable_enquiry()->add_activities();
    fair.set_channel("event");
    fair.set_investment("high");
    fair.set_response("attend");
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

// What stands of each lead is what the active packs make of it for the moment that it stands for.
void ExpectScoredByWhatDecides(ServerProcess& server) {
  v1::ListLeadsRequest list;
  list.set_page_size(1000);
  v1::ListLeadsResponse leads;
  ASSERT_TRUE(v1::LeadService::NewStub(server.channel())->ListLeads(NewContext().get(), list, &leads).ok());
  EXPECT_FALSE(leads.leads().empty());
  const auto scoring = v1::ScoringService::NewStub(server.channel());
  for (const v1::Lead& lead : leads.leads()) {
    v1::ScoreLeadRequest request;
    request.set_name(lead.name());
    *request.mutable_as_of_time() = lead.score().as_of_time();
    v1::ScoreLeadResponse response;
    ASSERT_TRUE(scoring->ScoreLead(NewContext().get(), request, &response).ok());
    EXPECT_EQ(lead.score().total(), response.score().total()) << lead.name();
    EXPECT_EQ(lead.score().adjustment(), response.score().adjustment()) << lead.name();
  }
}

// Killed again and again while leads are scored again, it goes on where it was, and misses none.
TEST(PackRestartTest, ARescoringGoesOnAfterEachCrash) {
  constexpr int kLeads = 60;
  ServerSetup setup;
  setup.flags = {"--rescore-rate", "20"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  ASSERT_NO_FATAL_FAILURE(Fill(server, kLeads));
  {
    PackClient ops(server.channel(), "olga");
    const std::string sha256 = ops.Kept("emea", EmeaVersion("2026.2.0", 7));
    v1::ActivatePackResponse response;
    ASSERT_TRUE(ops.Activate(ActivationOf(sha256, v1::ACTIVATION_MODE_ACTIVE), &response).ok());
  }
  for (const int64_t done : {0, 5, 15}) {
    PackClient ops(server.channel(), "olga");
    ASSERT_TRUE(ops.WaitFor([&](const v1::Rollout& rollout) { return rollout.rescoring().done_count() >= done; }));
    EXPECT_FALSE(ops.Rollout().rescoring().has_end_time()) << "it was killed too late to show anything";
    server.Kill();
    ASSERT_TRUE(server.Start()) << server.output();
    EXPECT_GE(PackClient(server.channel(), "olga").Rollout().rescoring().done_count(), done);
  }
  PackClient ops(server.channel(), "olga");
  ASSERT_TRUE(ops.WaitFor([](const v1::Rollout& rollout) { return rollout.rescoring().has_end_time(); }));
  const v1::Rescoring rescoring = ops.Rollout().rescoring();
  EXPECT_EQ(rescoring.lead_count(), kLeads);
  EXPECT_EQ(rescoring.done_count(), kLeads);
  EXPECT_EQ(rescoring.left_out_count(), kLeads / 3);
  EXPECT_GT(rescoring.changed_count(), 0);
  EXPECT_EQ(rescoring.changed_count() + rescoring.unchanged_count() + rescoring.left_out_count(), kLeads);
  EXPECT_THAT(rescoring.regions(), testing::ElementsAre("emea"));
  ExpectScoredByWhatDecides(server);
  const Ended verified = VerifyStore(server);
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

}  // namespace
}  // namespace leadline::e2e
