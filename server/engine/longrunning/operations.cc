#include "engine/longrunning/operations.h"

#include <chrono>
#include <thread>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"
#include "store/erasure/erased_samples.h"

namespace leadline::engine {
namespace {

using store::Operation;

// Names that operations give to the changes that they make.
constexpr std::string_view kRequestPrefix = "operation/";

absl::Status Cancelled(std::string_view method) {
  return absl::CancelledError(fmt::format("{} was cancelled", method));
}

absl::Status GivenUp(const Operation& operation) {
  return WithReason(
      absl::AbortedError(fmt::format("{} was begun {} times, and each time the server ended before it was done; look "
                                     "for the cause in the server's log, then ask again, under another request_id",
                                     operation.method, operation.tries)),
      ErrorReason::kOperationInterrupted);
}

absl::Status TooLarge(size_t bytes) {
  return absl::ResourceExhaustedError(
      fmt::format("what came of it has {} bytes, and at most {} are kept; ask for less, such as fewer samples", bytes,
                  Operations::kMostResultBytes));
}

absl::Status Forgotten(std::string_view request_id, std::string_view id) {
  const std::string name = fmt::format("operations/{}", id);
  return WithResource(absl::NotFoundError(fmt::format(
                          "the request {} started {}, which was deleted or forgotten since; ask again under "
                          "another request_id",
                          request_id, name)),
                      name);
}

void SetEnd(Operation& operation, OperationResult result, Time now) {
  operation.ended_at = now;
  operation.request.clear();
  operation.result = std::move(result.bytes);
  operation.samples = std::move(result.samples);
}

size_t SizeOf(std::string_view result, const std::vector<store::OperationSample>& samples) {
  size_t bytes = result.size();
  for (const store::OperationSample& sample : samples) bytes += sample.bytes.size();
  return bytes;
}

}  // namespace

struct Operations::Lane {
  explicit Lane(OperationMethod given)
      : method(std::move(given)), executor(method.at_a_time, /*max_waiting=*/SIZE_MAX) {}

  const OperationMethod method;
  size_t unfinished = 0;  // guarded by mutex_
  Executor executor;
};

struct Operations::Running {
  std::string tenant, id;
  Lane* lane = nullptr;
  std::atomic<bool> cancelled{false};
  std::atomic<int64_t> done{0}, total{0};
};

Operations::Operations(OperationsOptions options) : options_(std::move(options)) {}

Operations::~Operations() { Stop(); }

void Operations::Add(OperationMethod method) {
  std::string name = method.name;
  lanes_.emplace(std::move(name), std::make_unique<Lane>(std::move(method)));
}

absl::Status Operations::Resume(const CallContext& context) {
  constexpr int kMost = 10'000;
  std::vector<std::pair<std::string, Lane*>> found;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.UnfinishedOperations(kMost));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const Operation operation, reader.GetOperation(id));
      if (const auto lane = lanes_.find(operation.method); lane != lanes_.end()) {
        found.emplace_back(id, lane->second.get());
      }
    }
    return absl::OkStatus();
  }));
  for (const auto& [id, lane] : found) {
    auto running = std::make_shared<Running>();
    running->tenant = context.tenant;
    running->id = id;
    running->lane = lane;
    {
      const std::lock_guard lock(mutex_);
      ++lane->unfinished;
    }
    Enqueue(std::move(running));
  }
  return absl::OkStatus();
}

Operations::Lane* Operations::Reserve(std::string_view method, absl::Status& why) {
  const auto lane = lanes_.find(method);
  if (lane == lanes_.end()) {
    why = absl::InternalError(fmt::format("nobody does {}", method));
    return nullptr;
  }
  const std::lock_guard lock(mutex_);
  Lane& found = *lane->second;
  if (stopping_) {
    why = WithReason(absl::UnavailableError("the server is stopping; ask again, or another server"),
                     ErrorReason::kShuttingDown);
    return nullptr;
  }
  if (found.unfinished >= static_cast<size_t>(found.method.at_a_time) + found.method.most_waiting) {
    why = Overloaded();
    return nullptr;
  }
  ++found.unfinished;
  return &found;
}

