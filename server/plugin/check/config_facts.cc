#include "plugin/check/config_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leadline::plugin::check {
namespace {

using nlohmann::json;

// False when there is a `name` that is no text.
bool TakeText(const json& facts, const char* name, std::optional<std::string>& to) {
  const auto member = facts.find(name);
  if (member == facts.end()) return true;
  if (!member->is_string()) return false;
  to = member->get<std::string>();
  return true;
}

bool TakeTexts(const json& facts, const char* name, std::vector<std::string>& to) {
  const auto member = facts.find(name);
  if (member == facts.end() || !member->is_array()) return false;
  if (!std::all_of(member->begin(), member->end(), [](const json& item) { return item.is_string(); })) return false;
  to = member->get<std::vector<std::string>>();
  return true;
}

}  // namespace

std::optional<ConfigFacts> ConfigFacts::Parse(std::string_view text) {
  const json facts = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!facts.is_object()) return std::nullopt;
  ConfigFacts out;
  if (!TakeText(facts, "config", out.config) || !TakeText(facts, "schema_fault", out.schema_fault) ||
      !TakeText(facts, "config_fault", out.config_fault)) {
    return std::nullopt;
  }
  if (out.config.has_value() + out.schema_fault.has_value() + out.config_fault.has_value() != 1) return std::nullopt;
  if (out.config && !TakeTexts(facts, "odd", out.odd)) return std::nullopt;
  return out;
}

}  // namespace leadline::plugin::check
