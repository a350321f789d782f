// Checks of packs on the real server: in a process of their own, a few at a time, and in nobody's way.
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "fmt/format.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

// Whether the status says when to come again.
bool SaysWhenToComeAgain(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.Is<google::rpc::RetryInfo>()) return true;
  }
  return false;
}

// The server's children that run a program of this name.
std::vector<pid_t> ChildrenCalled(pid_t server, const std::string& name) {
  std::vector<pid_t> out;
  std::error_code gone;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", server), gone)) {
    std::ifstream file(task.path() / "children");
    for (pid_t child; file >> child;) {
      std::string comm;
      std::getline(std::ifstream(fmt::format("/proc/{}/comm", child)), comm);
      if (comm == name) out.push_back(child);
    }
  }
  return out;
}

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 3'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

v1::ValidatePackRequest Validation(const Files& files) {
  v1::ValidatePackRequest request;
  request.set_pack("packs/emea");
  for (const auto& [path, content] : files) {
    v1::PackFile* file = request.add_files();
    file->set_path(path);
    file->set_content(content);
  }
  return request;
}

class PackCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    setup_.data = folder_.path() + "/data";
    fs::create_directory(setup_.data);
  }

  // The server, with a program for checks that does what `how` says; empty: the real one.
  void Start(const std::string& how, std::vector<std::string> flags = {}) {
    server_.reset();
    ServerSetup setup = setup_;
    setup.flags = std::move(flags);
    if (!how.empty()) {
      const fs::path program = fs::path(folder_.path()) / how;
      if (!fs::exists(program)) fs::create_symlink(LEADLINE_BINARY_DIR "/unruly_checker", program);
      setup.flags.insert(setup.flags.end(), {"--pack-checker", program.string()});
    }
    server_ = std::make_unique<ServerProcess>(setup);
    ASSERT_TRUE(server_->Start()) << server_->output();
  }

  grpc::Status Validate(const Files& files, grpc::ClientContext* context, v1::ValidatePackResponse* response) {
    return v1::AdminService::NewStub(server_->NewChannel())->ValidatePack(context, Validation(files), response);
  }
  grpc::Status Validate(const Files& files) {
    v1::ValidatePackResponse response;
    return Validate(files, NewContext().get(), &response);
  }
  // The server takes enquiries and tells what decides.
  void ExpectServes() {
    EXPECT_TRUE(server_->running());
    auto stub = v1::LeadService::NewStub(server_->channel());
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(++enquiries_), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  TempFolder folder_;
  ServerSetup setup_;
  std::unique_ptr<ServerProcess> server_;
  int enquiries_ = 0;
};

TEST_F(PackCheckTest, ChangesOfWhatDecidesDoNotWaitForChecks) {
  // The same program, which checks now and stalls later: what another one checked does not count.
  const fs::path checks = fs::path(folder_.path()) / "stall.checks";
  std::ofstream(checks) << "yes";
  Start("stall");
  std::string first, second;
  {
    PackClient ops(server_->channel(), "olga");
    first = ops.Kept("emea", EmeaVersion("2026.2.0", 5));
    second = ops.Kept("emea", EmeaVersion("2026.3.0", 6));
    v1::ActivatePackResponse active;
    ASSERT_TRUE(ops.Activate(first, &active).ok());
    EXPECT_EQ(server_->Stop().exit_code, 0);
  }
  fs::remove(checks);
  Start("stall", {"--check-seconds", "600"});
  EXPECT_THAT(server_->output(), HasSubstr("\"proofs\":\"made before\""));

  // Two checks run, four wait, and whoever comes then hears when to come again.
  const Files files = EmeaVersion("2026.4.0", 7);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::thread> threads;
  std::atomic<int> cancelled{0}, refused{0}, told_when{0};
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      contexts.push_back(NewContext(600));
      threads.emplace_back([&, context = contexts.back().get()] {
        v1::ValidatePackResponse response;
        const grpc::Status status = Validate(files, context, &response);
        if (status.error_code() == grpc::StatusCode::CANCELLED) ++cancelled;
        if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) ++refused;
        if (SaysWhenToComeAgain(status)) ++told_when;
      });
    }
  };
  add(2);
  EXPECT_TRUE(Eventually([&] { return ChildrenCalled(server_->pid(), "stall").size() == 2; }));
  add(5);
  EXPECT_TRUE(Eventually([&] { return refused == 1; }));
  EXPECT_EQ(ChildrenCalled(server_->pid(), "stall").size(), 2u);

  PackClient ops(server_->NewChannel(), "olga");
  v1::RollbackPackResponse back;
  const grpc::Status rolled_back = ops.Rollback("emea", &back);
  EXPECT_TRUE(rolled_back.ok()) << rolled_back.error_message();
  v1::ActivatePackResponse active;
  const grpc::Status activated = ops.Activate(second, &active);
  EXPECT_TRUE(activated.ok()) << activated.error_message();
  EXPECT_EQ(HashOf(ops.Snapshot(), "emea"), second);
  EXPECT_EQ(ops.Rollout().candidates_size(), 2);
  ExpectServes();
  EXPECT_EQ(cancelled, 0) << "and the checks still wait";

  // Who goes away takes the check along.
  for (const auto& context : contexts) context->TryCancel();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cancelled, 6);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(told_when, 1);
  EXPECT_TRUE(Eventually([&] { return ChildrenCalled(server_->pid(), "stall").empty(); }));
  EXPECT_EQ(server_->Stop().exit_code, 0);
}