absl::StatusOr<Operation> Operations::StoreNew(const CallContext& context, const NewOperation& asked, std::string id,
                                               bool& is_new) {
  constexpr int kBetweenTrims = 64;
  const bool trim = ++started_ % kBetweenTrims == 0;
  Operation operation;
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto earlier, EarlierRequest(tx, context, asked.method));
    is_new = !earlier.has_value();
    if (!is_new) {
      absl::StatusOr<Operation> found = tx.GetOperation(earlier->result);
      if (absl::IsNotFound(found.status())) return Forgotten(context.request_id, earlier->result);
      ASSIGN_OR_RETURN(operation, std::move(found));
      return absl::OkStatus();
    }
    operation = {};
    operation.id = id;
    operation.method = asked.method;
    operation.subject = asked.subject;
    operation.actor = context.actor;
    operation.request_id = context.request_id;
    operation.validate_only = context.validate_only;
    operation.created_at = options_.clock->Now();
    operation.request = asked.request;
    RETURN_IF_ERROR(tx.Put(operation));
    if (trim) RETURN_IF_ERROR(tx.ForgetOperations(/*before=*/0, kMostKept, options_.most_kept_bytes).status());
    // What is only looked at does not use up the name.
    if (context.request_id.empty() || context.validate_only) return absl::OkStatus();
    return tx.Put(store::RequestRecord{context.request_id, asked.method + " " + context.fingerprint, operation.id,
                                       operation.created_at});
  }));
  return operation;
}

absl::StatusOr<Operation> Operations::Start(const CallContext& context, NewOperation asked) {
  absl::Status why;
  Lane* const lane = Reserve(asked.method, why);
  if (lane == nullptr) return why;
  auto running = std::make_shared<Running>();
  running->tenant = context.tenant;
  running->id = options_.ids->NewId(options_.clock->Now());
  running->lane = lane;
  bool is_new = false;
  absl::StatusOr<Operation> operation = StoreNew(context, asked, running->id, is_new);
  if (!operation.ok() || !is_new) {
    const std::lock_guard lock(mutex_);
    --lane->unfinished;
    return operation;
  }
  Enqueue(std::move(running));
  return operation;
}

void Operations::Enqueue(std::shared_ptr<Running> running) {
  {
    const std::lock_guard lock(mutex_);
    running_[running->id] = running;
  }
  Executor& executor = running->lane->executor;
  executor.Run([this, running = std::move(running)] { Run(*running); });
}

absl::Status Operations::Store(const Running& running, const std::function<absl::Status(store::Transaction&)>& write) {
  constexpr std::chrono::milliseconds kPause{1000};
  while (true) {
    absl::Status stored = store::WriteAndWait(*options_.store, running.tenant, write);
    if (stored.ok()) return stored;
    if (options_.report) options_.report(stored, running.id);
    const bool passes = RetryDelayOf(stored).has_value();
    // What could not be stored is done again after the next start, and comes to the same end.
    if (!passes || stopping_) return stored;
    std::this_thread::sleep_for(kPause);
  }
}

absl::StatusOr<bool> Operations::Begin(Running& running, Operation& operation, absl::Status& refused) {
  bool begun = false;
  RETURN_IF_ERROR(Store(running, [&](store::Transaction& tx) -> absl::Status {
    begun = false;
    refused = absl::OkStatus();
    absl::StatusOr<Operation> found = tx.GetOperation(running.id);
    if (absl::IsNotFound(found.status())) return absl::OkStatus();
    RETURN_IF_ERROR(found.status());
    operation = *std::move(found);
    if (operation.ended_at != 0) return absl::OkStatus();
    if (operation.cancelled) {
      refused = Cancelled(operation.method);
    } else if (operation.tries >= kMostTries) {
      refused = GivenUp(operation);
    }
    if (!refused.ok()) {
      SetEnd(operation, options_.error_form(refused), options_.clock->Now());
      return tx.Put(operation);
    }
    begun = true;
    ++operation.tries;
    operation.begun_at = options_.clock->Now();
    return tx.Put(operation);
  }));
  return begun;
}

void Operations::Run(Running& running) {
  if (!stopping_) {
    Operation operation;
    absl::Status refused;
    // Where that cannot be noted it waits for the next start.
    if (Begin(running, operation, refused).value_or(false)) {
      CallContext context;
      context.tenant = running.tenant;
      context.actor = operation.actor;
      context.method = operation.method;
      context.request_id = std::string(kRequestPrefix) + operation.id;
      context.wanted = [this, &running] { return !running.cancelled && !stopping_; };
      context.progress = [&running](int64_t done, int64_t total) {
        running.done = done;
        running.total = total;
      };
      OperationRun run(operation, std::move(context));
      absl::StatusOr<OperationResult> result = running.lane->method.work(run);
      if (!result.ok() && stopping_ && !running.cancelled) {
        Leave(running);
      } else {
        End(running, std::move(operation), std::move(result));
      }
    }
  }
  Gone(running);
}

