#include "plugin/worker/worker_plugin.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/worker/wire_answer.h"
#include "plugin/worker/wire_call.h"

namespace leadline::plugin {
namespace {

using std::chrono::steady_clock;

// Processes of one plugin that may be busy at once, unless the caller says otherwise.
constexpr uint32_t kMostWorkers = 8;

uint32_t NextGeneration() {
  static std::atomic<uint32_t> last{0};
  return last.fetch_add(1) + 1;
}

uint32_t WorkerLimit(uint32_t wanted) {
  if (wanted != 0) return wanted;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMostWorkers);
}

WorkerSpec SpecOf(const AdmittedModule& file, const PluginRequest& request, const LoadOptions& options) {
  WorkerSpec spec;
  spec.start.copy_path = file.copy_path;
  spec.start.sha256 = file.manifest.sha256;
  spec.start.id = file.manifest.id;
  spec.start.version = file.manifest.version;
  spec.start.so_path = file.manifest.so_path;
  spec.start.capabilities = file.manifest.capabilities;
  spec.start.wanted_capabilities = request.capabilities;
  spec.start.config_json = request.config_json;
  spec.start.memory_bytes = options.worker.memory_bytes;
  spec.start.landlock = options.worker.probe().landlock_abi > 0;
  spec.options = options.worker;
  spec.catalog = options.fields;
  spec.log = options.log;
  spec.generation = NextGeneration();
  return spec;
}

// Whether there is a program to run workers with.
absl::Status CheckExecutable(const WorkerOptions& options) {
  if (!options.executable.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "it is to run in a worker, at least for a trial, and the server was not told where leadline-plugin-worker is; "
      "put that beside the server, or name it with --plugin-worker");
}

// Whether this kernel keeps from workers what they are to be kept from.
absl::Status CheckLandlock(const WorkerOptions& options) {
  if (options.probe().landlock_abi == 0 && !options.without_landlock) {
    return absl::FailedPreconditionError(
        "it is to run in a worker, and this kernel has no Landlock, which keeps files from it while it is opened; use "
        "Linux 5.13 or later with \"landlock\" among its security modules (lsm=), or, if plugins may read what the "
        "server's user may read, start the server with --plugin-without-landlock");
  }
  return absl::OkStatus();
}

bool Fits(const FieldTable& fields, const Record& record) { return fields.Fits(record); }
bool Fits(const FieldTable& fields, const Transition& t) { return fields.Fits(t.record); }
bool Fits(const FieldTable& fields, const RouteRequest& r) { return fields.Fits(r.record); }
bool Fits(const FieldTable& fields, const RecordPair& p) { return fields.Fits(p.left) && fields.Fits(p.right); }

}  // namespace

// Gives the worker back unless it was disposed of otherwise.
class WorkerPlugin::Loan {
 public:
  Loan(WorkerPool& pool, WorkerChild* child) : pool_(pool), child_(child) {}
  ~Loan() {
    if (child_ != nullptr) pool_.Return(child_);
  }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;

  WorkerChild& child() { return *child_; }
  void Leave(TimePoint hang) { pool_.Leave(std::exchange(child_, nullptr), hang); }
  void Bury(std::string_view what) { pool_.Bury(std::exchange(child_, nullptr), what); }

 private:
  WorkerPool& pool_;
  WorkerChild* child_;
};

WorkerPlugin::WorkerPlugin(const AdmittedModule& file, const PluginRequest& request, const LoadOptions& options)
    : who_("plugin " + file.manifest.id), options_(options.worker) {
  info_.id = file.manifest.id;
  info_.version = file.manifest.version;
  info_.path = file.manifest.so_path;
  info_.sha256 = file.manifest.sha256;
  info_.capabilities = file.manifest.capabilities;
  pool_ = std::make_unique<WorkerPool>(SpecOf(file, request, options), WorkerLimit(options.max_instances), record_);
}

