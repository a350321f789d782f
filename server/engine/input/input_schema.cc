#include "engine/input/input_schema.h"

#include <algorithm>

namespace leadline::engine {
namespace {

constexpr std::array<std::string_view, 4> kRecords = {"lead", "contact", "account", "activity"};

}  // namespace

std::string_view InputSchema::NameOf(Record record) { return kRecords[static_cast<size_t>(record)]; }

InputSchema::InputSchema(std::shared_ptr<const packs::RuleSet> rules) : rules_(std::move(rules)) {
  for (const packs::FieldDef& def : rules_->fields()) {
    const std::string_view name = def.name;
    const size_t dot = std::min(name.find('.'), name.size());
    const auto record = std::find(kRecords.begin(), kRecords.end(), name.substr(0, dot));
    if (record == kRecords.end() || dot == name.size()) continue;
    Field field;
    field.def = &def;
    field.values.insert(def.values.begin(), def.values.end());
    fields_[static_cast<size_t>(record - kRecords.begin())].emplace(name.substr(dot + 1), std::move(field));
  }
  regions_ = rules_->regions();
  for (const domain::Territory& territory : rules_->ForRegion("").routing.territories) {
    regions_.push_back(territory.region);
  }
  std::sort(regions_.begin(), regions_.end());
  regions_.erase(std::unique(regions_.begin(), regions_.end()), regions_.end());
}

const InputSchema::Field* InputSchema::Find(Record record, std::string_view name) const {
  const auto& fields = fields_[static_cast<size_t>(record)];
  const auto it = fields.find(name);
  return it == fields.end() ? nullptr : &it->second;
}

std::vector<std::string> InputSchema::AttributesOf(Record record) const {
  std::vector<std::string> names;
  for (const auto& [name, field] : fields_[static_cast<size_t>(record)]) {
    if (!field.def->standard) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool InputSchema::HasRegion(std::string_view name) const {
  return std::binary_search(regions_.begin(), regions_.end(), name);
}

}  // namespace leadline::engine
