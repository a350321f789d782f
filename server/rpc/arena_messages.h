// Request and response of a call in one piece of memory.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

#include <cstddef>

namespace leadline::rpc {

// For a method whose messages have many parts: each would be allocated and freed by itself otherwise. To be set with
// SetMessageAllocatorFor_*() of its service, which it must outlive. Thread-safe.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Holder; }

 private:
  // Enough for a usual call; larger ones get more.
  static constexpr size_t kFirstBytes = 6 * 1024;

  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    Holder() : arena_(first_, sizeof(first_)) {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    alignas(std::max_align_t) char first_[kFirstBytes];
    google::protobuf::Arena arena_;
  };
};

}  // namespace leadline::rpc