// Activations that check hold up neither the end of a trial nor a rollback, nor reads of what decides.
TEST_F(PackCheckTest, TheWaysBackDoNotWaitForActivations) {
  Start("");
  std::string tried, other;
  {
    PackClient ops(server_->channel(), "olga");
    tried = ops.Kept("emea", EmeaVersion("2026.2.0", 5));
    Files latam = ProjectPack("latam");
    Replace(latam, "pack.yaml", "version: 2026.1.0", "version: 2026.2.0");
    other = ops.Kept("latam", latam);
    v1::ActivatePackResponse active;
    // From here on, `other` is to be checked again before it decides: with other packs beside it.
    ASSERT_TRUE(ops.Activate(ops.Kept("emea", EmeaVersion("2026.3.0", 6)), &active).ok());
    ASSERT_TRUE(ops.Activate(ActivationOf(tried, v1::ACTIVATION_MODE_CANARY, 50), &active).ok());
    EXPECT_EQ(server_->Stop().exit_code, 0);
  }
  Start("stall", {"--check-seconds", "600"});

  constexpr size_t kActivations = 2;  // as many as the server makes at a time
  const auto operations = google::longrunning::Operations::NewStub(server_->NewChannel());
  std::vector<std::string> started;
  for (size_t i = 0; i < 2 * kActivations; ++i) {
    const auto context = NewContext();
    context->AddMetadata("leadline-actor", "olga");
    google::longrunning::Operation operation;
    ASSERT_TRUE(v1::AdminService::NewStub(server_->NewChannel())
                    ->ActivatePack(context.get(), ActivationOf(other, v1::ACTIVATION_MODE_ACTIVE), &operation)
                    .ok());
    started.push_back(operation.name());
  }
  EXPECT_TRUE(Eventually([&] { return ChildrenCalled(server_->pid(), "stall").size() == kActivations; }));

  PackClient ops(server_->NewChannel(), "olga");
  EXPECT_EQ(ops.Rollout().trial().ref().sha256(), tried);
  const auto admin = v1::AdminService::NewStub(server_->NewChannel());
  const auto context = NewContext();
  context->AddMetadata("leadline-actor", "olga");
  v1::StopTrialRequest stop;
  stop.set_reason("it is worse");
  v1::StopTrialResponse stopped;
  const grpc::Status status = admin->StopTrial(context.get(), stop, &stopped);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(ops.Rollout().has_trial());
  v1::RollbackPackResponse back;
  const grpc::Status rolled_back = ops.Rollback("emea", &back);
  EXPECT_TRUE(rolled_back.ok()) << rolled_back.error_message();
  v1::ListPluginsResponse plugins;
  EXPECT_TRUE(admin->ListPlugins(NewContext().get(), v1::ListPluginsRequest(), &plugins).ok());
  for (const std::string& name : started) {
    google::longrunning::GetOperationRequest get;
    get.set_name(name);
    google::longrunning::Operation operation;
    ASSERT_TRUE(operations->GetOperation(NewContext().get(), get, &operation).ok());
    EXPECT_FALSE(operation.done()) << "and the activations still wait";
  }

  for (const std::string& name : started) {
    google::longrunning::CancelOperationRequest cancel;
    cancel.set_name(name);
    google::protobuf::Empty nothing;
    EXPECT_TRUE(operations->CancelOperation(NewContext().get(), cancel, &nothing).ok());
    google::longrunning::Operation ended;
    EXPECT_TRUE(AwaitEnd(*operations, name, &ended).ok());
    EXPECT_EQ(ended.error().code(), static_cast<int>(grpc::StatusCode::CANCELLED)) << ended.ShortDebugString();
  }
  EXPECT_TRUE(Eventually([&] { return ChildrenCalled(server_->pid(), "stall").empty(); }));
  EXPECT_EQ(server_->Stop().exit_code, 0);
}

