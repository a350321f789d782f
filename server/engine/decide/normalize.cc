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
#include "packs/run/fields.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::Meaning;
using domain::Reason;
using domain::ReasonOutcome;
using packs::Normalizer;

// FNV-1a. The fingerprint only tells one record's values of now from the same record's of before, to save asking
// plugins again. Two in 2^64 that agree by chance, or by the design of whoever sends the record, leave that record with
// the meaning of its own earlier values until the next change; nobody else's is touched.
class Fingerprint {
 public:
  explicit Fingerprint(uint64_t from = 0xcbf29ce484222325) : hash_(from) {}
  void Add(std::string_view bytes) {
    for (const char c : bytes) Add(static_cast<unsigned char>(c));
  }
  void Add(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }
  void Add(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) Add(static_cast<unsigned char>(number >> shift));
  }
  uint64_t hash() const { return hash_; }

 private:
  uint64_t hash_;
};

// Tables read what was given, never what another table made of it: the order of fields does not matter.
const Meaning& AsGiven() {
  static const Meaning none;
  return none;
}

std::string& FieldOf(Meaning& meaning, std::string_view field) {
  if (field == "contact.seniority") return meaning.seniority;
  if (field == "contact.department") return meaning.department;
  if (field == "account.industry") return meaning.industry;
  return field == "lead.source" ? meaning.source : meaning.language;
}

const std::string& GivenFor(std::string_view field, const domain::Lead& lead, const domain::Contact& contact,
                            const domain::Account& account) {
  static const std::string never_given;
  if (field == "contact.seniority") return never_given;
  if (field == "contact.department") return domain::DepartmentOf(contact);
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

// So that different values differ.
void AddValue(const cel::Value& value, Fingerprint& out) {
  out.Add(static_cast<unsigned char>(value.kind()));
  switch (value.kind()) {
    case cel::Kind::kString:
      out.Add(uint64_t{value.as_string().size()});
      out.Add(value.as_string());
      return;
    case cel::Kind::kTimestamp:
      out.Add(static_cast<uint64_t>(value.timestamp_micros()));
      return;
    case cel::Kind::kList:
      out.Add(uint64_t{value.as_list().size()});
      for (const cel::Value& item : value.as_list()) AddValue(item, out);
      return;
    default:
      out.Add(value.as_uint());
  }
}

}  // namespace

void GiveSeniority(const std::string& seniority, domain::DerivedMeaning& meaning) {
  if (meaning.central.seniority.empty()) meaning.central.seniority = seniority;
  if (meaning.regional && meaning.regional->seniority.empty()) meaning.regional->seniority = seniority;
}

const Decider::MeaningSources& Decider::SourcesOfMeaning(const packs::RegionRules& rules) {
  const auto [known, added] = meaning_sources_.try_emplace(&rules);
  if (!added) return known->second;
  std::set<int> slots;
  Fingerprint hash;
  hash.Add(rules.normalizers_sha256);
  for (const Normalizer& normalizer : rules.normalizers) {
    for (const packs::NormalizeRow& row : normalizer.rows) {
      if (row.condition < 0) continue;
      const auto used = rules.conditions[static_cast<size_t>(row.condition)].program->used_slots();
      slots.insert(used.begin(), used.end());
    }
    // The plugin is asked, or not, by what was given.
    slots.insert(snapshot_->rules->FieldSlot(normalizer.field));
    if (normalizer.plugin < 0) continue;
    const BoundPlugin* bound = BoundOf(normalizer.plugin);
    if (bound != nullptr) slots.insert(bound->field_slots.begin(), bound->field_slots.end());
    hash.Add(UseOf(normalizer.plugin).id);
    hash.Add(bound == nullptr ? std::string_view("-") : bound->ref.sha256);
  }
  slots.erase(-1);
  const std::vector<packs::FieldDef>& fields = snapshot_->rules->fields();
  known->second.given = std::all_of(
      slots.begin(), slots.end(), [&](int slot) { return packs::ReadsGivenAlone(fields[static_cast<size_t>(slot)]); });
  known->second.slots.assign(slots.begin(), slots.end());
  known->second.hash = hash.hash();
  return known->second;
}

std::string Decider::FingerprintOfMeaning(const packs::RegionRules& rules) {
  const MeaningSources& sources = SourcesOfMeaning(rules);
  Fingerprint hash(sources.hash);
  for (const int slot : sources.slots) AddValue(evaluation_.Field(slot), hash);
  std::string text;
  AppendHex(hash.hash(), 16, text);
  return text;
}

absl::StatusOr<Normalized> Decider::Normalize(const domain::Lead& lead, const domain::Contact& contact,
                                              const domain::Account& account, Time at, bool keep) {
  const packs::RegionRules& rules = Rules(lead.region);
  RETURN_IF_ERROR(CheckPluginsOf(rules, LEADLINE_NORMALIZE_V1));
  evaluation_.Bind(rules, {&lead, &contact, &account, {}, at, &AsGiven()});
  Normalized out;
  std::string derived_from = keep ? FingerprintOfMeaning(rules) : std::string();
  if (keep && derived_from == lead.meaning.derived_from) {
    out.meaning = lead.meaning;
    out.derived_before = true;
    return out;
  }
  Meaning regional;
  bool complete = true;
  for (const Normalizer& normalizer : rules.normalizers) {
    const std::string& given = GivenFor(normalizer.field, lead, contact, account);
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
  domain::PluginAnswer answer;
  const auto decide = [&](const std::string& value, Reason reason) {
    const bool central_only = normalizer.counts_for == Normalizer::CountsFor::kCentre;
    const char* whom = central_only ? " for the central score" : "";
    std::string summary = fmt::format("{}{} is \"{}\": {}", normalizer.field, whom, value, reason.message);
    domain::Decision& decision = out.decisions.emplace_back(
        MakeDecision(DecisionKind::kNormalize, "", value, std::move(summary), {std::move(reason)}, at));
    decision.field = normalizer.field;
    decision.central_only = central_only;
    if (!answer.plugin.empty()) decision.answers.push_back(std::move(answer));
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
  answer = AnswerOf(normalizer.plugin, normalizer.field);
  auto said = AskNormalizer(normalizer, at, reason, answer);
  if (said.ok()) {
    if (said->empty()) return std::string();
    decide(*said, std::move(reason));
    return *std::move(said);
  }
  if (use.on_failure == packs::PluginUse::OnFailure::kFail) return said.status();
  complete = false;
  NoteFailure(said.status(), answer);
  reason.outcome = ReasonOutcome::kError;
  reason.message = NotHeard(use, said.status());
  std::string fallback = use.on_failure == packs::PluginUse::OnFailure::kFallback ? use.fallback : std::string();
  decide(fallback.empty() ? given : fallback, std::move(reason));
  return fallback;
}

absl::StatusOr<std::string> Decider::AskNormalizer(const Normalizer& normalizer, Time at, Reason& reason,
                                                   domain::PluginAnswer& answer) {
  const packs::PluginUse& use = UseOf(normalizer.plugin);
  if (told_) {
    // What had nothing to say made no decision, and is not kept.
    const bool kept = std::any_of(told_->begin(), told_->end(), [&](const domain::PluginAnswer& answered) {
      return answered.plugin == use.id && answered.subject == normalizer.field;
    });
    if (!kept) return std::string();
    ASSIGN_OR_RETURN(const domain::PluginAnswer* told, ToldBy(use, normalizer.field));
    reason.message = kAsToldThen;
    reason.weight = told->number;
    return told->value;
  }
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
  answer.number = result.confidence;
  answer.value = *result.value;
  return *std::move(result.value);
}

}  // namespace leadline::engine
