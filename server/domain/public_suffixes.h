// The public suffix list that the server decides with.
#pragma once

#include <libpsl.h>

#include <string>

namespace leadline::domain {

struct PublicSuffixes {
  const psl_ctx_t* list = nullptr;  // null where there is none at all; never freed. Thread-safe
  std::string version;  // "2026-10-01 (/usr/share/publicsuffix/...)", "2023-02-09 (built into libpsl 0.21.2)"
};

// The newest of the list that is built into libpsl, of the system's file (Debian's package publicsuffix) and of `file`
// (may be null), by the date of the file. Files that cannot be read are passed over.
PublicSuffixes LatestPublicSuffixes(const char* file = nullptr);

}  // namespace leadline::domain
