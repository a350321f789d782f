#include "domain/public_suffixes.h"

#include <sys/stat.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

struct Candidate {
  const char* path = nullptr;
  time_t changed = 0;
};

void AddIfNewer(const char* path, time_t than, std::vector<Candidate>& candidates) {
  struct stat about {};
  if (path == nullptr || *path == '\0' || stat(path, &about) != 0 || about.st_mtime <= than) return;
  candidates.push_back({path, about.st_mtime});
}

std::string DateOf(time_t seconds) { return FormatDate(static_cast<Time>(seconds) * kSecond); }

}  // namespace

PublicSuffixes LatestPublicSuffixes(const char* file) {
  const time_t built_in = psl_builtin() == nullptr ? 0 : psl_builtin_file_time();
  std::vector<Candidate> candidates;
  AddIfNewer(file, built_in, candidates);
  AddIfNewer(psl_dist_filename(), built_in, candidates);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.changed > b.changed; });
  for (const Candidate& candidate : candidates) {
    if (const psl_ctx_t* list = psl_load_file(candidate.path); list != nullptr) {
      return {list, fmt::format("{} ({})", DateOf(candidate.changed), candidate.path)};
    }
  }
  // "0.21.2 (+libicu/72.1)": the release comes first.
  const std::string_view library = psl_get_version();
  const std::string_view release = library.substr(0, library.find(' '));
  if (psl_builtin() == nullptr) return {nullptr, fmt::format("none (libpsl {} has none built in)", release)};
  return {psl_builtin(), fmt::format("{} (built into libpsl {})", DateOf(built_in), release)};
}

}  // namespace leadline::domain
