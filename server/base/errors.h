// What an error says beside its code and message: the fields at fault, a stable reason with its facts, the resource it
// is about, and when to try again. Carried as payloads of absl::Status. Pure functions.
#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/error_reasons.h"

namespace leadline {

struct FieldViolation {
  std::string field;  // path in the request, such as "enquiry.contact.email"
  std::string description;
  bool operator==(const FieldViolation&) const = default;
};

// INVALID_ARGUMENT whose message names the field.
absl::Status InvalidField(std::string_view field, std::string_view description);
// A fact of an error that carries violations: how many there are, where they are more than it carries.
inline constexpr std::string_view kViolationCount = "violation_count";

// INVALID_ARGUMENT with every violation; `violations` must not be empty.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);
// The violations a status carries, in order; empty when it carries none.
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);
// The same violations with `prefix` and a dot before each field, and all else that the status says.
absl::Status PrefixFields(const absl::Status& status, std::string_view prefix);

// The same error in other words, with all else that it says.
absl::Status WithMessage(const absl::Status& status, std::string_view message);

// Facts of an error for programs: keys as base/error_reasons.h lists them, and values. At most 16 keys, and 1 KiB in
// all.
using ErrorMetadata = std::map<std::string, std::string, std::less<>>;
inline constexpr size_t kMostMetadataKeys = 16;
inline constexpr size_t kMostMetadataBytes = 1024;

// Adds a stable reason for programs, and facts. The code should be the one that the reason comes with.
absl::Status WithReason(absl::Status status, ErrorReason reason,
                        std::initializer_list<std::pair<std::string_view, std::string>> metadata = {});
// The name of the reason that a status carries; otherwise of its code, such as "NOT_FOUND".
std::string ReasonOf(const absl::Status& status);
bool HasReason(const absl::Status& status, ErrorReason reason);

// Adds a fact, or replaces it. `value` is cut to 256 bytes, and to what has room in 1 KiB; a fact that has none, or
// would be the 17th, is left out. Characters that control something become blanks.
absl::Status WithMetadata(absl::Status status, std::string_view key, std::string_view value);
// The facts a status carries; empty when it carries none.
ErrorMetadata MetadataOf(const absl::Status& status);

// Adds how long a client should wait before it tries again, where that is another time than the reason's own.
absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay);
// When to try again: as the status says, or its reason (base/error_reasons.h); nothing when that would not help.
std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status);

// What an error is about.
struct ResourceOfError {
  std::string kind;  // "Lead", "Contact", "Account", "Rep", "Pack", "Plugin", "Merge", "Activity",
                     // "Operation"
  std::string name;  // as the API names it: "leads/0198...", "packs/emea"
  bool operator==(const ResourceOfError&) const = default;
};

absl::Status WithResource(absl::Status status, std::string_view kind, std::string_view name);
// The same for "leads/0198...": the kind is the one that the name's first part stands for. Another form changes
// nothing.
absl::Status WithResource(absl::Status status, std::string_view name);
// NOT_FOUND: "`name` does not exist", with the resource.
absl::Status NotFoundResource(std::string_view name);
std::optional<ResourceOfError> ResourceOf(const absl::Status& status);

// RESOURCE_EXHAUSTED with the reason OVERLOADED and a delay: too much waits already.
absl::Status Overloaded();

// DEADLINE_EXCEEDED: nobody waits any more, so it was dropped where it waited, and changed nothing.
absl::Status DeadlinePassed();

}  // namespace leadline
