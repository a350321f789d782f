#include "base/zones/zone_folder.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "base/zones/zone_file.h"
#include "fmt/format.h"

namespace leadline {
namespace {

constexpr char kUsualFolder[] = "/usr/share/zoneinfo";
constexpr size_t kMostFiles = 5000;
constexpr size_t kMostBytes = 256 * 1024;  // of a file; the longest has about four thousand
constexpr size_t kLongestName = 64;
constexpr int kDeepest = 3;  // America/Argentina/Ushuaia
// The files that tell the version: a line "2026f", and "# version 2026f" before all zones in text.
constexpr std::string_view kVersionFile = "+VERSION";
constexpr std::string_view kSourceFile = "tzdata.zi";
constexpr std::string_view kSourceVersion = "# version ";

// The same zones twice more, one time with leap seconds; and names that mean another place on each machine.
bool IsLeftOut(std::string_view name) {
  return name == "posix" || name == "right" || name == "localtime" || name == "posixrules";
}

// What files of the database are called; a file that a package manager is about to put there has a dot.
bool IsZoneName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '+';
  });
}

std::vector<std::string> Entries(const std::string& folder) {
  std::vector<std::string> names;
  DIR* dir = opendir(folder.c_str());
  if (dir == nullptr) return names;
  while (const dirent* entry = readdir(dir)) names.emplace_back(entry->d_name);
  closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

// The file's first bytes; empty when it cannot be read.
std::string FirstBytes(const std::string& path, size_t most) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(most, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(most));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

std::string VersionOf(const std::string& folder) {
  std::string line = FirstBytes(folder + "/" + std::string(kVersionFile), kLongestName);
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.empty()) {
    line = FirstBytes(folder + "/" + std::string(kSourceFile), kLongestName);
    line.resize(std::min(line.find('\n'), line.size()));
    if (!line.starts_with(kSourceVersion)) return "";
    line.erase(0, kSourceVersion.size());
  }
  const bool printable =
      std::all_of(line.begin(), line.end(), [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
  return printable ? line : "";
}

}  // namespace

std::string SystemZoneFolder() {
  const char* folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : kUsualFolder;
}

absl::StatusOr<std::vector<ZoneFolder::File>> ZoneFolder::List() const {
  std::vector<File> files;
  const absl::Status too_many =
      absl::InvalidArgumentError(fmt::format("{} holds more than {} files: is it a tz database?", path_, kMostFiles));
  // Folders still to be looked into, by their path below this one.
  std::vector<std::pair<std::string, int>> folders = {{"", 1}};
  size_t seen = 0;
  while (!folders.empty()) {
    const auto [below, depth] = std::move(folders.back());
    folders.pop_back();
    for (const std::string& entry : Entries(path_ + "/" + below)) {
      if (++seen > kMostFiles) return too_many;
      const bool versions = below.empty() && (entry == kVersionFile || entry == kSourceFile);
      if (!versions && (!IsZoneName(entry) || (below.empty() && IsLeftOut(entry)))) continue;
      struct stat info = {};
      const std::string name = below + entry;
      if (stat((path_ + "/" + name).c_str(), &info) != 0) continue;
      if (S_ISDIR(info.st_mode) && depth < kDeepest) folders.emplace_back(name + "/", depth + 1);
      if (!S_ISREG(info.st_mode)) continue;
      files.push_back({name, static_cast<uint64_t>(info.st_size),
                       info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec, static_cast<uint64_t>(info.st_ino)});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

absl::StatusOr<std::shared_ptr<const TimeZones>> ZoneFolder::Read(const std::vector<File>& files) const {
  std::map<std::string, std::string> zones;
  for (const File& file : files) {
    if (file.name == kVersionFile || file.name == kSourceFile) continue;
    std::string bytes = FirstBytes(path_ + "/" + file.name, std::min<uint64_t>(file.size, kMostBytes) + 1);
    if (!bytes.starts_with(kZoneFileMagic)) continue;
    if (bytes.size() > kMostBytes) {
      return absl::InvalidArgumentError(fmt::format("{}/{} is too big for a zone file", path_, file.name));
    }
    zones.emplace(file.name, std::move(bytes));
  }
  if (zones.empty()) {
    return absl::NotFoundError(
        fmt::format("no time zones in {}: install the package tzdata, or name its folder in TZDIR", path_));
  }
  absl::StatusOr<std::shared_ptr<const TimeZones>> parsed = TimeZones::Parse(VersionOf(path_), zones);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("time zones in {}: {}; install the package tzdata again (apt-get install --reinstall tzdata)",
                    path_, std::string(parsed.status().message())));
  }
  return parsed;
}

absl::StatusOr<std::shared_ptr<const TimeZones>> ZoneFolder::Look() {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(std::vector<File> files, List());
  if (zones_ != nullptr && files == files_) return zones_;
  ASSIGN_OR_RETURN(std::shared_ptr<const TimeZones> zones, Read(files));
  ASSIGN_OR_RETURN(const std::vector<File> after, List());
  if (after != files) return absl::UnavailableError(fmt::format("the files in {} are being replaced", path_));
  // The same database unpacked again is no other one.
  if (zones_ == nullptr || zones_->fingerprint() != zones->fingerprint()) zones_ = std::move(zones);
  files_ = std::move(files);
  return zones_;
}

std::shared_ptr<const TimeZones> ZoneFolder::LookOrUtc() {
  absl::StatusOr<std::shared_ptr<const TimeZones>> zones = Look();
  if (zones.ok()) return *std::move(zones);
  return std::make_shared<const TimeZones>(fmt::format("none ({})", std::string(zones.status().message())));
}

const std::shared_ptr<const TimeZones>& SystemTimeZones() {
  // Never destroyed: clocks may still be asked while the program ends.
  static const auto& kZones = *new std::shared_ptr<const TimeZones>(ZoneFolder(SystemZoneFolder()).LookOrUtc());
  return kZones;
}

}  // namespace leadline
