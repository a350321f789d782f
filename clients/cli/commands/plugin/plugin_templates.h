// The files of plugins/sdk/templates, built in, so that no folder is needed to begin a plugin.
#pragma once

#include <span>
#include <string_view>

namespace leadline::cli {

struct PluginTemplate {
  std::string_view path;  // below templates: "cpp/score/plugin.cc.in"
  std::string_view text;
};

// Sorted by path. The text comes from a file that the build makes.
std::span<const PluginTemplate> PluginTemplates();

}  // namespace leadline::cli
