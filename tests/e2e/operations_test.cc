// Long work through the API: started, waited for, cancelled, listed, and gone on with by the next server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/operations.pb.h"
#include "leadline/v1/status_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace lr = google::longrunning;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OperationsRpcTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = std::make_unique<ServerProcess>(ServerSetup());
    Start();
  }
  void Start() {
    ASSERT_TRUE(server_->Start()) << server_->output();
    admin_ = v1::AdminService::NewStub(server_->channel());
    operations_ = lr::Operations::NewStub(server_->channel());
  }

  lr::Operation Compare(const std::string& request_id = "") {
    v1::DiffPackRequest request = DiffOf("emea", EmeaVersion("2026.2.0", 7));
    request.set_request_id(request_id);
    lr::Operation operation;
    const auto context = NewContext();
    context->AddMetadata("leadline-actor", "olga");
    const grpc::Status status = admin_->DiffPack(context.get(), request, &operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return operation;
  }
  grpc::Status Get(const std::string& name, lr::Operation* operation) {
    lr::GetOperationRequest request;
    request.set_name(name);
    return operations_->GetOperation(NewContext().get(), request, operation);
  }
  grpc::Status Delete(const std::string& name) {
    lr::DeleteOperationRequest request;
    request.set_name(name);
    google::protobuf::Empty nothing;
    return operations_->DeleteOperation(NewContext().get(), request, &nothing);
  }
  grpc::Status Cancel(const std::string& name) {
    lr::CancelOperationRequest request;
    request.set_name(name);
    google::protobuf::Empty nothing;
    return operations_->CancelOperation(NewContext().get(), request, &nothing);
  }
  grpc::Status Wait(const std::string& name, int millis, lr::Operation* operation) {
    lr::WaitOperationRequest request;
    request.set_name(name);
    request.mutable_timeout()->set_seconds(millis / 1000);
    request.mutable_timeout()->set_nanos(millis % 1000 * 1'000'000);
    return operations_->WaitOperation(NewContext().get(), request, operation);
  }
  static v1::OperationMetadata MetadataOf(const lr::Operation& operation) {
    v1::OperationMetadata metadata;
    EXPECT_TRUE(operation.metadata().UnpackTo(&metadata)) << operation.ShortDebugString();
    return metadata;
  }

  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<lr::Operations::Stub> operations_;
};

TEST_F(OperationsRpcTest, AComparisonIsStartedWaitedForAndKept) {
  for (int i = 0; i < 4; ++i) {
    v1::SubmitEnquiryResponse response;
    ASSERT_TRUE(v1::LeadService::NewStub(server_->channel())
                    ->SubmitEnquiry(NewContext().get(), EnquiryNumber(i), &response)
                    .ok());
  }
  const lr::Operation started = Compare("compare-1");
  EXPECT_THAT(started.name(), testing::MatchesRegex("operations/[0-9a-f-]+"));
  EXPECT_FALSE(started.done());
  const v1::OperationMetadata asked = MetadataOf(started);
  EXPECT_EQ(asked.method(), "DiffPack");
  EXPECT_EQ(asked.target(), "packs/emea");
  EXPECT_EQ(asked.actor(), "olga");
  EXPECT_EQ(asked.request_id(), "compare-1");
  EXPECT_EQ(Compare("compare-1").name(), started.name()) << "a retry finds the first one";

  lr::Operation ended;
  ASSERT_TRUE(AwaitEnd(*operations_, started.name(), &ended).ok());
  v1::DiffPackResponse diff;
  ASSERT_TRUE(ended.response().UnpackTo(&diff)) << ended.ShortDebugString();
  EXPECT_EQ(diff.lead_count(), 4);
  EXPECT_EQ(MetadataOf(ended).done_count(), 4);
  EXPECT_EQ(MetadataOf(ended).total_count(), 4);
  EXPECT_TRUE(MetadataOf(ended).has_end_time());
  lr::Operation kept;
  ASSERT_TRUE(Get(started.name(), &kept).ok());
  EXPECT_EQ(Bytes(kept), Bytes(ended));

  // Also by the next server.
  EXPECT_EQ(server_->Stop().exit_code, 0);
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(Get(started.name(), &kept).ok());
  EXPECT_EQ(Bytes(kept), Bytes(ended));
  EXPECT_TRUE(Delete(started.name()).ok());
  const grpc::Status gone = Get(started.name(), &kept);
  EXPECT_EQ(gone.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ErrorInfoOf(gone), "NOT_FOUND@leadline.dev");
}

