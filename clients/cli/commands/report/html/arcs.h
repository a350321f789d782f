// Moves between statuses as a picture.
#pragma once

#include <string>
#include <vector>

#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// Statuses one below the other; an arc on the right for moves down the list, on the left for moves up, as thick as
// there are many. `statuses` holds every status of the moves. Empty where nothing moved.
std::string MovesPicture(const std::vector<std::string>& statuses, const v1::Flow& flow);

}  // namespace leadline::cli
