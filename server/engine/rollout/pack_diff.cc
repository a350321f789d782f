#include "engine/rollout/pack_diff.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;

// Everything that one snapshot decides about a lead, were it asked now.
struct Decided {
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  std::map<std::string, std::string> normalized_by;  // field -> place of the row, or the plugin
  ScoreOutcome score;
  std::string entry_status, entry_rule;
  std::string status, status_rules;
  std::string hold, hold_rule;  // of the last of these moves, or of the gate that denies the next
  std::string route, route_rule;
  std::string service_level;
};

// The reason that says what the cap on a region's own points took away.
constexpr char kRegionalCap[] = "regional_adjustment";

std::string Number(double value) { return fmt::format("{:.6g}", value); }

absl::Status DecideStatus(Decider& decider, const LeadContext& stored, Decided& out, Time now) {
  packs::RecordView view{&out.lead, &out.contact, &out.account, HappenedBy(stored.activities, now), now};
  ASSIGN_OR_RETURN(domain::StatusDecision entry,
                   decider.Status(view, "", domain::Trigger::kEntry, "", Explain::kNothing));
  out.entry_status = entry.to;
  if (!entry.hold.empty()) out.entry_status += ", held in " + entry.hold;
  out.entry_rule = entry.transition_id;
  out.status = out.lead.status;
  for (int moves = 0; moves < kMaxMoves; ++moves) {
    ASSIGN_OR_RETURN(domain::StatusDecision moved,
                     decider.Status(view, out.lead.status, domain::Trigger::kRescore, "", Explain::kNothing));
    if (!moved.hold.empty() || !moved.to.empty()) {
      out.hold = moved.hold;
      out.hold_rule = moved.to.empty() ? moved.denied_by : moved.transition_id;
    }
    if (moved.to.empty()) break;
    out.status = out.lead.status = moved.to;
    out.status_rules += (out.status_rules.empty() ? "" : " ") + moved.transition_id;
  }
  return absl::OkStatus();
}

absl::StatusOr<Decided> Decide(Decider& decider, const LeadContext& stored, RepSource& reps, Time now) {
  Decided out{stored.lead, stored.contact, stored.account, {}, {}, "", "", "", "", "", "", "", "", ""};
  out.lead.meaning = {};  // for its decisions
  ASSIGN_OR_RETURN(Normalized derived, decider.Normalize(out.lead, out.contact, out.account, now));
  out.lead.meaning = std::move(derived.meaning);
  for (const domain::Decision& d : derived.decisions) {
    const Reason& reason = d.reasons.front();
    out.normalized_by[d.field] = reason.rule_id.empty() ? reason.source : reason.rule_id;
  }
  packs::RecordView view{&out.lead, &out.contact, &out.account, HappenedBy(stored.activities, now), now};
  ASSIGN_OR_RETURN(out.score, decider.Score(view, Explain::kFired));
  out.lead.score = out.score.score;
  RETURN_IF_ERROR(DecideStatus(decider, stored, out, now));
  ASSIGN_OR_RETURN(RouteOutcome route, decider.Route(view, reps, "", Explain::kFired));
  out.route =
      route.rep.empty() ? "hold " + route.hold_queue : domain::ResourceName(domain::RecordKind::kRep, route.rep);
  out.route_rule = route.route;
  out.lead.hold_queue = route.hold_queue;
  const domain::SlaDef* level = decider.ServiceLevel(view, {.status = true, .queue = !route.hold_queue.empty()});
  if (level != nullptr) {
    const packs::RegionRules& rules = decider.Rules(out.lead.region);
    domain::Lead given = out.lead;
    given.assignee = route.rep;
    const domain::BusinessCalendar* calendar = domain::CalendarFor(*level, rules.sla, rules.routing, given).calendar;
    out.service_level = fmt::format("{}: due after {}, warned after {}", level->id, domain::DescribeDue(*level),
                                    FormatDuration(level->warn_after));
    for (const domain::LadderStep& step : level->on_breach) {
      out.service_level += ", then " + domain::DescribeStep(step);
    }
    if (level->pause_condition >= 0) {
      const packs::Condition& pause = rules.conditions[static_cast<size_t>(level->pause_condition)];
      out.service_level += "; stands while " + std::string(pause.program->source());
    }
    // What a calendar says changes when it is due, too.
    if (calendar != nullptr) {
      out.service_level += "; started now: " + FormatTime(domain::StartClock(*level, *calendar, now).due);
    }
  }
  return out;
}

