#include "tests/bench/rpc_load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>

namespace leadline::bench {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// One place in the window; used for one call after the other.
struct Call {
  grpc::GenericStub* stub = nullptr;
  std::optional<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::ByteBuffer response;
  grpc::Status status;
  SteadyTime begun;
};

class Load {
 public:
  Load(const std::string& method, const std::vector<grpc::ByteBuffer>& requests)
      : method_(method), requests_(requests) {}

  // Until `duration` has passed or so many calls were begun.
  LoadResult Run(const std::vector<std::shared_ptr<grpc::Channel>>& channels, int outstanding,
                 std::chrono::milliseconds duration, int64_t most) {
    outstanding = static_cast<int>(std::min<int64_t>(outstanding, most));
    for (const auto& channel : channels) stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    std::vector<Call> calls(static_cast<size_t>(outstanding));
    const SteadyTime start = std::chrono::steady_clock::now(), end = start + duration;
    for (size_t i = 0; i < calls.size(); ++i) {
      calls[i].stub = stubs_[i % stubs_.size()].get();
      Begin(calls[i]);
    }
    void* tag = nullptr;
    bool ok = false;
    for (int under_way = outstanding; under_way > 0 && queue_.Next(&tag, &ok);) {
      Call& call = *static_cast<Call*>(tag);
      Count(call);
      if (call.begun < end && begun_ < most) {
        Begin(call);
      } else {
        --under_way;
      }
    }
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    queue_.Shutdown();
    while (queue_.Next(&tag, &ok)) {
    }
    return std::move(result_);
  }

 private:
  void Begin(Call& call) {
    call.reader.reset();
    call.context.emplace();
    ++begun_;
    call.begun = std::chrono::steady_clock::now();
    call.reader = call.stub->PrepareUnaryCall(&*call.context, method_, requests_[next_], &queue_);
    next_ = next_ + 1 == requests_.size() ? 0 : next_ + 1;
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
  }

  void Count(const Call& call) {
    if (!call.status.ok()) {
      std::cerr << method_ << ": " << call.status.error_message() << std::endl;
      std::exit(1);
    }
    ++result_.calls;
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - call.begun;
    result_.latencies.push_back(taken.count());
  }

  const std::string& method_;
  const std::vector<grpc::ByteBuffer>& requests_;
  size_t next_ = 0;
  int64_t begun_ = 0;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  LoadResult result_;
};

}  // namespace

LoadResult CallForAWhile(const std::vector<std::shared_ptr<grpc::Channel>>& channels, const std::string& method,
                         const std::vector<grpc::ByteBuffer>& requests, int outstanding,
                         std::chrono::milliseconds duration) {
  return Load(method, requests).Run(channels, outstanding, duration, INT64_MAX);
}

LoadResult CallSoOften(const std::vector<std::shared_ptr<grpc::Channel>>& channels, const std::string& method,
                       const std::vector<grpc::ByteBuffer>& requests, int outstanding, int64_t calls) {
  return Load(method, requests).Run(channels, outstanding, std::chrono::hours(1), calls);
}

}  // namespace leadline::bench
