// The records behind a number of a report.
#include <algorithm>
#include <optional>
#include <set>

#include "base/errors.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "domain/reports/cell_fold.h"
#include "domain/reports/cell_plan.h"
#include "engine/engine.h"
#include "engine/reports/cell_reports.h"
#include "engine/reports/report_division.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Measure;
using domain::ReportDimension;
using Clocks = ReportNumber::Clocks;

// Records that one page looks at.
constexpr int kLookedAt = 2000;

Clocks StateOf(const domain::Addition& addition, Time now) {
  if (domain::MeasureOf(addition.key) == Measure::kRunning) {
    return domain::PastDue(addition, now) ? Clocks::kBreached : Clocks::kRunning;
  }
  switch (static_cast<domain::SlaState>(domain::SecondOf(addition.key))) {
    case domain::SlaState::kMet:
      return Clocks::kMet;
    case domain::SlaState::kCancelled:
      return Clocks::kCancelled;
    default:
      return Clocks::kBreached;
  }
}

// How much of a number of hand-overs one addition of one record is.
int64_t ShareOfHandOvers(const ReportNumber& number, const domain::Names& names, const domain::Addition& addition) {
  const bool of_rule = number.first.has_value() || number.layer.has_value();
  if (domain::MeasureOf(addition.key) != (of_rule ? Measure::kRuleSent : Measure::kSent)) return 0;
  const uint32_t first = domain::FirstOf(addition.key), slot = domain::SlotOf(addition.key);
  const auto outcome = static_cast<domain::HandOverOutcome>(of_rule ? slot : first);
  const auto& wanted = number.outcomes;
  if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), outcome) == wanted.end()) return 0;
  if (number.reason) {
    if (!domain::IsRejection(outcome) || names.NameOf(domain::SecondOf(addition.key)) != *number.reason) return 0;
  }
  if (of_rule) {
    const auto [layer, id] = domain::SplitValues(names.NameOf(first));
    if (number.first && id != *number.first) return 0;
    if (number.layer && layer != *number.layer) return 0;
  } else if (number.band && slot != *number.band) {
    return 0;
  }
  return addition.sum.count;
}

// How much of the number one addition of one record is.
int64_t Share(const ReportNumber& number, const domain::Names& names, Time now, const domain::Addition& addition) {
  const Measure measure = domain::MeasureOf(addition.key);
  const auto is = [&](const std::optional<std::string>& wanted, uint32_t code) {
    return !wanted || names.NameOf(code) == *wanted;
  };
  if (number.measure == Measure::kSent) return ShareOfHandOvers(number, names, addition);
  if (number.measure == Measure::kClock) {
    if (measure != Measure::kClock && measure != Measure::kRunning) return 0;
    if (!is(number.first, domain::FirstOf(addition.key))) return 0;
    return number.clocks == Clocks::kAll || number.clocks == StateOf(addition, now) ? addition.sum.count : 0;
  }
  if (measure != number.measure) return 0;
  if (measure == Measure::kTouchedIn) return domain::FirstOf(addition.key) == number.minutes ? addition.sum.count : 0;
  if (!is(number.first, domain::FirstOf(addition.key))) return 0;
  if (number.complete && domain::SlotOf(addition.key) != domain::kWholeSlot) return 0;
  return is(number.second, domain::SecondOf(addition.key)) ? addition.sum.count : 0;
}

// Whether an addition to a cell of this group, which has no calendar, is one to the group that is wanted.
bool IsOfGroup(const domain::Division& division, const domain::Names& names, const domain::GroupKey& group,
               const domain::Addition& addition, const domain::GroupKey& wanted) {
  if (!division.Has(ReportDimension::kCalendar)) return group == wanted;
  for (size_t i = 0; i < group.size(); ++i) {
    const bool calendar = division.dimensions[i] == ReportDimension::kCalendar;
    if ((calendar ? names.NameOf(domain::CalendarOf(addition.key)) : group[i]) != wanted[i]) return false;
  }
  return true;
}

