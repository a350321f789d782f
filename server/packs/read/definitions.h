// What the packs define: every id, who defined it, where, and under which seal.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// What the centre lets a region do to a definition of its own: nothing, only make it stricter, set its numbers within
// bounds, or replace it.
enum class Seal : uint8_t { kFinal, kTighten, kParams, kOpen };

// Plain data.
struct Definition {
  Seal seal = Seal::kFinal;
  const YamlNode* at = nullptr;       // its id
  const YamlNode* seal_at = nullptr;  // its `seal:`; null when it stands by default
  std::string layer;
};

// Of all packs read so far, by kind ("scoring rule") and id. Not thread-safe.
class Definitions {
 public:
  // The first one of a kind and id stays: gives it, and whether it is this one.
  struct Added {
    const Definition& first;
    bool is_new = false;
  };
  Added Add(const std::string& kind, const std::string& id, Definition definition);
  // Null when there is none.
  const Definition* Find(const std::string& kind, const std::string& id) const;
  // The ids of a kind that `layer` may name, ascending: the central ones and its own. Of all packs when it is empty.
  std::vector<std::string> IdsOf(const std::string& kind, const std::string& layer = "") const;

  // Some definition of the kind could not be read: names of this kind may only seem unknown.
  void NoteUnread(const std::string& kind) { unread_.insert(kind); }
  bool HasUnread(const std::string& kind) const { return unread_.contains(kind); }

 private:
  std::map<std::string, Definition> definitions_;  // by kind, space, id
  std::set<std::string> unread_;
};

}  // namespace leadline::packs
