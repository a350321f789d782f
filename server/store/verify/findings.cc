#include "store/verify/findings.h"

#include <algorithm>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::store {

namespace {

using domain::ShowValue;

std::string ShowTime(Time time) { return time == 0 ? "" : FormatTime(time); }

std::string ShowKind(domain::RecordKind kind) {
  const std::string name = domain::ResourceName(kind, "");
  return name.substr(0, name.find('/'));
}

std::string ShowState(domain::SlaState state) {
  switch (state) {
    case domain::SlaState::kRunning:
      return "running";
    case domain::SlaState::kWarned:
      return "warned";
    case domain::SlaState::kBreached:
      return "breached";
    case domain::SlaState::kMet:
      return "met";
    case domain::SlaState::kMetLate:
      return "met late";
    case domain::SlaState::kCancelled:
      return "cancelled";
    case domain::SlaState::kUndone:
      return "undone";
  }
  return fmt::format("state {}", static_cast<int>(state));
}

std::string ShowClock(const domain::SlaClock* clock) {
  if (clock == nullptr) return "";
  std::string out = fmt::format("{} {}, from {}, warning {}, due {}", clock->sla_id, ShowState(clock->state),
                                ShowTime(clock->start), ShowTime(clock->warn), ShowTime(clock->due));
  if (clock->stopped != 0) out += ", stopped " + ShowTime(clock->stopped);
  out += fmt::format(", on {}", clock->calendar);
  if (clock->since != 0)
    out += fmt::format(", {} counted by {}", FormatDuration(clock->counted), ShowTime(clock->since));
  if (clock->paused != 0) out += ", stands since " + ShowTime(clock->paused);
  if (clock->steps != 0) out += fmt::format(", {} steps", clock->steps);
  if (clock->step_at != 0) out += ", next step " + ShowTime(clock->step_at);
  return out;
}

std::string ShowPlace(const domain::PoolState* place) {
  if (place == nullptr) return "";
  return fmt::format("owed {} turns, {} assigned, the last {}", place->turns_owed, place->assigned,
                     place->last_assigned == 0 ? "never" : FormatTime(place->last_assigned));
}

std::string ShowDimensions(const domain::DimensionPoints& dimensions) {
  std::string out;
  for (const auto& [name, points] : dimensions) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, points);
  return out;
}

std::string ShowAccountScore(const std::optional<domain::AccountScore>& score) {
  if (!score.has_value()) return "";
  std::string out = fmt::format("{} ({}), of {} people and without {}, as of {} and event {} by {}", score->total,
                                ShowDimensions(score->dimensions), score->people, score->left_out,
                                ShowTime(score->as_of), score->position, score->policy);
  for (const domain::ProductInterest& interest : score->products) {
    out += fmt::format(", {} {}", interest.product, interest.points);
  }
  return out;
}

std::string ShowMoves(const domain::StatusWords& moves) {
  std::string out;
  for (const domain::StatusWord& move : moves) {
    out += fmt::format("{}{} at {} by {}{}{}", out.empty() ? "" : "; ", move.status, ShowTime(move.time), move.trigger,
                       move.lead_alone ? ", of the lead alone" : "", move.decided ? ", decided" : "");
  }
  return out;
}

std::string ShowFormerRep(const domain::FormerRep& former) {
  return fmt::format("{} until {}, given back by {} as {}", former.rep, ShowTime(former.until), former.rejected_by,
                     former.rejected_for);
}

std::string ShowValueTimes(const domain::ValueTimes& times) {
  std::string out = fmt::format("since {}", ShowTime(times.first));
  for (const domain::ValueTime& later : times.later) {
    out += fmt::format("; {} since {}", later.field, ShowTime(later.time));
  }
  return out;
}

std::string ShowChanges(const std::vector<domain::FieldChange>& changes) {
  std::string out;
  for (const domain::FieldChange& change : changes) {
    out += fmt::format("{}{} \"{}\" -> \"{}\"", out.empty() ? "" : "; ", change.field,
                       domain::ShowImage(change.field, change.before), domain::ShowImage(change.field, change.after));
  }
  return out;
}

std::string ShowRef(const domain::PackRef& ref) {
  return fmt::format("{} {} ({})", ref.pack, ref.version, ref.sha256.substr(0, 12));
}

std::string ShowRefs(const std::vector<domain::PackRef>& refs) {
  std::string out;
  for (const domain::PackRef& ref : refs) out += (out.empty() ? "" : ", ") + ShowRef(ref);
  return out;
}

std::string ShowActive(const std::vector<domain::ActivePack>& packs) {
  std::string out;
  for (const domain::ActivePack& pack : packs) {
    out += fmt::format("{}{} since {} by {}{}, before it [{}]", out.empty() ? "" : "; ", ShowRef(pack.ref),
                       ShowTime(pack.since), pack.activated_by, pack.added_later ? ", added later" : "",
                       ShowRefs(pack.before));
  }
  return out;
}

