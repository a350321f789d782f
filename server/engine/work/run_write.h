// How every writing use case runs: one snapshot, one transaction, acknowledged when durable, once per request name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/write_scope.h"
#include "fmt/format.h"

namespace leadline::engine {

template <typename T>
struct WriteCase {
  std::string_view method;  // of the API, such as "SubmitEnquiry"
  // Runs in the transaction, perhaps more than once; whatever it changes outside must be the same each time.
  std::function<absl::StatusOr<T>(WriteScope&)> body;
  // Answers a request that was done before, from what the body left in WriteScope::request_result.
  std::function<absl::StatusOr<T>(store::Reader&, const std::string& result)> replay;
  bool dry_run = false;  // answer, but keep nothing
  // The one that the request has pinned already; null: the active one is pinned now.
  std::shared_ptr<const Deciding> deciding = nullptr;
};

// Checks an earlier request of the same name: nothing when there is none, its record when it is the same request,
// ALREADY_EXISTS when it is another.
absl::StatusOr<std::optional<store::RequestRecord>> EarlierRequest(store::Reader& reader, const CallContext& context,
                                                                   std::string_view method);

template <typename T>
void RunWriteCase(const EngineOptions& options, const CallContext& context, WriteCase<T> write, Done<T> done) {
  struct State {
    CallContext context;
    WriteCase<T> write;
    std::optional<T> result;
    Done<T> done;
    bool dry_run_done = false;
  };
  auto state = std::make_shared<State>(State{context, std::move(write), std::nullopt, std::move(done)});
  std::shared_ptr<const Deciding> deciding =
      state->write.deciding ? state->write.deciding : options.snapshots->GetDeciding();
  auto run = [state, deciding, &options](store::Transaction& tx) -> absl::Status {
    const CallContext& call = state->context;
    ASSIGN_OR_RETURN(auto earlier, EarlierRequest(tx, call, state->write.method));
    if (earlier.has_value()) {
      ASSIGN_OR_RETURN(state->result, state->write.replay(tx, earlier->result));
      return absl::OkStatus();
    }
    WriteScope scope(tx, call, deciding, *options.ids, options.clock->Now());
    scope.request_id = call.request_id;
    ASSIGN_OR_RETURN(state->result, state->write.body(scope));
    if (state->write.dry_run) {
      state->dry_run_done = true;
      return absl::CancelledError("validated only");
    }
    if (call.request_id.empty()) return absl::OkStatus();
    return tx.Put(store::RequestRecord{call.request_id, std::string(state->write.method) + " " + call.fingerprint,
                                       scope.request_result, scope.now});
  };
  options.store->Write(context.tenant, std::move(run), [state](absl::Status status) {
    if (status.ok() || state->dry_run_done) {
      state->done(*std::move(state->result));
    } else {
      state->done(std::move(status));
    }
  });
}

}  // namespace leadline::engine
