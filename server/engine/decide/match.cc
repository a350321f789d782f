// Matching: the comparisons of the packs, and the plugins that compare.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/decide/decider.h"
#include "engine/decide/plugin_batch.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::PluginComparison;
using OnFailure = packs::PluginUse::OnFailure;

std::string LevelOf(plugin::Agreement level) {
  switch (level) {
    case plugin::Agreement::kMissing:
      return "no value";
    case plugin::Agreement::kDifferent:
      return "different";
    case plugin::Agreement::kWeak:
      return "weak";
    case plugin::Agreement::kStrong:
      return "strong";
    case plugin::Agreement::kExact:
      return "exact";
  }
  return "no value";
}

packs::RecordView ViewOf(const MatchSide& side, Time at) { return {nullptr, side.contact, side.account, {}, at}; }

}  // namespace

// For each of `right` the answers of the plugins among the comparisons.
absl::StatusOr<std::vector<std::vector<PluginComparison>>> Decider::AskComparers(
    const packs::RegionRules& rules, const std::vector<domain::ComparisonDef>& comparisons, const MatchSide& left,
    std::span<const MatchSide> right, Time at) {
  std::vector<std::vector<PluginComparison>> out(right.size());
  if (right.empty()) return out;
  for (size_t c = 0; c < comparisons.size(); ++c) {
    const int number = comparisons[c].plugin;
    // One that was never there is no news, and the pack says what is done without it.
    if (number < 0 || NeverThere(number)) continue;
    const packs::PluginUse& use = UseOf(number);
    const BoundPlugin* bound = BoundOf(number);
    std::vector<absl::Status> statuses(right.size(), NotLoaded(use));
    std::vector<plugin::MergeResult> results(right.size());
    if (bound != nullptr) {
      PluginRecords records(*bound);
      evaluation_.Bind(rules, ViewOf(left, at));
      records.Add(evaluation_);
      for (const MatchSide& side : right) {
        evaluation_.Bind(rules, ViewOf(side, at));
        records.Add(evaluation_);
      }
      std::vector<plugin::RecordPair> pairs;
      for (const plugin::Record& record : records.records().subspan(1)) pairs.push_back({records.records()[0], record});
      const plugin::CallOptions options = CallDeadline::OptionsFor(at);
      statuses = CallInBatches(std::span<const plugin::RecordPair>(pairs), std::span(results),
                               [&](auto some, auto into) { return bound->plugin->Compare(some, into, options); });
    }
    for (size_t i = 0; i < right.size(); ++i) {
      if (!statuses[i].ok() && use.on_failure == OnFailure::kFail) return statuses[i];
      PluginComparison& answer = out[i].emplace_back();
      answer.comparison = c;
      answer.heard = statuses[i].ok();
      if (!answer.heard) answer.failure = absl::StatusCodeToString(statuses[i].code());
      answer.level = LevelOf(results[i].level);
      answer.weight = results[i].weight;
      answer.note = statuses[i].ok() ? Joined(results[i].reasons) : NotHeard(use, statuses[i]);
    }
  }
  return out;
}

std::vector<domain::PluginAnswer> Decider::ToKeep(const std::vector<domain::ComparisonDef>& comparisons,
                                                  std::span<const PluginComparison> said) const {
  std::vector<domain::PluginAnswer> out;
  for (const PluginComparison& comparison : said) {
    const domain::ComparisonDef& def = comparisons[comparison.comparison];
    domain::PluginAnswer& answer = out.emplace_back(AnswerOf(def.plugin, def.field));
    answer.failed = !comparison.heard;
    answer.number = comparison.heard ? comparison.weight : 0;
    answer.value = comparison.heard ? comparison.level : comparison.failure;
  }
  return out;
}

absl::StatusOr<std::vector<domain::PairResult>> Decider::CompareContacts(const packs::RegionRules& rules,
                                                                         const MatchSide& left,
                                                                         std::span<const MatchSide> right, Time at,
                                                                         std::span<const int64_t> counts) {
  const domain::MatchPolicy& policy = rules.matching;
  ASSIGN_OR_RETURN(auto answers, AskComparers(rules, policy.contact_comparisons, left, right, at));
  std::vector<domain::PairResult> out;
  for (size_t i = 0; i < right.size(); ++i) {
    out.push_back(domain::CompareContacts(policy, *left.contact, left.account, *right[i].contact, right[i].account,
                                          {answers[i], counts}));
    out.back().answers = ToKeep(policy.contact_comparisons, answers[i]);
  }
  return out;
}

absl::StatusOr<std::vector<domain::PairResult>> Decider::CompareAccounts(const packs::RegionRules& rules,
                                                                         const MatchSide& left,
                                                                         std::span<const MatchSide> right, Time at,
                                                                         std::span<const int64_t> counts) {
  const domain::MatchPolicy& policy = rules.matching;
  ASSIGN_OR_RETURN(auto answers, AskComparers(rules, policy.account_comparisons, left, right, at));
  std::vector<domain::PairResult> out;
  for (size_t i = 0; i < right.size(); ++i) {
    out.push_back(domain::CompareAccounts(policy, *left.account, *right[i].account, {answers[i], counts}));
    out.back().answers = ToKeep(policy.account_comparisons, answers[i]);
  }
  return out;
}

}  // namespace leadline::engine
