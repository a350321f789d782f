#include "tests/e2e/pack_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/e2e/rpc_client.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;

template <typename Request>
Request WithFiles(const std::string& pack, const Files& files) {
  Request request;
  request.set_pack("packs/" + pack);
  for (const auto& [path, content] : files) {
    v1::PackFile* file = request.add_files();
    file->set_path(path);
    file->set_content(content);
  }
  return request;
}

}  // namespace

Files ProjectPack(const std::string& name) {
  const fs::path folder = fs::path(LEADLINE_SOURCE_DIR) / "rules" / (name == "central" ? name : "regions/" + name);
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml" && entry.path().extension() != ".ics") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files[entry.path().filename().string()] = text.str();
  }
  EXPECT_TRUE(files.contains("pack.yaml")) << folder;
  return files;
}

void Replace(Files& files, const std::string& file, const std::string& before, const std::string& after) {
  const size_t at = files[file].find(before);
  ASSERT_NE(at, std::string::npos) << file << " has no " << before;
  files[file].replace(at, before.size(), after);
}

Files EmeaVersion(const std::string& version, int points) {
  Files files = ProjectPack("emea");
  Replace(files, "pack.yaml", "version: 2026.1.0", "version: " + version);
  Replace(files, "scoring.yaml", "    points: 4\n    decay: {half_life: 60d}",
          "    points: " + std::to_string(points) + "\n    decay: {half_life: 60d}");
  Replace(files, "normalize.yaml", "  contact.seniority:\n",
          "  contact.seniority:\n    - {when: title.hasWord(\"werkstattfuchs\"), value: head}\n");
  return files;
}

v1::DiffPackRequest DiffOf(const std::string& pack, const Files& files) {
  return WithFiles<v1::DiffPackRequest>(pack, files);
}

v1::ActivatePackRequest ActivationOf(const std::string& sha256, v1::ActivationMode mode, int percent) {
  v1::ActivatePackRequest request;
  request.set_sha256(sha256);
  request.set_mode(mode);
  request.set_canary_percent(percent);
  return request;
}

std::string ActionOf(const v1::PackChanged& change) {
  std::string name = v1::PackAction_Name(change.action()).substr(sizeof("PACK_ACTION_") - 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

std::vector<std::string> HashesOf(const v1::SnapshotRef& snapshot) {
  std::vector<std::string> hashes;
  for (const v1::PackRef& pack : snapshot.packs()) hashes.push_back(pack.sha256());
  return hashes;
}

std::string HashOf(const v1::SnapshotRef& snapshot, const std::string& pack) {
  for (const v1::PackRef& ref : snapshot.packs()) {
    if (ref.pack() == "packs/" + pack) return ref.sha256();
  }
  return {};
}

std::unique_ptr<grpc::ClientContext> PackClient::Context() const {
  auto context = NewContext();
  if (!actor_.empty()) context->AddMetadata("leadline-actor", actor_);
  return context;
}

v1::ValidatePackResponse PackClient::Validate(const std::string& pack, const Files& files) {
  v1::ValidatePackResponse response;
  grpc::Status status =
      stub_->ValidatePack(Context().get(), WithFiles<v1::ValidatePackRequest>(pack, files), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

v1::ProposePackResponse PackClient::Propose(const std::string& pack, const Files& files) {
  v1::ProposePackResponse response;
  grpc::Status status = stub_->ProposePack(Context().get(), WithFiles<v1::ProposePackRequest>(pack, files), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::string PackClient::Kept(const std::string& pack, const Files& files) {
  const v1::ProposePackResponse response = Propose(pack, files);
  EXPECT_TRUE(response.has_candidate()) << response.check().DebugString();
  return response.candidate().ref().sha256();
}

grpc::Status PackClient::Approve(const std::string& sha256, v1::ApprovalSide side) {
  v1::ApprovePackRequest request;
  request.set_sha256(sha256);
  request.set_side(side);
  v1::ApprovePackResponse response;
  return stub_->ApprovePack(Context().get(), request, &response);
}

grpc::Status PackClient::Diff(const v1::DiffPackRequest& request, v1::DiffPackResponse* response) {
  google::longrunning::Operation operation;
  const grpc::Status status = stub_->DiffPack(Context().get(), request, &operation);
  return status.ok() ? Await(operation, response) : status;
}

grpc::Status PackClient::Await(const google::longrunning::Operation& operation, google::protobuf::Message* response) {
  return AwaitOperation(*operations_, operation, response);
}

void PackClient::AwaitAll() {
  google::longrunning::ListOperationsRequest list;
  list.set_filter("done = false");
  google::longrunning::ListOperationsResponse unfinished;
  const grpc::Status listed = operations_->ListOperations(Context().get(), list, &unfinished);
  ASSERT_TRUE(listed.ok()) << listed.error_message();
  for (const google::longrunning::Operation& operation : unfinished.operations()) {
    google::longrunning::Operation ended;
    const grpc::Status status = AwaitEnd(*operations_, operation.name(), &ended);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
}

grpc::Status PackClient::Activate(const v1::ActivatePackRequest& request, v1::ActivatePackResponse* response) {
  google::longrunning::Operation operation;
  const grpc::Status status = stub_->ActivatePack(Context().get(), request, &operation);
  return status.ok() ? Await(operation, response) : status;
}

grpc::Status PackClient::Activate(const std::string& sha256, v1::ActivatePackResponse* response) {
  v1::ActivatePackRequest request = ActivationOf(sha256, v1::ACTIVATION_MODE_ACTIVE);
  request.set_skip_rescoring(true);
  return Activate(request, response);
}

grpc::Status PackClient::Rollback(const std::string& pack, v1::RollbackPackResponse* response) {
  v1::RollbackPackRequest request;
  request.set_pack("packs/" + pack);
  request.set_reason("a test");
  return stub_->RollbackPack(Context().get(), request, response);
}

v1::Rollout PackClient::Rollout() {
  v1::GetRolloutResponse response;
  grpc::Status status = stub_->GetRollout(Context().get(), {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.rollout();
}

v1::SnapshotRef PackClient::Snapshot() {
  v1::GetSnapshotResponse response;
  grpc::Status status = stub_->GetSnapshot(Context().get(), {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.snapshot();
}

std::vector<v1::Event> PackClient::Timeline(const std::string& pack) {
  v1::GetTimelineRequest request;
  request.set_name("packs/" + pack);
  request.set_page_size(1000);
  v1::GetTimelineResponse response;
  grpc::Status status = leads_->GetTimeline(Context().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return {response.events().begin(), response.events().end()};
}

bool PackClient::WaitFor(const std::function<bool(const v1::Rollout&)>& wanted) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    if (wanted(Rollout())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace leadline::e2e
