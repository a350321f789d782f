// Places in the ledger as tokens carry them, and whether they are of this ledger.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/engine.h"

namespace leadline::engine {

// "POSITION:TRANSACTION".
std::string FormatPlace(const LedgerPlace& place);
// Nothing when the text is not of that form.
std::optional<LedgerPlace> ParsePlace(std::string_view text);

// As Engine::CheckPlace; the violation is of `field`, and `instead` says what to send in its place.
absl::Status CheckPlace(store::Reader& reader, const LedgerPlace& place, std::string_view field,
                        std::string_view instead);

}  // namespace leadline::engine
