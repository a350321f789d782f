#include "engine/decide/places.h"

namespace leadline::engine {

std::string TerritoryOf(const Deciding& deciding, const domain::Lead& lead) {
  const packs::RegionRules& rules = deciding.For(lead.id)->rules->ForRegion(lead.region);
  const domain::Territory* territory = rules.routing.TerritoryOf(lead.country);
  return territory == nullptr ? std::string() : territory->id;
}

std::string RegionOf(const Deciding& deciding, const domain::Contact& contact) {
  return deciding.active->rules->RegionOfCountry(contact.country);
}

}  // namespace leadline::engine
