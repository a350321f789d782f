#include "base/errors.h"

#include <charconv>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "fmt/format.h"

namespace leadline {
namespace {

constexpr char kFieldPayload[] = "leadline/fields";
constexpr char kReasonPayload[] = "leadline/reason";
constexpr char kRetryPayload[] = "leadline/retry-ms";
// As long as some thousand writes take.
constexpr std::chrono::milliseconds kOverloadedDelay{1'000};
// Neither occurs in a field path or a description of ours.
constexpr char kBetweenParts = '\x1f';
constexpr char kAfterViolation = '\x1e';

}  // namespace

absl::Status InvalidField(std::string_view field, std::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message;
  std::string payload;
  for (const FieldViolation& v : violations) {
    if (!message.empty()) message += "; ";
    message += fmt::format("{}: {}", v.field, v.description);
    payload += v.field + kBetweenParts + v.description + kAfterViolation;
  }
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kFieldPayload, absl::Cord(payload));
  return status;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> out;
  auto payload = status.GetPayload(kFieldPayload);
  if (!payload.has_value()) return out;
  std::string bytes(*payload);
  size_t begin = 0;
  while (begin < bytes.size()) {
    size_t middle = bytes.find(kBetweenParts, begin);
    size_t end = bytes.find(kAfterViolation, begin);
    if (middle == std::string::npos || end == std::string::npos || middle > end) break;
    out.push_back({bytes.substr(begin, middle - begin), bytes.substr(middle + 1, end - middle - 1)});
    begin = end + 1;
  }
  return out;
}

absl::Status PrefixFields(const absl::Status& status, std::string_view prefix) {
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  if (violations.empty()) return status;
  for (FieldViolation& v : violations) v.field = fmt::format("{}.{}", prefix, v.field);
  return InvalidFields(violations);
}

absl::Status WithReason(absl::Status status, std::string_view reason) {
  status.SetPayload(kReasonPayload, absl::Cord(std::string(reason)));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  if (auto payload = status.GetPayload(kReasonPayload); payload.has_value()) return std::string(*payload);
  return absl::StatusCodeToString(status.code());
}

absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay) {
  status.SetPayload(kRetryPayload, absl::Cord(std::to_string(delay.count())));
  return status;
}

std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryPayload);
  if (!payload.has_value()) return std::nullopt;
  const std::string text(*payload);
  int64_t delay = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), delay);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::milliseconds(delay);
}

absl::Status DeadlinePassed() {
  return absl::DeadlineExceededError(
      "the deadline passed while the call waited, so it was dropped; nothing was changed; try again, with more time");
}

absl::Status Overloaded() {
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError("too many calls wait already; try again later, with backoff"),
                 "OVERLOADED"),
      kOverloadedDelay);
}

}  // namespace leadline
