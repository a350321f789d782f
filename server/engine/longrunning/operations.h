// Long work that a client starts, looks at, waits for and cancels: it outlives the call, and the server's restart.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/ids.h"
#include "engine/calls.h"
#include "store/store.h"

namespace leadline::engine {

// The work on one operation, for whoever does it. Thread-safe.
class OperationRun {
 public:
  OperationRun(const store::Operation& operation, CallContext context)
      : operation_(operation), context_(std::move(context)) {}
  // As it was when this work on it began.
  const store::Operation& operation() const { return operation_; }
  // Whose name it is done in. Its request_id is the operation's own, so that what is changed is changed once, also when
  // the work is done again after a restart. `wanted` turns false when somebody cancels it, or the server stops; then
  // the work ends with CANCELLED as soon as it can. `progress` is shown to whoever looks.
  const CallContext& context() const { return context_; }

 private:
  const store::Operation& operation_;
  const CallContext context_;
};

// What came of an operation, as it is kept. Both are in a form of the method's own; see store::Operation.
struct OperationResult {
  std::string bytes;
  std::vector<store::OperationSample> samples = {};
};

// How one method of the API is done.
struct OperationMethod {
  std::string name;  // such as "DiffPack"
  int at_a_time = 1;
  size_t most_waiting = 16;
  // Reads the request that Start was given, bytes in a form of its own; gives what came of it. After a restart it is
  // called again for what had not ended: then it must come to the same end.
  std::function<absl::StatusOr<OperationResult>(OperationRun&)> work;
};

struct NewOperation {
  std::string method;
  std::string subject;  // resource name of what it is about; may be empty
  std::string request;
};

struct OperationsOptions {
  const Clock* clock = nullptr;
  IdSource* ids = nullptr;
  store::Store* store = nullptr;
  // The form in which an error is kept as an operation's result.
  std::function<OperationResult(const absl::Status&)> error_form;
  // Told when the end of an operation cannot be stored; it is tried again. May be empty.
  std::function<void(const absl::Status&, std::string_view id)> report = {};
  // Results of operations that have ended, as they are stored (compressed), are kept up to so many bytes together.
  int64_t most_kept_bytes = int64_t{64} << 20;
};

struct OperationFilter {
  std::optional<bool> done;
  std::string method;  // empty: any
};

// Thread-safe. Calls block on the store.
class Operations {
 public:
  // Work that the server did not survive so often is given up.
  static constexpr int kMostTries = 3;
  // Operations that have ended and are kept; those that ended first are dropped for others.
  static constexpr int kMostKept = 1000;
  // What comes of an operation and is more is an error: no client would take it.
  static constexpr size_t kMostResultBytes = 3 << 20;

  explicit Operations(OperationsOptions options);
  ~Operations();  // as Stop()
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  // Before all other calls.
  void Add(OperationMethod method);
  // Goes on with what a server before this one left unfinished. Once, after every method was added. What is of another
  // method waits for a server that has it.
  absl::Status Resume(const CallContext& context);

  // Stores it and begins it when its turn comes. With a request_id of the context that came before: the operation of
  // then. OVERLOADED when too many of its method wait; UNAVAILABLE, SHUTTING_DOWN, after Stop.
  absl::StatusOr<store::Operation> Start(const CallContext& context, NewOperation asked);
  // As it is now. NOT_FOUND.
  absl::StatusOr<store::Operation> Get(const CallContext& context, std::string_view id);
  // Newest first, those older than the one called `before`, empty: from the newest. Ends with the one that makes their
  // results `most_bytes`. `next` is what the next page goes on from; empty on the last.
  absl::StatusOr<store::Page<store::Operation>> List(const CallContext& context, const OperationFilter& filter,
                                                     std::string_view before, int page_size, size_t most_bytes);
  // Asks for its end. What waits ends at once, what is under way as soon as it can, or with its result where that is
  // there first. Nothing happens to what has ended. NOT_FOUND.
  absl::Status Cancel(const CallContext& context, std::string_view id);
  // Forgets what has ended. NOT_FOUND; FAILED_PRECONDITION, OPERATION_RUNS.
  absl::Status Delete(const CallContext& context, std::string_view id);

  // Has `ended` called, from any thread, when the operation may have ended: at once where nothing of that name runs
  // here, and perhaps more than once; never after StopWaiting has returned. It must return at once and call nothing
  // here.
  int64_t WhenEnded(std::string_view id, std::function<void()> ended);
  void StopWaiting(int64_t ticket);

  // Forgets those that ended longer ago than `keep`, and the oldest beyond kMostKept and `most_kept_bytes`; how many.
  absl::StatusOr<int> Forget(const CallContext& context, Duration keep);

  // What is under way is asked to end, and goes on after the next start. Waits for it. Idempotent.
  void Stop();

 private:
  struct Lane;
  struct Running;

  // A place for one more of the method; nullptr where all are taken or it is stopped, see `why`.
  Lane* Reserve(std::string_view method, absl::Status& why);
  absl::StatusOr<store::Operation> StoreNew(const CallContext& context, const NewOperation& asked, std::string id,
                                            bool& is_new);
  void Enqueue(std::shared_ptr<Running> running);
  void Run(Running& running);
  // Notes that it is begun. False when it is not to be: it has ended already, or ends with `refused`.
  absl::StatusOr<bool> Begin(Running& running, store::Operation& operation, absl::Status& refused);
  // Keeps what came of it, but for what tells of people who were erased meanwhile.
  void End(Running& running, store::Operation operation, absl::StatusOr<OperationResult> result);
  // Notes that the server stopped while it was under way, which does not count as a try.
  void Leave(Running& running);
  absl::Status Store(const Running& running, const std::function<absl::Status(store::Transaction&)>& write);
  void Gone(const Running& running);
  void Wake(std::string_view id);
  void Overlay(store::Operation& operation);

  const OperationsOptions options_;
  std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;  // by method
  std::atomic<bool> stopping_{false};
  std::atomic<int> started_{0};
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Running>, std::less<>> running_;  // not ended here, by id
  // Held while they are called.
  std::mutex waiting_mutex_;
  struct Waiting {
    std::string id;
    std::function<void()> ended;
  };
  std::map<int64_t, Waiting> waiting_;
  int64_t last_ticket_ = 0;
};

}  // namespace leadline::engine
