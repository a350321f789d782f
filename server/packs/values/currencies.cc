#include "packs/values/currencies.h"

#include <unicode/ucurr.h>

#include <algorithm>
#include <array>
#include <string>

#include "fmt/format.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

constexpr double kLeastRate = 1e-9, kMostRate = 1e9;
constexpr Duration kOldAfter = 90 * kDay;

// A code of ISO 4217 that is money somewhere, at whatever time.
bool IsCurrency(const std::string& code) {
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return false;
  }
  std::array<UChar, 4> wide = {};
  std::copy(code.begin(), code.end(), wide.begin());
  UErrorCode error = U_ZERO_ERROR;
  return ucurr_isAvailable(wide.data(), U_DATE_MIN, U_DATE_MAX, &error) && U_SUCCESS(error);
}

void CheckCurrency(Problems& problems, const YamlNode& node, const std::string& code) {
  if (IsCurrency(code)) return;
  problems.Add(node, "LL2631", fmt::format("\"{}\" is not a currency", code),
               "write its ISO 4217 code in upper case, such as EUR");
}

void ReadRates(Problems& problems, const YamlNode& rates, CurrencyTable& table) {
  if (!rates.is_map()) {
    problems.Add(rates, "LL1102", "rates are written as {USD: 0.9, GBP: 1.15}");
    return;
  }
  for (size_t i = 0; i < rates.keys.size(); ++i) {
    const std::string& code = rates.keys[i].text;
    CheckCurrency(problems, rates.keys[i], code);
    if (code == table.currency) {
      problems.Add(rates.keys[i], "LL2631", fmt::format("amounts are converted to {}: it needs no rate", code),
                   "remove it");
    }
    const std::optional<double> rate = ReadNumber(problems, rates.items[i], "a rate");
    if (!rate) continue;
    if (!(*rate >= kLeastRate && *rate <= kMostRate)) {
      problems.Add(rates.items[i], "LL2632", fmt::format("one {} cannot be worth {:g} {}", code, *rate, table.currency),
                   "write what one unit of it is worth, such as 0.9");
      continue;
    }
    table.rates.emplace(code, *rate);
  }
}

}  // namespace

std::shared_ptr<const CurrencyTable> ReadCurrencies(Problems& problems, const YamlNode& root) {
  auto table = std::make_shared<CurrencyTable>();
  MapReader reader(problems, root, "currencies.yaml");
  if (!reader.ok()) return table;
  table->currency = reader.RequiredText("currency");
  if (const YamlNode* node = reader.Get("currency")) CheckCurrency(problems, *node, table->currency);
  reader.Require("as_of");
  table->as_of = reader.Date("as_of").value_or(0);
  if (const YamlNode* rates = reader.Require("rates")) ReadRates(problems, *rates, *table);
  reader.Finish();
  return table;
}

void CheckRates(Problems& problems, const YamlNode& root, const CurrencyTable& table, Time now) {
  const YamlNode* node = root.Find("as_of");
  if (node == nullptr || table.as_of == 0 || now == 0) return;
  const std::string day = FormatDate(table.as_of);
  std::string wrong;
  if (now > table.as_of + kOldAfter) wrong = fmt::format("{}, {} days ago", day, (now - table.as_of) / kDay);
  if (IsToCome(table.as_of, now)) wrong = fmt::format("{}, a day to come", day);
  if (wrong.empty()) return;
  problems.Add(*node, "LL2633", "the rates are of " + wrong, "write today's rates and their day").severity =
      Severity::kWarning;
}

void CheckRatesAreThere(Problems& problems, const YamlNode& schema) {
  const YamlNode* records = schema.Find("records");
  const YamlNode* lead = records == nullptr ? nullptr : records->Find("lead");
  const YamlNode* value = lead == nullptr ? nullptr : lead->Find("value_converted");
  if (value == nullptr) return;
  problems
      .Add(*value, "LL2634", "no amount is converted: the pack has no rates",
           "add currencies.yaml, or compare lead.value_amount")
      .severity = Severity::kWarning;
}

}  // namespace leadline::packs
