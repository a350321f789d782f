#include "plugin/worker/worker_child.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/executor.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/text.h"
#include "plugin/worker/contract.h"

namespace leadline::plugin {
namespace {

using std::chrono::steady_clock;

// Whoever may be told to stop looks up this often, since nobody wakes it.
constexpr auto kPatience = std::chrono::milliseconds(20);
// Answers usually come sooner; whoever waits longer lets others work in its place.
constexpr auto kAtOnce = std::chrono::milliseconds(1);
// How long a process whose socket is closed may take to be gone.
constexpr auto kDying = std::chrono::milliseconds(500);
// The worker itself keeps to fewer lines a call; one that does not is not listened to.
constexpr int kMostLines = 128;
constexpr size_t kMostErrorBytes = 64 * 1024;  // of one process
constexpr int kMostQuestions = 4'096;          // of one create()

}  // namespace

WorkerChild::WorkerChild(const WorkerSpec& spec, std::unique_ptr<WorkerProcess> process, uint32_t instance)
    : spec_(spec), process_(std::move(process)), channel_(process_->TakeSocket(), spec.generation, instance) {}

absl::StatusOr<std::unique_ptr<WorkerChild>> WorkerChild::Start(const WorkerSpec& spec, uint32_t instance,
                                                                const std::atomic<bool>& closing) {
  ASSIGN_OR_RETURN(auto process,
                   WorkerProcess::Spawn(spec.options.executable, spec.start.id, spec.generation, instance));
  std::unique_ptr<WorkerChild> child(new WorkerChild(spec, std::move(process), instance));
  absl::Status status = child->Introduce(closing);
  child->ForwardErrors(!status.ok());
  if (status.ok()) return child;
  return status;
}

absl::Status WorkerChild::Introduce(const std::atomic<bool>& closing) {
  const auto deadline = steady_clock::now() + spec_.options.create_timeout;
  wire::Buffer start;
  wire::Encode(spec_.start, start);
  absl::Status sent = channel_.Send(wire::Kind::kStart, 0, start.span(), deadline);
  bool first = true;
  for (int questions = 0; sent.ok() && questions <= kMostQuestions;) {
    if (closing.load()) return absl::CancelledError("the plugin is being let go");
    auto message = channel_.Receive(std::min(deadline, steady_clock::now() + kPatience));
    if (message.status().code() == absl::StatusCode::kDeadlineExceeded) {
      if (steady_clock::now() < deadline) continue;
      return absl::DeadlineExceededError(fmt::format(
          "it was not ready within {} ms, in its constructors or in create(); make it faster, or raise create_timeout",
          spec_.options.create_timeout.count()));
    }
    if (message.status().code() == absl::StatusCode::kUnavailable) {
      return absl::FailedPreconditionError(
          fmt::format("its worker {} while the plugin was loaded; mend the plugin", Obituary()));
    }
    if (!message.ok()) {
      return absl::InternalError(fmt::format("its worker {}; build server and worker from the same source",
                                             std::string(message.status().message())));
    }
    // Later the plugin might say it.
    if (std::exchange(first, false) && message->kind == wire::Kind::kSandboxed) {
      ASSIGN_OR_RETURN(sandbox_, wire::DecodeSandboxed(message->body));
      continue;
    }
    if (message->kind == wire::Kind::kFailed) return wire::DecodeFailed(message->body);
    if (message->kind == wire::Kind::kReady) {
      ASSIGN_OR_RETURN(ready_, wire::DecodeReady(message->body));
      return absl::OkStatus();
    }
    if (message->kind == wire::Kind::kFieldQuestion) {
      ++questions;
      RETURN_IF_ERROR(AnswerQuestion(message->body));
      continue;
    }
    ASSIGN_OR_RETURN(bool aside, TakeAside(*message));
    if (!aside) return absl::InternalError("its worker spoke out of turn");
  }
  if (!sent.ok()) return absl::FailedPreconditionError(fmt::format("its worker {} at once", Obituary()));
  return absl::ResourceExhaustedError(fmt::format("asked for more than {} fields", kMostQuestions));
}

absl::Status WorkerChild::AnswerQuestion(std::span<const char> body) {
  ASSIGN_OR_RETURN(std::string_view name, wire::DecodeFieldQuestion(body));
  wire::Buffer answer;
  wire::EncodeFieldAnswer(spec_.catalog ? spec_.catalog(name) : std::nullopt, answer);
  return channel_.Send(wire::Kind::kFieldAnswer, 0, answer.span(), steady_clock::now() + kDying);
}

absl::StatusOr<bool> WorkerChild::TakeAside(const wire::Message& message) {
  if (message.kind == wire::Kind::kForbidden) {
    ASSIGN_OR_RETURN(forbidden_, wire::DecodeForbidden(message.body));
    return true;
  }
  if (message.kind != wire::Kind::kLog) return false;
  ASSIGN_OR_RETURN(wire::LogLine line, wire::DecodeLog(message.body));
  if (++lines_ <= kMostLines) Log(line.level, line.text);
  return true;
}

void WorkerChild::Log(int level, std::string_view text) const {
  if (spec_.log) spec_.log(level, spec_.start.id, text);
}

absl::Status WorkerChild::Ask(TimePoint deadline) {
  ++call_;
  lines_ = 0;
  return channel_.Send(wire::Kind::kCall, call_, request_.span(), deadline);
}

absl::StatusOr<std::span<const char>> WorkerChild::Answer(TimePoint deadline, const std::atomic<bool>* cancelled) {
  std::optional<Executor::Away> away;
  while (true) {
    if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) return absl::CancelledError("");
    auto until = deadline;
    if (cancelled != nullptr) until = std::min(until, steady_clock::now() + kPatience);
    if (!away) until = std::min(until, steady_clock::now() + kAtOnce);
    auto message = channel_.Receive(until);
    if (!message.ok()) {
      bool only_a_look = message.status().code() == absl::StatusCode::kDeadlineExceeded && until < deadline;
      if (!only_a_look) return message.status();
      if (!away) away.emplace();
      continue;
    }
    if (message->kind == wire::Kind::kAnswer && message->call == call_) return message->body;
    ASSIGN_OR_RETURN(bool aside, TakeAside(*message));
    if (!aside) return absl::InternalError("spoke out of turn");
    // A flood of lines must not outlast the deadline.
    if (steady_clock::now() >= deadline) return absl::DeadlineExceededError("the deadline passed");
  }
}

