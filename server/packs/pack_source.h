// One pack's files as trees, its pack.yaml and its hash.
#pragma once

#include <string>

#include "packs/load_context.h"
#include "packs/pack_files.h"

namespace leadline::packs {

// Parses the pack's files. `directory` is where messages say that they stand. Files of unknown names, missing files and
// files that are not YAML are reported.
PackSource ReadPackSource(LoadContext& context, const PackFiles& files, const std::string& directory);

}  // namespace leadline::packs
