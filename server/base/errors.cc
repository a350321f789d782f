#include "base/errors.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline {
namespace {

constexpr char kFieldPayload[] = "leadline/fields";
constexpr char kReasonPayload[] = "leadline/reason";
constexpr char kMetadataPayload[] = "leadline/metadata";
constexpr char kResourcePayload[] = "leadline/resource";
constexpr char kRetryPayload[] = "leadline/retry-ms";
constexpr size_t kMostValueBytes = 256;
// Too short to say anything.
constexpr size_t kLeastValueBytes = 4;
// Where they occur in what stands between them, blanks take their place.
constexpr char kBetweenParts = '\x1f';
constexpr char kAfterPair = '\x1e';

using Pair = std::pair<std::string, std::string>;

std::string Pack(std::span<const Pair> pairs) {
  std::string out;
  const auto add = [&](std::string_view text, char end) {
    for (const char c : text) out += c == kBetweenParts || c == kAfterPair ? ' ' : c;
    out += end;
  };
  for (const auto& [first, second] : pairs) {
    add(first, kBetweenParts);
    add(second, kAfterPair);
  }
  return out;
}

std::vector<Pair> Unpack(const absl::Status& status, const char* key) {
  std::vector<Pair> out;
  const auto payload = status.GetPayload(key);
  if (!payload.has_value()) return out;
  const std::string bytes(*payload);
  for (size_t begin = 0; begin < bytes.size();) {
    const size_t middle = bytes.find(kBetweenParts, begin);
    const size_t end = bytes.find(kAfterPair, begin);
    if (middle == std::string::npos || end == std::string::npos || middle > end) break;
    out.emplace_back(bytes.substr(begin, middle - begin), bytes.substr(middle + 1, end - middle - 1));
    begin = end + 1;
  }
  return out;
}

// No character that controls something.
std::string OneLine(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); }, ' ');
  return out;
}

const ErrorReasonInfo& ReasonInfoOf(const absl::Status& status) {
  const ErrorReasonInfo* known = nullptr;
  if (const auto payload = status.GetPayload(kReasonPayload); payload.has_value()) {
    known = FindErrorReason(std::string(*payload));
  }
  return known != nullptr ? *known : InfoOf(status.code());
}

// "Lead" of "leads/0198..."; empty for another form.
std::string_view KindOfName(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"leads/", "Lead"},           {"contacts/", "Contact"}, {"accounts/", "Account"}, {"reps/", "Rep"},
      {"packs/", "Pack"},           {"plugins/", "Plugin"},   {"merges/", "Merge"},     {"activities/", "Activity"},
      {"operations/", "Operation"}, {"queues/", "Queue"},     {"requests/", "Request"}, {"rollout/", "PackRollout"},
  };
  for (const auto& [prefix, kind] : kKinds) {
    if (name.starts_with(prefix)) return kind;
  }
  return "";
}

}  // namespace

absl::Status InvalidField(std::string_view field, std::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message;
  std::vector<Pair> pairs;
  for (const FieldViolation& v : violations) {
    if (!message.empty()) message += "; ";
    message += fmt::format("{}: {}", v.field, v.description);
    pairs.emplace_back(v.field, v.description);
  }
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kFieldPayload, absl::Cord(Pack(pairs)));
  return status;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> out;
  for (auto& [field, description] : Unpack(status, kFieldPayload)) {
    out.push_back({std::move(field), std::move(description)});
  }
  return out;
}

absl::Status PrefixFields(const absl::Status& status, std::string_view prefix) {
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  if (violations.empty()) return status;
  for (FieldViolation& v : violations) v.field = fmt::format("{}.{}", prefix, v.field);
  absl::Status out = InvalidFields(violations);
  status.ForEachPayload([&](absl::string_view key, const absl::Cord& payload) {
    if (key != kFieldPayload) out.SetPayload(key, payload);
  });
  return out;
}

absl::Status WithMessage(const absl::Status& status, std::string_view message) {
  absl::Status out(status.code(), absl::string_view(message.data(), message.size()));
  status.ForEachPayload([&](absl::string_view key, const absl::Cord& payload) { out.SetPayload(key, payload); });
  return out;
}

absl::Status WithReason(absl::Status status, ErrorReason reason,
                        std::initializer_list<std::pair<std::string_view, std::string>> metadata) {
  const std::string_view name = InfoOf(reason).name;
  status.SetPayload(kReasonPayload, absl::Cord(absl::string_view(name.data(), name.size())));
  for (const auto& fact : metadata) status = WithMetadata(std::move(status), fact.first, fact.second);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  if (auto payload = status.GetPayload(kReasonPayload); payload.has_value()) return std::string(*payload);
  return absl::StatusCodeToString(status.code());
}

bool HasReason(const absl::Status& status, ErrorReason reason) { return ReasonOf(status) == InfoOf(reason).name; }

absl::Status WithMetadata(absl::Status status, std::string_view key, std::string_view value) {
  std::vector<Pair> facts = Unpack(status, kMetadataPayload);
  std::erase_if(facts, [&](const Pair& fact) { return fact.first == key; });
  size_t bytes = key.size();
  for (const Pair& fact : facts) bytes += fact.first.size() + fact.second.size();
  if (facts.size() >= kMostMetadataKeys || bytes + kLeastValueBytes > kMostMetadataBytes) return status;
  facts.emplace_back(key, Cut(OneLine(value), std::min(kMostValueBytes, kMostMetadataBytes - bytes)));
  status.SetPayload(kMetadataPayload, absl::Cord(Pack(facts)));
  return status;
}

ErrorMetadata MetadataOf(const absl::Status& status) {
  ErrorMetadata out;
  for (auto& [key, value] : Unpack(status, kMetadataPayload)) out.insert_or_assign(std::move(key), std::move(value));
  return out;
}

absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay) {
  status.SetPayload(kRetryPayload, absl::Cord(std::to_string(delay.count())));
  return status;
}

std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  const auto payload = status.GetPayload(kRetryPayload);
  if (!payload.has_value()) {
    const ErrorReasonInfo& info = ReasonInfoOf(status);
    return info.retry == Retry::kLater ? std::optional(info.retry_after) : std::nullopt;
  }
  const std::string text(*payload);
  int64_t delay = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), delay);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::milliseconds(delay);
}

absl::Status WithResource(absl::Status status, std::string_view kind, std::string_view name) {
  const Pair pair(kind, OneLine(name));
  status.SetPayload(kResourcePayload, absl::Cord(Pack({&pair, 1})));
  return status;
}

absl::Status WithResource(absl::Status status, std::string_view name) {
  const std::string_view kind = KindOfName(name);
  return kind.empty() ? status : WithResource(std::move(status), kind, name);
}

absl::Status NotFoundResource(std::string_view name) {
  return WithResource(absl::NotFoundError(fmt::format("{} does not exist", name)), name);
}

std::optional<ResourceOfError> ResourceOf(const absl::Status& status) {
  for (auto& [kind, name] : Unpack(status, kResourcePayload)) return ResourceOfError{std::move(kind), std::move(name)};
  return std::nullopt;
}

absl::Status DeadlinePassed() {
  return absl::DeadlineExceededError(
      "the deadline passed while the call waited, so it was dropped; nothing was changed; try again, with more time");
}

absl::Status Overloaded() {
  return WithReason(absl::ResourceExhaustedError("too many calls wait already; try again later, with backoff"),
                    ErrorReason::kOverloaded);
}

}  // namespace leadline
