#include "cli/session/long_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/output/terminal.h"
#include "cli/output/text.h"
#include "cli/services/operations_service.h"

namespace leadline::cli {
namespace {

namespace lr = google::longrunning;
using Clock = std::chrono::steady_clock;

// How the work goes on: one line on a terminal, else one every few seconds; on the error stream.
class WorkProgress {
 public:
  explicit WorkProgress(const Session& session) : session_(session) {}
  ~WorkProgress() {
    if (shown_ && terminal_) session_.Note("\r\033[K");
  }

  void Show(const lr::Operation& operation) {
    // What is done in a moment says nothing.
    constexpr auto kSilent = std::chrono::seconds(2), kBetweenLines = std::chrono::seconds(10);
    const auto now = Clock::now();
    if (now - begin_ < kSilent || (!terminal_ && shown_ && now - last_ < kBetweenLines)) return;
    const std::string line = fmt::format("{}: {}; it goes on without this command: leadline operation wait {}",
                                         MetadataOf(operation).method(), DescribeProgress(operation), operation.name());
    session_.Note(terminal_ ? "\r\033[K" + line : line + "\n");
    shown_ = true;
    last_ = now;
  }

 private:
  const Session& session_;
  const bool terminal_ = IsTerminal(2);
  const Clock::time_point begin_ = Clock::now();
  bool shown_ = false;
  Clock::time_point last_;
};

// How long one call waits; well below its deadline.
std::chrono::milliseconds OneWait(const Session& session) {
  constexpr std::chrono::milliseconds kMost{1'000};
  const double timeout = session.options().timeout;
  return timeout > 0 ? std::min(kMost, std::chrono::milliseconds(static_cast<int64_t>(timeout * 500))) : kMost;
}

}  // namespace

v1::OperationMetadata MetadataOf(const lr::Operation& operation) {
  v1::OperationMetadata metadata;
  if (!operation.metadata().UnpackTo(&metadata)) metadata.Clear();
  return metadata;
}

grpc::Status ErrorOf(const lr::Operation& operation) {
  if (!operation.has_error()) return grpc::Status::OK;
  const google::rpc::Status& error = operation.error();
  return grpc::Status(static_cast<grpc::StatusCode>(error.code()), error.message(), error.SerializeAsString());
}

std::string DescribeProgress(const lr::Operation& operation) {
  const v1::OperationMetadata metadata = MetadataOf(operation);
  std::string counts;
  if (metadata.total_count() > 0) {
    counts = fmt::format("{} of {}", WithThousands(metadata.done_count()), WithThousands(metadata.total_count()));
  }
  if (operation.done()) return operation.has_error() ? "failed" : "done";
  if (metadata.cancel_requested()) return "is being cancelled";
  if (!metadata.has_start_time()) return "waits for its turn";
  return counts.empty() ? "runs" : counts;
}

grpc::Status AwaitOperation(Session& session, lr::Operation& operation) {
  WorkProgress progress(session);
  lr::WaitOperationRequest request;
  request.set_name(operation.name());
  const std::chrono::milliseconds wait = OneWait(session);
  request.mutable_timeout()->set_seconds(wait.count() / 1000);
  request.mutable_timeout()->set_nanos(static_cast<int32_t>(wait.count() % 1000) * 1'000'000);
  Clock::time_point reached = Clock::now();
  while (!operation.done()) {
    progress.Show(operation);
    const grpc::Status status = session.Ask(operations_service::kWaitOperation, request, operation);
    if (status.ok()) {
      reached = Clock::now();
      continue;
    }
    // A server that stops cancels what arrives meanwhile.
    const bool away =
        status.error_code() == grpc::StatusCode::UNAVAILABLE || status.error_code() == grpc::StatusCode::CANCELLED;
    const std::chrono::duration<double> gone = Clock::now() - reached;
    const double timeout = session.options().timeout;
    if (!away || (timeout > 0 && gone.count() >= timeout)) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return grpc::Status::OK;
}

int ShowStarted(Session& session, const lr::Operation& operation) {
  if (session.json()) {
    session.PrintJson(operation);
  } else {
    session.Print(fmt::format("{}\n", operation.name()));
    session.Note(fmt::format("  leadline operation wait {}     what it comes to\n", operation.name()));
  }
  return kExitOk;
}

}  // namespace leadline::cli
