#include "store/sqlite/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "fmt/format.h"

namespace leadline::store {

namespace {

std::string ErrorText(int error) { return std::system_category().message(error); }

// What the holder wrote: its process number.
std::string Holder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<size_t>(size) : 0);
  while (!holder.empty() && holder.back() == '\n') {
    holder.pop_back();
  }
  return holder.empty() ? "unknown" : holder;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::FailedPreconditionError(
        fmt::format("cannot open {}: {}; check that the folder exists and may be written", path, ErrorText(errno)));
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const std::string holder = Holder(file);
    ::close(file);
    if (error == EWOULDBLOCK) {
      return absl::FailedPreconditionError(
          fmt::format("another server (process {}) has the database open: {} is locked; stop it or name another file",
                      holder, path));
    }
    return absl::InternalError(fmt::format("cannot lock {}: {}", path, ErrorText(error)));
  }
  const std::string process = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, process.data(), process.size(), 0) < 0) {
    const int error = errno;
    ::close(file);
    return absl::FailedPreconditionError(fmt::format("cannot write {}: {}", path, ErrorText(error)));
  }
  return std::unique_ptr<FileLock>(new FileLock(file));
}

FileLock::~FileLock() { ::close(file_); }

}  // namespace leadline::store
