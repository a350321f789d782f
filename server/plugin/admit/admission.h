// What happens to a plugin's file before the dynamic linker sees it.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/admit/manifest.h"

namespace leadline::plugin {

// A file that passed, and the private copy of it to open.
struct AdmittedModule {
  Manifest manifest;
  std::string copy_path;    // <cache dir>/<sha256>.so
  bool go_runtime = false;  // brings the runtime of Go, and so must run in a worker
};

// Reads the file once; checks that it is regular, that its SHA-256 is the manifest's and that its ELF headers are those
// of a plugin; writes those very bytes to the cache and reads them back. The copy is opened instead of the file since
// that may be replaced or cut short at any time. Thread-safe.
absl::StatusOr<AdmittedModule> Admit(const Manifest& manifest, const std::string& cache_dir);

// Where the copy of an admitted file of that hash stands.
std::string CopyPathOf(const std::string& cache_dir, std::string_view sha256);

// The bytes of a regular file of at most 256 MiB.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path);

}  // namespace leadline::plugin
