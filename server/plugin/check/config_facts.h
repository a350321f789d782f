// What the process that reads a plugin's schema tells of the config.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::plugin::check {

// One of `config`, `schema_fault` and `config_fault` is there. Plain data.
struct ConfigFacts {
  std::optional<std::string> config;  // JSON, for the run
  std::vector<std::string> odd;       // configs that the schema lets through, though they look like slips
  std::optional<std::string> schema_fault;
  std::optional<std::string> config_fault;

  // Of the JSON that ProbeConfig() leaves. The plugin runs in that process, so it may be anything: nullopt when it is
  // no such object, lacks a member or has one of another type.
  static std::optional<ConfigFacts> Parse(std::string_view text);
};

}  // namespace leadline::plugin::check
