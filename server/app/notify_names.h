// Names in the file of `--notify` that nobody has: most likely slips.
#pragma once

#include <string>
#include <vector>

#include "app/webhook/endpoint.h"
#include "engine/decide/deciding.h"

namespace leadline::app {

// Endpoints that no rule of notify.yaml names, and regions that no pack and no territory has, by the packs that decide:
// a sentence for each, in the order of the settings, with the nearest name. Packs that come later may have them.
std::vector<std::string> UnknownNames(const NotifySettings& settings, const engine::Deciding& deciding);

}  // namespace leadline::app
