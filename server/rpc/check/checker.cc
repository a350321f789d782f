#include "rpc/check/checker.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/ids.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

constexpr int64_t kFirstSecondOf10000 = domain::kEndOfMoments / kSecond;

bool IsVisibleAscii(char c) { return c > ' ' && c < '\x7f'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view Collection(domain::RecordKind kind) {
  switch (kind) {
    case domain::RecordKind::kAccount:
      return "accounts/{account}";
    case domain::RecordKind::kContact:
      return "contacts/{contact}";
    case domain::RecordKind::kLead:
      return "leads/{lead}";
    case domain::RecordKind::kRep:
      return "reps/{rep}";
    case domain::RecordKind::kPack:
      return "packs/{pack}";
    case domain::RecordKind::kPlugin:
      return "plugins/{plugin}";
  }
  return "";
}

std::string Collections(std::initializer_list<domain::RecordKind> kinds) {
  std::string text;
  size_t left = kinds.size();
  for (domain::RecordKind kind : kinds) {
    if (!text.empty()) text += left == 1 ? " or " : ", ";
    text += Collection(kind);
    --left;
  }
  return text;
}

}  // namespace

void Checker::Refuse(const FieldPath& path, std::string description) {
  violations_.push_back({path.ToString(), std::move(description)});
}

void Checker::Exceeds(const FieldPath& path, int64_t value, int64_t limit, std::string description) {
  if (violations_.empty()) bound_ = {value, limit};
  Refuse(path, std::move(description));
}

absl::Status Checker::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  absl::Status status = InvalidFields(violations_);
  if (!bound_.has_value()) return status;
  status = WithMetadata(std::move(status), "value", std::to_string(bound_->first));
  return WithMetadata(std::move(status), "limit", std::to_string(bound_->second));
}

std::string Checker::Text(const FieldPath& path, const std::string& text, size_t max) {
  if (text.size() > max) {
    Exceeds(path, static_cast<int64_t>(text.size()), static_cast<int64_t>(max),
            fmt::format("has {} bytes; at most {} are allowed", text.size(), max));
  } else if (text.find('\0') != std::string::npos) {
    Refuse(path, "holds the character U+0000, which is not allowed in text");
  } else {
    return text;
  }
  return {};
}

std::string Checker::RequiredText(const FieldPath& path, const std::string& text, size_t max) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    Refuse(path, "is required");
    return {};
  }
  return Text(path, text, max);
}

std::string Checker::Key(const FieldPath& path, const std::string& text) {
  if (text.empty()) return {};
  if (text.size() > 128 || !std::all_of(text.begin(), text.end(), IsVisibleAscii)) {
    Refuse(path, "must be 1 to 128 visible ASCII characters");
    return {};
  }
  return text;
}

std::string Checker::RequiredKey(const FieldPath& path, const std::string& text) {
  if (text.empty()) Refuse(path, "is required");
  return Key(path, text);
}

std::string Checker::Id(const FieldPath& path, const std::string& name,
                        std::initializer_list<domain::RecordKind> kinds) {
  if (name.empty()) return {};
  std::optional<domain::RecordRef> ref = domain::ParseResourceName(name);
  if (!ref.has_value() || std::find(kinds.begin(), kinds.end(), ref->kind) == kinds.end()) {
    const bool plugin = kinds.size() == 1 && *kinds.begin() == domain::RecordKind::kPlugin;
    Refuse(path,
           fmt::format("{} is not a resource name of the form {}, with an id {}", Quoted(name), Collections(kinds),
                       plugin ? "in reverse-DNS form, such as com.example.fit" : "of 1 to 64 of a-z, 0-9, _ and -"));
    return {};
  }
  return ref->id;
}

std::string Checker::RequiredId(const FieldPath& path, const std::string& name,
                                std::initializer_list<domain::RecordKind> kinds) {
  if (name.empty()) Refuse(path, fmt::format("is required, as {}", Collections(kinds)));
  return Id(path, name, kinds);
}

