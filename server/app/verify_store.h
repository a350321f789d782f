// Whether a store may be served: what it holds is what its ledger tells.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "app/log.h"

namespace leadline::app {

// Compares all tenants of the database in the file and logs what was looked at. DATA_LOSS, naming the first differences
// and the command that shows all, when there are any. Changes nothing.
absl::Status VerifyStore(const std::string& path, const Log& log);

}  // namespace leadline::app
