// A stream in both directions with one message in flight: read, handle, answer, read again.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <mutex>
#include <optional>
#include <utility>

#include "rpc/call.h"
#include "rpc/open_streams.h"

namespace leadline::rpc {

// Deletes itself when the stream is over. The pieces below run one after the other; Stop comes from another thread.
template <typename Request, typename Response>
class Exchange : public grpc::ServerBidiReactor<Request, Response>, public OpenStream {
 public:
  Exchange(const Environment& env, grpc::CallbackServerContext* call) : env_(env), call_(call) {}

  // Begins; called once, after construction.
  void Start() {
    if (absl::Status status = env_.streams->Add(this); !status.ok()) return End(status);
    Next();
  }

  void OnReadDone(bool more) final {
    if (!more) return End(absl::OkStatus());
    {
      std::lock_guard lock(mutex_);
      if (finished_) return;
      busy_ = true;
    }
    absl::Status status = StillWanted(*call_);
    if (!status.ok()) return Reply(status);
    response_.Clear();
    Handle();
  }

  void OnWriteDone(bool ok) final {
    if (!ok) return End(absl::CancelledError("the caller went away"));
    Next();
  }

  void OnDone() final {
    env_.streams->Remove(this);
    delete this;
  }

  void Stop(const absl::Status& status) final {
    {
      std::lock_guard lock(mutex_);
      stop_ = status;
      if (busy_ || std::exchange(finished_, true)) return;  // when busy, Next ends it
    }
    this->Finish(Answered(env_, call_, status));
  }

 protected:
  // Handles request_, fills response_ and calls Reply, once and from any thread.
  virtual void Handle() = 0;

  // Sends response_, or ends the stream when `status` is not OK.
  void Reply(const absl::Status& status) {
    if (!status.ok()) return End(status);
    this->StartWrite(&response_);
  }

  const Request& request() const { return request_; }
  Response& response() { return response_; }
  const Environment& env() const { return env_; }
  const grpc::CallbackServerContext& call() const { return *call_; }

 private:
  // Reads on, unless the stream has to end. No read may begin after Finish, so the lock is kept; gRPC calls nothing of
  // ours from within StartRead.
  void Next() {
    std::unique_lock lock(mutex_);
    busy_ = false;
    if (finished_) return;
    if (!stop_.has_value()) return this->StartRead(&request_);
    finished_ = true;
    lock.unlock();
    this->Finish(Answered(env_, call_, *stop_));
  }

  void End(const absl::Status& status) {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(finished_, true)) return;
    }
    this->Finish(Answered(env_, call_, status));
  }

  const Environment& env_;
  grpc::CallbackServerContext* call_;
  Request request_;
  Response response_;
  std::mutex mutex_;
  bool busy_ = false;      // between a message's arrival and the end of its answer
  bool finished_ = false;  // Finish was called, or is about to be
  std::optional<absl::Status> stop_;
};

}  // namespace leadline::rpc
