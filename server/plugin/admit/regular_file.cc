#include "plugin/admit/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "fmt/format.h"

namespace leadline::plugin {
namespace {

std::string SizeText(uint64_t bytes) {
  return bytes % (1 << 20) == 0 ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} KiB", bytes >> 10);
}

}  // namespace

bool FileHandle::Close() {
  int fd = std::exchange(fd_, -1);
  return fd < 0 || close(fd) == 0;
}

absl::StatusOr<RegularFile> RegularFile::Open(const std::string& path, uint64_t most_bytes) {
  // Not blocking: a pipe of that name must not hang the server.
  FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (handle.get() < 0) {
    return absl::NotFoundError(fmt::format("{} cannot be opened: {}; check the path and its permissions", path,
                                           std::generic_category().message(errno)));
  }
  RegularFile file(path, std::move(handle));
  struct stat info {};
  if (fstat(file.file_.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(fmt::format("{} is not a regular file; name the file itself", path));
  }
  file.size_ = static_cast<uint64_t>(info.st_size);
  file.owner_ = info.st_uid;
  file.mode_ = info.st_mode;
  if (file.size_ > most_bytes) {
    return absl::FailedPreconditionError(fmt::format("{} is larger than {}", path, SizeText(most_bytes)));
  }
  return file;
}

absl::StatusOr<std::string> RegularFile::Read() {
  // One byte more than there should be, so that a file that grew shows.
  std::string bytes(size_ + 1, '\0');
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = read(file_.get(), bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    at += static_cast<size_t>(n);
  }
  if (at != size_) return absl::FailedPreconditionError(fmt::format("{} changed while it was read; try again", path_));
  bytes.resize(size_);
  return bytes;
}

}  // namespace leadline::plugin
