#include "cli/output/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace leadline::cli {
namespace {

constexpr mode_t kDefaultMode = 0644;

absl::Status CannotWrite(const std::string& path, int number) {
  return absl::UnavailableError(fmt::format("cannot write {}: {}", path, std::generic_category().message(number)));
}

// All of it, onto the disk. Closes `fd`.
bool WriteAndClose(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.remove_prefix(static_cast<size_t>(n));
  }
  const bool written = text.empty() && fsync(fd) == 0;
  const int number = errno;
  const bool closed = close(fd) == 0;
  if (!written) errno = number;
  return written && closed;
}

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) return info.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return kDefaultMode & ~mask;
}

}  // namespace

absl::Status ReplaceFile(const std::string& named, std::string_view text, std::optional<mode_t> mode) {
  // What a link leads to is replaced, and not the link.
  std::error_code none;
  const std::string resolved = std::filesystem::canonical(named, none).string();
  const std::string& path = resolved.empty() ? named : resolved;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none)) {
    return absl::InvalidArgumentError(fmt::format("{} is no regular file, and is left alone; name a file", named));
  }
  std::string next = path + ".XXXXXX";
  const int fd = mkostemp(next.data(), O_CLOEXEC);
  if (fd < 0) return CannotWrite(path, errno);
  const bool allowed = fchmod(fd, mode.value_or(ModeOf(path))) == 0;
  if (WriteAndClose(fd, text) && allowed && std::rename(next.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int number = errno;
  unlink(next.c_str());
  return CannotWrite(path, number);
}

absl::Status WriteSecret(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0 && errno == EEXIST) {
    return absl::AlreadyExistsError(fmt::format("{} is there already; name another file, or move it away", path));
  }
  if (fd < 0) return CannotWrite(path, errno);
  if (WriteAndClose(fd, text)) return absl::OkStatus();
  const int number = errno;
  unlink(path.c_str());
  return CannotWrite(path, number);
}

}  // namespace leadline::cli