absl::StatusOr<std::shared_ptr<Plugin>> WorkerPlugin::Create(AdmittedModule file, const PluginRequest& request,
                                                             const LoadOptions& options) {
  RETURN_IF_ERROR(CheckExecutable(options.worker));
  RETURN_IF_ERROR(CheckLandlock(options.worker));
  std::shared_ptr<WorkerPlugin> plugin(new WorkerPlugin(file, request, options));
  RETURN_IF_ERROR(plugin->Open());
  return plugin;
}

absl::Status WorkerPlugin::Rehearse(const AdmittedModule& file, const PluginRequest& request,
                                    const LoadOptions& options) {
  RETURN_IF_ERROR(CheckExecutable(options.worker));
  const WorkerSpec spec = SpecOf(file, request, options);
  const std::atomic<bool> closing{false};
  return WorkerChild::Start(spec, /*instance=*/1, closing).status();
}

absl::Status WorkerPlugin::Open() {
  RETURN_IF_ERROR(pool_->Open());
  const wire::Ready& ready = pool_->ready();
  info_.concurrent = ready.concurrent;
  info_.pure = ready.pure;
  info_.sandbox = pool_->sandbox();
  FixedFields fixed;
  for (const wire::Field& field : ready.fields) {
    fixed.names.push_back(field.name);
    fixed.slots.push_back(field.slot);
  }
  info_.fields = fixed.names;
  info_.state = PluginState::kLoaded;
  fields_ = std::make_unique<FieldTable>(nullptr, std::move(fixed));
  return absl::OkStatus();
}

PluginHealth WorkerPlugin::health() const {
  PluginHealth health = record_.Health();
  health.state = pool_->state();
  return health;
}

// -------------------------------------------------------------------------------------------------- One call

absl::Status WorkerPlugin::Failure(const absl::Status& status) const {
  if (status.message().substr(0, who_.size()) == who_) return status;
  return absl::Status(status.code(), fmt::format("{}: {}", who_, std::string(status.message())));
}

absl::Status WorkerPlugin::NoAnswer(Loan& loan, const absl::Status& why, bool asked, TimePoint hang) {
  if (why.code() == absl::StatusCode::kUnavailable) {
    std::string end = loan.child().Obituary();
    loan.Bury(end);
    return absl::UnavailableError(
        fmt::format("{}: its worker {} during the call; another one takes over; mend the plugin", who_, end));
  }
  if (why.code() == absl::StatusCode::kInternal) {
    loan.Bury(std::string(why.message()));
    return absl::InternalError(
        fmt::format("{}: its worker {} and was ended; mend the plugin", who_, std::string(why.message())));
  }
  // What was sent in part cannot be taken up again.
  if (!asked || steady_clock::now() >= hang) {
    loan.Bury("gave no answer in time and was ended");
    return absl::DeadlineExceededError(fmt::format(
        "{}: gave no answer within {} ms, so its worker was ended; another one takes over; mend what hangs, "
        "or raise the call timeout of workers",
        who_, options_.call_timeout.count()));
  }
  loan.Leave(hang);
  if (why.code() == absl::StatusCode::kCancelled) {
    return absl::CancelledError(fmt::format("{}: the caller gave up", who_));
  }
  return absl::DeadlineExceededError(fmt::format("{}: the deadline passed before it answered", who_));
}

template <class Item, class Encode>
absl::StatusOr<size_t> WorkerPlugin::Fill(Loan& loan, std::span<const Item> items, const CallOptions& options,
                                          Encode encode) {
  const TimePoint now = steady_clock::now();
  const TimePoint end = std::min(now + options_.call_timeout, options.deadline.value_or(TimePoint::max()));
  const wire::CallFrame frame{
      options.now, std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(end - now).count())};
  wire::Buffer& request = loan.child().request();
  for (size_t n = std::min<size_t>(items.size(), wire::kMostItems);; n /= 2) {
    request.Clear();
    absl::Status status = encode(items.first(n), fields_->names().size(), frame, request);
    if (status.ok()) return n;
    if (status.code() == absl::StatusCode::kResourceExhausted && n > 1) continue;
    return Failure(absl::Status(status.code(), fmt::format("called with {}", std::string(status.message()))));
  }
}