TEST_F(OperationsRpcTest, WhatAnOperationFailsWithIsWhatACallWouldFailWith) {
  lr::Operation operation;
  ASSERT_TRUE(
      admin_
          ->ActivatePack(NewContext().get(), ActivationOf(std::string(64, 'a'), v1::ACTIVATION_MODE_ACTIVE), &operation)
          .ok());
  v1::ActivatePackResponse response;
  const grpc::Status failed = AwaitOperation(*operations_, operation, &response);
  EXPECT_EQ(failed.error_code(), grpc::StatusCode::NOT_FOUND) << failed.error_message();
  EXPECT_EQ(ErrorInfoOf(failed), "NOT_FOUND@leadline.dev");
  // What is wrong with the request itself is refused at once.
  const grpc::Status refused =
      admin_->ActivatePack(NewContext().get(), ActivationOf("abc", v1::ACTIVATION_MODE_ACTIVE), &operation);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(refused), ElementsAre("sha256"));
}

TEST_F(OperationsRpcTest, ListsAreFilteredAndPaged) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    names.push_back(Compare().name());
    lr::Operation ended;
    ASSERT_TRUE(AwaitEnd(*operations_, names.back(), &ended).ok());
  }
  lr::Operation remap;
  ASSERT_TRUE(v1::StatusService::NewStub(server_->channel())->RemapStatuses(NewContext().get(), {}, &remap).ok());
  v1::RemapStatusesResponse remapped;
  ASSERT_TRUE(AwaitOperation(*operations_, remap, &remapped).ok());
  EXPECT_GT(remapped.remapped_size(), 0);
  lr::ListOperationsRequest list;
  list.set_filter("metadata.method = DiffPack AND done = true");
  list.set_page_size(2);
  lr::ListOperationsResponse page;
  ASSERT_TRUE(operations_->ListOperations(NewContext().get(), list, &page).ok());
  ASSERT_EQ(page.operations_size(), 2);
  EXPECT_EQ(page.operations(0).name(), names[2]) << "newest first";
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(operations_->ListOperations(NewContext().get(), list, &page).ok());
  ASSERT_EQ(page.operations_size(), 1);
  EXPECT_EQ(page.operations(0).name(), names[0]);
  EXPECT_EQ(page.next_page_token(), "");
  const auto refused = [&](const std::string& filter) {
    lr::ListOperationsRequest request;
    request.set_filter(filter);
    const grpc::Status status = operations_->ListOperations(NewContext().get(), request, &page);
    EXPECT_THAT(FieldsOf(status), ElementsAre("filter")) << filter;
    return status.error_message();
  };
  EXPECT_THAT(refused("actor = olga"), HasSubstr("metadata.method = METHOD"));
  EXPECT_THAT(refused("done = maybe"), HasSubstr("done = true"));
  EXPECT_THAT(refused("done != true"), HasSubstr("done = true"));
  const auto stranger = NewContext();
  stranger->AddMetadata("leadline-actor", "bob");
  const grpc::Status strange = operations_->ListOperations(stranger.get(), list, &page);
  EXPECT_THAT(FieldsOf(strange), ElementsAre("page_token")) << "and of its own caller";
  list.set_filter("done = true");
  const grpc::Status other = operations_->ListOperations(NewContext().get(), list, &page);
  EXPECT_THAT(FieldsOf(other), ElementsAre("page_token")) << "a token is of its own filter";
}

