// A plugin's first calls, before it decides about anybody.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/decide/snapshot.h"
#include "packs/cases/test_suite.h"

namespace leadline::engine {

// Calls the plugin `id` of the snapshot in each capability that the packs want of it: on a record without any value, on
// one with a value in each field, and on those of some of the packs' own tests. Every call must succeed, with any
// outcome. FAILED_PRECONDITION says which did not. OK when the snapshot goes without the plugin. Thread-safe.
absl::Status SmokePlugin(const Snapshot& snapshot, std::string_view id, const std::vector<packs::TestCase>& cases,
                         Time now);

}  // namespace leadline::engine
