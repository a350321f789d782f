// Scoring: rules and matrices, and the plugins that give points.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/decide/decider.h"
#include "engine/decide/known_record.h"
#include "engine/decide/plugin_batch.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;
using OnFailure = packs::PluginUse::OnFailure;

// As "{:.6g}" has it.
std::string Points(double points) {
  std::array<char, 32> out{};
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), points, std::chars_format::general, 6);
  return {out.data(), end};
}

std::string_view RegionOf(const packs::RecordView& view) {
  return view.lead == nullptr ? std::string_view() : view.lead->region;
}

// Whether the region's rules read another meaning of fields than the centre's.
bool HasTwoMeanings(const packs::RecordView& view) {
  return view.meaning == nullptr && view.lead != nullptr && view.lead->meaning.regional.has_value();
}

}  // namespace

packs::RecordView Decider::BindCounted(const packs::RegionRules& rules, const packs::RecordView& view) {
  packs::RecordView counted = view;
  counted.activities = HappenedBy(view.activities, view.now);
  evaluation_.Bind(rules, counted);
  return counted;
}

absl::StatusOr<ScoreOutcome> Decider::Score(const packs::RecordView& view, Explain explain, KnownRecord* known) {
  const packs::RegionRules& rules = Rules(RegionOf(view));
  RETURN_IF_ERROR(CheckPluginsOf(rules, LEADLINE_SCORE_V1));
  const packs::RecordView counted = BindCounted(rules, view);
  if (known != nullptr) known->LookAt(*snapshot_, rules, counted);
  points_.clear();
  answers_.clear();
  if (!rules.scoring.plugins.empty()) RETURN_IF_ERROR(AskScorers(rules, view.now, explain, known));
  return Fold(rules, counted, explain, known);
}

void Decider::ExplainScore(const packs::RecordView& view, ScoreOutcome& outcome) {
  const packs::RegionRules& rules = Rules(RegionOf(view));
  const packs::RecordView counted = BindCounted(rules, view);
  points_ = std::move(outcome.points);
  answers_ = std::move(outcome.answers);
  outcome.decision = Fold(rules, counted, Explain::kFired).decision;
}

absl::Status Decider::AskScorers(const packs::RegionRules& rules, Time now, Explain explain, KnownRecord* known) {
  plugin::CallOptions options = CallDeadline::OptionsFor(now);
  bool timeless = false;
  options.timeless = &timeless;
  for (size_t i = 0; i < rules.scoring.plugins.size(); ++i) {
    const int use = rules.scoring.plugins[i].plugin;
    if (LeftOut(use)) continue;
    const BoundPlugin* bound = BoundOf(use);
    PointsAnswer answer;
    if (told_) {
      const auto told = ToldBy(UseOf(use), rules.scoring.plugins[i].id);
      answer.status = told.status();
      if (told.ok()) answer.result = {(*told)->number, {{std::string(kAsToldThen), (*told)->number}}};
    } else if (bound == nullptr) {
      answer.status = NotLoaded(UseOf(use));
    } else if (const plugin::ScoreResult* said = known == nullptr ? nullptr : known->SaidBy(i)) {
      answer.result = *said;
    } else {
      timeless = false;
      const PluginRecord fields(bound->field_slots, evaluation_);
      const plugin::Record record = fields.record();
      answer.status = bound->plugin->Score({&record, 1}, {&answer.result, 1}, options);
      const bool stands = answer.status.ok() && timeless && reads_given_[static_cast<size_t>(use)];
      if (stands && known != nullptr) known->Says(i, answer.result);
    }
    RETURN_IF_ERROR(TakePoints(rules, i, std::move(answer), explain));
  }
  return absl::OkStatus();
}

absl::Status Decider::TakePoints(const packs::RegionRules& rules, size_t scorer, PointsAnswer answer, Explain explain) {
  const int number = rules.scoring.plugins[scorer].plugin;
  if (LeftOut(number)) return absl::OkStatus();
  const packs::PluginUse& use = UseOf(number);
  domain::PluginPoints points;
  points.plugin = static_cast<int>(scorer);
  if (explain != Explain::kNothing) {
    domain::PluginAnswer& said = answers_.emplace_back(AnswerOf(number, rules.scoring.plugins[scorer].id));
    said.number = answer.result.points;
    if (!answer.status.ok()) NoteFailure(answer.status, said);
  }
  if (answer.status.ok()) {
    points.points = answer.result.points;
    if (explain != Explain::kNothing && explain != Explain::kKept) {
      points.message = Joined(answer.result.reasons);
      points.evidence = EvidenceOf(use, answer.result.reasons);
    }
    points_.push_back(std::move(points));
    return absl::OkStatus();
  }
  if (use.on_failure == OnFailure::kFail) return answer.status;
  if (use.on_failure == OnFailure::kFallback) points.points = use.fallback_points;
  points.outcome = ReasonOutcome::kError;
  points.message = NotHeard(use, answer.status);
  points_.push_back(std::move(points));
  return absl::OkStatus();
}

