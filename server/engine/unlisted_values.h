// Which values came in that schema.yaml does not list, for fields that it leaves open.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "engine/input_check.h"

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

// The same for who sent them: the path in the request, and what is to be done.
std::vector<FieldViolation> WarningsOf(const std::vector<InputCheck::Unlisted>& values);

}  // namespace leadline::engine
