// The tz database where the system keeps it, and when it changes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/zones/time_zones.h"

namespace leadline {

// Where zone files are: $TZDIR, or /usr/share/zoneinfo.
std::string SystemZoneFolder();

// The zone files of a folder, read anew when they change. Thread-safe.
class ZoneFolder {
 public:
  explicit ZoneFolder(std::string path) : path_(std::move(path)) {}

  // The zones as the files are now: the object of the call before as long as no file changed (its size, its time of
  // change, its inode), otherwise all of them read and parsed. A look takes about a millisecond, reading some ten. A
  // package that is being unpacked can show some files of before and some of after: who is in no hurry looks twice, a
  // second apart.
  // NOT_FOUND: there are no zone files. INVALID_ARGUMENT: a file is damaged. UNAVAILABLE: files changed meanwhile.
  absl::StatusOr<std::shared_ptr<const TimeZones>> Look();

  // The same; where there is no database, UTC alone and a version that says why.
  std::shared_ptr<const TimeZones> LookOrUtc();

  const std::string& path() const { return path_; }

 private:
  struct File {
    std::string name;  // of its zone, or of the file that tells the version
    uint64_t size = 0;
    int64_t changed = 0;  // nanoseconds since 1970
    uint64_t inode = 0;
    bool operator==(const File&) const = default;
  };
  absl::StatusOr<std::vector<File>> List() const;
  absl::StatusOr<std::shared_ptr<const TimeZones>> Read(const std::vector<File>& files) const;

  const std::string path_;
  std::mutex mutex_;
  std::vector<File> files_;                 // that `zones_` is of; by name
  std::shared_ptr<const TimeZones> zones_;  // null: not read yet
};

// The zones of SystemZoneFolder() as they were at the first call, for programs that end soon. Without a database, UTC
// alone, and a version that says why. Thread-safe.
const std::shared_ptr<const TimeZones>& SystemTimeZones();

}  // namespace leadline
