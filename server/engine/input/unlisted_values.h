// Which values came in that schema.yaml does not list, for fields that it leaves open.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/input/input_check.h"

namespace leadline::engine {

// Tells of each value of a field once, so that a log does not fill with them; after kMostValues of all fields together
// of no other. Thread-safe.
class UnlistedValues {
 public:
  static constexpr size_t kMostValues = 1000;
  // `tell` may be empty; it is called under no lock, with the field ("activity.response") and the value.
  using Tell = std::function<void(std::string_view field, std::string_view value)>;

  explicit UnlistedValues(Tell tell) : tell_(std::move(tell)) {}

  void Note(const std::vector<InputCheck::Unlisted>& values);

 private:
  const Tell tell_;
  std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> seen_;
};

// The same for who sent them. Plain data.
struct InputWarning {
  std::string field;        // path in the request
  std::string description;  // what is the matter, and what to do
  std::string value;        // at most 64 bytes of it
  std::string nearest;      // the listed value that was likely meant; empty when there is none
};
std::vector<InputWarning> WarningsOf(const std::vector<InputCheck::Unlisted>& values);

// The same for many rows: how many of them have the value. Plain data.
struct RowsWarning {
  std::string field;  // as schema.yaml names it, "lead.source"
  std::string value;
  std::string nearest;
  int64_t rows = 0;
  int64_t first_row = 0;
};

// Sums up the values of rows by field and value. Not thread-safe.
class RowsWarnings {
 public:
  static constexpr size_t kMostValues = 100;

  // A row counts once for each of its values. Values beyond the first kMostValues are only counted in left_out().
  void Add(int64_t row, const std::vector<InputCheck::Unlisted>& values);

  // By field and value.
  std::vector<RowsWarning> ToList() const;
  // How often a row had a value that found no place.
  int64_t left_out() const { return left_out_; }

 private:
  std::map<std::pair<std::string, std::string>, RowsWarning> values_;
  int64_t left_out_ = 0;
};

}  // namespace leadline::engine