struct RulePoints {
  double central = 0;
  double regional = 0;
};

std::map<std::string, RulePoints> PointsOf(const ScoreOutcome& score) {
  std::map<std::string, RulePoints> out;
  for (const Reason& reason : score.decision.reasons) {
    if (reason.outcome != ReasonOutcome::kFired && reason.points == 0) continue;
    // The cap is the centre's, but what it takes away is the region's.
    const bool central = reason.layer == "central" && reason.rule_id != kRegionalCap;
    (central ? out[reason.rule_id].central : out[reason.rule_id].regional) += reason.points;
  }
  return out;
}

// Rules whose points differ by a millionth or more, with the difference.
std::vector<std::pair<std::string, double>> Differences(const Decided& a, const Decided& b, bool central) {
  auto before = PointsOf(a.score);
  const auto after = PointsOf(b.score);
  std::map<std::string, double> sums;
  for (const auto& [rule, points] : after) sums[rule] += central ? points.central : points.regional;
  for (const auto& [rule, points] : before) sums[rule] -= central ? points.central : points.regional;
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [rule, sum] : sums) {
    if (std::abs(sum) >= 1e-6) out.emplace_back(rule, sum);
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Decided& a, const Decided& b) : a_(a), b_(b) {}

  std::vector<DecisionChange> Run() {
    Meanings("normalize", a_.lead.meaning.by_region(), b_.lead.meaning.by_region());
    if (a_.lead.meaning.regional || b_.lead.meaning.regional) {
      Meanings("normalize for the central score,", a_.lead.meaning.central, b_.lead.meaning.central);
    }
    Scores("score", a_.score.score.central, b_.score.score.central, true);
    Scores("adjustment", a_.score.score.adjustment, b_.score.score.adjustment, false);
    Text("qualified", a_.score.score.qualified ? "yes" : "no", b_.score.score.qualified ? "yes" : "no", "", "");
    Text("entry_status", a_.entry_status, b_.entry_status, a_.entry_rule, b_.entry_rule);
    Text("status", a_.status, b_.status, a_.status_rules, b_.status_rules);
    Text("hold", a_.hold, b_.hold, a_.hold.empty() ? "" : a_.hold_rule, b_.hold.empty() ? "" : b_.hold_rule);
    Text("route", a_.route, b_.route, a_.route_rule, b_.route_rule);
    Text("service_level", a_.service_level, b_.service_level, "", "");
    return std::move(changes_);
  }

 private:
  void Text(std::string aspect, const std::string& before, const std::string& after, const std::string& rule_before,
            const std::string& rule_after) {
    if (before == after) return;
    DecisionChange change{std::move(aspect), before, after, {}, {}};
    for (const std::string& rule : {rule_before, rule_after}) {
      if (!rule.empty() && (change.rules.empty() || change.rules.back() != rule)) change.rules.push_back(rule);
    }
    change.points.resize(change.rules.size());
    changes_.push_back(std::move(change));
  }

  void Meanings(const std::string& aspect, const domain::Meaning& before, const domain::Meaning& after) {
    const auto field = [&](const std::string& name, const std::string& was, const std::string& is) {
      const auto by = [&](const Decided& side) {
        const auto it = side.normalized_by.find(name);
        return it == side.normalized_by.end() ? std::string() : it->second;
      };
      Text(aspect + " " + name, was, is, by(a_), by(b_));
    };
    // Both start from the same given value.
    field("contact.seniority", before.seniority, after.seniority);
    field("contact.department", domain::Meant(before.department, domain::DepartmentOf(a_.contact)),
          domain::Meant(after.department, domain::DepartmentOf(b_.contact)));
    field("account.industry", domain::Meant(before.industry, a_.account.industry),
          domain::Meant(after.industry, b_.account.industry));
    field("lead.source", domain::Meant(before.source, a_.lead.source), domain::Meant(after.source, b_.lead.source));
    field("lead.language", domain::Meant(before.language, a_.lead.language),
          domain::Meant(after.language, b_.lead.language));
  }

  void Scores(std::string aspect, double before, double after, bool central) {
    const auto rules = Differences(a_, b_, central);
    if (std::abs(before - after) < 1e-6 && rules.empty()) return;
    DecisionChange change{std::move(aspect), Number(before), Number(after), {}, {}};
    for (const auto& [rule, points] : rules) {
      change.rules.push_back(rule);
      change.points.push_back(points);
    }
    changes_.push_back(std::move(change));
  }

  const Decided& a_;
  const Decided& b_;
  std::vector<DecisionChange> changes_;
};