std::string ShowPlugins(const std::vector<domain::PluginRef>& plugins) {
  std::string out;
  for (const domain::PluginRef& ref : plugins) {
    out += fmt::format("{}{} {} ({})", out.empty() ? "" : ", ", ref.id, ref.version, ref.sha256.substr(0, 12));
  }
  return out;
}

std::string ShowReference(const domain::ReferenceVersions& reference) {
  return fmt::format("time zones {}, {}, public suffix list {}, {}", reference.time_zones, reference.phone_metadata,
                     reference.public_suffix_list, reference.country_codes);
}

std::string ShowCandidates(const std::vector<domain::PackCandidate>& candidates) {
  std::string out;
  for (const domain::PackCandidate& candidate : candidates) {
    out += fmt::format("{}{} by {} at {}", out.empty() ? "" : "; ", ShowRef(candidate.ref), candidate.proposed_by,
                       ShowTime(candidate.proposed_at));
    out += fmt::format(", {} bytes{}", candidate.bytes, candidate.decided ? ", decided" : "");
    for (const domain::PackApproval& approval : candidate.approvals) {
      out += fmt::format(", approved for {} by {} at {}",
                         approval.side == domain::ApprovalSide::kSales ? "sales" : "marketing", approval.principal,
                         ShowTime(approval.time));
      if (!approval.reason.empty()) out += fmt::format(" ({})", approval.reason);
    }
  }
  return out;
}

std::string ShowTrial(const std::optional<domain::Trial>& trial) {
  if (!trial.has_value()) return "";
  return fmt::format("{} of {}, generation {}, {}%, since {} by {}, from position {}, decides from {}, in [{}]",
                     trial->mode == domain::TrialMode::kCanary ? "canary" : "shadow", ShowRef(trial->ref),
                     trial->generation, trial->canary_percent, ShowTime(trial->since), trial->started_by,
                     trial->start_position, trial->decided_from, fmt::join(trial->regions, ", "));
}

std::string ShowRescoring(const std::optional<domain::Rescoring>& rescoring) {
  if (!rescoring.has_value()) return "";
  return fmt::format("generation {}, {} leads, since {}, {} shares of trials", rescoring->generation, rescoring->total,
                     ShowTime(rescoring->started_at), rescoring->shares.size());
}

}  // namespace

void Findings::AddChanges(const std::string& what, const std::vector<domain::FieldChange>& changes) {
  for (const domain::FieldChange& change : changes) {
    Add(what, change.field, domain::ShowImage(change.field, change.before),
        domain::ShowImage(change.field, change.after));
  }
}

void Findings::CompareText(const std::string& what, std::string_view field, const std::string& stored,
                           const std::string& told) {
  if (stored != told) Add(what, field, stored, told);
}

void Findings::CompareTime(const std::string& what, std::string_view field, Time stored, Time told) {
  if (stored != told) Add(what, field, ShowTime(stored), ShowTime(told));
}

void Findings::CompareCount(const std::string& what, std::string_view field, int64_t stored, int64_t told) {
  if (stored != told) Add(what, field, fmt::format("{}", stored), fmt::format("{}", told));
}

void Findings::CompareScore(const std::string& what, const domain::Score& stored, const domain::Score& told) {
  const auto number = [](double value) { return fmt::format("{}", value); };
  CompareAs(what, "score.total", stored.total, told.total, number);
  CompareAs(what, "score.central", stored.central, told.central, number);
  CompareAs(what, "score.adjustment", stored.adjustment, told.adjustment, number);
  CompareAs(what, "score.dimensions", stored.dimensions, told.dimensions, ShowDimensions);
  CompareAs(what, "score.threshold", stored.threshold, told.threshold, number);
  const auto flag = [](bool v) { return ShowValue(v); };
  CompareAs(what, "score.qualified", stored.qualified, told.qualified, flag);
  CompareAs(what, "score.warm", stored.warm, told.warm, flag);
  CompareTime(what, "score.as_of", stored.as_of, told.as_of);
}

void Findings::Compare(const std::string& what, const domain::Account& stored, const domain::Account& told) {
  AddChanges(what, DiffState(stored, told));
  CompareAs(what, "score", stored.score, told.score, ShowAccountScore);
  CompareAs(what, "value_times", stored.value_times, told.value_times, ShowValueTimes);
}

void Findings::Compare(const std::string& what, const domain::Contact& stored, const domain::Contact& told) {
  AddChanges(what, DiffState(stored, told));
  CompareScore(what, stored.score, told.score);
  CompareAs(what, "moves", stored.moves, told.moves, ShowMoves);
  CompareAs(what, "value_times", stored.value_times, told.value_times, ShowValueTimes);
}

