// LeadService.ExplainLead: what is asked, what fields mean, and the service level.
#include "engine/explain/explainer.h"

#include <algorithm>

#include "base/status_macros.h"
#include "domain/explanation.h"
#include "engine/engine.h"
#include "engine/work/write_scope.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::engine {

using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;

namespace {

std::string DidYouMean(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = NearestName(name, known);
  return nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest);
}

template <typename Definitions>
std::vector<std::string> IdsOf(const Definitions& definitions) {
  std::vector<std::string> ids;
  for (const auto& definition : definitions) ids.push_back(definition.id);
  return ids;
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string FieldOf(const LeadContext& context, const packs::Normalizer& normalizer) {
  const bool central = normalizer.counts_for == packs::Normalizer::CountsFor::kCentre;
  const domain::Meaning& meaning = central ? context.lead.meaning.central : context.lead.meaning.by_region();
  const std::string& field = normalizer.field;
  if (field == "contact.seniority") return meaning.seniority;
  if (field == "contact.department") return domain::Meant(meaning.department, domain::DepartmentOf(context.contact));
  if (field == "account.industry") return domain::Meant(meaning.industry, context.account.industry);
  if (field == "lead.source") return domain::Meant(meaning.source, context.lead.source);
  if (field == "lead.language") return domain::Meant(meaning.language, context.lead.language);
  return "";
}

// The field as summaries name it.
std::string NameOf(const packs::Normalizer& normalizer) {
  const bool central = normalizer.counts_for == packs::Normalizer::CountsFor::kCentre;
  return normalizer.field + (central ? " for the central score" : "");
}

// "24 rows before it do not hold (23 emea, 1 central)".
std::string RowsBefore(const packs::Normalizer& normalizer, size_t count, const char* where) {
  if (count == 0) return "";
  std::vector<std::pair<std::string, int>> layers;
  for (size_t i = 0; i < count; ++i) {
    const std::string& layer = normalizer.rows[i].layer;
    if (layers.empty() || layers.back().first != layer) layers.emplace_back(layer, 0);
    ++layers.back().second;
  }
  std::string by_layer;
  for (const auto& [layer, rows] : layers) {
    by_layer += fmt::format("{}{} {}", by_layer.empty() ? "" : ", ", rows, layer);
  }
  const bool one = count == 1;
  return fmt::format("{} {} {} {} not hold ({})", count, one ? "row" : "rows", where, one ? "does" : "do", by_layer);
}

// "starts on entering mql or sal, or on coming into queue junk".
std::string StartsOn(const domain::SlaDef& level) {
  std::string out;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    if (!names.empty())
      out += fmt::format("{}{} {}", out.empty() ? "starts on " : ", or on ", what, fmt::join(names, " or "));
  };
  add("entering", level.start_on_enter);
  add("coming into queue", level.start_on_hold);
  if (!level.start_on_activity.empty()) {
    add(fmt::format("{} in", fmt::join(level.responses, " or ")).c_str(), level.start_on_activity);
  }
  return out;
}

// "due within 1h of working time (mexico_city, the calendar of reps/ana); breached: reassign, then ...".
std::string DescribePromise(const domain::SlaDef& level, const packs::RegionRules& rules, const domain::Lead& lead) {
  const domain::CalendarChoice choice = domain::CalendarFor(level, rules.sla, rules.routing, lead);
  std::string calendar = choice.calendar->id;
  if (!choice.because.empty()) calendar += ", the calendar " + choice.because;
  std::string out = fmt::format("due within {}", domain::DescribeDue(level, calendar));
  for (size_t i = 0; i < level.on_breach.size(); ++i) {
    out += (i == 0 ? "; breached: " : ", then ") + domain::DescribeStep(level.on_breach[i]);
  }
  if (level.pause_condition >= 0) {
    out += fmt::format("; stands while {}",
                       rules.conditions[static_cast<size_t>(level.pause_condition)].program->source());
  }
  return out;
}

