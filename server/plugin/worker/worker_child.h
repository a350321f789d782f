// One worker as the server sees it: a process, the channel to it, and what the plugin in it said of itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/load_options.h"
#include "plugin/worker/channel.h"
#include "plugin/worker/wire.h"
#include "plugin/worker/worker_process.h"

namespace leadline::plugin {

// What all workers of one plugin are started with. Thread-safe once it is filled.
struct WorkerSpec {
  wire::Start start;
  WorkerOptions options;
  FieldCatalog catalog;
  LogSink log;
  uint32_t generation = 0;
};

// A worker whose plugin stands ready. Not thread-safe, but for process().
class WorkerChild {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts one and waits until its plugin is ready, `closing` is set or create_timeout has passed. The plugin's own
  // failure, or how the worker ended. Call on a thread that outlives the worker.
  static absl::StatusOr<std::unique_ptr<WorkerChild>> Start(const WorkerSpec& spec, uint32_t instance,
                                                            const std::atomic<bool>& closing);

  const wire::Ready& ready() const { return ready_; }
  // What it said that holds it.
  const Sandbox& sandbox() const { return sandbox_; }
  WorkerProcess& process() { return *process_; }
  wire::Buffer& request() { return request_; }
  // Readable when an answer is there, or the worker is gone.
  int answer_fd() const { return channel_.fd(); }

  // Sends request() as the next call. UNAVAILABLE when the worker is gone.
  absl::Status Ask(TimePoint deadline);
  // The body of the answer to the last call; it dies with the next Ask(). DEADLINE_EXCEEDED, CANCELLED: not yet, call
  // it again. UNAVAILABLE: the worker is gone. INTERNAL, as an unfinished sentence: it spoke nonsense and cannot be
  // used.
  absl::StatusOr<std::span<const char>> Answer(TimePoint deadline, const std::atomic<bool>* cancelled);

  // How it came to its end, as half a sentence, once its channel has closed. Kills it when it has not ended yet.
  std::string Obituary();
  // Passes what it said on standard error to the log, within bounds; `last`: also a line without an end. One thread at
  // a time, which may be another than the one that calls.
  void ForwardErrors(bool last);
  // Readable when there is something to forward; -1 when nothing can come any more.
  int error_fd() const { return errors_closed_ ? -1 : process_->error_fd(); }

 private:
  WorkerChild(const WorkerSpec& spec, std::unique_ptr<WorkerProcess> process, uint32_t instance);
  absl::Status Introduce(const std::atomic<bool>& closing);
  absl::Status AnswerQuestion(std::span<const char> body);
  // A log line or a last word; false when the message is another.
  absl::StatusOr<bool> TakeAside(const wire::Message& message);
  void Log(int level, std::string_view text) const;
  void LogErrorLine();

  const WorkerSpec& spec_;
  std::unique_ptr<WorkerProcess> process_;
  Channel channel_;
  Sandbox sandbox_;
  wire::Ready ready_;
  wire::Buffer request_;
  uint64_t call_ = 0;
  int lines_ = 0;           // logged since the last call
  size_t error_bytes_ = 0;  // forwarded so far
  std::string error_line_;
  bool errors_closed_ = false;
  std::optional<wire::Forbidden> forbidden_;
};

}  // namespace leadline::plugin