template <class Item, class Result, class Take>
absl::Status WorkerPlugin::RunCall(Loan& loan, std::span<const Item> items, std::span<Result> results,
                                   const CallOptions& options, Take take, bool& asked_now) {
  const TimePoint hang = steady_clock::now() + options_.call_timeout;
  const TimePoint deadline = std::min(hang, options.deadline.value_or(TimePoint::max()));
  absl::Status asked = loan.child().Ask(deadline);
  if (!asked.ok()) return NoAnswer(loan, asked, false, hang);
  absl::StatusOr<std::span<const char>> body = loan.child().Answer(deadline, options.cancelled);
  if (!body.ok()) return NoAnswer(loan, body.status(), true, hang);
  absl::StatusOr<wire::Answer> answer = wire::ReadAnswer(*body, static_cast<uint32_t>(items.size()));
  if (!answer.ok()) return NoAnswer(loan, answer.status(), true, hang);
  if (answer->code != absl::StatusCode::kOk) return Failure(absl::Status(answer->code, answer->message));
  asked_now = answer->asked_now;
  absl::Status taken = take(*answer, items, results);
  return taken.ok() ? taken : NoAnswer(loan, taken, true, hang);
}

template <class Item, class Result, class Encode, class Take, class Answered>
absl::Status WorkerPlugin::Ask(std::span<const Item> items, std::span<Result> results, const CallOptions& options,
                               Encode encode, Take take, Answered answered) {
  ASSIGN_OR_RETURN(WorkerChild * child, pool_->Borrow(options));
  Loan loan(*pool_, child);
  while (!items.empty()) {
    ASSIGN_OR_RETURN(size_t n, Fill(loan, items, options, encode));
    bool asked_now = true;
    RETURN_IF_ERROR(RunCall(loan, items.first(n), results.first(n), options, take, asked_now));
    if (!asked_now) answered(results.first(n));
    items = items.subspan(n);
    results = results.subspan(n);
    if (!items.empty()) RETURN_IF_ERROR(StillWanted(options, who_));
  }
  return absl::OkStatus();
}

template <class Item, class Result, class Encode, class Take>
absl::Status WorkerPlugin::AskNew(std::span<const Item> items, std::span<Result> results, const CallOptions& options,
                                  Encode encode, Take take, AnswerMemo<Result>& memo) {
  // What is asked about one item, whenever: the call's moment and deadline are no part of it.
  const auto asked_of = [&](const Item& item) -> std::string_view {
    thread_local wire::Buffer bytes;
    bytes.Clear();
    if (!encode({&item, 1}, fields_->names().size(), wire::CallFrame{}, bytes).ok()) return {};
    return {bytes.data(), bytes.size()};
  };
  std::vector<size_t> fresh;
  std::vector<std::string> keys;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string_view asked = asked_of(items[i]);
    if (!asked.empty() && memo.Find(asked, results[i])) continue;
    fresh.push_back(i);
    keys.emplace_back(asked);
  }
  if (fresh.empty()) return absl::OkStatus();
  std::vector<Item> left;
  std::vector<Result> said(fresh.size());
  for (const size_t i : fresh) left.push_back(items[i]);
  const auto keep = [&](std::span<const Result> answers) {
    const auto first = static_cast<size_t>(answers.data() - said.data());
    for (size_t k = 0; k < answers.size(); ++k) {
      if (!keys[first + k].empty()) memo.Keep(std::move(keys[first + k]), answers[k]);
    }
  };
  RETURN_IF_ERROR(Ask(std::span<const Item>(left), std::span<Result>(said), options, encode, take, keep));
  for (size_t k = 0; k < fresh.size(); ++k) results[fresh[k]] = std::move(said[k]);
  return absl::OkStatus();
}