std::string Checker::RequiredIdIn(const FieldPath& path, const std::string& name, std::string_view collection) {
  const std::string_view text = name;
  if (name.empty()) {
    Refuse(path, fmt::format("is required, as {}/ID", collection));
  } else if (const std::string_view id = text.substr(std::min(collection.size() + 1, text.size()));
             text.starts_with(collection) && text.substr(collection.size()).starts_with('/') && IsValidId(id)) {
    return std::string(id);
  } else {
    Refuse(path, fmt::format("{} is not a resource name of the form {}/ID, with an id of 1 to 64 of a-z, 0-9, _ and -",
                             Quoted(name), collection));
  }
  return {};
}

std::string Checker::RequiredName(const FieldPath& path, const std::string& name,
                                  std::initializer_list<domain::RecordKind> kinds) {
  return RequiredId(path, name, kinds).empty() ? std::string() : name;
}

Time Checker::Moment(const FieldPath& path, const google::protobuf::Timestamp& time) {
  if (time.nanos() < 0 || time.nanos() > 999'999'999) {
    Refuse(path / "nanos", "must lie between 0 and 999999999");
    return 0;
  }
  Time micros = 0;
  if (time.seconds() >= 0 && time.seconds() < kFirstSecondOf10000) {
    micros = time.seconds() * kSecond + time.nanos() / 1000;
  }
  if (micros == 0) Refuse(path, "must lie after 1970-01-01T00:00:00Z and before the year 10000");
  return micros;
}

Time Checker::PastMoment(const FieldPath& path, const google::protobuf::Timestamp& time) {
  Time micros = Moment(path, time);
  if (micros > now_ + kDay) {
    Refuse(path,
           fmt::format("{} is more than a day ahead of the server's clock ({})", FormatTime(micros), FormatTime(now_)));
    return 0;
  }
  return micros;
}

void Checker::Order(const FieldPath& end_path, Time start, Time end) {
  if (start != 0 && end != 0 && end <= start) Refuse(end_path, "must come after start_time");
}

std::string Checker::Currency(const FieldPath& path, const std::string& code) {
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), IsUpper)) {
    Refuse(path, fmt::format("{} is not an ISO 4217 code in upper case, such as \"EUR\"", Quoted(code)));
  }
  return code;
}

double Checker::Finite(const FieldPath& path, double value) {
  if (!std::isfinite(value)) Refuse(path, "must be a finite number");
  return value;
}

double Checker::Probability(const FieldPath& path, double value) {
  if (!(value >= 0 && value <= 1)) Refuse(path, "must lie between 0 and 1");
  return value;
}

int64_t Checker::NotNegative(const FieldPath& path, int64_t value) {
  if (value < 0) Refuse(path, fmt::format("is {}, but must not be negative", value));
  return value;
}

int Checker::PageSize(const FieldPath& path, int value, int standard, int most) {
  NotNegative(path, value);
  return value == 0 ? standard : std::clamp(value, 1, most);
}

void Checker::Count(const FieldPath& path, int count, int most) {
  if (count > most) Exceeds(path, count, most, fmt::format("has {} items; at most {} are allowed", count, most));
}

int64_t Checker::Etag(const FieldPath& path, const std::string& etag, int64_t least) {
  if (etag.empty()) return 0;
  int64_t version = 0;
  if (etag.size() > 2 && etag.front() == '"' && etag.back() == '"') {
    const char* end = etag.data() + etag.size() - 1;
    auto [stop, error] = std::from_chars(etag.data() + 1, end, version);
    if (error == std::errc() && stop == end && version >= least && engine::EtagOf(version) == etag) return version;
  }
  Refuse(path,
         fmt::format("{} is not an etag that this server gave; an etag is sent as it came, its quotes are part of it",
                     etag));
  return 0;
}

}  // namespace leadline::rpc