TEST_F(OperationsRpcTest, NamesAreChecked) {
  lr::Operation operation;
  for (const std::string name : {"", "operations/", "leads/1", "operations/A B"}) {
    EXPECT_THAT(FieldsOf(Get(name, &operation)), ElementsAre("name")) << name;
    EXPECT_THAT(FieldsOf(Wait(name, 10, &operation)), ElementsAre("name")) << name;
    EXPECT_THAT(FieldsOf(Cancel(name)), ElementsAre("name")) << name;
    EXPECT_THAT(FieldsOf(Delete(name)), ElementsAre("name")) << name;
  }
  EXPECT_EQ(Wait("operations/none", 10, &operation).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Cancel("operations/none").error_code(), grpc::StatusCode::NOT_FOUND);
  lr::WaitOperationRequest wait;
  wait.set_name("operations/none");
  wait.mutable_timeout()->set_seconds(-1);
  EXPECT_THAT(FieldsOf(operations_->WaitOperation(NewContext().get(), wait, &operation)), ElementsAre("timeout"));
  v1::DiffPackRequest request = DiffOf("emea", EmeaVersion("2026.2.0", 7));
  request.set_request_id("operation/x");
  EXPECT_THAT(FieldsOf(admin_->DiffPack(NewContext().get(), request, &operation)), ElementsAre("request_id"));
}

