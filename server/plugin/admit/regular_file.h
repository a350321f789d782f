// Files that are checked and read through one descriptor, so that nobody can change one for another in between.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace leadline::plugin {

// A descriptor that closes with this object. Not thread-safe.
class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle() { Close(); }
  int get() const { return fd_; }
  // False when what was written may be lost.
  bool Close();

 private:
  int fd_;
};

// A regular file that is open for reading. Not thread-safe.
class RegularFile {
 public:
  // NOT_FOUND when it cannot be opened; FAILED_PRECONDITION when it is a folder, a pipe or the like, or longer than
  // `most_bytes`. Never waits for anybody. Follows symbolic links.
  static absl::StatusOr<RegularFile> Open(const std::string& path, uint64_t most_bytes);

  // As they were when it was opened.
  uid_t owner() const { return owner_; }
  mode_t mode() const { return mode_; }
  // All of it. FAILED_PRECONDITION when it became longer or shorter since it was opened.
  absl::StatusOr<std::string> Read();

 private:
  RegularFile(std::string path, FileHandle file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  FileHandle file_;
  uint64_t size_ = 0;
  uid_t owner_ = 0;
  mode_t mode_ = 0;
};

}  // namespace leadline::plugin
