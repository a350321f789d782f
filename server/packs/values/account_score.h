// The `account_score:` of the central scoring.yaml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/account/account_score.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Nothing is changed when the file has no such block. `dimensions`: that rules count into.
void ReadAccountScore(Problems& problems, MapReader& scoring, const std::vector<std::string>& dimensions,
                      std::optional<domain::AccountScorePolicy>& out);

}  // namespace leadline::packs