// Checks of packs stand still until nobody wants them any more, or take the real program.
class StalledOperationsTest : public OperationsRpcTest {
 protected:
  void SetUp() override {
    std::filesystem::create_symlink(LEADLINE_BINARY_DIR "/unruly_checker", stall_);
    Begin({"--pack-checker", stall_, "--check-seconds", "600"});
  }
  // Another server on the same store.
  void Begin(std::vector<std::string> flags) {
    if (server_ != nullptr && server_->running()) server_->Kill();
    ServerSetup setup;
    setup.data = folder_.path() + "/data";
    std::filesystem::create_directory(setup.data);
    setup.flags = std::move(flags);
    server_ = std::make_unique<ServerProcess>(setup);
    Start();
  }
  void AwaitBegun(const std::string& name) {
    lr::Operation operation;
    do {
      ASSERT_TRUE(Get(name, &operation).ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } while (!MetadataOf(operation).has_start_time());
  }

  TempFolder folder_;
  const std::string stall_ = folder_.path() + "/stall";
};

TEST_F(StalledOperationsTest, AWaitEndsWithItsTimeoutTheCallOrTheOperation) {
  const std::string name = Compare().name();
  lr::Operation operation;
  ASSERT_TRUE(Wait(name, 20, &operation).ok());
  EXPECT_FALSE(operation.done()) << "the timeout is no error";
  lr::WaitOperationRequest request;
  request.set_name(name);
  grpc::ClientContext hasty;
  hasty.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(operations_->WaitOperation(&hasty, request, &operation).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);

  std::vector<std::thread> waiting;
  std::atomic<int> told{0};
  std::unique_ptr<grpc::ClientContext> leaves = NewContext();
  waiting.emplace_back([&] {
    lr::Operation ended;
    EXPECT_EQ(operations_->WaitOperation(leaves.get(), request, &ended).error_code(), grpc::StatusCode::CANCELLED);
  });
  for (int i = 0; i < 20; ++i) {
    waiting.emplace_back([&] {
      lr::Operation ended;
      EXPECT_TRUE(Wait(name, 60'000, &ended).ok());
      EXPECT_TRUE(ended.done());
      ++told;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  leaves->TryCancel();
  EXPECT_EQ(told, 0);
  EXPECT_TRUE(Cancel(name).ok());
  for (std::thread& thread : waiting) thread.join();
  ASSERT_TRUE(Get(name, &operation).ok());
  EXPECT_EQ(operation.error().code(), static_cast<int>(grpc::StatusCode::CANCELLED)) << operation.ShortDebugString();
  EXPECT_TRUE(MetadataOf(operation).cancel_requested());
  EXPECT_TRUE(Wait(name, 60'000, &operation).ok()) << "what has ended is not waited for";
}

TEST_F(StalledOperationsTest, TheNextServerGoesOnWhetherItStopsOrIsKilled) {
  const std::string first = Compare().name(), second = Compare("second").name();
  ASSERT_NO_FATAL_FAILURE(AwaitBegun(first));
  lr::Operation operation;
  std::thread waiting([&] {
    lr::Operation never;
    EXPECT_EQ(Wait(first, 60'000, &never).error_code(), grpc::StatusCode::UNAVAILABLE);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(server_->Stop().exit_code, 0) << "work that can be gone on with holds up no stop";
  waiting.join();
  ASSERT_NO_FATAL_FAILURE(Begin({"--pack-checker", stall_, "--check-seconds", "600"}));
  ASSERT_NO_FATAL_FAILURE(AwaitBegun(first));
  server_->Kill();
  ASSERT_NO_FATAL_FAILURE(Begin({}));  // with the real program
  for (const std::string& name : {first, second}) {
    ASSERT_TRUE(AwaitEnd(*operations_, name, &operation).ok());
    EXPECT_TRUE(operation.has_response()) << operation.ShortDebugString();
  }
  EXPECT_EQ(MetadataOf(operation).actor(), "olga");
  EXPECT_EQ(Compare("second").name(), second);
}

TEST_F(StalledOperationsTest, WhatEndsTheServerThreeTimesIsGivenUp) {
  const std::string name = Compare().name();
  for (int i = 0; i < 3; ++i) {
    ASSERT_NO_FATAL_FAILURE(AwaitBegun(name));
    lr::Operation operation;
    do {
      ASSERT_TRUE(Get(name, &operation).ok());
    } while (MetadataOf(operation).try_count() <= i);
    ASSERT_NO_FATAL_FAILURE(Begin({"--pack-checker", stall_, "--check-seconds", "600"}));
  }
  lr::Operation ended;
  ASSERT_TRUE(AwaitEnd(*operations_, name, &ended).ok());
  EXPECT_EQ(ended.error().code(), static_cast<int>(grpc::StatusCode::ABORTED)) << ended.ShortDebugString();
  EXPECT_THAT(ended.error().message(), HasSubstr("begun 3 times"));
}

TEST_F(StalledOperationsTest, TooManyAreRefusedAtOnce) {
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) names.push_back(Compare().name());
  lr::Operation operation;
  const grpc::Status refused =
      admin_->DiffPack(NewContext().get(), DiffOf("emea", EmeaVersion("2026.2.0", 7)), &operation);
  EXPECT_EQ(ErrorInfoOf(refused), "OVERLOADED@leadline.dev") << refused.error_message();
  EXPECT_EQ(ErrorInfoOf(Delete(names[0])), "OPERATION_RUNS@leadline.dev");
  for (const std::string& name : names) EXPECT_TRUE(Cancel(name).ok());
  for (const std::string& name : names) EXPECT_TRUE(AwaitEnd(*operations_, name, &operation).ok());
}

// What it changes it changes once, also when the server dies at any moment.
TEST(OperationsRestartTest, AnActivationActsOnce) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::string sha256;
  {
    PackClient ops(server.channel(), "olga");
    sha256 = ops.Kept("emea", EmeaVersion("2026.2.0", 5));
  }
  for (int round = 0; round < 6; ++round) {
    lr::Operation operation;
    const auto context = NewContext();
    context->AddMetadata("leadline-actor", "olga");
    v1::ActivatePackRequest request = ActivationOf(sha256, v1::ACTIVATION_MODE_ACTIVE);
    request.set_skip_rescoring(true);
    ASSERT_TRUE(v1::AdminService::NewStub(server.channel())->ActivatePack(context.get(), request, &operation).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 8));
    server.Kill();
    ASSERT_TRUE(server.Start()) << server.output();
    v1::ActivatePackResponse response;
    const auto operations = lr::Operations::NewStub(server.channel());
    const grpc::Status status = AwaitOperation(*operations, operation, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    PackClient ops(server.channel(), "olga");
    EXPECT_EQ(HashOf(ops.Snapshot(), "emea"), sha256);
    const std::string id = operation.name().substr(sizeof("operations/") - 1);
    int told = 0;
    for (const v1::Event& event : ops.Timeline("emea")) told += event.request_id() == "operation/" + id ? 1 : 0;
    EXPECT_EQ(told, 1) << "the ledger names the operation";
    v1::RollbackPackResponse back;
    ASSERT_TRUE(ops.Rollback("emea", &back).ok());
  }
}

}  // namespace
}  // namespace leadline::e2e
