#include "plugin/admit/admission.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/elf_check.h"
#include "plugin/admit/regular_file.h"

namespace leadline::plugin {
namespace {

constexpr uint64_t kMostModuleBytes = 256ULL << 20;

std::string ErrnoText(int number) { return std::generic_category().message(number); }

absl::Status CacheError(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(
      fmt::format("plugin cache {}: {}; name a folder that only the server's user can write", path, what));
}

// Whoever can write here can run code in the server.
absl::Status PrepareCache(const std::string& dir) {
  std::error_code error;
  std::filesystem::path parent = std::filesystem::path(dir).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) return CacheError(dir, ErrnoText(errno));
  struct stat info {};
  if (stat(dir.c_str(), &info) != 0) return CacheError(dir, ErrnoText(errno));
  if (!S_ISDIR(info.st_mode)) return CacheError(dir, "it is not a folder");
  if (info.st_uid != geteuid()) return CacheError(dir, "it belongs to another user");
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return CacheError(dir, "others may write to it");
  return absl::OkStatus();
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool Holds(const std::string& path, const std::string& sha256) {
  auto bytes = ReadRegularFile(path);
  return bytes.ok() && Sha256Hex(*bytes) == sha256;
}

// Renaming into place is atomic: another loader sees no copy or a whole one.
absl::Status WriteCopy(const std::string& path, std::string_view bytes) {
  std::string scratch = path + ".XXXXXX";
  FileHandle file(mkostemp(scratch.data(), O_CLOEXEC));
  if (file.get() < 0) return CacheError(path, ErrnoText(errno));
  bool written = WriteAll(file.get(), bytes) && fchmod(file.get(), 0500) == 0 && file.Close() &&
                 std::rename(scratch.c_str(), path.c_str()) == 0;
  if (written) return absl::OkStatus();
  int number = errno;
  unlink(scratch.c_str());
  return CacheError(path, ErrnoText(number));
}

}  // namespace

absl::StatusOr<std::string> ReadRegularFile(const std::string& path) {
  ASSIGN_OR_RETURN(RegularFile file, RegularFile::Open(path, kMostModuleBytes));
  return file.Read();
}

std::string CopyPathOf(const std::string& cache_dir, std::string_view sha256) {
  return fmt::format("{}/{}.so", cache_dir, sha256);
}

absl::StatusOr<AdmittedModule> Admit(const Manifest& manifest, const std::string& cache_dir) {
  ASSIGN_OR_RETURN(std::string bytes, ReadRegularFile(manifest.so_path));
  std::string sha256 = Sha256Hex(bytes);
  if (sha256 != manifest.sha256) {
    return absl::FailedPreconditionError(
        fmt::format("{} is not the file its manifest describes: SHA-256 is {}, the manifest says {}; build it again or "
                    "restore the file",
                    manifest.so_path, sha256, manifest.sha256));
  }
  if (absl::Status status = CheckElf(bytes); !status.ok()) {
    return absl::Status(status.code(), fmt::format("{} {}", manifest.so_path, std::string(status.message())));
  }
  RETURN_IF_ERROR(PrepareCache(cache_dir));
  AdmittedModule module{manifest, CopyPathOf(cache_dir, sha256), HoldsGoRuntime(bytes)};
  if (!Holds(module.copy_path, sha256)) {
    RETURN_IF_ERROR(WriteCopy(module.copy_path, bytes));
    if (!Holds(module.copy_path, sha256)) return CacheError(module.copy_path, "what is read back is not the same");
  }
  return module;
}

}  // namespace leadline::plugin
