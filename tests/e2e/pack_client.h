// A client of the rollout of packs, for end-to-end tests.
#pragma once

#include <google/longrunning/operations.grpc.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"

namespace leadline::e2e {

// Files of a pack by their path in it.
using Files = std::map<std::string, std::string>;

// The project's own pack ("central" or a region), without its tests, so that its numbers may be changed.
Files ProjectPack(const std::string& name);
// Puts `after` in the place of the first `before` of a file; fails the test when there is none.
void Replace(Files& files, const std::string& file, const std::string& before, const std::string& after);
// emea's pack as version `version`: `points` for trade fairs, and a German title of its own that makes a head.
Files EmeaVersion(const std::string& version, int points);
inline constexpr char kNewTitle[] = "Werkstattfuchs";

// Calls in the name of one principal. Not thread-safe.
class PackClient {
 public:
  PackClient(const std::shared_ptr<grpc::Channel>& channel, std::string actor)
      : stub_(v1::AdminService::NewStub(channel)),
        leads_(v1::LeadService::NewStub(channel)),
        operations_(google::longrunning::Operations::NewStub(channel)),
        actor_(std::move(actor)) {}

  v1::ValidatePackResponse Validate(const std::string& pack, const Files& files);
  v1::ProposePackResponse Propose(const std::string& pack, const Files& files);
  // The hash of what was proposed; fails the test when it was not kept.
  std::string Kept(const std::string& pack, const Files& files);
  grpc::Status Approve(const std::string& sha256, v1::ApprovalSide side);
  grpc::Status Diff(const v1::DiffPackRequest& request, v1::DiffPackResponse* response);
  grpc::Status Activate(const v1::ActivatePackRequest& request, v1::ActivatePackResponse* response);
  // Lets it decide without scoring all leads again.
  grpc::Status Activate(const std::string& sha256, v1::ActivatePackResponse* response);
  // Waits until every operation has ended.
  void AwaitAll();
  grpc::Status Rollback(const std::string& pack, v1::RollbackPackResponse* response);
  v1::Rollout Rollout();
  v1::SnapshotRef Snapshot();
  // What happened to the pack, oldest first.
  std::vector<v1::Event> Timeline(const std::string& pack);
  // Asks for the rollout again and again until it is as wanted; false when that takes too long.
  bool WaitFor(const std::function<bool(const v1::Rollout&)>& wanted);

 private:
  std::unique_ptr<grpc::ClientContext> Context() const;
  // What the operation came to, once it has ended.
  grpc::Status Await(const google::longrunning::Operation& operation, google::protobuf::Message* response);

  std::unique_ptr<v1::AdminService::Stub> stub_;
  std::unique_ptr<v1::LeadService::Stub> leads_;
  std::unique_ptr<google::longrunning::Operations::Stub> operations_;
  std::string actor_;
};

v1::DiffPackRequest DiffOf(const std::string& pack, const Files& files);
v1::ActivatePackRequest ActivationOf(const std::string& sha256, v1::ActivationMode mode, int percent = 0);
// "shadow_started" and the like: what happened to a pack.
std::string ActionOf(const v1::PackChanged& change);
// The hashes of what decides, central first.
std::vector<std::string> HashesOf(const v1::SnapshotRef& snapshot);
// Of the pack in the snapshot; empty when it is not there.
std::string HashOf(const v1::SnapshotRef& snapshot, const std::string& pack);

}  // namespace leadline::e2e
