// Records for tests of the packs.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "domain/records.h"
#include "packs/loader.h"
#include "packs/rule_set.h"
#include "packs/run/evaluation.h"
#include "packs/run/time_plan.h"  // its kNow comes before the one below

namespace leadline::packs {

// The rules of the repository; the same for all tests.
const LoadResult& RepositoryRules();
const RuleSet& Rules();

// Without the warnings that a region's pin is missing or old (LL2310): they come with every change of the central pack.
std::vector<Diagnostic> WithoutPins(std::vector<Diagnostic> diagnostics);

// 2026-06-01T12:00:00Z.
inline constexpr Time kNow = 1'780'315'200'000'000;

// One record with everything around it.
struct Sample {
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  std::vector<domain::Activity> activities;
  RecordView view() const { return {&lead, &contact, &account, activities, kNow}; }
};

domain::Activity MakeActivity(std::string channel, std::string investment, std::string response, Time age);
// A record with fields of every kind, some absent, drawn from what the schema knows and from other values. Of the
// attributes that the schema declares, one in `one_in` is there.
Sample RandomSample(const RuleSet& rules, std::mt19937_64& random, size_t activities, size_t one_in = 2);

// The bytes of a file; empty when there is none.
std::string ReadFile(const std::filesystem::path& path);

}  // namespace leadline::packs
