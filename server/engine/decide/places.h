// Where the packs that decide put a record.
#pragma once

#include <string>

#include "domain/records.h"
#include "engine/decide/deciding.h"

namespace leadline::engine {

// The territory that the lead's country lies in, by the rules that decide about the lead; empty when it is in none.
// Thread-safe, as the other.
std::string TerritoryOf(const Deciding& deciding, const domain::Lead& lead);

// The region whose rules decide about the person: that of the country. Empty: the central ones alone.
std::string RegionOf(const Deciding& deciding, const domain::Contact& contact);

}  // namespace leadline::engine
