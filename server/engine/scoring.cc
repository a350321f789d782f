// Scores for records as given and for stored leads. Writes nothing.
#include "domain/scoring.h"

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/enquiry.h"
#include "engine/lead_session.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Distinct activities, oldest first, none later than `now`.
std::vector<domain::Activity> Counted(std::span<const domain::Activity> activities, Time now) {
  std::vector<domain::Activity> out;
  std::vector<int> distinct = domain::DistinctActivities(activities, now);
  out.reserve(distinct.size());
  for (int i : distinct) out.push_back(activities[static_cast<size_t>(i)]);
  return out;
}

}  // namespace

absl::StatusOr<ScoredRecord> Engine::Score(const ScoringRecord& record, Time as_of, bool explain) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  Decider& decider = Decider::ForThread(pinned);
  Time now = as_of == 0 ? clock().Now() : as_of;

  std::vector<domain::Activity> activities = Counted(record.activities, now);
  // Records are changed only where packs give fields their meaning or the region follows from the country.
  domain::Lead lead = record.lead;
  domain::Contact contact = record.contact;
  domain::Account account = record.account;
  if (lead.country.empty()) lead.country = account.country.empty() ? contact.country : account.country;
  if (lead.region.empty()) lead.region = pinned->rules->RegionOfCountry(lead.country);
  lead.activity_count = static_cast<int64_t>(activities.size());
  lead.last_activity_at = activities.empty() ? 0 : activities.back().time;
  ASSIGN_OR_RETURN(std::vector<domain::Decision> normalized, decider.Normalize(lead, contact, account, now));

  packs::RecordView view{&lead, &contact, &account, activities, now};
  ScoreOutcome outcome = decider.Score(view, explain ? Explain::kWhyNot : Explain::kNothing);
  ScoredRecord out;
  lead.score = outcome.score;
  ASSIGN_OR_RETURN(domain::StatusDecision entry,
                   decider.Status(view, "", domain::Trigger::kEntry, "", Explain::kNothing));
  out.score = std::move(outcome.score);
  out.entry_status = std::move(entry.to);
  out.decision = std::move(outcome.decision);
  for (domain::Decision& d : normalized) {
    for (domain::Reason& r : d.reasons) {
      if (explain) out.decision.reasons.push_back(std::move(r));
    }
  }
  return out;
}

absl::StatusOr<ScoredLead> Engine::ScoreLead(const CallContext& context, std::string_view name, Time as_of) {
  ASSIGN_OR_RETURN(std::string id, IdOf(name, domain::RecordKind::kLead, "name"));
  const std::shared_ptr<const Deciding> pinned = deciding();
  Time now = as_of == 0 ? clock().Now() : as_of;
  ScoredLead out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(LeadContext stored, LoadLead(reader, id));
    Decider& decider = Decider::ForThread(pinned->For(stored.lead.id));
    ASSIGN_OR_RETURN(out.decisions, decider.Normalize(stored.lead, stored.contact, stored.account, now));
    packs::RecordView view = stored.View(now);
    ScoreOutcome outcome = decider.Score(view, Explain::kWhyNot);
    outcome.decision.record = domain::ResourceName(domain::RecordKind::kLead, stored.lead.id);
    out.score = std::move(outcome.score);
    out.decisions.push_back(std::move(outcome.decision));
    return absl::OkStatus();
  }));
  return out;
}

}  // namespace leadline::engine
