// Which sets of packs were checked before, so that they are not checked again.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "packs/pack_files.h"

namespace leadline {
class TimeZones;
}

namespace leadline::engine {

// Remembers checks that ended well: of what (the bytes of every file of every pack, by the packs' hashes), by whom (the
// checker's version), with which tables of the outside world, and, of tests, with which plugins. Another byte, server,
// table or plugin is another check. What was rolled back to counts as proved without proof: it has decided before. Else
// nothing rests on it but time: what is lost is checked again. Thread-safe.
class CheckedSets {
 public:
  // As many are kept, those that were remembered last, for the first time or again.
  static constexpr size_t kMost = 1'000;

  // In memory, and in the file as well unless `path` is empty; what cannot be read there is not known, and what cannot
  // be written is forgotten at the end. `checker` is another text for every version of what checks.
  CheckedSets(std::string path, std::string checker);

  using Packs = std::span<const domain::PackRef>;  // in any order; their versions do not count
  using Plugins = std::span<const domain::PluginRef>;
  // Whether the set was read, compiled and proved without an error.
  bool Proved(Packs packs, const TimeZones& zones) const;
  void RememberProved(Packs packs, const TimeZones& zones);
  // Whether all tests of all its packs passed with exactly these plugins, too.
  bool Tested(Packs packs, const TimeZones& zones, Plugins plugins) const;
  void RememberTested(Packs packs, const TimeZones& zones, Plugins plugins);

 private:
  std::string KeyOf(std::string_view what, Packs packs, const TimeZones& zones, Plugins plugins) const;
  bool Knows(const std::string& key) const;
  void Remember(std::string key);
  // Both with mutex_.
  // At the end of the order, also when it is there.
  void Keep(std::string key);
  void WriteAll() const;

  const std::string path_;
  const std::string checker_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> known_;
  std::deque<std::string> order_;  // oldest first
  size_t lines_ = 0;               // of the file
  bool torn_ = false;              // its last line is: nothing can be put behind it
};

// What CheckedSets takes: the packs' names and the hashes of their files, without versions.
std::vector<domain::PackRef> PackRefsOf(const packs::PackSet& set);

}  // namespace leadline::engine
