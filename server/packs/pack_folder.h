// Reads a pack's folder: its files, its pack.yaml and its hash.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "packs/load_context.h"

namespace leadline::packs {

// The pack in `directory`. Files of unknown names, unreadable files and files that are not YAML are reported.
PackSource ReadPackFolder(LoadContext& context, const std::string& directory, const std::string& name, bool central);
// Names of the folders in `directory`, sorted; empty when there is none.
std::vector<std::string> FoldersIn(const std::string& directory);

}  // namespace leadline::packs
