#include "tests/bench/watch_load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <thread>
#include <utility>

namespace leadline::bench {
namespace {

constexpr char kWatch[] = "/leadline.v1.LeadService/WatchEvents";
// Whatever is larger tells of an event: a heartbeat is a token alone.
constexpr size_t kMostOfHeartbeat = 128;

struct Stream {
  enum class At { kStarting, kWriting, kReading } at = At::kStarting;
  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
  grpc::ByteBuffer message;
};

}  // namespace

class WatchLoad::Streams {
 public:
  explicit Streams(std::vector<std::shared_ptr<grpc::Channel>> channels) {
    for (const auto& channel : channels) stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    thread_ = std::thread([this] { Loop(); });
  }
  ~Streams() {
    stopping_ = true;
    for (Stream& stream : streams_) stream.context.TryCancel();
    while (open_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    queue_.Shutdown();
    thread_.join();
  }

  void Open(int count, const v1::WatchEventsRequest& request) {
    const grpc::Slice slice(request.SerializeAsString());
    request_ = grpc::ByteBuffer(&slice, 1);
    const int64_t told = heartbeats_;
    for (int i = 0; i < count; ++i) {
      Stream& stream = streams_.emplace_back();
      stream.call = stubs_[streams_.size() % stubs_.size()]->PrepareCall(&stream.context, kWatch, &queue_);
      ++open_;
      stream.call->StartCall(&stream);
    }
    while (heartbeats_ < told + count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  int64_t events() const { return events_; }
  int64_t heartbeats() const { return heartbeats_; }

 private:
  void Loop() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) Step(*static_cast<Stream*>(tag), ok);
  }

  void Step(Stream& stream, bool ok) {
    if (!ok) {
      if (!stopping_) {
        std::cerr << "a stream of events ended" << std::endl;
        std::exit(1);
      }
      --open_;
      return;
    }
    if (stream.at == Stream::At::kStarting) {
      stream.at = Stream::At::kWriting;
      return stream.call->WriteLast(request_, grpc::WriteOptions(), &stream);
    }
    if (stream.at == Stream::At::kReading) {
      ++(stream.message.Length() > kMostOfHeartbeat ? events_ : heartbeats_);
      stream.message.Clear();
    }
    stream.at = Stream::At::kReading;
    stream.call->Read(&stream.message, &stream);
  }

  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::ByteBuffer request_;
  grpc::CompletionQueue queue_;
  std::deque<Stream> streams_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> open_{0};
  std::atomic<int64_t> events_{0}, heartbeats_{0};
  std::thread thread_;
};

WatchLoad::WatchLoad(std::vector<std::shared_ptr<grpc::Channel>> channels)
    : streams_(std::make_unique<Streams>(std::move(channels))) {}

WatchLoad::~WatchLoad() = default;

void WatchLoad::Open(int count, const v1::WatchEventsRequest& request) { streams_->Open(count, request); }

int64_t WatchLoad::events() const { return streams_->events(); }

int64_t WatchLoad::heartbeats() const { return streams_->heartbeats(); }

void WatchLoad::WaitForEvents(int64_t count) const {
  while (events() < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace leadline::bench
