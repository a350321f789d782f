// One pack's files as trees, its pack.yaml and its hash.
#pragma once

#include <string>

#include "packs/pack_files.h"
#include "packs/read/load_context.h"

namespace leadline::packs {

// Parses the pack's files. `directory` is where messages say that they stand. Files of unknown names, missing files and
// files that are not YAML are reported.
PackSource ReadPackSource(LoadContext& context, const PackFiles& files, const std::string& directory);

// Whether every file that such a pack needs is there, and none is unreadable.
bool IsWhole(const PackSource& pack);
// Warns (LL2310) when the region does not say that it was tested with the central pack of this hash.
void CheckPin(LoadContext& context, const PackSource& region, const std::string& central_sha256);

}  // namespace leadline::packs