double Decider::MeaningPointsOf(const packs::RegionRules& rules, const packs::RecordView& counted,
                                domain::DecayingList& decaying) {
  packs::RecordView regional = counted;
  regional.meaning = &*counted.lead->meaning.regional;
  std::vector<domain::RuleHit> hits;
  evaluation_.Bind(rules, regional);
  evaluation_.ScoringHits(hits);
  // `sign`: of what it adds to the difference.
  const auto central = [&](double sign) {
    const domain::ScoreResult folded =
        domain::FoldScore(rules.scoring, hits_, counted.activities, counted.now, false, points_, {}, counted_hits_);
    for (domain::DecayingPoints part : folded.decaying) {
      if (part.regional) continue;
      part.points *= sign;
      part.regional = true;
      decaying.push_back(part);
    }
    return folded.score.central;
  };
  const double as_accepted = central(-1);
  std::swap(hits_, hits);
  const double as_the_region_has_it = central(+1);
  // The region's own rules go by its own tables, the centre's by what the centre accepts.
  const auto of_region = [&](const domain::RuleHit& hit) {
    return rules.scoring.rules[static_cast<size_t>(hit.rule)].regional;
  };
  std::erase_if(hits_, [&](const domain::RuleHit& hit) { return !of_region(hit); });
  std::erase_if(hits, of_region);
  hits_.insert(hits_.end(), hits.begin(), hits.end());
  evaluation_.Bind(rules, counted);
  return as_the_region_has_it - as_accepted;
}

ScoreOutcome Decider::Fold(const packs::RegionRules& rules, const packs::RecordView& counted, Explain explain,
                           KnownRecord* known) {
  const bool told = explain != Explain::kNothing && explain != Explain::kLater;
  hits_.clear();
  evaluation_.ScoringHits(hits_, known == nullptr ? nullptr : &known->hits());
  evaluation_.CountedHits(counted_hits_);
  domain::MeaningPoints meaning{rules.region, 0};
  domain::DecayingList of_meaning;
  if (HasTwoMeanings(counted)) meaning.points = MeaningPointsOf(rules, counted, of_meaning);
  domain::ScoreResult folded =
      domain::FoldScore(rules.scoring, hits_, counted.activities, counted.now, told, points_, meaning, counted_hits_,
                        /*words=*/explain != Explain::kKept);
  ScoreOutcome out;
  out.score = std::move(folded.score);
  if (explain == Explain::kLater || explain == Explain::kKept) {
    out.decaying = std::move(folded.decaying);
    if (meaning.points != 0) out.decaying.insert(out.decaying.end(), of_meaning.begin(), of_meaning.end());
  }
  if (explain == Explain::kLater) {
    out.points = points_;
    out.answers = answers_;
  }
  if (!told) return out;
  if (explain == Explain::kKept) {
    out.decision = MakeDecision(domain::DecisionKind::kScore, "", Points(out.score.total), "",
                                std::move(folded.reasons), counted.now);
    out.decision.answers = answers_;
    return out;
  }
  AddFieldEvidence(rules, counted, folded.reasons);
  const auto fired = std::count_if(folded.reasons.begin(), folded.reasons.end(),
                                   [](const Reason& r) { return r.outcome == ReasonOutcome::kFired; });
  if (explain == Explain::kWhyNot) {
    AddMisses(rules, counted, folded.reasons);
    AddSilentPlugins(rules, folded.reasons);
  }
  std::string summary = fmt::format("{} points ({} central, {} regional) from {} of {} rules; the bar is {}",
                                    Points(out.score.total), Points(out.score.central), Points(out.score.adjustment),
                                    fired, rules.scoring.rules.size() + rules.scoring.matrices.size() + points_.size(),
                                    Points(out.score.threshold));
  out.decision = MakeDecision(domain::DecisionKind::kScore, "", Points(out.score.total), std::move(summary),
                              std::move(folded.reasons), counted.now);
  out.decision.answers = answers_;
  return out;
}

std::vector<absl::StatusOr<ScoreOutcome>> Decider::ScoreMany(std::span<const packs::RecordView> views,
                                                             Explain explain) {
  std::vector<absl::StatusOr<ScoreOutcome>> out;
  out.reserve(views.size());
  for (size_t begin = 0; begin < views.size(); begin += kPluginBatch) {
    const auto block = views.subspan(begin, std::min(kPluginBatch, views.size() - begin));
    std::vector<std::vector<PointsAnswer>> answers = AskScorersOfAll(block);
    for (size_t i = 0; i < block.size(); ++i) {
      const packs::RegionRules& rules = Rules(RegionOf(block[i]));
      points_.clear();
      answers_.clear();
      absl::Status status = CheckPluginsOf(rules, LEADLINE_SCORE_V1);
      for (size_t k = 0; k < answers[i].size() && status.ok(); ++k) {
        status = TakePoints(rules, k, std::move(answers[i][k]), explain);
      }
      if (status.ok()) {
        out.push_back(Fold(rules, BindCounted(rules, block[i]), explain));
      } else {
        out.push_back(status);
      }
    }
  }
  return out;
}

