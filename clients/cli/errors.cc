#include "cli/errors.h"

#include <fmt/format.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include "absl/status/status.h"

namespace leadline::cli {
namespace {

void DescribeDetails(const google::rpc::Status& details, std::string& out) {
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    google::rpc::PreconditionFailure precondition;
    google::rpc::ResourceInfo resource;
    if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        out += fmt::format("  field {}: {}\n", violation.field(), violation.description());
      }
    } else if (detail.UnpackTo(&info)) {
      out += fmt::format("  reason: {}\n", info.reason());
      for (const auto& [key, value] : info.metadata()) out += fmt::format("  {}: {}\n", key, value);
    } else if (detail.UnpackTo(&precondition)) {
      for (const auto& violation : precondition.violations()) {
        out += fmt::format("  {}: {}\n", violation.subject(), violation.description());
      }
    } else if (detail.UnpackTo(&resource)) {
      out += fmt::format("  {}: {}\n", resource.resource_type(), resource.resource_name());
    } else if (detail.UnpackTo(&retry)) {
      out += fmt::format("  try again after {} s\n", retry.retry_delay().seconds());
    }
  }
}

}  // namespace

std::string CodeName(grpc::StatusCode code) {
  return std::string(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
}

std::string DescribeError(const grpc::Status& status, const std::string& server) {
  std::string out = fmt::format("error: {}: {}\n", CodeName(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details())) DescribeDetails(details, out);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    out += fmt::format("  Is leadlined running at {}? Name another server with --server or LEADLINE_SERVER.\n", server);
  } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    out += "  Give the server longer with --timeout SECONDS.\n";
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