std::string DescribeClock(const domain::SlaClock& clock) {
  std::string out = fmt::format("{} runs since {} on {} and is due at {}", clock.sla_id, FormatTime(clock.start),
                                clock.calendar, FormatTime(clock.due));
  if (clock.since != 0) {
    out +=
        fmt::format(" ({} of working time had passed by {})", FormatDuration(clock.counted), FormatTime(clock.since));
  }
  if (clock.paused != 0) out += "; it stands since " + FormatTime(clock.paused);
  if (clock.steps > 0) out += fmt::format("; {} steps of its ladder were taken", clock.steps);
  if (clock.step_at != 0) out += "; the next one is at " + FormatTime(clock.step_at);
  return out;
}

// In words; empty when all that was given is there.
absl::StatusOr<std::string> WhatIsErased(store::Reader& reader, const LeadContext& stored) {
  if (stored.contact.erased_at != 0) return ErasedNote(stored.contact.erased_at);
  ASSIGN_OR_RETURN(const bool erased, reader.IsErased(domain::RecordKind::kLead, stored.lead.id));
  return erased ? "what was given with the lead was erased with a person and can no longer be shown" : "";
}

}  // namespace

void JudgeByParts(std::vector<domain::ConditionPart> parts, Reason& reason) {
  reason.parts = std::move(parts);
  reason.outcome = ReasonOutcome::kFired;
  if (reason.parts.empty()) {
    reason.message = "always";
    return;
  }
  using Truth = domain::ConditionPart::Truth;
  const Truth value = reason.parts.front().value;
  if (value == Truth::kFalse) reason.outcome = ReasonOutcome::kNotFired;
  if (value == Truth::kUnknown) reason.outcome = ReasonOutcome::kError;
  reason.message = domain::DescribeOutcome(reason.parts);
}

Explainer::Explainer(std::shared_ptr<const Snapshot> snapshot, LeadContext stored, Time as_of, Time now,
                     RepSource& reps)
    : snapshot_(std::move(snapshot)),
      decider_(Decider::ForThread(snapshot_)),
      stored_(std::move(stored)),
      current_(stored_),
      as_of_(as_of),
      now_(now),
      reps_(reps),
      rules_(decider_.Rules(stored_.lead.region)),
      route_view_(stored_.View(now)) {}

absl::StatusOr<ExplainedLead> Explainer::Run(const ExplainRequest& request) {
  RETURN_IF_ERROR(Check(request));
  out_.lead = stored_.lead;
  out_.snapshot = snapshot_->ref;
  RETURN_IF_ERROR(ExplainFields());
  MakeReaders();
  RETURN_IF_ERROR(ExplainScore());
  ExplainStatus();
  RETURN_IF_ERROR(ExplainRoute());
  ExplainServiceLevel();
  if (!request.why_not_status.empty()) out_.why_not.push_back(WhyNotStatus(request.why_not_status));
  if (!request.why_not_route.empty()) out_.why_not.push_back(WhyNotRoute(request.why_not_route));
  if (!request.why_not_rep.empty()) {
    ASSIGN_OR_RETURN(WhyNot rep, WhyNotRep(request.why_not_rep));
    out_.why_not.push_back(std::move(rep));
  }
  if (request.why_not_score.has_value()) out_.why_not.push_back(WhyNotScore(*request.why_not_score));
  return std::move(out_);
}

void Explainer::MakeReaders() {
  const auto reader = [&](packs::RecordView view, const domain::Meaning* meaning) {
    view.meaning = meaning;
    return std::make_unique<packs::ConditionReader>(*snapshot_->rules, rules_, view);
  };
  const domain::DerivedMeaning& meaning = current_.lead.meaning;
  stored_.lead.meaning = meaning;
  reader_ = reader(current_.View(as_of_), nullptr);
  route_reader_ = reader(route_view_, nullptr);
  if (!meaning.regional) return;
  regional_reader_ = reader(current_.View(as_of_), &*meaning.regional);
  regional_route_reader_ = reader(route_view_, &*meaning.regional);
}

