// The functions that import maps have beside CEL's own.
#pragma once

#include "absl/status/status.h"
#include "cel/env.h"

namespace leadline::cli {

absl::Status AddMapFunctions(cel::Env& env);

}  // namespace leadline::cli
