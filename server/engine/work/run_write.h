// How every writing use case runs: one snapshot, one transaction, acknowledged when durable, once per request name,
// and decided beside the writer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/decide/decision_log.h"
#include "engine/engine.h"
#include "engine/work/decided_write.h"
#include "engine/work/standing.h"
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
  // The record that it is about, whose etag the call may name; nothing: the body looks at that itself.
  std::optional<domain::RecordRef> guarded = std::nullopt;
  // What it is about, for its turn (see DecidedWrite).
  std::vector<uint64_t> keys = {};
  bool in_writer = false;  // as in DecidedWrite
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
  };
  auto state = std::make_shared<State>(State{context, std::move(write), std::nullopt, std::move(done)});
  std::shared_ptr<const Deciding> deciding =
      state->write.deciding ? state->write.deciding : options.snapshots->GetDeciding();
  auto decide = [state, deciding, &options](store::Transaction& tx, Attempt& attempt, size_t) -> absl::Status {
    const CallContext& call = state->context;
    ASSIGN_OR_RETURN(auto earlier, EarlierRequest(tx, call, state->write.method));
    if (earlier.has_value()) {
      ASSIGN_OR_RETURN(state->result, state->write.replay(tx, earlier->result));
      return absl::OkStatus();
    }
    WriteScope scope(tx, call, deciding, *options.ids, attempt.moment, &attempt.logs.front());
    scope.request_id = call.request_id;
    if (state->write.guarded) RETURN_IF_ERROR(CheckEtag(tx, call.etag, *state->write.guarded));
    ASSIGN_OR_RETURN(state->result, state->write.body(scope));
    if (state->write.dry_run || call.validate_only || call.request_id.empty()) return absl::OkStatus();
    return tx.Put(store::RequestRecord{call.request_id, std::string(state->write.method) + " " + call.fingerprint,
                                       scope.request_result, scope.now});
  };
  auto end = [state](absl::Status status) {
    if (status.ok()) {
      state->done(*std::move(state->result));
    } else {
      state->done(std::move(status));
    }
  };
  DecidedWrite decided;
  decided.tenant = context.tenant;
  decided.decide = std::move(decide);
  decided.keys = state->write.keys;
  decided.dry_run = state->write.dry_run || context.validate_only;
  decided.in_writer = state->write.in_writer;
  decided.deadline = context.deadline;
  if (!context.request_id.empty()) decided.keys.push_back(KeyFor(domain::RecordKind::kPack, context.request_id));
  RunDecided(options, std::move(decided), std::move(end));
}

}  // namespace leadline::engine