absl::Status Explainer::Check(const ExplainRequest& request) const {
  std::vector<FieldViolation> violations;
  const domain::Lifecycle& lifecycle = rules_.lifecycle;
  const std::string& status = request.why_not_status;
  if (!status.empty() && lifecycle.Find(lifecycle.Current(status)) == nullptr) {
    violations.push_back(
        {"why_not_status", fmt::format("\"{}\" is {}{}", status,
                                       Contains(lifecycle.dispositions, status) ? "a disposition and no status"
                                                                                : "not a status of the packs",
                                       DidYouMean(status, IdsOf(lifecycle.statuses)))});
  }
  const std::string& route = request.why_not_route;
  const std::vector<std::string> routes = IdsOf(rules_.routing.routes);
  if (!route.empty() && !Contains(routes, route)) {
    std::string elsewhere;
    for (const std::string& region : snapshot_->rules->regions()) {
      if (Contains(IdsOf(snapshot_->rules->ForRegion(region).routing.routes), route)) elsewhere = region;
    }
    violations.push_back(
        {"why_not_route",
         elsewhere.empty()
             ? fmt::format("\"{}\" is not a route for this lead{}", route, DidYouMean(route, routes))
             : fmt::format("route \"{}\" is for leads of {}; this lead's region is {}", route, elsewhere,
                           stored_.lead.region.empty() ? "not known" : "\"" + stored_.lead.region + "\"")});
  }
  const std::vector<std::string> reps = IdsOf(snapshot_->rules->reps());
  if (!request.why_not_rep.empty() && !Contains(reps, request.why_not_rep)) {
    violations.push_back({"why_not_rep", fmt::format("the packs list no rep \"{}\"{}", request.why_not_rep,
                                                     DidYouMean(request.why_not_rep, reps))});
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

const Decision& Explainer::Decided(DecisionKind kind) const {
  return *std::find_if(out_.decisions.begin(), out_.decisions.end(), [&](const Decision& d) { return d.kind == kind; });
}

absl::Status Explainer::ExplainFields() {
  current_.lead.meaning = {};  // for the decisions on it
  ASSIGN_OR_RETURN(Normalized derived, decider_.Normalize(current_.lead, current_.contact, current_.account, as_of_,
                                                          /*keep=*/false));
  current_.lead.meaning = std::move(derived.meaning);
  for (const packs::Normalizer& normalizer : rules_.normalizers) {
    out_.decisions.push_back(ExplainField(normalizer, derived.decisions));
  }
  return absl::OkStatus();
}

Decision Explainer::ExplainField(const packs::Normalizer& normalizer, const std::vector<Decision>& decided) const {
  const std::string value = FieldOf(current_, normalizer);
  const domain::Meaning as_given;  // what tables read
  packs::ConditionReader reader(*snapshot_->rules, rules_,
                                {&stored_.lead, &stored_.contact, &stored_.account, {}, as_of_, &as_given});
  std::vector<Reason> reasons;
  std::string why;
  for (size_t i = 0; i < normalizer.rows.size() && reasons.empty(); ++i) {
    const packs::NormalizeRow& row = normalizer.rows[i];
    Reason reason;
    JudgeByParts(reader.Parts(row.condition), reason);
    if (reason.outcome != ReasonOutcome::kFired) continue;
    reason.rule_id = normalizer.field;
    reason.layer = row.layer;
    reason.source = row.source;
    reason.target = row.value;
    const std::string rows_before = RowsBefore(normalizer, i, "before it");
    why = fmt::format("table row of {} ({})", row.layer, row.source);
    if (!rows_before.empty()) reason.message += "; " + rows_before;
    reasons.push_back(std::move(reason));
  }
  const std::string name = NameOf(normalizer);
  if (reasons.empty()) {
    // What a plugin said, which the normalisation itself has asked already.
    for (const Decision& decision : decided) {
      const bool central_only = normalizer.counts_for == packs::Normalizer::CountsFor::kCentre;
      const bool of_field = decision.field == normalizer.field && decision.central_only == central_only;
      if (of_field) reasons.insert(reasons.end(), decision.reasons.begin(), decision.reasons.end());
    }
    const std::string none =
        normalizer.rows.empty() ? "no table" : RowsBefore(normalizer, normalizer.rows.size(), "of the table");
    why = reasons.empty() ? fmt::format("{}; {}", none, value.empty() ? "nothing is known" : "as it was given")
                          : fmt::format("{}; {}", reasons[0].rule_id, none);
  }
  std::string summary =
      value.empty() ? fmt::format("{} has no value: {}", name, why) : fmt::format("{} is \"{}\": {}", name, value, why);
  return decider_.MakeDecision(DecisionKind::kNormalize, LeadName(), value, std::move(summary), std::move(reasons),
                               as_of_);
}

void Explainer::ExplainServiceLevel() {
  const packs::RecordView view = current_.View(as_of_);
  const Entered entered{.status = true, .queue = !view.lead->hold_queue.empty()};
  const domain::SlaDef* starts = decider_.ServiceLevel(view, entered);
  std::vector<Reason> reasons;
  bool passed = false;
  for (const domain::SlaDef& level : rules_.sla.levels) {
    Reason reason;
    JudgeByParts(reader_->Parts(level.condition), reason);
    reason.rule_id = level.id;
    reason.layer = level.layer;
    reason.source = level.source;
    std::string due = DescribePromise(level, rules_, *view.lead);
    if (!entered.Starts(level, *view.lead)) {
      reason.outcome = ReasonOutcome::kSkipped;
      reason.message = StartsOn(level);
    } else if (passed) {
      reason.outcome = ReasonOutcome::kSkipped;
      reason.message = fmt::format("not asked: {} fits before it", starts->id);
    } else if (&level == starts) {
      passed = true;
      reason.message = fmt::format("{}; {}", due, reason.message);
    }
    reasons.push_back(std::move(reason));
  }
  std::stable_partition(reasons.begin(), reasons.end(),
                        [](const Reason& r) { return r.outcome == ReasonOutcome::kFired; });
  const std::optional<domain::SlaClock>& clock = stored_.lead.sla;
  std::string summary = starts == nullptr
                            ? fmt::format("no service level starts on entering {}", view.lead->status)
                            : fmt::format("{} is the service level of {} for this lead", starts->id, view.lead->status);
  if (clock.has_value() && clock->open()) {
    summary += "; " + DescribeClock(*clock);
  } else {
    summary += "; none runs";
  }
  out_.decisions.push_back(decider_.MakeDecision(DecisionKind::kSla, LeadName(), starts == nullptr ? "" : starts->id,
                                                 std::move(summary), std::move(reasons), as_of_));
}

absl::StatusOr<ExplainedLead> Engine::ExplainLead(const CallContext& context, const ExplainRequest& request) {
  ASSIGN_OR_RETURN(std::string id, IdOf(request.name, domain::RecordKind::kLead, "name"));
  const std::shared_ptr<const Deciding> pinned = deciding();
  const Time now = clock().Now();
  ExplainedLead out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(LeadContext stored, LoadLead(reader, id));
    ASSIGN_OR_RETURN(std::string note, WhatIsErased(reader, stored));
    StoredReps reps(reader);
    // By the packs that decide about this lead: a canary's, where it is in its share.
    const std::shared_ptr<const Snapshot> snapshot = pinned->For(stored.lead.id);
    Explainer explainer(snapshot, std::move(stored), request.as_of == 0 ? now : request.as_of, now, reps);
    ASSIGN_OR_RETURN(out, explainer.Run(request));
    out.note = std::move(note);
    return absl::OkStatus();
  }));
  return out;
}

}  // namespace leadline::engine
