// Normalisation: what fields mean, by tables and plugins, derived of what was given.
#include <algorithm>
#include <set>

#include "base/ids.h"
#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/decide/decider.h"
#include "engine/decide/plugin_batch.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::Meaning;
using domain::Reason;
using domain::ReasonOutcome;
using packs::Normalizer;

constexpr size_t kFingerprintDigits = 16;

// Tables read what was given, never what another table made of it: the order of fields does not matter.
const Meaning& AsGiven() {
  static const Meaning none;
  return none;
}

std::string& FieldOf(Meaning& meaning, std::string_view field) {
  if (field == "contact.seniority") return meaning.seniority;
  if (field == "account.industry") return meaning.industry;
  return field == "lead.source" ? meaning.source : meaning.language;
}

const std::string& GivenFor(std::string_view field, const domain::Lead& lead, const domain::Account& account) {
  static const std::string never_given;
  if (field == "contact.seniority") return never_given;
  if (field == "account.industry") return account.industry;
  return field == "lead.source" ? lead.source : lead.language;
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

// A form in which different values differ.
void AppendValue(const cel::Value& value, std::string& out) {
  out += static_cast<char>('a' + static_cast<int>(value.kind()));
  switch (value.kind()) {
    case cel::Kind::kString:
      out += fmt::format("{}:", value.as_string().size());
      out += value.as_string();
      return;
    case cel::Kind::kTimestamp:
      out += fmt::format("{};", value.timestamp_micros());
      return;
    case cel::Kind::kList:
      out += fmt::format("{}[", value.as_list().size());
      for (const cel::Value& item : value.as_list()) AppendValue(item, out);
      return;
    default:
      out += fmt::format("{};", value.as_uint());
  }
}

}  // namespace

void GiveSeniority(const std::string& seniority, domain::DerivedMeaning& meaning) {
  if (meaning.central.seniority.empty()) meaning.central.seniority = seniority;
  if (meaning.regional && meaning.regional->seniority.empty()) meaning.regional->seniority = seniority;
}

const std::vector<int>& Decider::SlotsOfMeaning(const packs::RegionRules& rules) {
  const auto [known, added] = meaning_slots_.try_emplace(&rules);
  if (!added) return known->second;
  std::set<int> slots;
  for (const Normalizer& normalizer : rules.normalizers) {
    for (const packs::NormalizeRow& row : normalizer.rows) {
      if (row.condition < 0) continue;
      const auto used = rules.conditions[static_cast<size_t>(row.condition)].program->used_slots();
      slots.insert(used.begin(), used.end());
    }
    const BoundPlugin* bound = normalizer.plugin < 0 ? nullptr : BoundOf(normalizer.plugin);
    if (bound != nullptr) slots.insert(bound->field_slots.begin(), bound->field_slots.end());
    // The plugin is asked, or not, by what was given.
    slots.insert(snapshot_->rules->FieldSlot(normalizer.field));
  }
  slots.erase(-1);
  known->second.assign(slots.begin(), slots.end());
  return known->second;
}

std::string Decider::FingerprintOfMeaning(const packs::RegionRules& rules) {
  std::string all = rules.normalizers_sha256;
  for (const Normalizer& normalizer : rules.normalizers) {
    if (normalizer.plugin < 0) continue;
    const BoundPlugin* bound = BoundOf(normalizer.plugin);
    all += fmt::format(" {}={}", UseOf(normalizer.plugin).id, bound == nullptr ? "-" : bound->ref.sha256);
  }
  for (const int slot : SlotsOfMeaning(rules)) AppendValue(evaluation_.Field(slot), all);
  return Sha256Hex(all).substr(0, kFingerprintDigits);
}