bool Within(const domain::CellPlan& plan, const domain::CellKey& cell) {
  return std::any_of(plan.ranges.begin(), plan.ranges.end(), [&](const domain::CellRange& range) {
    return range.level == cell.level && cell.period >= range.begin && cell.period < range.end;
  });
}

// Whether any cell of the record can be among those that are wanted; cheap.
bool MayCount(const domain::CellFilter& filter, bool by_creation, const domain::ReportInput& input) {
  const domain::ReportedRecord& record = input.record;
  if (by_creation && filter.start != 0 && record.created_at < filter.start) return false;
  if (by_creation && filter.end != 0 && record.created_at >= filter.end) return false;
  return (filter.region.empty() || record.region == filter.region) &&
         (filter.source.empty() || record.source == filter.source);
}

// Calls `visit` with the rules of the centre and of each region.
template <typename Visit>
void ForEachRegion(const packs::RuleSet& rules, const Visit& visit) {
  visit(rules.ForRegion(""));
  for (const std::string& region : rules.regions()) visit(rules.ForRegion(region));
}

std::set<std::string> LevelsOf(const packs::RuleSet& rules) {
  std::set<std::string> levels;
  ForEachRegion(rules, [&](const packs::RegionRules& of) {
    for (const domain::SlaDef& level : of.sla.levels) levels.insert(level.id);
  });
  return levels;
}

// Whatever gives points.
std::set<std::string> ScoringRulesOf(const packs::RuleSet& rules) {
  std::set<std::string> ids;
  ForEachRegion(rules, [&](const packs::RegionRules& of) {
    for (const domain::ScoringRule& rule : of.scoring.rules) ids.insert(rule.id);
    for (const domain::ScoringMatrix& matrix : of.scoring.matrices) ids.insert(matrix.id);
    for (const domain::ScoringPlugin& plugin : of.scoring.plugins) ids.insert(plugin.id);
  });
  return ids;
}

std::set<std::string> StatusesOf(const packs::RuleSet& rules) {
  std::set<std::string> statuses;
  for (const domain::StatusDef& status : rules.ForRegion("").lifecycle.statuses) statuses.insert(status.id);
  return statuses;
}

