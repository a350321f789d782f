// Values of an import that the server took and that the packs do not list: which, how often, and what was likely meant.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

// Sums the warnings of all answers up by field and value. Not thread-safe.
class ImportWarnings {
 public:
  static constexpr size_t kMostValues = 1000;  // further ones are only counted
  static constexpr size_t kShown = 10;

  void Add(const google::protobuf::RepeatedPtrField<v1::ImportWarning>& warnings, int64_t left_out);
  bool empty() const { return values_.empty() && left_out_ == 0; }

  // The values that most rows have, first.
  std::vector<v1::ImportWarning> ByRows() const;
  // The first kShown of them in lines, and what is to be done; empty when there is none.
  std::string Describe() const;

 private:
  std::map<std::pair<std::string, std::string>, v1::ImportWarning> values_;
  int64_t left_out_ = 0;  // uses of values that found no place
};

}  // namespace leadline::cli