absl::StatusOr<Normalized> Decider::Normalize(const domain::Lead& lead, const domain::Contact& contact,
                                              const domain::Account& account, Time at) {
  const packs::RegionRules& rules = Rules(lead.region);
  evaluation_.Bind(rules, {&lead, &contact, &account, {}, at, &AsGiven()});
  Normalized out;
  std::string derived_from = FingerprintOfMeaning(rules);
  if (derived_from == lead.meaning.derived_from) {
    out.meaning = lead.meaning;
    out.derived_before = true;
    return out;
  }
  Meaning regional;
  bool complete = true;
  for (const Normalizer& normalizer : rules.normalizers) {
    const std::string& given = GivenFor(normalizer.field, lead, account);
    ASSIGN_OR_RETURN(std::string value, NormalizeField(normalizer, given, at, out, complete));
    if (normalizer.counts_for != Normalizer::CountsFor::kCentre) FieldOf(regional, normalizer.field) = value;
    if (normalizer.counts_for != Normalizer::CountsFor::kRegion) FieldOf(out.meaning.central, normalizer.field) = value;
  }
  if (regional != out.meaning.central) out.meaning.regional = std::move(regional);
  out.meaning.generation = snapshot_->ref->generation;
  // Who was not heard is asked again when the record is decided again.
  if (complete) out.meaning.derived_from = std::move(derived_from);
  return out;
}

absl::StatusOr<std::string> Decider::NormalizeField(const Normalizer& normalizer, const std::string& given, Time at,
                                                    Normalized& out, bool& complete) {
  const auto decide = [&](const std::string& value, Reason reason) {
    const char* whom = normalizer.counts_for == Normalizer::CountsFor::kCentre ? " for the central score" : "";
    std::string summary = fmt::format("{}{} is \"{}\": {}", normalizer.field, whom, value, reason.message);
    out.decisions.push_back(
        MakeDecision(DecisionKind::kNormalize, "", value, std::move(summary), {std::move(reason)}, at));
  };
  packs::Evaluation::Normalized row = evaluation_.Normalize(normalizer);
  if (row.found) {
    if (row.value == given) return std::string();  // says nothing new
    decide(row.value, std::move(row.reason));
    return std::move(row.value);
  }
  if (normalizer.plugin < 0 || LeftOut(normalizer.plugin)) return std::string();
  if (normalizer.plugin_if_absent && !given.empty()) return std::string();

  const packs::PluginUse& use = UseOf(normalizer.plugin);
  Reason reason;
  reason.rule_id = use.id;
  reason.layer = "plugin";
  reason.source = use.source;
  auto said = AskNormalizer(normalizer, at, reason);
  if (said.ok()) {
    if (said->empty()) return std::string();
    decide(*said, std::move(reason));
    return *std::move(said);
  }
  if (use.on_failure == packs::PluginUse::OnFailure::kFail) return said.status();
  complete = false;
  reason.outcome = ReasonOutcome::kError;
  reason.message = NotHeard(use, said.status());
  std::string fallback = use.on_failure == packs::PluginUse::OnFailure::kFallback ? use.fallback : std::string();
  decide(fallback.empty() ? given : fallback, std::move(reason));
  return fallback;
}

absl::StatusOr<std::string> Decider::AskNormalizer(const Normalizer& normalizer, Time at, Reason& reason) {
  const packs::PluginUse& use = UseOf(normalizer.plugin);
  const BoundPlugin* bound = BoundOf(normalizer.plugin);
  if (bound == nullptr) return NotLoaded(use);
  const PluginRecord fields(bound->field_slots, evaluation_);
  const plugin::Record record = fields.record();
  plugin::NormalizeResult result;
  const plugin::CallOptions options = CallDeadline::OptionsFor(at);
  RETURN_IF_ERROR(bound->plugin->Normalize({&record, 1}, {&result, 1}, options));
  if (!result.value.has_value()) return std::string();
  RETURN_IF_ERROR(CheckValue(use, snapshot_->rules->FindField(normalizer.field), *result.value));
  reason.message = Joined(result.reasons);
  reason.weight = result.confidence;
  return *std::move(result.value);
}

}  // namespace leadline::engine
