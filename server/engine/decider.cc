#include "engine/decider.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "engine/plugin_batch.h"
#include "engine/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;

// The field of a record that a normaliser writes; null when it names another.
std::string* NormalizedField(std::string_view field, domain::Lead& lead, domain::Contact& contact,
                             domain::Account& account) {
  if (field == "contact.seniority") return &contact.seniority;
  if (field == "account.industry") return &account.industry;
  if (field == "lead.source") return &lead.source;
  if (field == "lead.language") return &lead.language;
  return nullptr;
}

// Why the field cannot have the value; ok when it can.
absl::Status CheckValue(const packs::PluginUse& use, const packs::FieldDef* field, const std::string& value) {
  if (field == nullptr) return absl::OkStatus();
  const auto& values = field->values;
  if (!values.empty() && std::find(values.begin(), values.end(), value) == values.end()) {
    return absl::InternalError(fmt::format("{}: gave \"{}\", which {} never is", use.id, value, field->name));
  }
  if (value.size() > field->max_len) {
    return absl::InternalError(fmt::format("{}: gave {} bytes for {}, which has at most {}", use.id, value.size(),
                                           field->name, field->max_len));
  }
  return absl::OkStatus();
}

}  // namespace

Decider::Decider(std::shared_ptr<const Snapshot> snapshot)
    : snapshot_(std::move(snapshot)), evaluation_(*snapshot_->rules) {
  for (const packs::PluginUse& use : snapshot_->rules->plugins()) {
    const auto found = snapshot_->plugins.find(use.id);
    bound_.push_back(found == snapshot_->plugins.end() ? nullptr : &found->second);
  }
}

Decider& Decider::ForThread(const std::shared_ptr<const Snapshot>& snapshot) {
  struct Kept {
    // Not an owner: what a thread decided by last must not keep plugins, and their workers, that nobody uses any more.
    std::weak_ptr<const Snapshot> of;
    std::unique_ptr<Decider> decider;

    bool IsFor(const std::shared_ptr<const Snapshot>& wanted) const {
      return decider != nullptr && !of.owner_before(wanted) && !wanted.owner_before(of);
    }
  };
  // Two: a canary's candidate and the active packs decide in turn.
  thread_local std::array<Kept, 2> kept;
  if (kept[0].IsFor(snapshot)) return *kept[0].decider;
  std::swap(kept[0], kept[1]);
  if (!kept[0].IsFor(snapshot)) {
    std::shared_ptr<const Snapshot> borrowed(std::shared_ptr<const Snapshot>(), snapshot.get());
    kept[0] = {snapshot, std::make_unique<Decider>(std::move(borrowed))};
  }
  return *kept[0].decider;
}

Decision Decider::MakeDecision(DecisionKind kind, std::string record, std::string outcome, std::string summary,
                               std::vector<Reason> reasons, Time at) const {
  Decision decision;
  decision.kind = kind;
  decision.record = std::move(record);
  decision.outcome = std::move(outcome);
  decision.summary = std::move(summary);
  decision.reasons = std::move(reasons);
  decision.time = at;
  decision.snapshot = snapshot_->ref;
  return decision;
}

absl::StatusOr<std::vector<Decision>> Decider::Normalize(domain::Lead& lead, domain::Contact& contact,
                                                         domain::Account& account, Time at) {
  std::vector<Decision> decisions;
  const packs::RegionRules& rules = Rules(lead.region);
  for (const packs::Normalizer& normalizer : rules.normalizers) {
    std::string* field = NormalizedField(normalizer.field, lead, contact, account);
    if (field == nullptr) continue;
    evaluation_.Bind(rules, {&lead, &contact, &account, {}, at});
    std::string value = *field;
    RETURN_IF_ERROR(NormalizeField(normalizer, value, decisions, "", at));
    *field = std::move(value);
  }
  return decisions;
}

absl::Status Decider::NormalizeField(const packs::Normalizer& normalizer, std::string& field,
                                     std::vector<Decision>& decisions, std::string_view record, Time at) {
  auto decide = [&](std::string value, Reason reason) {
    std::string summary = fmt::format("{} is \"{}\": {}", normalizer.field, value, reason.message);
    std::vector<Reason> reasons;
    reasons.push_back(std::move(reason));
    decisions.push_back(
        MakeDecision(DecisionKind::kNormalize, std::string(record), value, std::move(summary), std::move(reasons), at));
    field = std::move(value);
  };
  packs::Evaluation::Normalized row = evaluation_.Normalize(normalizer);
  if (row.found) {
    if (row.value == field) return absl::OkStatus();  // says nothing new
    decide(std::move(row.value), std::move(row.reason));
    return absl::OkStatus();
  }
  if (normalizer.plugin < 0 || LeftOut(normalizer.plugin)) return absl::OkStatus();
  if (normalizer.plugin_if_absent && !field.empty()) return absl::OkStatus();

  const packs::PluginUse& use = UseOf(normalizer.plugin);
  const BoundPlugin* bound = BoundOf(normalizer.plugin);
  Reason reason;
  reason.rule_id = use.id;
  reason.layer = "plugin";
  reason.source = use.source;
  absl::Status status = NotLoaded(use);
  plugin::NormalizeResult result;
  if (bound != nullptr) {
    PluginRecord fields(bound->field_slots, evaluation_);
    plugin::Record plugin_record = fields.record();
    plugin::CallOptions options;
    options.now = at;
    status = bound->plugin->Normalize({&plugin_record, 1}, {&result, 1}, options);
    if (status.ok() && result.value.has_value()) {
      status = CheckValue(use, snapshot_->rules->FindField(normalizer.field), *result.value);
    }
  }
  if (status.ok()) {
    if (!result.value.has_value()) return absl::OkStatus();
    reason.message = Joined(result.reasons);
    reason.weight = result.confidence;
    decide(*std::move(result.value), std::move(reason));
    return absl::OkStatus();
  }
  if (use.on_failure == packs::PluginUse::OnFailure::kFail) return status;
  reason.outcome = ReasonOutcome::kError;
  reason.message = NotHeard(use, status);
  std::string value = use.on_failure == packs::PluginUse::OnFailure::kFallback ? use.fallback : field;
  decide(std::move(value), std::move(reason));
  return absl::OkStatus();
}

const domain::SlaDef* Decider::ServiceLevel(const packs::RecordView& view) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  bool bound = false;
  for (const domain::SlaDef& level : rules.sla.levels) {
    const auto& entered = level.start_on_enter;
    if (std::find(entered.begin(), entered.end(), view.lead->status) == entered.end()) continue;
    if (level.condition >= 0 && !bound) {
      evaluation_.Bind(rules, view);
      bound = true;
    }
    if (level.condition < 0 || evaluation_.Holds(level.condition)) return &level;
  }
  return nullptr;
}

}  // namespace leadline::engine
