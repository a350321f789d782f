// Scores for records as given and for stored leads. Writes nothing.
#include "domain/scoring.h"

#include <algorithm>

#include "base/status_macros.h"
#include "engine/decide/plugin_batch.h"
#include "engine/engine.h"
#include "engine/work/enquiry.h"
#include "engine/work/lead_session.h"
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

// A record that is made ready to be scored. Where it stands, it stays: the view points into it.
struct Prepared {
  std::vector<InputCheck::Unlisted> unlisted;
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  std::vector<domain::Activity> activities;
  std::vector<domain::Decision> normalized;
  packs::RecordView view;
};

// Holds what was sent to the schema; the records' codes are in their kept form afterwards.
absl::Status CheckRecord(const Snapshot& snapshot, const ScoringRecord& record, Time today, Prepared& out) {
  const FieldPath request;
  const FieldPath root = request / "record";
  const FieldPath lead = root / "lead";
  const FieldPath activities = root / "activities";
  InputCheck check(*snapshot.input, today);
  check.Lead(lead, out.lead);
  check.Text(lead / "status", InputCheck::Record::kLead, "status", out.lead.status);
  check.Text(lead / "disposition", InputCheck::Record::kLead, "disposition", out.lead.disposition);
  check.Contact(root / "contact", out.contact);
  check.Account(root / "account", out.account);
  for (size_t i = 0; i < record.activities.size(); ++i) {
    check.Activity(activities[static_cast<int>(i)], record.activities[i]);
  }
  out.unlisted = check.unlisted();
  return check.ToStatus();
}

absl::Status Prepare(Decider& decider, const ScoringRecord& record, Time now, Time today, Prepared& out) {
  // Records are changed only where packs give fields their meaning or the region follows from the country.
  out.lead = record.lead;
  out.contact = record.contact;
  out.account = record.account;
  RETURN_IF_ERROR(CheckRecord(decider.snapshot(), record, today, out));
  out.activities = Counted(record.activities, now);
  if (out.lead.country.empty()) {
    out.lead.country = out.account.country.empty() ? out.contact.country : out.account.country;
  }
  if (out.lead.region.empty()) out.lead.region = decider.snapshot().rules->RegionOfCountry(out.lead.country);
  out.lead.activity_count = static_cast<int64_t>(out.activities.size());
  out.lead.last_activity_at = out.activities.empty() ? 0 : out.activities.back().time;
  ASSIGN_OR_RETURN(Normalized derived, decider.Normalize(out.lead, out.contact, out.account, now, /*keep=*/false));
  out.lead.meaning = std::move(derived.meaning);
  GiveSeniority(out.contact.meaning.central.seniority, out.lead.meaning);
  out.normalized = std::move(derived.decisions);
  out.view = {&out.lead, &out.contact, &out.account, out.activities, now};
  return absl::OkStatus();
}

absl::StatusOr<ScoredRecord> Finish(Decider& decider, Prepared& record, absl::StatusOr<ScoreOutcome> scored,
                                    bool explain) {
  RETURN_IF_ERROR(scored.status());
  ScoredRecord out;
  record.lead.score = scored->score;
  ASSIGN_OR_RETURN(domain::StatusDecision entry,
                   decider.Status(record.view, "", domain::Trigger::kEntry, "", Explain::kKept));
  out.score = std::move(scored->score);
  out.entry_status = std::move(entry.to);
  out.decision = std::move(scored->decision);
  out.warnings = WarningsOf(record.unlisted);
  for (domain::Decision& d : record.normalized) {
    for (domain::Reason& r : d.reasons) {
      if (explain) out.decision.reasons.push_back(std::move(r));
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<ScoredRecord> Engine::Score(const ScoringRecord& record, Time as_of, bool explain) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  Decider& decider = Decider::ForThread(pinned);
  Prepared prepared;
  const Time today = clock().Now();
  RETURN_IF_ERROR(Prepare(decider, record, as_of == 0 ? today : as_of, today, prepared));
  unlisted_.Note(prepared.unlisted);
  return Finish(decider, prepared, decider.Score(prepared.view, explain ? Explain::kWhyNot : Explain::kNothing),
                explain);
}

std::vector<absl::StatusOr<ScoredRecord>> Engine::ScoreMany(std::span<const ScoringRecord> records, Time as_of,
                                                            bool explain) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  Decider& decider = Decider::ForThread(pinned);
  const Time today = clock().Now();
  const Time now = as_of == 0 ? today : as_of;
  std::vector<absl::StatusOr<ScoredRecord>> out;
  out.reserve(records.size());
  for (size_t begin = 0; begin < records.size(); begin += kPluginBatch) {
    const auto block = records.subspan(begin, std::min(kPluginBatch, records.size() - begin));
    std::vector<Prepared> prepared(block.size());
    std::vector<absl::Status> statuses;
    std::vector<packs::RecordView> views;
    for (size_t i = 0; i < block.size(); ++i) {
      statuses.push_back(Prepare(decider, block[i], now, today, prepared[i]));
      unlisted_.Note(prepared[i].unlisted);
      if (statuses.back().ok()) views.push_back(prepared[i].view);
    }
    auto scored = decider.ScoreMany(views, explain ? Explain::kWhyNot : Explain::kNothing);
    auto next = scored.begin();
    for (size_t i = 0; i < block.size(); ++i) {
      if (!statuses[i].ok()) {
        out.push_back(std::move(statuses[i]));
      } else {
        out.push_back(Finish(decider, prepared[i], *std::move(next++), explain));
      }
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
    stored.lead.meaning = {};  // for its decisions
    ASSIGN_OR_RETURN(Normalized derived,
                     decider.Normalize(stored.lead, stored.contact, stored.account, now, /*keep=*/false));
    stored.lead.meaning = std::move(derived.meaning);
    out.decisions = std::move(derived.decisions);
    packs::RecordView view = stored.View(now);
    ASSIGN_OR_RETURN(ScoreOutcome outcome, decider.Score(view, Explain::kWhyNot));
    outcome.decision.record = domain::ResourceName(domain::RecordKind::kLead, stored.lead.id);
    out.score = std::move(outcome.score);
    out.decisions.push_back(std::move(outcome.decision));
    return absl::OkStatus();
  }));
  return out;
}

}  // namespace leadline::engine
