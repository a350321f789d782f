// Which activities count.
#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "domain/records.h"

namespace leadline::domain {

// Sets `order` to the indices of the activities that count, as DistinctActivities gives them. Allocates nothing once
// the room of `order`, and of this thread, suffices.
void OrderDistinct(std::span<const Activity> activities, Time now, std::vector<int>& order);

}  // namespace leadline::domain
