// WaitOperation: one call that waits for an operation to end.
#pragma once

#include <google/longrunning/operations.pb.h>
#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "rpc/call.h"
#include "rpc/open_streams.h"

namespace leadline::rpc {

// Holds no thread while it waits. Keeps itself until the call is over and nothing refers to it any more. Every callback
// may come from any thread.
class OperationWait final : public grpc::ServerUnaryReactor,
                            public OpenStream,
                            public std::enable_shared_from_this<OperationWait> {
 public:
  static grpc::ServerUnaryReactor* Begin(const Environment& env, grpc::CallbackServerContext* call,
                                         const google::longrunning::WaitOperationRequest& request,
                                         google::longrunning::Operation* response);

  void OnCancel() override;
  void OnDone() override;
  void Stop(const absl::Status& status) override;

 private:
  // What Look does when the operation has not ended.
  enum class Unended { kWaits, kAnswers };

  OperationWait(const Environment& env, grpc::CallbackServerContext* call, google::longrunning::Operation* response)
      : env_(env), call_(call), response_(response) {}
  void Check(const google::longrunning::WaitOperationRequest& request);
  void Wait();
  // On a thread that may block.
  void Look(Unended unended);
  void LookSoon(Unended unended);
  void End(const absl::Status& status);

  const Environment& env_;
  grpc::CallbackServerContext* const call_;
  google::longrunning::Operation* const response_;
  std::shared_ptr<OperationWait> self_;  // until the call is over
  engine::CallContext context_;
  std::string id_;
  std::chrono::milliseconds timeout_{0};
  std::atomic<bool> ended_{false};
  std::atomic<int64_t> ticket_{0};
  grpc::Alarm alarm_;
};

}  // namespace leadline::rpc