LeadDifference DifferenceOf(const LeadContext& lead, std::vector<DecisionChange> changes) {
  return {domain::ResourceName(domain::RecordKind::kLead, lead.lead.id), lead.lead.region, lead.lead.status,
          std::move(changes)};
}

}  // namespace

absl::StatusOr<LeadDifference> CompareLead(Decider& active, Decider& candidate, const LeadContext& lead,
                                           RepSource& reps, Time now) {
  ASSIGN_OR_RETURN(Decided before, Decide(active, lead, reps, now));
  ASSIGN_OR_RETURN(Decided after, Decide(candidate, lead, reps, now));
  return DifferenceOf(lead, Comparison(before, after).Run());
}

DiffTally::DiffTally(std::shared_ptr<const Snapshot> active, std::shared_ptr<const Snapshot> candidate, int max_samples)
    : active_(std::move(active)),
      candidate_(std::move(candidate)),
      max_samples_(static_cast<size_t>(std::max(0, max_samples))) {}

absl::Status DiffTally::Add(const LeadContext& lead, RepSource& reps, Time now) {
  ASSIGN_OR_RETURN(Decided before, Decide(Decider::ForThread(active_), lead, reps, now));
  ASSIGN_OR_RETURN(Decided after, Decide(Decider::ForThread(candidate_), lead, reps, now));
  ++diff_.leads;
  diff_.qualified_before += before.score.score.qualified ? 1 : 0;
  diff_.qualified_after += after.score.score.qualified ? 1 : 0;
  score_sum_before_ += before.score.score.total;
  score_sum_after_ += after.score.score.total;
  const auto total = [&](const Decided& side) -> StatusTotal& {
    StatusTotal& row = totals_[{side.lead.region, side.status}];
    row.region = side.lead.region;
    row.status = side.status;
    return row;
  };
  ++total(before).before;
  ++total(after).after;
  LeadDifference difference = DifferenceOf(lead, Comparison(before, after).Run());
  if (difference.changes.empty()) return absl::OkStatus();
  Count(difference);
  if (lead.contact.erased_at == 0) KeepSample(difference);
  return absl::OkStatus();
}

void DiffTally::Count(const LeadDifference& difference) {
  ++diff_.changed;
  for (const DecisionChange& change : difference.changes) {
    ++by_aspect_[change.aspect];
    for (size_t i = 0; i < change.rules.size(); ++i) {
      RuleChange& row = by_rule_[{change.aspect, change.rules[i]}];
      row.rule = change.rules[i];
      row.aspect = change.aspect;
      ++row.leads;
      row.points += change.points[i];
    }
  }
}

void DiffTally::KeepSample(const LeadDifference& difference) {
  bool first_of_its_kind = false;
  for (const DecisionChange& change : difference.changes) first_of_its_kind |= sampled_.insert(change.aspect).second;
  // It has a place even when others fill the list.
  if (diff_.samples.size() < max_samples_) {
    diff_.samples.push_back(difference);
  } else if (first_of_its_kind && max_samples_ > 0) {
    diff_.samples.back() = difference;
  }
}

PackDiff DiffTally::Result() const {
  PackDiff out = diff_;
  out.by_aspect.assign(by_aspect_.begin(), by_aspect_.end());
  for (const auto& [key, row] : by_rule_) out.by_rule.push_back(row);
  std::stable_sort(out.by_rule.begin(), out.by_rule.end(),
                   [](const RuleChange& a, const RuleChange& b) { return a.leads > b.leads; });
  const auto order = [this](const std::string& status) {
    const auto& statuses = active_->rules->ForRegion("").lifecycle.statuses;
    return std::find_if(statuses.begin(), statuses.end(), [&](const auto& s) { return s.id == status; }) -
           statuses.begin();
  };
  for (const auto& [key, row] : totals_) out.totals.push_back(row);
  std::stable_sort(out.totals.begin(), out.totals.end(), [&](const StatusTotal& a, const StatusTotal& b) {
    return a.region != b.region ? a.region < b.region : order(a.status) < order(b.status);
  });
  if (diff_.leads > 0) {
    out.mean_score_before = score_sum_before_ / static_cast<double>(diff_.leads);
    out.mean_score_after = score_sum_after_ / static_cast<double>(diff_.leads);
  }
  return out;
}

}  // namespace leadline::engine
