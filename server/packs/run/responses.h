// What the responses of activities mean.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "domain/records.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// Our own doing, or what says of no interest: it is no interaction.
inline bool IsTouch(const ResponseKinds& responses, const domain::Activity& activity) {
  const std::vector<std::string>& touches = responses.touches;
  return std::find(touches.begin(), touches.end(), activity.response) != touches.end();
}

}  // namespace leadline::packs