std::string WorkerChild::Obituary() {
  auto end = process_->Wait(kDying);
  if (!end) {
    process_->Kill();
    return "closed its socket and did not end; it was killed";
  }
  if (forbidden_ && end->exit_code == kExitForbidden) {
    std::string_view name = SystemCallName(forbidden_->system_call);
    return fmt::format("was ended since it did what a plugin may not: system call {}{}", forbidden_->system_call,
                       name.empty() ? "" : fmt::format(" ({})", name));
  }
  return Describe(*end);
}

void WorkerChild::LogErrorLine() {
  if (error_bytes_ < kMostErrorBytes && !error_line_.empty()) {
    Log(LEADLINE_LOG_WARNING, "standard error: " + Presentable(error_line_));
  }
  error_bytes_ += error_line_.size();
  error_line_.clear();
}

void WorkerChild::ForwardErrors(bool last) {
  char bytes[4'096];
  // Bounded, since it may write as fast as this reads.
  for (int i = 0; i < 32; ++i) {
    ssize_t size = read(process_->error_fd(), bytes, sizeof(bytes));
    if (size == 0) errors_closed_ = true;
    if (size <= 0) break;
    for (char c : std::string_view(bytes, static_cast<size_t>(size))) {
      if (c == '\n' || error_line_.size() >= 1'000) LogErrorLine();
      if (c != '\n') error_line_ += c;
    }
  }
  if (last) LogErrorLine();
}

}  // namespace leadline::plugin
