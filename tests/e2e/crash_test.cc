// kill -9 at any moment: nothing acknowledged is lost, nothing stands twice, and histories agree with the records.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "fmt/format.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

std::vector<v1::Lead> AllLeads(const ServerProcess& server) {
  v1::LeadService::Stub stub(server.channel());
  std::vector<v1::Lead> leads;
  v1::ListLeadsRequest request;
  request.set_page_size(500);
  while (true) {
    v1::ListLeadsResponse response;
    grpc::Status status = stub.ListLeads(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (v1::Lead& lead : *response.mutable_leads()) leads.push_back(std::move(lead));
    if (!status.ok() || response.next_page_token().empty()) return leads;
    request.set_page_token(response.next_page_token());
  }
}

// Folds a lead's own events and compares with the record.
void ExpectHistoryAgrees(const ServerProcess& server, const v1::Lead& lead) {
  v1::LeadService::Stub stub(server.channel());
  v1::GetTimelineRequest request;
  request.set_name(lead.name());
  request.set_page_size(1000);
  v1::GetTimelineResponse response;
  ASSERT_TRUE(stub.GetTimeline(NewContext().get(), request, &response).ok());
  int64_t sequence = 0, activities = 0;
  std::string status, assignee;
  double score = 0;
  for (const v1::Event& event : response.events()) {
    EXPECT_EQ(event.sequence(), ++sequence) << lead.name();
    if (event.has_status_changed()) {
      EXPECT_EQ(event.status_changed().from_status(), status);
      status = event.status_changed().to_status();
    }
    if (event.has_assigned()) assignee = event.assigned().rep();
    if (event.has_score_changed()) score = event.score_changed().score().total();
    if (event.has_activity_recorded()) ++activities;
  }
  EXPECT_GT(sequence, 0) << lead.name();
  EXPECT_EQ(status, lead.status());
  EXPECT_EQ(assignee, lead.assignee());
  EXPECT_DOUBLE_EQ(score, lead.score().total());
  EXPECT_EQ(activities, lead.activity_count());
}

void ExpectStoreAsTold(ServerProcess& server) {
  const Ended verified = VerifyStore(server);
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST(CrashTest, AcknowledgedSubmitsSurviveAndActOnce) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::map<std::string, std::string> acknowledged;  // request id -> lead
  std::set<std::string> sent;
  std::mutex mutex;
  std::mt19937 random(11);
  constexpr int kRounds = 4, kThreads = 8;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        auto stub = v1::LeadService::NewStub(server.NewChannel());
        for (int i = 0; !stop; ++i) {
          int number = (round * kThreads + t) * 10'000 + i;
          v1::SubmitEnquiryRequest request = EnquiryNumber(number);
          request.set_request_id(fmt::format("r{}", number));
          {
            std::lock_guard lock(mutex);
            sent.insert(request.request_id());
          }
          v1::SubmitEnquiryResponse response;
          if (!stub->SubmitEnquiry(NewContext(10).get(), request, &response).ok()) return;
          std::lock_guard lock(mutex);
          acknowledged[request.request_id()] = response.lead().name();
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 700));
    server.Kill();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    ExpectStoreAsTold(server);
    ASSERT_TRUE(server.Start()) << server.output();
  }
  ASSERT_GT(acknowledged.size(), 20u);

  // Every request is sent again: the known ones answer with the lead they made, the lost ones make theirs now.
  auto stub = v1::LeadService::NewStub(server.channel());
  for (const std::string& id : sent) {
    v1::SubmitEnquiryRequest request = EnquiryNumber(std::stoi(id.substr(1)));
    request.set_request_id(id);
    v1::SubmitEnquiryResponse response;
    grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    if (auto known = acknowledged.find(id); known != acknowledged.end()) {
      EXPECT_TRUE(response.replayed()) << id << " was acknowledged and is lost";
      EXPECT_EQ(response.lead().name(), known->second);
    }
  }
  std::vector<v1::Lead> leads = AllLeads(server);
  EXPECT_EQ(leads.size(), sent.size()) << "each request makes one lead";
  for (size_t i = 0; i < leads.size(); i += 1 + leads.size() / 200) ExpectHistoryAgrees(server, leads[i]);
  ExpectStoreAsTold(server);
}

class ImportCrashTest : public ::testing::Test {
 protected:
  static constexpr int kRows = 4000;

  void SetUp() override {
    std::ofstream csv(folder_.path() + "/people.csv");
    csv << "given,family,email,company,domain\n";
    for (int i = 0; i < kRows; ++i) {
      csv << fmt::format("Given{},Family{},p{}@firm{}.example.com,Firm {},firm{}.com\n", i, i, i, i % 500, i % 500,
                         i % 500);
    }
    std::ofstream map(folder_.path() + "/people.yaml");
    map << "enquiry:\n"
           "  source: '\"fair\"'\n"
           "  account: {display_name: company, domain: domain, country: '\"DE\"'}\n"
           "  contact: {given_name: given, family_name: family, email: email}\n"
           "  activities:\n"
           "    - {channel: '\"event\"', investment: '\"high\"', response: '\"attend\"'}\n";
  }
  Ended Import(const ServerProcess& server) {
    return RunProgram({kClient, "--server", server.address(), "import", folder_.path() + "/people.csv", "--map",
                       folder_.path() + "/people.yaml", "--batch", "50"},
                      std::chrono::milliseconds(120'000));
  }

  TempFolder folder_;
};

TEST_F(ImportCrashTest, AnImportGoesOnAfterTheServerDied) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  Ended first;
  std::thread importing([&] { first = Import(server); });
  v1::LeadService::Stub stub(server.channel());
  // Killed in the middle: as soon as some rows are there.
  for (int i = 0; i < 2000; ++i) {
    v1::ListLeadsRequest request;
    request.set_page_size(200);
    v1::ListLeadsResponse response;
    if (stub.ListLeads(NewContext().get(), request, &response).ok() && response.leads_size() >= 200) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  server.Kill();
  importing.join();
  EXPECT_NE(first.exit_code, 0) << "an import that was cut off says so";
  ExpectStoreAsTold(server);
  ASSERT_TRUE(server.Start()) << server.output();
  size_t there = AllLeads(server).size();
  EXPECT_GT(there, 0u);
  EXPECT_LT(there, static_cast<size_t>(kRows));

  Ended second = Import(server);
  EXPECT_EQ(second.exit_code, 0) << second.output;
  EXPECT_NE(second.output.find(fmt::format("{} read = ", kRows)), std::string::npos) << second.output;
  EXPECT_EQ(AllLeads(server).size(), static_cast<size_t>(kRows));
  Ended third = Import(server);
  EXPECT_EQ(third.exit_code, 0) << third.output;
  EXPECT_EQ(AllLeads(server).size(), static_cast<size_t>(kRows)) << "running it again changes nothing";
  ExpectStoreAsTold(server);
}

}  // namespace
}  // namespace leadline::e2e
