// What people see of a hold queue.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "domain/routing.h"

namespace leadline::engine {

// A hold queue with what waits in it.
struct QueueView {
  domain::Queue queue;    // its id alone when no pack has it
  bool declared = false;  // in a pack that decides
  int64_t leads = 0;
  Time held_since = 0;  // of the lead that waits longest; 0: none does
  int64_t overdue = 0;  // leads whose service level is past due
};

}  // namespace leadline::engine
