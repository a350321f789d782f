// Reps whom requests name.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "domain/records.h"
#include "engine/decide/deciding.h"
#include "engine/engine.h"

namespace leadline::engine {

// The rep as the packs list it; null when they do not. Lives as long as the packs.
const domain::Rep* FindListedRep(const packs::RuleSet& rules, std::string_view id);
// A rep whom only the candidate of a trial lists works leads, too.
const domain::Rep* FindListedRep(const Deciding& deciding, std::string_view id);

// "the packs list no rep ...", with the one that was likely meant.
std::string NoSuchRep(const packs::RuleSet& rules, std::string_view id);

// With what the store knows of the rep; without absences that are over at `now`.
absl::StatusOr<RepView> ViewOf(store::Reader& reader, const domain::Rep& rep, Time now);

}  // namespace leadline::engine
