// A plugin that does harm on every call, under load: it costs no request its answer and no acknowledged write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include "fmt/format.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;

constexpr char kVicious[] = "org.test.vicious";
constexpr auto kLong = std::chrono::seconds(60);
// Ends as soon as enough harm was done, or after the whole minute where the long forms of tests are asked for
// (LEADLINE_LONG, which tests/run --long sets).
const bool kWholeMinute = std::getenv("LEADLINE_LONG") != nullptr;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Puts `block` in the place of what the file says from `begin` on.
void ReplaceFrom(const fs::path& path, const std::string& begin, const std::string& block) {
  std::string text = ReadFile(path);
  const size_t at = text.find(begin);
  ASSERT_NE(at, std::string::npos) << path;
  std::ofstream(path, std::ios::binary) << text.substr(0, at) << block;
}

// The project's packs, which ask the plugin about each lead's language and points.
void WriteRulesThatAskForAll(const fs::path& root) {
  fs::copy(LEADLINE_SOURCE_DIR "/rules", root, fs::copy_options::recursive);
  const std::string plugin = fmt::format("plugin: {}, mode: worker, on_failure: skip", kVicious);
  ReplaceFrom(root / "central/scoring.yaml", "\nplugins:\n",
              fmt::format("\nplugins:\n  - {{id: harm, dimension: account, max_points: 20, {}}}\n", plugin));
  ReplaceFrom(root / "central/normalize.yaml", "\n  lead.language:\n",
              fmt::format("\n  lead.language:\n    - {{{}}}\n", plugin));
}

// The processes that the process has started and not yet buried.
size_t ChildrenOf(pid_t pid) {
  size_t count = 0;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid))) {
    std::ifstream file(task.path() / "children");
    for (pid_t child; file >> child;) ++count;
  }
  return count;
}

class ContainmentTest : public testing::Test {
 protected:
  void SetUp() override {
    WriteRulesThatAskForAll(fs::path(folder_.path()) / "rules");
    ServerSetup setup;
    setup.data = folder_.path() + "/data";
    setup.rules = folder_.path() + "/rules";
    setup.plugins = LEADLINE_BINARY_DIR "/vicious_fixture";
    setup.flags = {"--plugin-timeout-ms", "50", "--plugin-memory-mib", "64", "--plugin-quarantine", "1000000"};
    fs::create_directory(setup.data);
    server_ = std::make_unique<ServerProcess>(setup);
    ASSERT_TRUE(server_->Start()) << server_->output();
  }

  // Sends enquiries, each of which the plugin is asked about, until told to stop.
  void Write(int caller, const std::atomic<bool>& stop) {
    auto stub = v1::LeadService::NewStub(server_->NewChannel());
    for (int i = 0; !stop; ++i) {
      v1::SubmitEnquiryRequest request = EnquiryNumber(caller * 1'000'000 + i);
      request.set_request_id(fmt::format("enquiry-{}-{}", caller, i));
      v1::SubmitEnquiryResponse response;
      const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &response);
      ASSERT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
      for (const v1::Decision& decision : response.decisions()) {
        for (const v1::Reason& reason : decision.reasons()) {
          if (reason.outcome() == v1::REASON_OUTCOME_ERROR) ++told_;
        }
      }
      std::lock_guard lock(mutex_);
      acknowledged_[request.request_id()] = response.lead().name();
    }
  }

  // Reads and scores what was acknowledged.
  void Read(const std::atomic<bool>& stop) {
    auto leads = v1::LeadService::NewStub(server_->NewChannel());
    auto scoring = v1::ScoringService::NewStub(server_->channel());
    for (int i = 0; !stop; ++i) {
      std::string name;
      {
        std::lock_guard lock(mutex_);
        if (acknowledged_.empty()) continue;
        name = std::next(acknowledged_.begin(), i % static_cast<int>(acknowledged_.size()))->second;
      }
      v1::GetLeadRequest get;
      get.set_name(name);
      v1::Lead lead;
      grpc::Status status = leads->GetLead(NewContext().get(), get, &lead);
      EXPECT_TRUE(status.ok()) << name << ": " << status.error_message();
      v1::ScoreLeadRequest score;
      score.set_name(name);
      v1::ScoreLeadResponse scored;
      status = scoring->ScoreLead(NewContext().get(), score, &scored);
      EXPECT_TRUE(status.ok()) << name << ": " << status.error_message();
      ++reads_;
    }
  }

  v1::PluginInfo Plugin() {
    v1::ListPluginsResponse response;
    const auto stub = v1::AdminService::NewStub(server_->channel());
    EXPECT_TRUE(stub->ListPlugins(NewContext().get(), {}, &response).ok());
    for (const v1::PluginInfo& plugin : response.plugins()) {
      if (plugin.ref().plugin() == "plugins/" + std::string(kVicious)) return plugin;
    }
    return {};
  }

  // What the test expects at the end, twice.
  bool EnoughHarm() {
    const v1::PluginInfo plugin = Plugin();
    std::lock_guard lock(mutex_);
    return acknowledged_.size() >= 100 && reads_ >= 100 && plugin.health().death_count() >= 100 &&
           plugin.health().timeout_count() >= 10;
  }

  TempFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  std::mutex mutex_;
  std::map<std::string, std::string> acknowledged_;  // request id -> lead
  std::atomic<int64_t> told_{0};                     // reasons that say that the plugin was not heard
  std::atomic<int64_t> reads_{0};
};

TEST_F(ContainmentTest, HarmCostsNobodyAnything) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int caller = 1; caller <= 6; ++caller) threads.emplace_back([&, caller] { Write(caller, stop); });
  for (int reader = 0; reader < 2; ++reader) threads.emplace_back([&] { Read(stop); });
  const auto end = std::chrono::steady_clock::now() + kLong;
  size_t most_children = 0;
  while (std::chrono::steady_clock::now() < end && !HasFailure() && (kWholeMinute || !EnoughHarm())) {
    most_children = std::max(most_children, ChildrenOf(server_->pid()));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  ASSERT_FALSE(HasFailure());

  const v1::PluginInfo plugin = Plugin();
  EXPECT_EQ(plugin.mode(), v1::PLUGIN_MODE_WORKER);
  EXPECT_GE(plugin.health().death_count(), 50) << plugin.DebugString();
  EXPECT_GE(plugin.health().timeout_count(), 5) << plugin.DebugString();
  EXPECT_GE(plugin.health().failure_count(), static_cast<int64_t>(acknowledged_.size())) << plugin.DebugString();
  EXPECT_THAT(plugin.health().last_failure(), testing::HasSubstr(kVicious));
  EXPECT_GE(told_, static_cast<int64_t>(acknowledged_.size())) << "decisions hide that the plugin was skipped";
  EXPECT_GE(acknowledged_.size(), 50u);
  EXPECT_GE(reads_, 50);
  // One for each core, a spare, and those that are just being buried.
  EXPECT_LE(most_children, std::thread::hardware_concurrency() + 8) << "dead processes are left";

  server_->Kill();
  ASSERT_TRUE(server_->Start()) << server_->output();
  const auto stub = v1::LeadService::NewStub(server_->channel());
  for (const auto& [request, name] : acknowledged_) {
    v1::GetLeadRequest get;
    get.set_name(name);
    v1::Lead lead;
    const grpc::Status status = stub->GetLead(NewContext().get(), get, &lead);
    EXPECT_TRUE(status.ok()) << request << ": " << status.error_message();
  }
}

}  // namespace
}  // namespace leadline::e2e
