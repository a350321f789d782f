// WatchEvents: one stream that follows the ledger.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>

#include "leadline/v1/lead_service.pb.h"
#include "rpc/call.h"
#include "rpc/open_streams.h"
#include "rpc/tail/event_tail.h"

namespace leadline::rpc {

// Hands on what the tail gives it; messages come encoded and are shared with other streams. Deletes itself when the
// stream is over. Every callback may come from any thread.
class WatchStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public OpenStream, private Watcher {
 public:
  // `request` holds a WatchEventsRequest.
  WatchStream(const Environment& env, grpc::CallbackServerContext* call, const grpc::ByteBuffer& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void Stop(const absl::Status& status) override;

 private:
  // What was asked for, until it has begun.
  struct Asked;

  void Write(Encoded bytes) override;
  void Load() override;
  void Finish(const absl::Status& status) override;

  // On a thread that may block: looks in the store for what the caller gave, and joins the tail.
  void Begin();
  // What the store has to tell of it; fills in where to start.
  absl::Status CheckAsked();

  const Environment& env_;
  grpc::CallbackServerContext* const call_;
  std::unique_ptr<Asked> asked_;
  grpc::ByteBuffer message_;  // on its way
};

}  // namespace leadline::rpc
