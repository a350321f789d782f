// Checks of a request's fields. All violations of a request are collected and reported together.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/field_path.h"
#include "domain/history/record_limits.h"
#include "domain/records.h"

namespace leadline::rpc {

inline constexpr size_t kMaxTextBytes = 4096;
inline constexpr size_t kMaxNameBytes = 256;  // of words such as a source, a status or a channel
inline constexpr int kMaxAttributes = 100;
inline constexpr int kMaxListItems = domain::kMostListItems;
inline constexpr int kMaxBatch = domain::kMostAtOnce;
inline constexpr size_t kMaxTokenBytes = 1024;

// Not thread-safe. Each function gives the value in the form the engine takes; after a violation the value means
// nothing, and ToStatus() is not OK.
class Checker {
 public:
  explicit Checker(Time now) : now_(now) {}

  void Refuse(const FieldPath& path, std::string description);
  bool ok() const { return violations_.empty(); }
  // INVALID_ARGUMENT with every violation.
  absl::Status ToStatus() const;

  // Text of at most `max` bytes without NUL.
  std::string Text(const FieldPath& path, const std::string& text, size_t max = kMaxTextBytes);
  // The same; not empty, nor only blanks.
  std::string RequiredText(const FieldPath& path, const std::string& text, size_t max = kMaxTextBytes);
  // A word, at most kMaxNameBytes.
  std::string Word(const FieldPath& path, const std::string& text) { return Text(path, text, kMaxNameBytes); }
  std::string RequiredWord(const FieldPath& path, const std::string& text) {
    return RequiredText(path, text, kMaxNameBytes);
  }
  // 1 to 128 visible ASCII characters, or empty.
  std::string Key(const FieldPath& path, const std::string& text);
  std::string RequiredKey(const FieldPath& path, const std::string& text);
  // The id within a resource name of one of `kinds`; empty for an empty name.
  std::string Id(const FieldPath& path, const std::string& name, std::initializer_list<domain::RecordKind> kinds);
  std::string RequiredId(const FieldPath& path, const std::string& name,
                         std::initializer_list<domain::RecordKind> kinds);
  // The id within a name of the collection, such as "queues", whose things are no records.
  std::string RequiredIdIn(const FieldPath& path, const std::string& name, std::string_view collection);
  // The resource name itself.
  std::string RequiredName(const FieldPath& path, const std::string& name,
                           std::initializer_list<domain::RecordKind> kinds);

  // After 1970 and before the year 10000.
  Time Moment(const FieldPath& path, const google::protobuf::Timestamp& time);
  // The same, and not more than a day ahead.
  Time PastMoment(const FieldPath& path, const google::protobuf::Timestamp& time);
  // `end` must come after `start` where both are given (not 0).
  void Order(const FieldPath& end_path, Time start, Time end);

  std::string Currency(const FieldPath& path, const std::string& code);
  double Finite(const FieldPath& path, double value);
  double Probability(const FieldPath& path, double value);
  int64_t NotNegative(const FieldPath& path, int64_t value);
  // The page size to use: `standard` for 0, never more than `most`.
  int PageSize(const FieldPath& path, int value, int standard, int most);
  // At most `most` items.
  void Count(const FieldPath& path, int count, int most);
  // The version that an etag stands for; 0 when it is empty. `least`: the lowest version that there is, 0 of reps whom
  // nothing happened to yet.
  int64_t Etag(const FieldPath& path, const std::string& etag, int64_t least = 1);

  Time now() const { return now_; }

 private:
  Time now_;
  // Refuses a value that is past its limit. Where it is the first violation, a program learns both as facts.
  void Exceeds(const FieldPath& path, int64_t value, int64_t limit, std::string description);

  std::vector<FieldViolation> violations_;
  std::optional<std::pair<int64_t, int64_t>> bound_;  // value and limit of the first violation
};

}  // namespace leadline::rpc
