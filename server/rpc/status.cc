#include "rpc/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/errors.h"
#include "base/suggestion.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

// What grpc-java takes of headers in all. Each counts 32 bytes beside its name and value, binary ones in base64.
constexpr size_t kMostHeaderBytes = 8192;
// The headers at the end of a call but for the values of grpc-message and grpc-status-details-bin: those two's names,
// :status, content-type, grpc-status, encodings, leadline-call-id with 64 characters.
constexpr size_t kOtherHeaderBytes = 512;
constexpr size_t kMostDetailBytes = 4095;
constexpr size_t kMostMessageBytes = 1024;
constexpr size_t kMostTextBytes = 512;   // of a violation's field and description
constexpr size_t kMostNameBytes = 200;   // of a resource
constexpr size_t kMostShortBytes = 256;  // of what stands in the message, too
// What a violation takes beside its texts, and a detail beside its content: tags, lengths, the name of its type.
constexpr size_t kAroundViolation = 12;
constexpr size_t kAroundDetail = 64;
// For "and 12 more violations", and for the first of their fields where that is short.
constexpr size_t kTextOfTheRest = 80;
constexpr size_t kFieldOfTheRest = 64;

// Trimmed, and with ? for bytes that are not UTF-8.
std::string Readable(std::string_view text, size_t most) {
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  if (IsUtf8(text)) return Cut(text, most);
  std::string out;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    out += length == 0 ? std::string_view("?") : text.substr(0, length);
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return Cut(out, most);
}

std::string MessageOf(const absl::Status& status, std::string_view call_id) {
  std::string end;
  if (!call_id.empty()) end = fmt::format(" (call {})", call_id);
  std::string text = Readable(std::string(status.message()), kMostMessageBytes - end.size());
  if (text.empty()) text = fmt::format("{}: no more is known", ReasonOf(status));
  return text + end;
}

// The bytes of the message in the header grpc-message.
size_t PercentEncodedSize(std::string_view text) {
  size_t size = 0;
  for (const char c : text) size += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  return size;
}

// The name that grpc.health.v1 gives to what the error says is out of order; empty when it has none.
std::string HealthNameOf(const absl::Status& status, const ErrorMetadata& facts) {
  if (HasReason(status, ErrorReason::kStoreFull) || HasReason(status, ErrorReason::kStoreFailing)) {
    return "leadline.v1.LeadService/write";
  }
  if (!HasReason(status, ErrorReason::kRequiredPluginDown)) return "";
  const auto region = facts.find("region");
  const bool of_region = region != facts.end() && !region->second.empty();
  return of_region ? "leadline.v1.LeadService/regions/" + region->second : "leadline.v1.LeadService";
}

// How many violations there are, those that the status does not carry too.
size_t CountOf(const std::vector<FieldViolation>& violations, const absl::Status& status) {
  const ErrorMetadata facts = MetadataOf(status);
  size_t count = 0;
  const auto counted = facts.find(kViolationCount);
  if (counted == facts.end() || !absl::SimpleAtoi(counted->second, &count)) return violations.size();
  return std::max(count, violations.size());
}

// The status with the facts that follow from what it says.
absl::Status WithFacts(absl::Status status, std::string_view call_id) {
  if (const std::string service = HealthNameOf(status, MetadataOf(status)); !service.empty()) {
    status = WithMetadata(std::move(status), "service", service);
  }
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  if (!violations.empty() && violations.front().field.size() <= kMostShortBytes) {
    status = WithMetadata(std::move(status), "field", violations.front().field);
  }
  if (const size_t count = CountOf(violations, status); count > 1) {
    status = WithMetadata(std::move(status), kViolationCount, std::to_string(count));
  }
  if (const auto delay = RetryDelayOf(status); delay.has_value()) {
    status = WithMetadata(std::move(status), "retry_after",
                          fmt::format("{}.{:03}s", delay->count() / 1000, delay->count() % 1000));
  }
  if (!call_id.empty()) status = WithMetadata(std::move(status), "call_id", call_id);
  return status;
}

