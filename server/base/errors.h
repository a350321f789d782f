// What an error says beside its code and message: the field at fault and a stable reason. Carried as payloads of
// absl::Status.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace leadline {

struct FieldViolation {
  std::string field;  // path in the request, such as "enquiry.contact.email"
  std::string description;
  bool operator==(const FieldViolation&) const = default;
};

// INVALID_ARGUMENT whose message names the field.
absl::Status InvalidField(std::string_view field, std::string_view description);
// INVALID_ARGUMENT with every violation; `violations` must not be empty.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);
// The violations a status carries, in order; empty when it carries none.
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);
// The same violations with `prefix` and a dot before each field.
absl::Status PrefixFields(const absl::Status& status, std::string_view prefix);

// Adds a stable reason in UPPER_SNAKE_CASE for machines, such as "ETAG_MISMATCH".
absl::Status WithReason(absl::Status status, std::string_view reason);
// The reason a status carries; otherwise the name of its code, such as "NOT_FOUND".
std::string ReasonOf(const absl::Status& status);

// Adds how long a client should wait before it tries again.
absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay);
// What a status says of that; nothing when it says nothing.
std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status);

// RESOURCE_EXHAUSTED with the reason OVERLOADED and a delay: too much waits already.
absl::Status Overloaded();

// DEADLINE_EXCEEDED: nobody waits any more, so it was dropped where it waited, and changed nothing.
absl::Status DeadlinePassed();

}  // namespace leadline
