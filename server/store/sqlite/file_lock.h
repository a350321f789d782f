// The right to write a database: one process at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace leadline::store {

// Held until destroyed, and given up by the system when the process dies, however it dies. Not thread-safe.
class FileLock {
 public:
  // FAILED_PRECONDITION, naming the process, when another holds it.
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_;
};

}  // namespace leadline::store
