// currencies.yaml: amounts become comparable, and old rates are told.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "packs/loader.h"
#include "packs/run/evaluation.h"
#include "packs/run/fingerprint.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

constexpr char kAsOf[] = "2026-03-01";

// The small packs with these rates and a rule that reads a converted value.
PackSet WithRates(const std::string& rates) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  if (!rates.empty()) {
    central.files["currencies.yaml"] = std::string("currency: EUR\nas_of: ") + kAsOf + "\nrates: " + rates + "\n";
  }
  std::string& schema = central.files["schema.yaml"];
  schema.insert(schema.find("  lead:\n") + 8, "    value_converted: {type: double}\n");
  std::string& scoring = central.files["scoring.yaml"];
  scoring.insert(scoring.find("rules:\n") + 7,
                 "  - {id: deal.large, dimension: behaviour, when: lead.value_converted >= 50000.0, points: 7}\n");
  set.Put(std::move(central));
  return set;
}

bool DealIsLarge(const PackSet& set, const std::optional<domain::Money>& value) {
  const LoadResult loaded = LoadRuleSet(set);
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  if (loaded.rules == nullptr) return false;
  Sample sample;
  sample.lead.value = value;
  Evaluation evaluation(*loaded.rules);
  evaluation.Bind(loaded.rules->ForRegion(""), sample.view());
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits);
  for (const domain::RuleHit& hit : hits) {
    if (loaded.rules->ForRegion("").scoring.rules[static_cast<size_t>(hit.rule)].id == "deal.large") return true;
  }
  return false;
}

domain::Money Of(int64_t units, const std::string& currency) { return {currency, units * 1'000'000}; }

TEST(CurrenciesTest, AmountsAreComparedInOneCurrency) {
  const PackSet set = WithRates("{USD: 0.5, JPY: 0.01}");
  EXPECT_TRUE(DealIsLarge(set, Of(50'000, "EUR")));
  EXPECT_FALSE(DealIsLarge(set, Of(49'999, "EUR")));
  EXPECT_FALSE(DealIsLarge(set, Of(99'999, "USD")));
  EXPECT_TRUE(DealIsLarge(set, Of(100'000, "USD")));
  EXPECT_TRUE(DealIsLarge(set, Of(5'000'000, "JPY")));
}

TEST(CurrenciesTest, WhatHasNoRateHasNoConvertedValue) {
  EXPECT_FALSE(DealIsLarge(WithRates("{USD: 0.5}"), Of(900'000'000, "GBP")));
  EXPECT_FALSE(DealIsLarge(WithRates("{USD: 0.5}"), std::nullopt));
  EXPECT_FALSE(DealIsLarge(WithRates(""), Of(900'000'000, "EUR")));  // the packs have no rates at all
}

TEST(CurrenciesTest, RatesOlderThanNinetyDaysAndOfADayToComeAreTold) {
  const auto codes = [](Time now) {
    LoadOptions options;
    options.now = now;
    std::string out;
    for (const Diagnostic& d : WithoutPins(LoadRuleSet(WithRates("{USD: 0.5}"), options).diagnostics)) {
      EXPECT_EQ(d.severity, Severity::kWarning);
      out += d.code;
    }
    return out;
  };
  const Time as_of = *ParseTime(kAsOf);
  EXPECT_EQ(codes(as_of + 90 * kDay), "");
  EXPECT_EQ(codes(as_of + 90 * kDay + 1), "LL2633");
  EXPECT_EQ(codes(as_of - kDay), "");  // where the day begins first it has begun
  EXPECT_EQ(codes(as_of - kDay - 1), "LL2633");
  EXPECT_EQ(codes(0), "");
}

// Whoever has a score by the old rates is scored again when they change, and nobody else.
TEST(CurrenciesTest, RatesBelongToWhatDecidesWhereARuleReadsThem) {
  const auto fingerprint = [](const PackSet& set) {
    const LoadResult loaded = LoadRuleSet(set);
    return FingerprintOf(*loaded.rules, loaded.rules->ForRegion(""), [](std::string_view) { return std::string(); });
  };
  const std::string before = fingerprint(WithRates("{USD: 0.5}"));
  EXPECT_EQ(fingerprint(WithRates("{USD: 0.5}")), before);
  EXPECT_NE(fingerprint(WithRates("{USD: 0.51}")), before);
  EXPECT_NE(fingerprint(WithRates("{USD: 0.5, GBP: 1.1}")), before);
}

}  // namespace
}  // namespace leadline::packs