void Findings::Compare(const std::string& what, const domain::Lead& stored, const domain::Lead& told) {
  AddChanges(what, DiffState(stored, told));
  CompareScore(what, stored.score, told.score);
  Compare(what, "sla", stored.sla ? &*stored.sla : nullptr, told.sla ? &*told.sla : nullptr);
  CompareCount(what, "other_clocks", static_cast<int64_t>(stored.other_clocks.size()),
               static_cast<int64_t>(told.other_clocks.size()));
  for (size_t i = 0; i < std::min(stored.other_clocks.size(), told.other_clocks.size()); ++i) {
    Compare(what, "other_clocks", &stored.other_clocks[i], &told.other_clocks[i]);
  }
  CompareCount(what, "handed_on", stored.handed_on, told.handed_on);
  CompareAs(what, "moves", stored.moves, told.moves, ShowMoves);
  CompareText(what, "given_by", stored.given_by, told.given_by);
  CompareAs(what, "former", stored.former, told.former, ShowFormerRep);
}

void Findings::Compare(const std::string& what, const domain::Activity& stored, const domain::Activity& told) {
  CompareText(what, "lead_id", stored.lead_id, told.lead_id);
  CompareText(what, "contact_id", stored.contact_id, told.contact_id);
  CompareText(what, "account_id", stored.account_id, told.account_id);
  CompareText(what, "channel", stored.channel, told.channel);
  CompareText(what, "investment", stored.investment, told.investment);
  CompareText(what, "response", stored.response, told.response);
  CompareTime(what, "time", stored.time, told.time);
  CompareText(what, "product", stored.product, told.product);
  CompareText(what, "subject", stored.subject, told.subject);
}

void Findings::Compare(const std::string& what, const domain::MergeRecord& stored, const domain::MergeRecord& told) {
  CompareAs(what, "kind", stored.kind, told.kind, ShowKind);
  CompareText(what, "survivor_id", stored.survivor_id, told.survivor_id);
  CompareText(what, "absorbed_id", stored.absorbed_id, told.absorbed_id);
  CompareTime(what, "time", stored.time, told.time);
  CompareText(what, "actor", stored.actor, told.actor);
  CompareText(what, "reason", stored.reason, told.reason);
  CompareAs(what, "undone", stored.undone, told.undone, [](bool v) { return ShowValue(v); });
  CompareAs(what, "changed", stored.changed, told.changed, ShowChanges);
}

void Findings::Compare(const std::string& what, const domain::RepState& stored, const domain::RepState& told) {
  CompareAs(what, "available", stored.available, told.available, [](bool v) { return ShowValue(v); });
  CompareTime(what, "unavailable_until", stored.unavailable_until, told.unavailable_until);
  CompareCount(what, "open_leads", stored.open_leads, told.open_leads);
  CompareAs(what, "absences", stored.absences, told.absences, [](const std::vector<domain::Absence>& absences) {
    std::string text;
    for (const domain::Absence& absence : absences) {
      text += fmt::format("{}{} to {}", text.empty() ? "" : ", ", FormatTime(absence.start), FormatTime(absence.end));
    }
    return text;
  });
  CompareAs(what, "given", stored.given, told.given, [](const std::vector<Time>& given) {
    return given.empty() ? "" : fmt::format("{} leads, the last at {}", given.size(), FormatTime(given.back()));
  });
}

void Findings::Compare(const std::string& what, std::string_view field, const domain::SlaClock* stored,
                       const domain::SlaClock* told) {
  const bool same = stored != nullptr && told != nullptr ? *stored == *told : stored == told;
  if (!same) Add(what, field, ShowClock(stored), ShowClock(told));
}

void Findings::Compare(const std::string& what, std::string_view field, const domain::PoolState* stored,
                       const domain::PoolState* told) {
  const bool same = stored != nullptr && told != nullptr ? *stored == *told : stored == told;
  if (!same) Add(what, field, ShowPlace(stored), ShowPlace(told));
}

void Findings::Compare(const std::string& what, const domain::Rollout& stored, const domain::Rollout& told) {
  CompareCount(what, "generation", stored.generation, told.generation);
  CompareCount(what, "last_generation", stored.last_generation, told.last_generation);
  CompareAs(what, "active", stored.active, told.active, ShowActive);
  CompareAs(what, "plugins", stored.plugins, told.plugins, ShowPlugins);
  CompareAs(what, "reference", stored.reference, told.reference, ShowReference);
  CompareText(what, "time_zones_sha256", stored.time_zones_sha256, told.time_zones_sha256);
  CompareAs(what, "candidates", stored.candidates, told.candidates, ShowCandidates);
  CompareAs(what, "trial", stored.trial, told.trial, ShowTrial);
  CompareAs(what, "rescoring", stored.rescoring, told.rescoring, ShowRescoring);
}

}  // namespace leadline::store
