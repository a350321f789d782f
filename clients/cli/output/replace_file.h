// Files that commands write.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace leadline::cli {

// Puts a file with `text` in the place of `path`, at once and whole: a full disk or a crash leaves the old one as it
// was. `mode` nothing: that of the old file, 0644 less the umask when there is none.
absl::Status ReplaceFile(const std::string& path, std::string_view text, std::optional<mode_t> mode);

// Writes a new file that only its owner may read. ALREADY_EXISTS when there is one.
absl::Status WriteSecret(const std::string& path, std::string_view text);

}  // namespace leadline::cli
