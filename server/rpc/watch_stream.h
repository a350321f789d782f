// WatchEvents: one stream that follows the ledger.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>

#include "leadline/v1/lead_service.pb.h"
#include "rpc/call.h"
#include "rpc/open_streams.h"

namespace leadline::rpc {

// Reads the ledger in batches from the position of the last event sent, and writes one event after the other; a batch
// is read only when the one before it is sent, so a slow reader holds back nobody. Deletes itself when the stream is
// over. Every callback may come from any thread.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchEventsResponse>, public OpenStream {
 public:
  WatchStream(const Environment& env, grpc::CallbackServerContext* call, const v1::WatchEventsRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void Wake(bool committed) override;
  void Stop(const absl::Status& status) override;

 private:
  enum class Step { kNone, kFinish, kLoad, kWriteEvent, kWriteHeartbeat };

  // Decides under the lock what to do next, then does it without; at most one step is under way at any time.
  void Advance();
  Step Next();
  void Load();
  absl::Status LoadBatch(std::deque<domain::Event>& batch);

  const Environment& env_;
  engine::CallContext context_;
  // Only touched by the step under way.
  engine::LedgerPlace place_;  // of the last event sent
  bool place_given_ = false;   // by the caller, and not checked yet
  bool start_at_end_ = false;
  v1::WatchEventsResponse response_;

  std::mutex mutex_;  // guards what follows
  bool busy_ = false;
  bool behind_ = true;  // the ledger may hold events that were not read yet
  bool finished_ = false;
  bool greet_ = false;  // tell the position before the first event
  std::deque<domain::Event> batch_;
  std::optional<absl::Status> ending_;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
};

}  // namespace leadline::rpc
