// What people see of a hold queue.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/routing.h"

namespace leadline::engine {

struct CallContext;
struct EngineOptions;

// A hold queue with what waits in it.
struct QueueView {
  domain::Queue queue;    // its id alone when no pack has it
  bool declared = false;  // in a pack that decides
  int64_t leads = 0;
  Time held_since = 0;  // of the lead that waits longest; 0: none does
  int64_t overdue = 0;  // leads whose service level is past due
};

// One of Engine::ListQueues by its id; NOT_FOUND when no pack has it and nothing waits in it. Blocks on the store's
// reader; thread-safe.
absl::StatusOr<QueueView> GetQueue(const EngineOptions& options, const CallContext& context, std::string_view id);

}  // namespace leadline::engine
