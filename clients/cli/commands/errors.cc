// leadline errors: the reasons that errors carry for programs, and what to do about each.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "base/error_reasons.h"
#include "cli/commands/commands.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct ErrorsFlags {
  std::string reason;
  std::string format = "table";
};

nlohmann::ordered_json JsonOf(const ErrorReasonInfo& info) {
  nlohmann::ordered_json keys = nlohmann::ordered_json::array();
  for (std::string_view left = info.metadata; !left.empty();) {
    const size_t end = left.find(", ");
    keys.push_back(left.substr(0, end));
    left = end == std::string_view::npos ? "" : left.substr(end + 2);
  }
  return {{"reason", info.name},
          {"code", absl::StatusCodeToString(info.code)},
          {"retry", RetryName(info.retry)},
          {"retryAfter", fmt::format("{}.{:03}s", info.retry_after.count() / 1000, info.retry_after.count() % 1000)},
          {"metadata", std::move(keys)},
          {"meaning", info.meaning}};
}

std::string RetryText(const ErrorReasonInfo& info) {
  if (info.retry != Retry::kLater) return std::string(RetryName(info.retry));
  return fmt::format("after {} s", static_cast<double>(info.retry_after.count()) / 1000);
}

int ShowErrors(Session& session, const ErrorsFlags& flags) {
  const bool json = session.json() || flags.format == "json";
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  Table table({{"Reason"}, {"Code"}, {"Retry"}, {"Metadata", Table::Align::kWrap}, {"Meaning", Table::Align::kWrap}});
  bool found = false;
  for (const ErrorReasonInfo& info : ErrorReasons()) {
    if (!flags.reason.empty() && info.name != flags.reason) continue;
    found = true;
    if (json) {
      list.push_back(JsonOf(info));
    } else {
      table.Add({std::string(info.name), absl::StatusCodeToString(info.code), RetryText(info),
                 std::string(info.metadata), std::string(info.meaning)});
    }
  }
  if (!found) {
    return session.Fail(absl::InvalidArgumentError(
        fmt::format("no error has the reason \"{}\"; leadline errors lists them all", flags.reason)));
  }
  if (json) {
    session.Print(list.dump(2) + "\n");
  } else {
    session.Print(table);
  }
  return kExitOk;
}

}  // namespace

void AddErrorsCommand(Command root) {
  auto flags = std::make_shared<ErrorsFlags>();
  Command command = root.AddCommand(
      "errors", "The reasons that errors carry for programs, and what to do about each",
      "Retry: never, the same request is refused for ever; mended, once what the meaning says is done; after n s, the "
      "same\nrequest, since what refused it passes by itself.\nMetadata: the facts that may come with the reason in "
      "google.rpc.ErrorInfo. Any error may also say field,\nretry_after and call_id there.\n"
      "Examples:\n  leadline errors\n  leadline errors ETAG_MISMATCH\n  leadline errors --format json",
      [flags](Session& session) { return ShowErrors(session, *flags); });
  command.AddOption("reason", flags->reason, "One of them, such as ETAG_MISMATCH; all when not given");
  command.AddOption("--format", flags->format, "table for people, json for programs")
      .OneOf({"table", "json"})
      .ShowDefault();
}

}  // namespace leadline::cli
