#include "engine/packcheck/checked_sets.h"

#include <fstream>
#include <utility>

#include "base/ids.h"
#include "base/time_zones.h"
#include "domain/reference_versions.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Another number when this code checks what it did not before, or keys mean something else.
constexpr int kForm = 1;

bool IsKey(std::string_view line) {
  return line.size() == 64 && line.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// With its length before it, so that no two lists of texts read the same.
void Add(std::string_view text, std::string& all) { all.append(fmt::format("{}:", text.size())).append(text); }

}  // namespace

CheckedSets::CheckedSets(std::string path, std::string checker) : path_(std::move(path)), checker_(std::move(checker)) {
  if (path_.empty()) return;
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line); ++lines_) {
    if (IsKey(line)) Keep(std::move(line));
  }
}

std::string CheckedSets::KeyOf(std::string_view what, const packs::PackSet& set, const TimeZones& zones,
                               std::span<const domain::PluginRef> plugins) const {
  std::string all;
  Add(fmt::format("{} {}", what, kForm), all);
  for (const std::string& version : {checker_, zones.fingerprint(), domain::PhoneMetadataVersion(),
                                     domain::PublicSuffixListVersion(), domain::CountryCodesVersion()}) {
    Add(version, all);
  }
  for (const packs::PackFiles& pack : set.packs) {
    Add(pack.name, all);
    Add(packs::HashOf(pack), all);
  }
  for (const domain::PluginRef& plugin : plugins) {
    for (const std::string& part : {plugin.id, plugin.version, plugin.sha256}) Add(part, all);
  }
  return Sha256Hex(all);
}

bool CheckedSets::Knows(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return known_.contains(key);
}

void CheckedSets::Keep(std::string key) {
  if (!known_.insert(key).second) return;
  order_.push_back(std::move(key));
  if (order_.size() <= kMost) return;
  known_.erase(order_.front());
  order_.pop_front();
}

void CheckedSets::WriteAll() const {
  // A file beside it takes its place, so that a crash leaves one of the two.
  const std::string beside = path_ + ".new";
  {
    std::ofstream file(beside, std::ios::trunc);
    for (const std::string& key : order_) file << key << '\n';
    if (!file.flush()) return;
  }
  (void)std::rename(beside.c_str(), path_.c_str());
}

void CheckedSets::Remember(std::string key) {
  const std::lock_guard lock(mutex_);
  if (known_.contains(key)) return;
  if (!path_.empty() && lines_ < 2 * kMost) {
    std::ofstream(path_, std::ios::app) << key << '\n';
    ++lines_;
    Keep(std::move(key));
    return;
  }
  Keep(std::move(key));
  if (path_.empty()) return;
  WriteAll();
  lines_ = order_.size();
}

bool CheckedSets::Proved(const packs::PackSet& set, const TimeZones& zones) const {
  return Knows(KeyOf("proved", set, zones, {}));
}

void CheckedSets::RememberProved(const packs::PackSet& set, const TimeZones& zones) {
  Remember(KeyOf("proved", set, zones, {}));
}

bool CheckedSets::Tested(const packs::PackSet& set, const TimeZones& zones,
                         std::span<const domain::PluginRef> plugins) const {
  return Knows(KeyOf("tested", set, zones, plugins));
}

void CheckedSets::RememberTested(const packs::PackSet& set, const TimeZones& zones,
                                 std::span<const domain::PluginRef> plugins) {
  RememberProved(set, zones);
  Remember(KeyOf("tested", set, zones, plugins));
}

}  // namespace leadline::engine
