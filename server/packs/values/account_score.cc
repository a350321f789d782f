#include "packs/values/account_score.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

using domain::AccountScorePolicy;

constexpr Duration kShortestHalfLife = kDay, kLongestHalfLife = 3650 * kDay;
constexpr double kMostAtLeast = 1000;

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Each dimension counts in one way, and once.
void CheckNames(Problems& problems, MapReader& reader, const char* key, const std::vector<std::string>& dimensions,
                std::vector<std::string>& seen) {
  for (const YamlNode* node : reader.List(key)) {
    if (!node->is_scalar()) continue;  // reported
    if (!Has(dimensions, node->text)) {
      problems.Add(*node, "LL2202", fmt::format("there is no dimension \"{}\"", node->text),
                   DidYouMean(node->text, dimensions));
    } else if (Has(seen, node->text)) {
      problems.Add(*node, "LL1106", fmt::format("the dimension \"{}\" would count twice", node->text),
                   "name it once: under `people` where each person has points of it, under `once` where they are the "
                   "company's");
    }
    seen.push_back(node->text);
  }
}

std::optional<AccountScorePolicy::ProductInterest> ReadInterest(Problems& problems, const YamlNode& node) {
  MapReader reader(problems, node, "\"product_interest\"");
  if (!reader.ok()) return std::nullopt;
  AccountScorePolicy::ProductInterest interest;
  reader.Require("half_life");
  reader.Require("at_least");
  const std::optional<Duration> half_life = reader.Length("half_life");
  const std::optional<double> at_least = reader.Number("at_least");
  reader.Finish();
  if (half_life && (*half_life < kShortestHalfLife || *half_life > kLongestHalfLife)) {
    problems.Add(*reader.Get("half_life"), "LL1105",
                 fmt::format("the half-life must be between {} and {}", FormatDuration(kShortestHalfLife),
                             FormatDuration(kLongestHalfLife)));
  }
  // A millionth is the smallest part that is counted.
  if (at_least && !(*at_least >= 1e-6 && *at_least <= kMostAtLeast)) {
    problems.Add(*reader.Get("at_least"), "LL1105",
                 fmt::format("at_least must be above 0, up to {:g} interactions", kMostAtLeast));
  }
  if (!half_life || !at_least) return std::nullopt;
  interest.half_life = *half_life;
  interest.at_least = *at_least;
  return interest;
}

std::string FingerprintOf(const AccountScorePolicy& policy) {
  std::string all;
  for (const auto* names : {&policy.people, &policy.once}) {
    std::vector<std::string> sorted = *names;
    std::sort(sorted.begin(), sorted.end());
    for (const std::string& name : sorted) all += name + '\n';
    all += '\n';
  }
  if (policy.product_interest) {
    all += fmt::format("{} {}", policy.product_interest->half_life, policy.product_interest->at_least);
  }
  return Sha256Hex(all).substr(0, 16);
}

}  // namespace

void ReadAccountScore(Problems& problems, MapReader& scoring, const std::vector<std::string>& dimensions,
                      std::optional<AccountScorePolicy>& out) {
  const YamlNode* node = scoring.Get("account_score");
  if (node == nullptr) return;
  MapReader reader(problems, *node, "\"account_score\"");
  if (!reader.ok()) return;
  AccountScorePolicy policy;
  policy.people = reader.TextList("people");
  policy.once = reader.TextList("once");
  std::vector<std::string> seen;
  CheckNames(problems, reader, "people", dimensions, seen);
  CheckNames(problems, reader, "once", dimensions, seen);
  if (const YamlNode* interest = reader.Get("product_interest")) {
    policy.product_interest = ReadInterest(problems, *interest);
  }
  reader.Finish();
  if (policy.people.empty() && policy.once.empty()) {
    problems.Add(*node, "LL1105", "no dimension counts towards an account's score",
                 "name those of the people's own points under `people`, and those of the company under `once`");
  }
  policy.fingerprint = FingerprintOf(policy);
  out = std::move(policy);
}

}  // namespace leadline::packs
