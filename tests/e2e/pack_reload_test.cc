// Packs change under load: no request fails, and every request is decided by one set of packs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "fmt/format.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

// Which packs each generation consists of, as activations and rollbacks told.
using Generations = std::map<int64_t, std::vector<std::string>>;

// One answer: what it says decided.
struct Answer {
  std::string request_id;  // empty for reads
  v1::SnapshotRef snapshot;
};

class Caller {
 public:
  Caller(const ServerProcess& server, int number, std::atomic<int64_t>& newest)
      : number_(number), channel_(server.NewChannel()), newest_(newest) {}

  void Run(const std::atomic<bool>& stop) {
    for (int i = 0; !stop && !testing::Test::HasFailure(); ++i) Once(i);
  }
  const std::vector<Answer>& answers() const { return answers_; }

 private:
  void Once(int i) {
    v1::SubmitEnquiryRequest enquiry = EnquiryNumber(number_ * 100'000 + i);
    enquiry.mutable_enquiry()->set_region("emea");
    enquiry.set_request_id(fmt::format("submit-{}-{}", number_, i));
    v1::SubmitEnquiryResponse submitted;
    Expect(leads_->SubmitEnquiry(NewContext().get(), enquiry, &submitted), "SubmitEnquiry");
    Note(enquiry.request_id(), submitted.snapshot(), submitted.decisions());

    v1::RecordActivityRequest visit;
    visit.set_request_id(fmt::format("visit-{}-{}", number_, i));
    v1::Activity* activity = visit.mutable_activity();
    activity->set_lead(submitted.lead().name());
    activity->set_channel("event");
    activity->set_investment("high");
    activity->set_response("attend");
    v1::RecordActivityResponse visited;
    Expect(leads_->RecordActivity(NewContext().get(), visit, &visited), "RecordActivity");
    Note(visit.request_id(), visited.snapshot(), visited.decisions());

    v1::ScoreLeadRequest score;
    score.set_name(submitted.lead().name());
    v1::ScoreLeadResponse scored;
    Expect(scoring_->ScoreLead(NewContext().get(), score, &scored), "ScoreLead");
    ASSERT_GT(scored.decisions_size(), 0);
    Note("", scored.decisions(0).snapshot(), scored.decisions());
  }

  void Expect(const grpc::Status& status, const char* call) {
    EXPECT_TRUE(status.ok()) << call << ": " << status.error_code() << " " << status.error_message();
  }

  // Everything that one answer decides was decided by the same packs.
  void Note(const std::string& request_id, const v1::SnapshotRef& snapshot,
            const google::protobuf::RepeatedPtrField<v1::Decision>& decisions) {
    for (const v1::Decision& decision : decisions) {
      EXPECT_EQ(decision.snapshot().generation(), snapshot.generation()) << decision.ShortDebugString();
      EXPECT_EQ(HashesOf(decision.snapshot()), HashesOf(snapshot));
    }
    answers_.push_back({request_id, snapshot});
    int64_t seen = newest_;
    while (seen < snapshot.generation() && !newest_.compare_exchange_weak(seen, snapshot.generation())) {
    }
  }

  const int number_;
  const std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::LeadService::Stub> leads_ = v1::LeadService::NewStub(channel_);
  std::unique_ptr<v1::ScoringService::Stub> scoring_ = v1::ScoringService::NewStub(channel_);
  std::atomic<int64_t>& newest_;
  std::vector<Answer> answers_;
};

// Changes what decides, again and again; each change is waited for until an answer shows it.
void ChangePacks(PackClient& ops, const std::vector<std::string>& versions, Generations& generations,
                 const std::atomic<int64_t>& newest) {
  constexpr int kChanges = 30;
  std::string active;
  for (int i = 0; i < kChanges && !testing::Test::HasFailure(); ++i) {
    v1::SnapshotRef snapshot;
    if (i % 6 == 5) {
      v1::RollbackPackResponse response;
      grpc::Status status = ops.Rollback("emea", &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      snapshot = response.snapshot();
    } else {
      std::string next = versions[static_cast<size_t>(i) % versions.size()];
      if (next == active) next = versions[static_cast<size_t>(i + 1) % versions.size()];
      v1::ActivatePackRequest request = ActivationOf(next, v1::ACTIVATION_MODE_ACTIVE);
      request.set_skip_rescoring(i % 3 != 0);
      v1::ActivatePackResponse response;
      grpc::Status status = ops.Activate(request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      snapshot = response.snapshot();
      EXPECT_EQ(HashOf(snapshot, "emea"), next);
    }
    active = HashOf(snapshot, "emea");
    EXPECT_TRUE(generations.emplace(snapshot.generation(), HashesOf(snapshot)).second) << snapshot.generation();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (newest < snapshot.generation() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_GE(newest, snapshot.generation()) << "no answer shows the change";
  }
}

// Every entry of the ledger, until the server says that there are no more.
std::vector<v1::Event> AllEvents(const ServerProcess& server) {
  std::vector<v1::Event> events;
  auto context = NewContext();
  auto stub = v1::LeadService::NewStub(server.channel());
  auto stream = stub->WatchEvents(context.get(), {});
  v1::WatchEventsResponse response;
  while (stream->Read(&response) && response.has_event()) events.push_back(response.event());
  context->TryCancel();
  (void)stream->Finish();
  return events;
}

TEST(PackReloadTest, ChangesUnderLoadAreAtomic) {
  ServerSetup setup;
  setup.flags = {"--heartbeat", "1s"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  PackClient ops(server.NewChannel(), "olga");
  Generations generations = {{ops.Snapshot().generation(), HashesOf(ops.Snapshot())}};
  std::vector<std::string> versions;
  for (int points : {5, 6, 7}) {
    versions.push_back(ops.Kept("emea", EmeaVersion("2026.2." + std::to_string(points), points)));
  }

  constexpr int kCallers = 6;
  std::atomic<bool> stop{false};
  std::atomic<int64_t> newest{0};
  std::vector<std::unique_ptr<Caller>> callers;
  std::vector<std::thread> threads;
  for (int c = 0; c < kCallers; ++c) {
    callers.push_back(std::make_unique<Caller>(server, c, newest));
    threads.emplace_back([&, caller = callers.back().get()] { caller->Run(stop); });
  }
  ChangePacks(ops, versions, generations, newest);
  stop = true;
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, int64_t> generation_of;  // by request id
  std::set<int64_t> seen;
  for (const auto& caller : callers) {
    for (const Answer& answer : caller->answers()) {
      const auto known = generations.find(answer.snapshot.generation());
      ASSERT_NE(known, generations.end()) << answer.snapshot.ShortDebugString();
      EXPECT_EQ(HashesOf(answer.snapshot), known->second);
      seen.insert(answer.snapshot.generation());
      if (!answer.request_id.empty()) generation_of[answer.request_id] = answer.snapshot.generation();
    }
  }
  EXPECT_GE(seen.size(), 30u);

  size_t of_requests = 0;
  for (const v1::Event& event : AllEvents(server)) {
    const auto known = generations.find(event.generation());
    ASSERT_NE(known, generations.end()) << event.ShortDebugString();
    EXPECT_EQ(std::vector<std::string>(event.pack_hashes().begin(), event.pack_hashes().end()), known->second)
        << event.ShortDebugString();
    if (event.has_decision() && event.decision().has_snapshot()) {
      EXPECT_EQ(event.decision().snapshot().generation(), event.generation()) << event.ShortDebugString();
    }
    const auto request = generation_of.find(event.request_id());
    if (request == generation_of.end()) continue;
    ++of_requests;
    EXPECT_EQ(event.generation(), request->second) << event.ShortDebugString();
  }
  EXPECT_GE(of_requests, generation_of.size());
  EXPECT_EQ(server.Stop().exit_code, 0);
}

}  // namespace
}  // namespace leadline::e2e