google::rpc::ErrorInfo InfoFrom(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonOf(status));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : MetadataOf(status)) {
    (*info.mutable_metadata())[key] = Readable(value, kMostShortBytes);
  }
  return info;
}

void AddTheRest(size_t left, const std::string& field, google::rpc::BadRequest& to) {
  google::rpc::BadRequest::FieldViolation* last = to.add_field_violations();
  last->set_field(field);
  last->set_description(fmt::format("and {} more violations, which are left out here", left));
}

// What takes at most `room` bytes, as a detail. `count`: of the violations, those that are not given too.
google::rpc::BadRequest BadRequestFrom(const std::vector<FieldViolation>& violations, size_t count, size_t room) {
  google::rpc::BadRequest out;
  room -= std::min(room, kAroundDetail);
  for (size_t i = 0; i < violations.size(); ++i) {
    const std::string field = Readable(violations[i].field, kMostTextBytes);
    std::string description = Readable(violations[i].description, kMostTextBytes);
    const size_t left = count - i - 1;
    // So that those that follow can at least be counted.
    const size_t field_of_the_rest = i + 1 < violations.size() ? violations[i + 1].field.size() : 0;
    const size_t kept =
        left == 0 ? 0 : std::min(field_of_the_rest, kFieldOfTheRest) + kTextOfTheRest + kAroundViolation;
    const size_t rest = field.size() + kAroundViolation + kept;
    if (rest + description.size() > room) {
      if (i > 0) {
        AddTheRest(left + 1, field.size() + kTextOfTheRest + kAroundViolation <= room ? field : "", out);
        return out;
      }
      description = Cut(description, rest + 4 < room ? room - rest : 4);
    }
    google::rpc::BadRequest::FieldViolation* added = out.add_field_violations();
    added->set_field(field);
    added->set_description(description);
    room -= std::min(room, field.size() + description.size() + kAroundViolation);
  }
  if (count > violations.size()) AddTheRest(count - violations.size(), "", out);
  return out;
}

google::rpc::RetryInfo RetryFrom(std::chrono::milliseconds delay) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(delay.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(delay.count() % 1000) * 1'000'000);
  return retry;
}

google::rpc::ResourceInfo ResourceFrom(const ResourceOfError& resource) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(fmt::format("{}/{}", kErrorDomain, Readable(resource.kind, 32)));
  info.set_resource_name(Readable(resource.name, kMostNameBytes));
  return info;
}

google::rpc::PreconditionFailure PreconditionFrom(const absl::Status& status) {
  google::rpc::PreconditionFailure failure;
  google::rpc::PreconditionFailure::Violation* violation = failure.add_violations();
  violation->set_type(ReasonOf(status));
  if (const auto resource = ResourceOf(status)) violation->set_subject(Readable(resource->name, kMostNameBytes));
  violation->set_description(Readable(std::string(status.message()), kMostShortBytes));
  return failure;
}

}  // namespace

bool IsServersFault(const absl::Status& status) {
  return absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
}

grpc::Status ToGrpcStatus(const absl::Status& given, std::string_view call_id) {
  if (given.ok()) return grpc::Status::OK;
  const absl::Status status = WithFacts(given, call_id);
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(MessageOf(status, call_id));
  details.add_details()->PackFrom(InfoFrom(status));
  if (const auto delay = RetryDelayOf(status)) details.add_details()->PackFrom(RetryFrom(*delay));
  if (const auto resource = ResourceOf(status)) details.add_details()->PackFrom(ResourceFrom(*resource));
  if (absl::IsFailedPrecondition(status)) details.add_details()->PackFrom(PreconditionFrom(status));
  if (const std::vector<FieldViolation> violations = FieldViolationsOf(status); !violations.empty()) {
    // Three bytes become four in base64.
    const size_t header = (kMostHeaderBytes - kOtherHeaderBytes - PercentEncodedSize(details.message())) / 4 * 3;
    const size_t room = std::min(kMostDetailBytes, header);
    const size_t used = details.ByteSizeLong();
    details.add_details()->PackFrom(
        BadRequestFrom(violations, CountOf(violations, status), room > used ? room - used : 0));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(), details.SerializeAsString());
}

}  // namespace leadline::rpc