// Refuses statuses, service levels, rules, reasons and teams that neither the packs nor the records of reports know.
// `names`: all that a record of reports has had of them but teams; a rule with its layer.
absl::Status CheckNames(const packs::RuleSet& rules, const std::vector<std::string>& names,
                        const ReportRecordsRequest& request) {
  std::vector<FieldViolation> violations;
  const auto refuse = [&](std::string field, std::string_view what, const std::string& name,
                          const std::set<std::string>& known) {
    std::string hint = DidYouMean(name, {known.begin(), known.end()});
    if (hint.empty()) hint = "there is none";
    violations.push_back({std::move(field), fmt::format("{} is not {}; {}", Quoted(name), what, hint)});
  };
  const auto check = [&](const char* field, std::string_view what, const std::optional<std::string>& name,
                         const std::set<std::string>& known) {
    if (!name || name->empty() || known.contains(*name)) return;
    if (std::find(names.begin(), names.end(), *name) == names.end()) refuse(field, what, *name, known);
  };
  constexpr std::string_view kStatus = "a status of the packs, and no record has had it";
  const std::set<std::string> statuses = StatusesOf(rules);
  if (request.number.measure == Measure::kClock) {
    check("sla_id", "a service level of the packs, and no record has had it", request.number.first, LevelsOf(rules));
  } else if (request.number.measure == Measure::kSent) {
    std::set<std::string> ids = ScoringRulesOf(rules);
    for (const std::string& name : names) ids.emplace(domain::SplitValues(name).second);
    ids.erase("");
    check("rule_id", "a rule of the packs, and no record was sent by it", request.number.first, ids);
    const std::vector<std::string> regions = rules.regions();
    std::set<std::string> layers(regions.begin(), regions.end());
    for (const std::string& name : names) layers.emplace(domain::SplitValues(name).first);
    check("layer", "a pack whose rules sent a record", request.number.layer, layers);
    const std::vector<std::string>& reasons = rules.ForRegion("").lifecycle.reject_reasons;
    check("reject_reason", "a reason of the packs, and no record was rejected for it", request.number.reason,
          {reasons.begin(), reasons.end()});
  } else {
    check("status", kStatus, request.number.first, statuses);
    check("to_status", kStatus, request.number.second, statuses);
  }
  std::set<std::string> teams;
  for (const domain::Rep& rep : rules.reps()) teams.insert(rep.team);
  for (size_t i = 0; i < request.dimensions.size(); ++i) {
    const std::string& team = request.values[i];
    if (request.dimensions[i] != domain::ReportDimension::kTeam || team.empty() || teams.contains(team)) continue;
    refuse(fmt::format("group[{}].value", i), "a team of the packs' reps", team, teams);
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

absl::Status NotKept() {
  return absl::FailedPreconditionError(
      "the records behind the number are not kept as they were when it was reported: ask for the report again, and "
      "list "
      "them within 15 minutes");
}

}  // namespace

absl::StatusOr<ReportRecordsPage> Engine::ListReportRecords(const CallContext& context,
                                                            const ReportRecordsRequest& request) {
  if (cell_reports_ == nullptr || request.moment.version == 0) return NotKept();
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const domain::TimeBasis other =
      request.number.section == domain::Section::kSla ? domain::TimeBasis::kDue : domain::TimeBasis::kEntry;
  ASSIGN_OR_RETURN(const domain::Division division, DivisionOf(*pinned, request.filter, request.dimensions, other));
  const domain::CellFilter filter = CellFilterOf(request.filter);
  const std::optional<domain::CellPlan> plan = PlanOf(request.number.section, filter, division);
  if (!plan) return NotKept();
  const bool by_creation = division.basis == domain::TimeBasis::kCreation;
  ReportRecordsPage page;
  const auto list = [&](store::ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(const store::ReportCellsState state, session.GetState());
    if (request.moment.version > state.version || request.moment.version < state.oldest_version ||
        state.oldest_version == 0) {
      return NotKept();
    }
    RETURN_IF_ERROR(CheckNames(*pinned->rules, state.names, request));
    const domain::Lifecycle lifecycle = domain::LifecycleOfText(state.lifecycle);
    domain::Names names;
    for (const std::string& name : state.names) names.CodeOf(name);
    const domain::CellFold groups(plan->section, division, names, lifecycle);
    ASSIGN_OR_RETURN(const std::vector<store::ReportedInput> inputs,
                     session.InputsAt(request.moment.version, filter.kind, request.after, kLookedAt, page.next));
    for (const store::ReportedInput& input : inputs) {
      if (!MayCount(filter, by_creation, input.input)) continue;
      int64_t count = 0;
      domain::Contribute(input.input, lifecycle, names, plan->section,
                         [&](const domain::CellKey& cell, const domain::Additions& additions) {
                           if (cell.grouping != plan->grouping || !Within(*plan, cell)) return;
                           if (!Wanted(filter, cell.grouping, cell.values)) return;
                           const domain::GroupKey group = groups.GroupOf(cell);
                           for (const domain::Addition& addition : additions) {
                             if (!IsOfGroup(division, names, group, addition, request.values)) continue;
                             count += Share(request.number, names, request.moment.now, addition);
                           }
                         });
      if (count == 0) continue;
      page.records.push_back({input.id, count});
      if (static_cast<int>(page.records.size()) < request.limit) continue;
      page.next = &input == &inputs.back() && page.next.empty() ? "" : input.id;
      break;
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(cell_reports_->Read(context.tenant, list));
  return page;
}

}  // namespace leadline::engine
