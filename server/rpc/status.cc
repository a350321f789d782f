#include "rpc/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <string>
#include <vector>

#include "base/errors.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

// The message travels twice (percent-encoded, and within the details), the details in base64: together below 8 KiB.
constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxViolationBytes = 2048;

void AddViolations(const std::vector<FieldViolation>& violations, google::rpc::BadRequest& bad_request) {
  size_t bytes = 0;
  for (size_t i = 0; i < violations.size(); ++i) {
    const FieldViolation& violation = violations[i];
    google::rpc::BadRequest::FieldViolation* added = bad_request.add_field_violations();
    added->set_field(Cut(violation.field, 512));
    added->set_description(Cut(violation.description, 512));
    bytes += added->field().size() + added->description().size();
    if (size_t left = violations.size() - i - 1; left > 0 && bytes > kMaxViolationBytes - 1024) {
      added = bad_request.add_field_violations();
      added->set_field(Cut(violations[i + 1].field, 512));
      added->set_description(fmt::format("and {} more violations, which are left out here", left));
      return;
    }
  }
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(Cut(std::string(status.message()), kMaxMessageBytes));
  if (std::vector<FieldViolation> violations = FieldViolationsOf(status); !violations.empty()) {
    google::rpc::BadRequest bad_request;
    AddViolations(violations, bad_request);
    details.add_details()->PackFrom(bad_request);
  }
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonOf(status));
  info.set_domain(std::string(kErrorDomain));
  details.add_details()->PackFrom(info);
  if (const auto delay = RetryDelayOf(status); delay.has_value()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(delay->count() / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(delay->count() % 1000) * 1'000'000);
    details.add_details()->PackFrom(retry);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(), details.SerializeAsString());
}

}  // namespace leadline::rpc
