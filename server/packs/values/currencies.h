// currencies.yaml: what amounts are worth in one currency. Only the central pack has one.
#pragma once

#include <memory>

#include "base/clock.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

std::shared_ptr<const CurrencyTable> ReadCurrencies(Problems& problems, const YamlNode& root);
// Warns (LL2633) when the rates are too old at `now`, or of a day to come; 0: nobody asks.
void CheckRates(Problems& problems, const YamlNode& root, const CurrencyTable& table, Time now);
// For a pack without rates: warns (LL2634) when its schema has lead.value_converted, which is absent then.
void CheckRatesAreThere(Problems& problems, const YamlNode& schema);

}  // namespace leadline::packs