void Operations::End(Running& running, Operation operation, absl::StatusOr<OperationResult> result) {
  if (result.ok()) {
    if (const size_t bytes = SizeOf(result->bytes, result->samples); bytes > kMostResultBytes) result = TooLarge(bytes);
  }
  if (!result.ok() && running.cancelled && absl::IsCancelled(result.status())) result = Cancelled(operation.method);
  const OperationResult kept = result.ok() ? *std::move(result) : options_.error_form(result.status());
  (void)Store(running, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Operation now, tx.GetOperation(running.id));
    now.done = running.done;
    now.total = running.total;
    SetEnd(now, kept, options_.clock->Now());
    RETURN_IF_ERROR(store::DropErasedSamples(tx, now.samples));
    RETURN_IF_ERROR(tx.Put(now));
    return tx.ForgetOperations(/*before=*/0, kMostKept, options_.most_kept_bytes).status();
  });
}

void Operations::Leave(Running& running) {
  (void)Store(running, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Operation now, tx.GetOperation(running.id));
    --now.tries;
    now.begun_at = 0;
    return tx.Put(now);
  });
}

void Operations::Gone(const Running& running) {
  {
    const std::lock_guard lock(mutex_);
    --running.lane->unfinished;
    running_.erase(running.id);
  }
  Wake(running.id);
}

void Operations::Wake(std::string_view id) {
  const std::lock_guard lock(waiting_mutex_);
  for (const auto& [ticket, waiting] : waiting_) {
    if (waiting.id == id) waiting.ended();
  }
}

void Operations::Overlay(Operation& operation) {
  if (operation.ended_at != 0) return;
  const std::lock_guard lock(mutex_);
  const auto running = running_.find(operation.id);
  if (running == running_.end()) return;
  operation.done = running->second->done;
  operation.total = running->second->total;
}

absl::StatusOr<Operation> Operations::Get(const CallContext& context, std::string_view id) {
  Operation operation;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(operation, reader.GetOperation(id));
    return absl::OkStatus();
  }));
  Overlay(operation);
  return operation;
}

absl::StatusOr<store::Page<Operation>> Operations::List(const CallContext& context, const OperationFilter& filter,
                                                        std::string_view before, int page_size, size_t most_bytes) {
  store::Page<Operation> page;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    page = {};
    size_t bytes = 0;
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.OperationIds(before, INT32_MAX));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(Operation operation, reader.GetOperation(id));
      if (filter.done.has_value() && *filter.done != (operation.ended_at != 0)) continue;
      if (!filter.method.empty() && filter.method != operation.method) continue;
      if (page.items.size() == static_cast<size_t>(page_size) || bytes >= most_bytes) {
        page.next = page.items.back().id;
        return absl::OkStatus();
      }
      bytes += SizeOf(operation.result, operation.samples);
      operation.request.clear();
      page.items.push_back(std::move(operation));
    }
    return absl::OkStatus();
  }));
  for (Operation& operation : page.items) Overlay(operation);
  return page;
}

absl::Status Operations::Cancel(const CallContext& context, std::string_view id) {
  std::shared_ptr<Running> running;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = running_.find(id); found != running_.end()) running = found->second;
  }
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Operation operation, tx.GetOperation(id));
    if (operation.ended_at != 0) return absl::OkStatus();
    operation.cancelled = true;
    // What nobody has begun ends here; its turn finds that out.
    if (running == nullptr || operation.begun_at == 0) {
      SetEnd(operation, options_.error_form(Cancelled(operation.method)), options_.clock->Now());
    }
    if (running != nullptr) running->cancelled = true;
    return tx.Put(operation);
  }));
  Wake(id);
  return absl::OkStatus();
}

absl::Status Operations::Delete(const CallContext& context, std::string_view id) {
  return store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const Operation operation, tx.GetOperation(id));
    if (operation.ended_at != 0) return tx.DropOperation(id);
    const std::string name = fmt::format("operations/{}", id);
    return WithResource(WithReason(absl::FailedPreconditionError(fmt::format(
                                       "{} has not ended; cancel it, and delete it once it has ended", name)),
                                   ErrorReason::kOperationRuns),
                        name);
  });
}

int64_t Operations::WhenEnded(std::string_view id, std::function<void()> ended) {
  const std::lock_guard lock(waiting_mutex_);
  bool runs = false;
  {
    const std::lock_guard running_lock(mutex_);
    runs = running_.contains(id);
  }
  const int64_t ticket = ++last_ticket_;
  if (runs) {
    waiting_.emplace(ticket, Waiting{std::string(id), std::move(ended)});
  } else {
    ended();
  }
  return ticket;
}

void Operations::StopWaiting(int64_t ticket) {
  const std::lock_guard lock(waiting_mutex_);
  waiting_.erase(ticket);
}

absl::StatusOr<int> Operations::Forget(const CallContext& context, Duration keep) {
  int forgotten = 0;
  const Time before = options_.clock->Now() - keep;
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(forgotten, tx.ForgetOperations(before, kMostKept, options_.most_kept_bytes));
    return absl::OkStatus();
  }));
  return forgotten;
}

void Operations::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& [method, lane] : lanes_) lane->executor.Stop();
}

}  // namespace leadline::engine
