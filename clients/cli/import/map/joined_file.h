// A second file that a map joins to the rows, such as deals.csv.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::cli {

// The whole file, by its key. Plain data.
struct JoinedFile {
  std::string path;
  std::vector<std::string> columns;
  std::unordered_map<std::string, std::vector<std::string>> rows;
};

// Reads a joined file whole. `key`: the heading of its key. Errors name the line.
absl::StatusOr<JoinedFile> ReadJoinedFile(const std::string& path, const std::string& key, char delimiter);

}  // namespace leadline::cli
