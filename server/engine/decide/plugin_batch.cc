#include "engine/decide/plugin_batch.h"

#include "engine/decide/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {

plugin::Value PluginRecords::Keep(const plugin::Value& value) {
  if (value.kind == LEADLINE_STR) {
    texts_.emplace_back(value.u.str, value.len);
    return plugin::StringValue(texts_.back());
  }
  if (value.kind != LEADLINE_LIST) return value;
  std::vector<plugin::Value> items;
  for (uint32_t i = 0; i < value.len; ++i) items.push_back(Keep(value.u.list[i]));
  return plugin::ListValue(values_.emplace_back(std::move(items)));
}

void PluginRecords::Add(packs::Evaluation& evaluation) {
  const PluginRecord bound(plugin_.field_slots, evaluation);
  const plugin::Record record = bound.record();
  std::vector<plugin::Value> values;
  values.reserve(record.count);
  for (uint32_t i = 0; i < record.count; ++i) values.push_back(Keep(record.fields[i]));
  records_.push_back(plugin::RecordOf(values_.emplace_back(std::move(values))));
}

std::string Joined(std::span<const plugin::Reason> reasons) {
  std::string out;
  for (const plugin::Reason& reason : reasons) out += (out.empty() ? "" : "; ") + reason.text;
  return out;
}

std::vector<domain::Evidence> EvidenceOf(const packs::PluginUse& use, std::span<const plugin::Reason> reasons) {
  std::vector<domain::Evidence> out;
  for (const plugin::Reason& reason : reasons) out.push_back({use.id, reason.text, reason.weight, 0});
  return out;
}

std::string NotHeard(const packs::PluginUse& use, const absl::Status& why) {
  const std::string message(why.message());
  if (use.on_failure != packs::PluginUse::OnFailure::kFallback) return "the plugin was skipped: " + message;
  return fmt::format("the plugin failed, so the fallback {} counts: {}", use.fallback, message);
}

void NoteFailure(const absl::Status& why, domain::PluginAnswer& answer) {
  answer.failed = true;
  answer.number = 0;
  answer.value = absl::StatusCodeToString(why.code());
}

absl::Status NotLoaded(const packs::PluginUse& use) {
  return absl::UnavailableError(fmt::format("{}: the plugin is not loaded", use.id));
}

}  // namespace leadline::engine
