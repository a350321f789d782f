// How every call runs: reads leave gRPC's threads, writes answer when they are durable, late calls are not begun.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/executor.h"
#include "base/ids.h"
#include "engine/decide/call_deadline.h"
#include "engine/engine.h"
#include "rpc/check/checker.h"
#include "rpc/status.h"

namespace leadline::engine {
class Operations;
class PackRollout;
}  // namespace leadline::engine

namespace leadline::rpc {

class EventTail;
class OpenStreams;

// What the services work with. Outlives them. Thread-safe.
struct Environment {
  engine::Engine* engine = nullptr;
  engine::PackRollout* packs = nullptr;  // needed by the admin service
  engine::Operations* operations = nullptr;
  // Threads by what they are for, so that none waits for another kind: reads; answers of writes that are done; reports
  // and other reads that take long.
  Executor* executor = nullptr;
  Executor* answers = nullptr;
  Executor* reports = nullptr;
  OpenStreams* streams = nullptr;
  EventTail* tail = nullptr;  // of WatchEvents
  // Told of every error that is the server's own fault (INTERNAL, UNKNOWN, DATA_LOSS), with the id of the call. May be
  // empty.
  std::function<void(const absl::Status&, std::string_view call_id)> report;
  // 64 random bits, of which ids of calls are made. From any thread.
  std::function<uint64_t()> random = SystemRandom;
  std::chrono::milliseconds heartbeat{15'000};  // of WatchEvents
};

// Who calls: tenant and actor (metadata `leadline-actor`, or `leadline-actor-bin` in UTF-8 where the name is not
// ASCII).
engine::CallContext ContextOf(const grpc::CallbackServerContext& call, Checker& check);
// The same for a request that has a name: its request_id, checked, and the fingerprint of its content; with its
// `validate_only`, and its `etag`, checked, where it has them.
engine::CallContext NamedContext(const grpc::CallbackServerContext& call, const std::string& request_id,
                                 const google::protobuf::Message& request, Checker& check);

// SHA-256 of every field, maps in the order of their keys.
std::string FingerprintOf(const google::protobuf::Message& message);

// Until when the caller waits, by the clock that never jumps.
Deadline DeadlineOf(const grpc::CallbackServerContext& call);

// DEADLINE_EXCEEDED or CANCELLED when nobody waits for the answer any more.
absl::Status StillWanted(const grpc::CallbackServerContext& call);

// The same, and UNAVAILABLE once the server is stopping: for calls that are not begun yet.
absl::Status Admit(const Environment& env, const grpc::CallbackServerContext& call);

// Metadata of a call, and of its end: the id under which the caller and the server's log name the call.
inline constexpr char kCallIdKey[] = "leadline-call-id";
using CallMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;
// The id that the caller gave: 1 to 64 visible ASCII characters. Nothing when it gave none, or something else.
std::optional<std::string> GivenCallId(const CallMetadata& metadata);
// That, or else 16 hexadecimal digits of `random`.
std::string CallIdOf(const CallMetadata& metadata, const std::function<uint64_t()>& random);

// The status on the wire, with which the call is to be finished next. The end of the call names its id when it is an
// error, or the caller gave one. An error that is the server's own fault is reported.
grpc::Status Answered(const Environment& env, grpc::CallbackServerContext* call, const absl::Status& status);

// Runs `work`, absl::Status(), on `executor` and finishes the call with what it returns.
template <typename WorkFunction>
grpc::ServerUnaryReactor* RunOn(Executor& executor, const Environment& env, grpc::CallbackServerContext* call,
                                WorkFunction work) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  if (absl::Status status = Admit(env, *call); !status.ok()) {
    reactor->Finish(Answered(env, call, status));
    return reactor;
  }
  bool taken = executor.TryRun([&env, call, reactor, work = std::move(work)]() mutable {
    absl::Status status = StillWanted(*call);
    if (status.ok()) status = work();
    reactor->Finish(Answered(env, call, status));
  });
  if (!taken) reactor->Finish(Answered(env, call, Overloaded()));
  return reactor;
}

// The same on the environment's executor; plugins that it asks are waited for as long as the caller waits.
template <typename WorkFunction>
grpc::ServerUnaryReactor* Read(const Environment& env, grpc::CallbackServerContext* call, WorkFunction work) {
  return RunOn(*env.executor, env, call, [call, work = std::move(work)]() mutable {
    const engine::CallDeadline until(DeadlineOf(*call));
    return work();
  });
}

// The same for what may read long. The engine is given `StillAsked` of the call, so that it ends soon after nobody
// waits for it any more.
template <typename WorkFunction>
grpc::ServerUnaryReactor* ReadLong(const Environment& env, grpc::CallbackServerContext* call, WorkFunction work) {
  return RunOn(*env.reports, env, call, std::move(work));
}

// Whether somebody waits for the call, as CallContext::wanted; for as long as the call is not finished.
inline std::function<bool()> StillAsked(const grpc::CallbackServerContext& call) {
  return [&call] { return StillWanted(call).ok(); };
}

// Runs `work`, absl::Status(), on gRPC's own thread: for work that neither blocks nor takes long, and asks no plugin.
template <typename WorkFunction>
grpc::ServerUnaryReactor* Compute(const Environment& env, grpc::CallbackServerContext* call, WorkFunction work) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::Status status = Admit(env, *call);
  if (status.ok()) status = work();
  reactor->Finish(Answered(env, call, status));
  return reactor;
}

// A Done that fills the response on a thread for answers, so that the store's threads stay with the store, and finishes
// the call. `fill` is called with the result.
template <typename T, typename Fill>
engine::Done<T> Answer(const Environment& env, grpc::CallbackServerContext* call, grpc::ServerUnaryReactor* reactor,
                       Fill fill) {
  return [&env, call, reactor, fill = std::move(fill)](absl::StatusOr<T> result) mutable {
    env.answers->Run([&env, call, reactor, fill = std::move(fill), result = std::move(result)]() mutable {
      if (result.ok()) fill(*std::move(result));
      reactor->Finish(Answered(env, call, result.status()));
    });
  };
}

// Runs `begin`, absl::Status(grpc::ServerUnaryReactor*), which hands the call on to the engine with an Answer, or
// returns why it did not.
template <typename Begin>
grpc::ServerUnaryReactor* Write(const Environment& env, grpc::CallbackServerContext* call, Begin begin) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::Status status = Admit(env, *call);
  if (status.ok()) status = begin(reactor);
  if (!status.ok()) reactor->Finish(Answered(env, call, status));
  return reactor;
}

}  // namespace leadline::rpc
