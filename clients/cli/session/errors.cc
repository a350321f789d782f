#include "cli/session/errors.h"

#include <fmt/format.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <map>

#include "absl/status/status.h"

namespace leadline::cli {
namespace {

// The fields at fault; the server's message says the same in one line, and need not be shown then.
std::string DescribeFields(const google::rpc::Status& details) {
  std::string out;
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    for (const auto& violation : bad_request.field_violations()) {
      out += fmt::format("  field {}: {}\n", violation.field(), violation.description());
    }
  }
  return out;
}

// Facts that are shown otherwise: as a field, as a delay, in the message.
bool IsShownElsewhere(const std::string& key, const std::string& value, const std::string& message) {
  return key == "field" || key == "retry_after" || (key == "call_id" && message.find(value) != std::string::npos);
}

// "0.25 s", "10 s".
std::string SecondsText(const google::protobuf::Duration& delay) {
  return fmt::format("{} s", static_cast<double>(delay.seconds()) + delay.nanos() / 1e9);
}

std::string DescribeDetails(const google::rpc::Status& details, const std::string& code) {
  std::string out;
  const std::string& message = details.message();
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    google::rpc::PreconditionFailure precondition;
    google::rpc::ResourceInfo resource;
    if (detail.UnpackTo(&info)) {
      if (info.reason() != code) out += fmt::format("  reason: {}\n", info.reason());
      const std::map<std::string, std::string> facts(info.metadata().begin(), info.metadata().end());
      for (const auto& [key, value] : facts) {
        if (!IsShownElsewhere(key, value, message)) out += fmt::format("  {}: {}\n", key, value);
      }
    } else if (detail.UnpackTo(&precondition)) {
      for (const auto& violation : precondition.violations()) {
        // Of one alone the message says the same.
        if (precondition.violations_size() > 1) {
          out += fmt::format("  {}: {}\n", violation.subject(), violation.description());
        }
      }
    } else if (detail.UnpackTo(&resource)) {
      if (message.find(resource.resource_name()) == std::string::npos) {
        out += fmt::format("  {}: {}\n", resource.resource_type(), resource.resource_name());
      }
    } else if (detail.UnpackTo(&retry)) {
      out += fmt::format("  try again after {}\n", SecondsText(retry.retry_delay()));
    }
  }
  return out;
}

// What a record's name looks like and where to find it, for "leads/x does not exist"; empty for any other message.
std::string NameAdvice(const std::string& message) {
  if (!message.ends_with(" does not exist")) return "";
  if (message.starts_with("leads/")) {
    return "  A lead is named by its id, such as leads/0198f2a4-...; leadline lead list shows them.\n";
  }
  if (message.starts_with("contacts/")) {
    return "  A contact is named by its id, such as contacts/0198f2a4-...; leadline lead get LEAD shows those of a "
           "lead.\n";
  }
  if (message.starts_with("accounts/")) {
    return "  An account is named by its id, such as accounts/0198f2a4-...; leadline lead get LEAD shows that of a "
           "lead.\n";
  }
  return "";
}

}  // namespace

std::string CodeName(grpc::StatusCode code) {
  return std::string(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
}

std::string ShownMessage(const google::rpc::Status& error) {
  std::string message = error.message();
  const auto code = static_cast<grpc::StatusCode>(error.code());
  if (code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::UNKNOWN || code == grpc::StatusCode::DATA_LOSS) {
    return message;
  }
  for (const auto& detail : error.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info) || !info.metadata().contains("call_id")) continue;
    const std::string end = fmt::format(" (call {})", info.metadata().at("call_id"));
    if (message.ends_with(end)) message.resize(message.size() - end.size());
  }
  return message;
}

std::string DescribeError(const grpc::Status& status, const std::string& server) {
  std::string code = CodeName(status.error_code());
  google::rpc::Status details;
  if (!status.error_details().empty() && !details.ParseFromString(status.error_details())) details.Clear();
  google::rpc::Status shown = details;
  shown.set_code(status.error_code());
  shown.set_message(status.error_message());
  const std::string message = ShownMessage(shown);
  std::string fields = DescribeFields(details);
  std::string out =
      fields.empty() ? fmt::format("error: {}: {}\n", code, message) : fmt::format("error: {}\n{}", code, fields);
  out += DescribeDetails(details, code);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && details.details().empty()) {
    // A server that gives its reasons is running.
    out += fmt::format("  Is leadlined running at {}? Name another server with --server or LEADLINE_SERVER.\n", server);
  } else if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
    out += NameAdvice(message);
  } else if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && message.empty()) {
    out += fmt::format(
        "  The server at {} has no such call: it is of another version, or serves others (--services).\n", server);
  } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    out += "  Give the server longer with --timeout SECONDS.\n";
  } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
             message.find("larger than max") != std::string::npos) {
    out += "  The request is larger than the server takes; it takes more with leadlined --max-message-mib N.\n";
  }
  return out;
}

int ExitCodeOf(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return kExitOk;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return kExitUnavailable;
    default:
      return kExitRefused;
  }
}

}  // namespace leadline::cli
