// Calls that take many requests at once, from a file of JSON lines.
#pragma once

#include <fmt/format.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/commands/options/change_options.h"
#include "cli/commands/options/request_input.h"
#include "cli/services/unary_method.h"
#include "cli/session/session.h"

namespace leadline::cli {

// One line of a file.
template <typename Request>
struct BatchLine {
  int64_t number = 0;
  Request request;
};

// Each line that is not empty. INVALID_ARGUMENT names the first that is no such request.
template <typename Request>
absl::StatusOr<std::vector<BatchLine<Request>>> ReadBatch(const std::string& path) {
  absl::StatusOr<std::string> text = ReadText(path);
  if (!text.ok()) return text.status();
  std::vector<BatchLine<Request>> lines;
  int64_t number = 0;
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = std::min(text->find('\n', begin), text->size());
    const std::string line = text->substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    BatchLine<Request>& added = lines.emplace_back();
    added.number = number;
    const std::string where = fmt::format("{}:{}", path == "-" ? "standard input" : path, number);
    if (absl::Status parsed = ParseJson(line, where, added.request); !parsed.ok()) return parsed;
  }
  return lines;
}

// Counts what came of the lines, and says it.
class BatchOutcome {
 public:
  explicit BatchOutcome(Session& session) : session_(session) {}
  void Done(int64_t line, const std::string& what);
  void Failed(int64_t line, const google::rpc::Status& error);
  // The sum, to the error stream; the exit code: kExitRefused when one failed.
  int Sum() const;

 private:
  Session& session_;
  int64_t done_ = 0;
  int64_t failed_ = 0;
};

// What one call takes at most: of requests, and of bytes, which the server's bound on a message asks for.
inline constexpr int kMostOfBatch = 1000;
inline constexpr size_t kMostBatchBytes = 3 << 20;

// Sends the requests of `path`, as many at once as a call takes, and shows each result with its line, or, with JSON
// output, as a line of its own. Nothing is sent when a line is no request. `describe` says what a response came to.
template <typename BatchRequest, typename BatchResponse, typename Describe>
int RunBatch(Session& session, const UnaryMethod<BatchRequest, BatchResponse>& method, const std::string& path,
             const ChangeFlags& flags, Describe describe) {
  using Request = std::decay_t<decltype(std::declval<BatchRequest>().requests(0))>;
  if (!flags.request_id.empty() || !flags.etag.empty()) {
    return session.Fail(absl::InvalidArgumentError("with --batch, each line has its own requestId and etag"));
  }
  absl::StatusOr<std::vector<BatchLine<Request>>> lines = ReadBatch<Request>(path);
  if (!lines.ok()) return session.Fail(lines.status());
  BatchOutcome outcome(session);
  for (size_t next = 0; next < lines->size();) {
    const size_t first = next;
    BatchRequest batch;
    for (size_t bytes = 0; next < lines->size() && batch.requests_size() < kMostOfBatch; ++next) {
      Request& request = (*lines)[next].request;
      bytes += request.ByteSizeLong();
      if (bytes > kMostBatchBytes && next > first) break;
      if (flags.validate_only) request.set_validate_only(true);
      *batch.add_requests() = std::move(request);
    }
    BatchResponse response;
    if (const grpc::Status status = session.Ask(method, batch, response); !status.ok()) {
      if (first > 0) session.Note(fmt::format("The lines before {} were answered.\n", (*lines)[first].number));
      return session.Fail(status);
    }
    for (int i = 0; i < response.results_size(); ++i) {
      const auto& result = response.results(i);
      const int64_t number = (*lines)[first + static_cast<size_t>(i)].number;
      if (session.json()) session.PrintJson(result, true);
      if (result.has_error()) {
        outcome.Failed(number, result.error());
      } else {
        outcome.Done(number, describe(result.response()));
      }
    }
  }
  NoteNothingStored(session, flags);
  return outcome.Sum();
}

}  // namespace leadline::cli
