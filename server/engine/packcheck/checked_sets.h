// Which sets of packs were checked before, so that they are not checked again.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "domain/event.h"
#include "packs/pack_files.h"

namespace leadline {
class TimeZones;
}

namespace leadline::engine {

// Remembers checks that ended well: of what (the bytes of every file of every pack), by whom (the checker's version),
// with which tables of the outside world, and, of tests, with which plugins. Another byte, server, table or plugin is
// another check. Nothing rests on it but time: what is lost is checked again. Thread-safe.
class CheckedSets {
 public:
  // As many are kept, the newest ones.
  static constexpr size_t kMost = 1'000;

  // In memory, and in the file as well unless `path` is empty; what cannot be read there is not known, and what cannot
  // be written is forgotten at the end. `checker` is another text for every version of what checks.
  CheckedSets(std::string path, std::string checker);

  // Whether the set was read, compiled and proved without an error.
  bool Proved(const packs::PackSet& set, const TimeZones& zones) const;
  void RememberProved(const packs::PackSet& set, const TimeZones& zones);
  // Whether its tests passed with exactly these plugins, too.
  bool Tested(const packs::PackSet& set, const TimeZones& zones, std::span<const domain::PluginRef> plugins) const;
  void RememberTested(const packs::PackSet& set, const TimeZones& zones, std::span<const domain::PluginRef> plugins);

 private:
  std::string KeyOf(std::string_view what, const packs::PackSet& set, const TimeZones& zones,
                    std::span<const domain::PluginRef> plugins) const;
  bool Knows(const std::string& key) const;
  void Remember(std::string key);
  // Both with mutex_.
  void Keep(std::string key);
  void WriteAll() const;

  const std::string path_;
  const std::string checker_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> known_;
  std::deque<std::string> order_;  // oldest first
  size_t lines_ = 0;               // of the file
};

}  // namespace leadline::engine
