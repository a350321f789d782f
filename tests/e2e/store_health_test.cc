// A server whose disk is full or takes no more: calls that write say so, health says so under names of its own, reads
// go on, and all of it ends by itself when the disk takes data again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/health_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using grpc::health::v1::HealthCheckResponse;
using testing::AnyOf;
using testing::HasSubstr;

constexpr auto kServing = HealthCheckResponse::SERVING;
constexpr auto kNotServing = HealthCheckResponse::NOT_SERVING;
const char* const kWriters[] = {"LeadService",    "StatusService", "ScoringService",
                                "RoutingService", "MergeService",  "AdminService"};

bool Becomes(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

bool WritesBecome(const ServerProcess& server, HealthCheckResponse::ServingStatus status) {
  return Becomes([&] { return HealthOf(server, "leadline.v1.LeadService/write") == status; });
}

// Submits enquiries, each under a name, and knows which were acknowledged with which lead.
class SubmitterOfMany {
 public:
  explicit SubmitterOfMany(const ServerProcess& server) : server_(server) {}

  grpc::Status Submit(int number, bool* replayed = nullptr) {
    v1::SubmitEnquiryRequest request = EnquiryNumber(number);
    request.set_request_id("r" + std::to_string(number));
    v1::SubmitEnquiryResponse response;
    v1::LeadService::Stub stub(server_.channel());
    grpc::Status status = stub.SubmitEnquiry(NewContext().get(), request, &response);
    if (status.ok()) acknowledged_[number] = response.lead().name();
    if (replayed != nullptr) *replayed = response.replayed();
    return status;
  }
  void ExpectAllAreThere() const {
    v1::LeadService::Stub stub(server_.channel());
    for (const auto& [number, name] : acknowledged_) {
      v1::GetLeadRequest request;
      request.set_name(name);
      v1::Lead lead;
      const grpc::Status status = stub.GetLead(NewContext().get(), request, &lead);
      EXPECT_TRUE(status.ok()) << number << ": " << status.error_message();
    }
  }

 private:
  const ServerProcess& server_;
  std::map<int, std::string> acknowledged_;
};

// What holds of every outage: `stop` takes the room from the running server, `give_back` gives it back.
void ExpectAnOutageThatEnds(ServerProcess& server, const std::string& reason, const std::function<void()>& stop,
                            const std::function<void()>& give_back) {
  SubmitterOfMany submitter(server);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(submitter.Submit(i).ok());
  ASSERT_EQ(HealthOf(server, "leadline.v1.LeadService/write"), kServing);

  stop();
  const grpc::Status refused = submitter.Submit(100);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE) << refused.error_message();
  EXPECT_EQ(ErrorInfoOf(refused), reason + "@leadline.dev");
  EXPECT_THAT(refused.error_message(),
              AnyOf(HasSubstr("the disk of the store is full"), HasSubstr("the disk of the store fails")));
  EXPECT_TRUE(WritesBecome(server, kNotServing));
  for (const char* service : kWriters) {
    EXPECT_EQ(HealthOf(server, std::string("leadline.v1.") + service + "/write"), kNotServing) << service;
    EXPECT_EQ(HealthOf(server, std::string("leadline.v1.") + service), kServing) << service;
  }
  EXPECT_EQ(HealthOf(server, "leadline.v1.ReportService"), kServing);
  EXPECT_EQ(HealthOf(server, ""), kServing);
  submitter.ExpectAllAreThere();
  EXPECT_THAT(server.output(), HasSubstr("the store cannot be written"));
  EXPECT_THAT(server.output(), HasSubstr(reason == "STORE_FULL" ? "is full" : "fails"));
  EXPECT_EQ(submitter.Submit(101).error_code(), grpc::StatusCode::UNAVAILABLE) << "as long as it lasts";

  give_back();
  EXPECT_TRUE(WritesBecome(server, kServing));
  EXPECT_THAT(server.output(), HasSubstr("the store can be written again"));
  for (const int number : {100, 101}) {
    bool replayed = true;
    EXPECT_TRUE(submitter.Submit(number, &replayed).ok());
    EXPECT_FALSE(replayed) << number << ": it was refused, so nothing of it was stored";
  }
  submitter.ExpectAllAreThere();
  server.Kill();
  ASSERT_TRUE(server.Start()) << server.output();
  submitter.ExpectAllAreThere();
  bool replayed = false;
  EXPECT_TRUE(submitter.Submit(3, &replayed).ok());
  EXPECT_TRUE(replayed);
}

