#include "packs/rule_set.h"

namespace leadline::packs {

std::optional<double> CurrencyTable::RateOf(std::string_view of) const {
  if (currency.empty()) return std::nullopt;
  if (of == currency) return 1;
  const auto rate = rates.find(of);
  return rate == rates.end() ? std::nullopt : std::optional(rate->second);
}

std::optional<double> CurrencyTable::Convert(const domain::Money& money) const {
  const std::optional<double> rate = RateOf(money.currency);
  return rate ? std::optional(static_cast<double>(money.micros) / 1e6 * *rate) : std::nullopt;
}

const RegionRules& RuleSet::ForRegion(std::string_view region) const {
  const auto it = by_region_.find(region);
  return it != by_region_.end() ? *it->second : *by_region_.find("")->second;
}

std::string RuleSet::RegionOfCountry(std::string_view country) const {
  const auto it = region_by_country_.find(country);
  return it == region_by_country_.end() ? std::string() : it->second;
}

const FieldDef* RuleSet::FindField(std::string_view name) const {
  const int slot = FieldSlot(name);
  return slot < 0 ? nullptr : &fields_[static_cast<size_t>(slot)];
}

int RuleSet::FieldSlot(std::string_view name) const {
  const auto it = field_slots_.find(name);
  return it == field_slots_.end() ? -1 : it->second;
}

}  // namespace leadline::packs