template <class Item, class Result, class Encode, class Take>
absl::Status WorkerPlugin::RunBatch(const char* capability, std::span<const Item> items, std::span<Result> results,
                                    const CallOptions& options, Encode encode, Take take, AnswerMemo<Result>* memo) {
  auto misuse = [&](std::string_view what) {
    return absl::InvalidArgumentError(fmt::format("{}: called with {}", who_, what));
  };
  if (!Has(capability)) return absl::FailedPreconditionError(fmt::format("{}: does not offer {}", who_, capability));
  if (items.size() != results.size()) return misuse("unequal numbers of items and results");
  for (const Item& item : items) {
    if (!Fits(*fields_, item)) return misuse("a record without the wanted fields, each of its kind or NULL");
  }
  for (Result& result : results) result = Result();
  if (items.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(StillWanted(options, who_));
  // One in quarantine is heard no more, whatever it said before.
  if (memo != nullptr && info_.pure && !pool_->quarantined()) {
    return AskNew(items, results, options, encode, take, *memo);
  }
  return Ask(items, results, options, encode, take, [](std::span<const Result>) {});
}

template <class Item, class Result, class Encode, class Take>
absl::Status WorkerPlugin::Run(const char* capability, std::span<const Item> items, std::span<Result> results,
                               const CallOptions& options, Encode encode, Take take, AnswerMemo<Result>* memo) {
  absl::Status status = RunBatch(capability, items, results, options, encode, take, memo);
  record_.Count(status);
  return status;
}

// ---------------------------------------------------------------------------------------------- The capabilities

absl::Status WorkerPlugin::Normalize(std::span<const Record> records, std::span<NormalizeResult> results,
                                     const CallOptions& options) {
  auto take = [](const wire::Answer& answer, std::span<const Record>, std::span<NormalizeResult> out) {
    return wire::TakeAnswer(answer, out);
  };
  return Run(LEADLINE_NORMALIZE_V1, records, results, options, &wire::EncodeNormalize, take, &normalized_);
}

absl::Status WorkerPlugin::Gate(std::span<const Transition> transitions, std::span<StatusResult> results,
                                const CallOptions& options) {
  auto take = [](const wire::Answer& answer, std::span<const Transition>, std::span<StatusResult> out) {
    return wire::TakeAnswer(answer, out);
  };
  return Run(LEADLINE_STATUS_V1, transitions, results, options, &wire::EncodeGate, take, &gated_);
}

absl::Status WorkerPlugin::Score(std::span<const Record> records, std::span<ScoreResult> results,
                                 const CallOptions& options) {
  auto take = [](const wire::Answer& answer, std::span<const Record>, std::span<ScoreResult> out) {
    return wire::TakeAnswer(answer, out);
  };
  return Run(LEADLINE_SCORE_V1, records, results, options, &wire::EncodeScore, take, &scored_);
}

absl::Status WorkerPlugin::Route(std::span<const RouteRequest> requests, std::span<RouteResult> results,
                                 const CallOptions& options) {
  auto take = [](const wire::Answer& answer, std::span<const RouteRequest> asked, std::span<RouteResult> out) {
    return wire::TakeAnswer(answer, asked, out);
  };
  // Loads of reps are hardly ever the same twice.
  AnswerMemo<RouteResult>* const none = nullptr;
  return Run(LEADLINE_ROUTE_V1, requests, results, options, &wire::EncodeRoute, take, none);
}

absl::Status WorkerPlugin::Compare(std::span<const RecordPair> pairs, std::span<MergeResult> results,
                                   const CallOptions& options) {
  auto take = [](const wire::Answer& answer, std::span<const RecordPair>, std::span<MergeResult> out) {
    return wire::TakeAnswer(answer, out);
  };
  return Run(LEADLINE_MERGE_V1, pairs, results, options, &wire::EncodeCompare, take, &compared_);
}

}  // namespace leadline::plugin