TEST(StoreHealthTest, NamesWhatWrites) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  for (const char* service : kWriters) {
    EXPECT_EQ(HealthOf(server, std::string("leadline.v1.") + service + "/write"), kServing) << service;
  }
  EXPECT_EQ(HealthOf(server, "leadline.v1.ReportService"), kServing);
  EXPECT_EQ(HealthOf(server, "leadline.v1.ReportService/write"), HealthCheckResponse::SERVICE_UNKNOWN);
  EXPECT_THAT(server.output(), HasSubstr("\"message\":\"opening the store\""));
  EXPECT_TRUE(std::regex_search(server.output(), std::regex("\"sqlite\":\"3\\.\\d+\\.\\d+\""))) << server.output();
  EXPECT_TRUE(
      std::regex_search(server.output(), std::regex("\"source\":\"20\\d\\d-\\d\\d-\\d\\d [^\"]+ [0-9a-f]{64}\"")));
}

// No file may grow beyond a limit that the running server is given; any user can do that.
TEST(StoreHealthTest, FilesThatMayNotGrowStopWritesAndNothingElse) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  const auto limit = [&server](rlim_t bytes) {
    rlimit now{};
    ASSERT_EQ(prlimit(server.pid(), RLIMIT_FSIZE, nullptr, &now), 0);
    now.rlim_cur = std::min(bytes, now.rlim_max);
    ASSERT_EQ(prlimit(server.pid(), RLIMIT_FSIZE, &now, nullptr), 0);
  };
  const std::string log = server.data() + "/leadline.db-wal";
  ExpectAnOutageThatEnds(
      server, "STORE_FAILING", [&] { limit(std::filesystem::file_size(log)); }, [&] { limit(RLIM_INFINITY); });
}

// A small file system that only the calling thread and what it starts can see; empty when that is not allowed.
std::string MountSmallDisk(const std::string& folder) {
  std::filesystem::create_directories(folder);
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("leadline", folder.c_str(), "tmpfs", 0, "size=128m") != 0) {
    return std::system_category().message(errno);
  }
  return "";
}

void FillDisk(const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  for (size_t size = 1 << 20; size > 0; size /= 2) {
    const std::string filler(size, 'x');
    while (out.write(filler.data(), static_cast<std::streamsize>(size)) && out.flush()) {
    }
    out.clear();
  }
}

// Runs `test` on a folder that is a disk of its own; in a thread, so that the others keep their view.
void OnASmallDisk(const std::function<void(const std::string& folder)>& test) {
  TempFolder folder;
  std::string refused;
  std::thread([&] {
    const std::string data = folder.path() + "/disk";
    refused = MountSmallDisk(data);
    if (!refused.empty()) return;
    test(data);
    umount2(data.c_str(), MNT_DETACH);
  }).join();
  if (!refused.empty()) GTEST_SKIP() << "no disk of its own: mounting one needs root: " << refused;
}

TEST(StoreHealthTest, AFullDiskStopsWritesAndNothingElse) {
  OnASmallDisk([](const std::string& data) {
    ServerSetup setup;
    setup.data = data;
    ServerProcess server(setup);
    ASSERT_TRUE(server.Start()) << server.output();
    ExpectAnOutageThatEnds(
        server, "STORE_FULL", [&] { FillDisk(data + "/filler"); }, [&] { std::filesystem::remove(data + "/filler"); });
  });
}

// Many write when it becomes full: each call is acknowledged or refused, and what was acknowledged is there.
TEST(StoreHealthTest, ADiskThatFillsUnderLoadLosesNothingAcknowledged) {
  OnASmallDisk([](const std::string& data) {
    ServerSetup setup;
    setup.data = data;
    ServerProcess server(setup);
    ASSERT_TRUE(server.Start()) << server.output();
    std::vector<std::unique_ptr<SubmitterOfMany>> submitters;
    std::vector<std::thread> threads;
    std::atomic<int> refused{0};
    for (int t = 0; t < 4; ++t) {
      submitters.push_back(std::make_unique<SubmitterOfMany>(server));
      threads.emplace_back([&refused, t, submitter = submitters.back().get()] {
        for (int i = 0; i < 2000 && refused < 50; ++i) {
          const grpc::Status status = submitter->Submit(t * 10'000 + i);
          if (status.ok()) continue;
          ++refused;
          EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    FillDisk(data + "/filler");
    for (std::thread& thread : threads) thread.join();
    EXPECT_GE(refused, 50);
    EXPECT_TRUE(WritesBecome(server, kNotServing));
    server.Kill();
    std::filesystem::remove(data + "/filler");
    ASSERT_TRUE(server.Start()) << server.output();
    for (const auto& submitter : submitters) submitter->ExpectAllAreThere();
    EXPECT_TRUE(WritesBecome(server, kServing));
  });
}

}  // namespace
}  // namespace leadline::e2e