// One answer for each record and scoring plugin of its region: records are bound one by one, and each plugin is called
// with all that it is asked about.
std::vector<std::vector<Decider::PointsAnswer>> Decider::AskScorersOfAll(std::span<const packs::RecordView> views) {
  struct Asked {
    Asked(const BoundPlugin& plugin, Time moment) : bound(plugin), records(plugin), now(moment) {}
    const BoundPlugin& bound;
    PluginRecords records;
    Time now;
    std::vector<PointsAnswer*> answers;  // beside the records
  };
  std::vector<std::vector<PointsAnswer>> out(views.size());
  std::map<std::pair<int, Time>, Asked> calls;  // by use, and by the moment that a call is for
  for (size_t i = 0; i < views.size(); ++i) {
    const packs::RegionRules& rules = Rules(RegionOf(views[i]));
    if (rules.scoring.plugins.empty()) continue;
    BindCounted(rules, views[i]);
    out[i].resize(rules.scoring.plugins.size());
    for (size_t k = 0; k < rules.scoring.plugins.size(); ++k) {
      const int use = rules.scoring.plugins[k].plugin;
      if (LeftOut(use)) continue;
      const BoundPlugin* bound = BoundOf(use);
      if (bound == nullptr) {
        out[i][k].status = NotLoaded(UseOf(use));
        continue;
      }
      Asked& asked = calls.try_emplace({use, views[i].now}, *bound, views[i].now).first->second;
      asked.records.Add(evaluation_);
      asked.answers.push_back(&out[i][k]);
    }
  }
  for (auto& call : calls) {
    Asked& asked = call.second;
    const plugin::CallOptions options = CallDeadline::OptionsFor(asked.now);
    std::vector<plugin::ScoreResult> results(asked.answers.size());
    const std::vector<absl::Status> statuses =
        CallInBatches(asked.records.records(), std::span(results),
                      [&](auto records, auto into) { return asked.bound.plugin->Score(records, into, options); });
    for (size_t i = 0; i < results.size(); ++i) *asked.answers[i] = {statuses[i], std::move(results[i])};
  }
  return out;
}

void Decider::BindFor(const packs::RegionRules& rules, const packs::RecordView& counted, bool regional) {
  if (!HasTwoMeanings(counted)) return;
  packs::RecordView meant = counted;
  meant.meaning = regional ? &*counted.lead->meaning.regional : &counted.lead->meaning.central;
  evaluation_.Bind(rules, meant);
}

void Decider::AddFieldEvidence(const packs::RegionRules& rules, const packs::RecordView& counted,
                               std::vector<Reason>& reasons) {
  const domain::ScoringPolicy& policy = rules.scoring;
  for (Reason& reason : reasons) {
    auto rule = std::find_if(policy.rules.begin(), policy.rules.end(),
                             [&](const domain::ScoringRule& r) { return r.id == reason.rule_id; });
    if (rule == policy.rules.end() || rule->each_activity) continue;
    BindFor(rules, counted, rule->regional);
    for (domain::Evidence& e : evaluation_.EvidenceOf(rule->condition)) reason.evidence.push_back(std::move(e));
  }
}

void Decider::AddMisses(const packs::RegionRules& rules, const packs::RecordView& counted,
                        std::vector<Reason>& reasons) {
  std::vector<bool> hit(rules.scoring.rules.size());
  for (const domain::RuleHit& h : hits_) hit[static_cast<size_t>(h.rule)] = true;
  for (const domain::CountedHit& h : counted_hits_) {
    if (h.rule >= 0) hit[static_cast<size_t>(h.rule)] = true;
  }
  reasons.reserve(reasons.size() + hit.size());
  for (size_t i = 0; i < rules.scoring.rules.size(); ++i) {
    if (hit[i]) continue;
    const domain::ScoringRule& rule = rules.scoring.rules[i];
    Reason reason;
    if (rule.each_activity) {
      reason.outcome = ReasonOutcome::kNotFired;
      reason.message = "no activity meets its condition";
    } else {
      BindFor(rules, counted, rule.regional);
      reason = evaluation_.Test(rule.condition);
    }
    reason.rule_id = rule.id;
    reason.layer = rule.layer;
    reason.source = rule.source;
    reasons.push_back(std::move(reason));
  }
}

void Decider::AddSilentPlugins(const packs::RegionRules& rules, std::vector<Reason>& reasons) const {
  for (const domain::PluginPoints& given : points_) {
    const domain::ScoringPlugin& rule = rules.scoring.plugins[static_cast<size_t>(given.plugin)];
    if (std::any_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.rule_id == rule.id; })) continue;
    Reason reason;
    reason.rule_id = rule.id;
    reason.layer = rule.layer;
    reason.source = rule.source;
    reason.outcome = ReasonOutcome::kNotFired;
    reason.evidence = given.evidence;
    reason.message = "the plugin gives no points" + (given.message.empty() ? "" : ": " + given.message);
    reasons.push_back(std::move(reason));
  }
}

}  // namespace leadline::engine
