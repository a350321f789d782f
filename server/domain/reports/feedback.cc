#include "domain/reports/feedback.h"

#include <algorithm>
#include <tuple>

namespace leadline::domain {

void FeedbackSums::Outcomes::Add(HandOverOutcome outcome, const std::string& reason, int64_t count) {
  counts[outcome] += count;
  if (!IsRejection(outcome)) return;
  auto& [rejected, later] = reasons[reason];
  (outcome == HandOverOutcome::kRejected ? rejected : later) += count;
}

void FeedbackSums::Outcomes::Merge(const Outcomes& other) {
  for (const auto& [outcome, count] : other.counts) counts[outcome] += count;
  for (const auto& [reason, pair] : other.reasons) {
    reasons[reason].first += pair.first;
    reasons[reason].second += pair.second;
  }
}

HandOverCounts FeedbackSums::Outcomes::Told() const {
  const auto of = [&](HandOverOutcome outcome) {
    const auto found = counts.find(outcome);
    return found == counts.end() ? 0 : found->second;
  };
  HandOverCounts told{.waiting = of(HandOverOutcome::kWaiting),
                      .rejected = of(HandOverOutcome::kRejected),
                      .withdrawn = of(HandOverOutcome::kWithdrawn),
                      .won = of(HandOverOutcome::kWon),
                      .rejected_later = of(HandOverOutcome::kRejectedLater)};
  told.accepted = of(HandOverOutcome::kAccepted) + told.won + told.rejected_later;
  for (const auto& [reason, pair] : reasons) {
    told.rejections.push_back({.reason = reason, .rejected = pair.first, .rejected_later = pair.second});
  }
  std::stable_sort(told.rejections.begin(), told.rejections.end(), [](const auto& a, const auto& b) {
    return std::tie(a.rejected, a.rejected_later) > std::tie(b.rejected, b.rejected_later);
  });
  if (told.rejections.size() <= kMostFeedbackReasons) return told;
  RejectionCount rest{.rest = true};
  for (size_t i = kMostFeedbackReasons; i < told.rejections.size(); ++i) {
    rest.rejected += told.rejections[i].rejected;
    rest.rejected_later += told.rejections[i].rejected_later;
  }
  told.rejections.resize(kMostFeedbackReasons);
  told.rejections.push_back(std::move(rest));
  return told;
}

void FeedbackSums::Merge(const FeedbackSums& other) {
  sent_ += other.sent_;
  for (const auto& [band, outcomes] : other.bands_) bands_[band].Merge(outcomes);
  for (const auto& [rule, outcomes] : other.rules_) rules_[rule].Merge(outcomes);
}

void FeedbackSums::Add(const SalesHandOver& over) {
  ++sent_;
  const std::string reason(over.reason);
  bands_[over.score == nullptr ? kNotScored : over.score->band].Add(over.outcome, reason, 1);
  if (over.score == nullptr) return;
  for (const std::string& rule : over.score->rules) rules_[rule].Add(over.outcome, reason, 1);
}

void FeedbackSums::Add(const Addition& addition, const Names& names) {
  const Measure measure = MeasureOf(addition.key);
  const uint32_t first = FirstOf(addition.key), slot = SlotOf(addition.key);
  const int64_t count = addition.sum.count;
  const auto reason = [&](HandOverOutcome outcome) {
    return IsRejection(outcome) ? names.NameOf(SecondOf(addition.key)) : std::string();
  };
  if (measure == Measure::kSent) {
    const auto outcome = static_cast<HandOverOutcome>(first);
    sent_ += count;
    bands_[slot].Add(outcome, reason(outcome), count);
  } else if (measure == Measure::kRuleSent) {
    const auto outcome = static_cast<HandOverOutcome>(slot);
    rules_[names.NameOf(first)].Add(outcome, reason(outcome), count);
  }
}

Feedback FeedbackSums::Told(size_t most_rules) const {
  Feedback told;
  Outcomes total;
  for (const auto& [band, outcomes] : bands_) {
    total.Merge(outcomes);
    told.bands.push_back({band, outcomes.Told()});
  }
  told.total = total.Told();
  for (const auto& [rule, outcomes] : rules_) {
    const auto [layer, id] = SplitValues(rule);
    told.rules.push_back({.rule_id = std::string(id), .layer = std::string(layer), .counts = outcomes.Told()});
  }
  std::sort(told.rules.begin(), told.rules.end(), [](const RuleFeedback& a, const RuleFeedback& b) {
    return std::tie(b.counts.rejected, a.rule_id, a.layer) < std::tie(a.counts.rejected, b.rule_id, b.layer);
  });
  if (told.rules.size() <= most_rules) return told;
  Outcomes rest;
  for (size_t i = most_rules; i < told.rules.size(); ++i) {
    rest.Merge(rules_.at(JoinValues(told.rules[i].layer, told.rules[i].rule_id)));
  }
  told.rules.resize(most_rules);
  told.rules.push_back({.rest = true, .counts = rest.Told()});
  return told;
}

size_t MostRulesOf(size_t groups) {
  return std::clamp<size_t>(kMostFeedbackRows / std::max<size_t>(groups, 1), 1, kMostFeedbackRules);
}

void FeedbackFold::Add(const Journey& journey) {
  const std::vector<SalesHandOver> overs = HandOversOf(lifecycle_, sales_, StaysOf(lifecycle_, journey));
  if (overs.empty()) return;
  keys_.ForEachKey(journey.record, journey.record.created_at, [&](const GroupKey& key) {
    FeedbackSums& group = groups_.At(key);
    for (const SalesHandOver& over : overs) group.Add(over);
  });
}

std::vector<Feedback> FeedbackFold::Result() const {
  std::vector<Feedback> told;
  const size_t most_rules = MostRulesOf(std::min(division_.most_groups, groups_.size()));
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<FeedbackSums>::Entry& entry) {
    Feedback& feedback = told.emplace_back(entry.group->Told(most_rules));
    feedback.group = entry.key;
    feedback.rest = entry.rest;
  });
  return told;
}

}  // namespace leadline::domain
