#include "plugin/check/probe/run_config.h"

#include <nlohmann/json.hpp>

#include "base/plugin_id.h"
#include "fmt/format.h"
#include "plugin/admit/config_schema.h"

namespace leadline::plugin::check {
namespace {

using nlohmann::json;

const char* TextOrNull(const std::optional<std::string>& text) { return text ? text->c_str() : nullptr; }

json Parsed(const std::optional<std::string>& text) {
  return text ? json::parse(*text, nullptr, /*allow_exceptions=*/false) : json();
}

// The least that `schema` may ask for. Not every schema can be met this way.
json Least(const json& schema, int depth = 0) {
  if (!schema.is_object() || depth > 8) return json::object();
  if (auto it = schema.find("const"); it != schema.end()) return *it;
  if (auto it = schema.find("default"); it != schema.end()) return *it;
  for (const char* list : {"examples", "enum"}) {
    auto it = schema.find(list);
    if (it != schema.end() && it->is_array() && !it->empty()) return it->front();
  }
  auto type_it = schema.find("type");
  std::string type = type_it != schema.end() && type_it->is_string() ? type_it->get<std::string>() : "object";
  if (type == "string") return std::string(schema.value("minLength", size_t{1}), 'x');
  if (type == "boolean") return false;
  if (type == "null") return nullptr;
  if (type == "integer" || type == "number") {
    if (auto it = schema.find("minimum"); it != schema.end()) return *it;
    if (auto it = schema.find("maximum"); it != schema.end()) return *it;
    if (auto it = schema.find("exclusiveMinimum"); it != schema.end() && it->is_number()) return it->get<int64_t>() + 1;
    return 1;
  }
  if (type == "array") {
    json items = json::array();
    auto item = schema.find("items");
    for (size_t n = schema.value("minItems", size_t{0}); n > 0; --n) {
      items.push_back(Least(item == schema.end() ? json() : *item, depth + 1));
    }
    return items;
  }
  json object = json::object();
  auto properties = schema.find("properties");
  auto required = schema.find("required");
  if (properties == schema.end() || required == schema.end() || !required->is_array()) return object;
  for (const json& name : *required) {
    if (!name.is_string()) continue;
    auto property = properties->find(name.get<std::string>());
    object[name.get<std::string>()] = property == properties->end() ? json() : Least(*property, depth + 1);
  }
  return object;
}

// A value that the property is hardly meant to have.
json OfAnotherType(const json& schema, const std::string& name) {
  try {
    if (schema.at("properties").at(name).at("type") == "object") return 3.5;
  } catch (const json::exception&) {
    // Not declared, or of no one type.
  }
  return json::object({{"no_such_setting_", json::array({nullptr, "x"})}});
}

std::string Text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

absl::Status CheckSchema(const std::optional<std::string>& schema) {
  absl::Status status = CheckConfig(TextOrNull(schema), "{}");
  // {} need not be valid; the schema must be usable.
  return status.code() == absl::StatusCode::kInvalidArgument ? absl::OkStatus() : status;
}

absl::StatusOr<std::string> ConfigFor(const std::optional<std::string>& schema,
                                      const std::optional<std::string>& given) {
  if (given) {
    if (given->size() > kMostPluginConfigBytes) {
      return absl::InvalidArgumentError(
          fmt::format("the config has {} bytes; a server takes at most {}; make it shorter", given->size(),
                      kMostPluginConfigBytes));
    }
    absl::Status status = CheckConfig(TextOrNull(schema), *given);
    if (status.ok()) return *given;
    return status;
  }
  std::vector<std::string> candidates;
  json document = Parsed(schema);
  // value() and the like throw at types that they do not expect.
  try {
    if (document.is_object()) {
      auto examples = document.find("examples");
      if (examples != document.end() && examples->is_array() && !examples->empty()) {
        candidates.push_back(Text(examples->front()));
      }
      if (auto it = document.find("default"); it != document.end()) candidates.push_back(Text(*it));
    }
    candidates.push_back("{}");
    if (document.is_object()) candidates.push_back(Text(Least(document)));
  } catch (const json::exception&) {
    candidates.push_back("{}");
  }
  absl::Status last;
  for (const std::string& candidate : candidates) {
    last = CheckConfig(TextOrNull(schema), candidate);
    if (last.ok()) return candidate;
  }
  return absl::InvalidArgumentError(fmt::format(
      "no config is given, and none was found that the schema takes ({}); give one with --config, or put one "
      "under \"examples\" into the schema",
      std::string(last.message())));
}

std::vector<std::string> OddConfigs(const std::optional<std::string>& schema, const std::string& config) {
  std::vector<std::string> odd;
  json valid = json::parse(config, nullptr, /*allow_exceptions=*/false);
  if (!valid.is_object()) return odd;
  auto consider = [&](const json& variant) {
    std::string text = Text(variant);
    if (CheckConfig(TextOrNull(schema), text).ok()) odd.push_back(std::move(text));
  };
  json with_more = valid;
  with_more["no_such_setting_"] = 1;
  consider(with_more);
  // Each declared property, and each that is there, with a value of a type it can hardly be meant to have.
  json document = Parsed(schema);
  json names = valid;
  if (auto it = document.find("properties"); document.is_object() && it != document.end() && it->is_object()) {
    for (const auto& [name, unused] : it->items()) names.emplace(name, nullptr);
  }
  for (const auto& [name, value] : names.items()) {
    json variant = valid;
    variant[name] = OfAnotherType(document, name);
    consider(variant);
  }
  return odd;
}

}  // namespace leadline::plugin::check
