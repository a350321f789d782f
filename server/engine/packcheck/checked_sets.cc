#include "engine/packcheck/checked_sets.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <utility>

#include "base/ids.h"
#include "base/zones/time_zones.h"
#include "domain/reference_versions.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Another number when this code checks what it did not before, or keys mean something else.
constexpr int kForm = 2;

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
    torn_ = file.eof();
    if (IsKey(line)) Keep(std::move(line));
  }
}

std::string CheckedSets::KeyOf(std::string_view what, Packs packs, const TimeZones& zones, Plugins plugins) const {
  std::string all;
  Add(fmt::format("{} {}", what, kForm), all);
  for (const std::string& version : {checker_, zones.fingerprint(), domain::PhoneMetadataVersion(),
                                     domain::PublicSuffixListVersion(), domain::CountryCodesVersion()}) {
    Add(version, all);
  }
  std::map<std::string_view, std::string_view> hashes;
  for (const domain::PackRef& pack : packs) hashes.emplace(pack.pack, pack.sha256);
  Add(fmt::format("{}", hashes.size()), all);  // where the packs end and the plugins begin
  for (const auto& [name, sha256] : hashes) {
    Add(name, all);
    Add(sha256, all);
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
  if (!known_.insert(key).second) order_.erase(std::find(order_.begin(), order_.end(), key));
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
  if (!order_.empty() && order_.back() == key) return;
  if (!path_.empty() && !torn_ && lines_ < 2 * kMost) {
    std::ofstream(path_, std::ios::app) << key << '\n';
    ++lines_;
    Keep(std::move(key));
    return;
  }
  Keep(std::move(key));
  if (path_.empty()) return;
  WriteAll();
  lines_ = order_.size();
  torn_ = false;
}

bool CheckedSets::Proved(Packs packs, const TimeZones& zones) const { return Knows(KeyOf("proved", packs, zones, {})); }

void CheckedSets::RememberProved(Packs packs, const TimeZones& zones) { Remember(KeyOf("proved", packs, zones, {})); }

bool CheckedSets::Tested(Packs packs, const TimeZones& zones, Plugins plugins) const {
  return Knows(KeyOf("tested", packs, zones, plugins));
}

void CheckedSets::RememberTested(Packs packs, const TimeZones& zones, Plugins plugins) {
  RememberProved(packs, zones);
  Remember(KeyOf("tested", packs, zones, plugins));
}

std::vector<domain::PackRef> PackRefsOf(const packs::PackSet& set) {
  std::vector<domain::PackRef> refs;
  for (const packs::PackFiles& pack : set.packs) refs.push_back({pack.name, "", packs::HashOf(pack)});
  return refs;
}

}  // namespace leadline::engine
