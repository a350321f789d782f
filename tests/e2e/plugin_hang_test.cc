// A plugin that hangs holds up the calls that ask it, and nobody else.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kHangs{4'000};  // so long the server waits for the plugin
constexpr milliseconds kSoon{1'500};   // on a machine that has other things to do

// As the fixture hashes; it spins for ever at one sixth of all addresses.
bool Spins(const std::string& email) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : email) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return (hash ^ hash >> 29) % 6 == 1;
}

std::vector<std::string> AddressesThatSpin(size_t count) {
  std::vector<std::string> out;
  for (int i = 0; out.size() < count; ++i) {
    std::string email = fmt::format("person{}@acme.example", i);
    if (Spins(email)) out.push_back(std::move(email));
  }
  return out;
}

// The project's packs, but the plugin is asked for the language of whoever gives none.
void WriteRulesThatAskForLanguage(const fs::path& root) {
  fs::copy(LEADLINE_SOURCE_DIR "/rules", root, fs::copy_options::recursive);
  const fs::path path = root / "central/normalize.yaml";
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t at = text.find("\n  lead.language:\n");
  ASSERT_NE(at, std::string::npos);
  std::ofstream(path, std::ios::binary)
      << text.substr(0, at)
      << "\n  lead.language:\n"
         "    - {plugin: org.test.vicious, mode: worker, on_failure: skip, only_if_absent: true}\n";
}

class HangTest : public testing::Test {
 protected:
  void SetUp() override {
    WriteRulesThatAskForLanguage(fs::path(folder_.path()) / "rules");
    ServerSetup setup;
    setup.rules = folder_.path() + "/rules";
    setup.plugins = LEADLINE_BINARY_DIR "/vicious_fixture";
    setup.flags = {"--plugin-timeout-ms", std::to_string(kHangs.count()), "--plugin-quarantine", "1000000"};
    server_ = std::make_unique<ServerProcess>(setup);
    ASSERT_TRUE(server_->Start()) << server_->output();
  }

  static grpc::Status Score(v1::ScoringService::Stub& stub, const std::string& email, const std::string& language,
                            int seconds = 60) {
    v1::ScoreRequest request;
    request.mutable_record()->mutable_contact()->set_email(email);
    request.mutable_record()->mutable_lead()->set_language(language);
    v1::ScoreResponse response;
    return stub.Score(NewContext(seconds).get(), request, &response);
  }

  TempFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(HangTest, OthersAreScoredAndReadMeanwhile) {
  std::vector<std::thread> hanging;
  std::atomic<int> ended = 0;
  for (const std::string& email : AddressesThatSpin(24)) {
    hanging.emplace_back([&, email] {
      auto stub = v1::ScoringService::NewStub(server_->NewChannel());
      Score(*stub, email, "", 3);
      ++ended;
    });
  }
  std::this_thread::sleep_for(milliseconds(500));
  auto scoring = v1::ScoringService::NewStub(server_->channel());
  auto leads = v1::LeadService::NewStub(server_->channel());
  milliseconds longest{0};
  int calls = 0;
  for (const auto begun = steady_clock::now(); steady_clock::now() - begun < milliseconds(1'500); ++calls) {
    const auto start = steady_clock::now();
    EXPECT_TRUE(Score(*scoring, "ana@acme.example", "es").ok());
    v1::ListLeadsResponse listed;
    EXPECT_TRUE(leads->ListLeads(NewContext().get(), {}, &listed).ok());
    longest = std::max(longest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - start));
  }
  EXPECT_EQ(ended, 0) << "those that ask it are waiting still";
  EXPECT_GT(calls, 5);
  EXPECT_LT(longest, kSoon);
  for (std::thread& thread : hanging) thread.join();
}

TEST_F(HangTest, WhoeverAsksItIsScoredWithoutItInTheEnd) {
  auto stub = v1::ScoringService::NewStub(server_->channel());
  v1::ScoreRequest request;
  request.mutable_record()->mutable_contact()->set_email(AddressesThatSpin(1)[0]);
  v1::ScoreResponse response;
  const grpc::Status status = stub->Score(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const auto& reasons = response.decision().reasons();
  const bool told = std::any_of(reasons.begin(), reasons.end(), [](const v1::Reason& reason) {
    return reason.outcome() == v1::REASON_OUTCOME_ERROR &&
           reason.message().find("gave no answer within") != std::string::npos;
  });
  EXPECT_TRUE(told) << response.decision().DebugString();
}

}  // namespace
}  // namespace leadline::e2e