TEST_F(PackCheckTest, TheLimitThatAPackReachesIsNamedAndTheServerLives) {
  // Less than the project's own packs take.
  Start("", {"--check-memory-mib", "8"});
  const grpc::Status large = Validate(EmeaVersion("2026.2.0", 5));
  EXPECT_EQ(ErrorInfoOf(large), "PACK_CHECK_LIMIT@leadline.dev") << large.error_message();
  EXPECT_THAT(large.error_message(), HasSubstr("8 MiB of memory"));
  ExpectServes();

  Start("spin", {"--check-seconds", "1"});
  const grpc::Status slow = Validate(EmeaVersion("2026.2.0", 5));
  EXPECT_EQ(ErrorInfoOf(slow), "PACK_CHECK_LIMIT@leadline.dev") << slow.error_message();
  EXPECT_THAT(slow.error_message(), AnyOf(HasSubstr("1 s of processor time"), HasSubstr("2 s by the clock")));
  ExpectServes();
}

TEST_F(PackCheckTest, ACheckThatIsKilledIsAnErrorAndNoMore) {
  Start("stall", {"--check-seconds", "600"});
  grpc::Status status;
  std::thread caller([&] { status = Validate(EmeaVersion("2026.2.0", 5)); });
  std::vector<pid_t> children;
  EXPECT_TRUE(Eventually([&] { return !(children = ChildrenCalled(server_->pid(), "stall")).empty(); }));
  for (const pid_t child : children) kill(child, SIGKILL);
  caller.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(ErrorInfoOf(status), "PACK_CHECK_KILLED@leadline.dev");
  EXPECT_TRUE(SaysWhenToComeAgain(status));
  ExpectServes();
}

TEST_F(PackCheckTest, TestsThatNeedPluginsRun) {
  Start("");
  v1::ValidatePackResponse response;
  Files files = EmeaVersion("2026.2.0", 5);
  const grpc::Status status = Validate(files, NewContext().get(), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.check().good()) << response.DebugString();
  EXPECT_GT(response.check().passed_test_count(), 50);
  EXPECT_LT(response.check().skipped_test_count(), 10) << "those of plugins that this machine cannot build";
}

TEST_F(PackCheckTest, AStartProvesOnce) {
  Start("");
  EXPECT_THAT(server_->output(), HasSubstr("\"proofs\":\"made\""));
  ASSERT_EQ(server_->Stop().exit_code, 0);
  Start("");
  EXPECT_THAT(server_->output(), HasSubstr("\"proofs\":\"made before\""));
  ASSERT_EQ(server_->Stop().exit_code, 0);
  fs::remove(setup_.data + "/checked-packs");
  Start("");
  EXPECT_THAT(server_->output(), Not(HasSubstr("\"proofs\":\"made before\"")));
}

}  // namespace
}  // namespace leadline::e2e
