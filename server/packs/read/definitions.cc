#include "packs/read/definitions.h"

#include <utility>

namespace leadline::packs {

Definitions::Added Definitions::Add(const std::string& kind, const std::string& id, Definition definition) {
  const auto [it, inserted] = definitions_.try_emplace(kind + " " + id, std::move(definition));
  return {it->second, inserted};
}

const Definition* Definitions::Find(const std::string& kind, const std::string& id) const {
  const auto it = definitions_.find(kind + " " + id);
  return it == definitions_.end() ? nullptr : &it->second;
}

std::vector<std::string> Definitions::IdsOf(const std::string& kind, const std::string& layer) const {
  std::vector<std::string> ids;
  const std::string prefix = kind + " ";
  for (auto it = definitions_.lower_bound(prefix); it != definitions_.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    const std::string& defined_by = it->second.layer;
    if (layer.empty() || defined_by == "central" || defined_by == layer) ids.push_back(it->first.substr(prefix.size()));
  }
  return ids;
}

}  // namespace leadline::packs
