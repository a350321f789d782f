// A plugin's sources, made from templates. Knows no server and no output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::cli {

struct PluginProjectOptions {
  std::string name;        // "fit_score": lower case letters, digits and _
  std::string id;          // reverse DNS; empty: com.example.<name>
  std::string language;    // c, cpp, rust or go
  std::string capability;  // score, status, normalize, route or merge
  std::string sdk;         // the kit's folder, as FindPluginSdk() gives it
};

struct ProjectFile {
  std::string path;  // below the project's folder
  std::string text;
};

// INVALID_ARGUMENT for a name, id, language or capability that will not do.
absl::StatusOr<std::vector<ProjectFile>> MakePluginProject(const PluginProjectOptions& options);

// The folder of leadline_plugin.cmake. `where` may be it, the sources that hold it, or the prefix of an installed kit;
// empty: beside this program, or what it was built from. NOT_FOUND says what was looked for.
absl::StatusOr<std::string> FindPluginSdk(const std::string& where);

// Writes the files into `folder`, which must not exist or be empty. What was written stays when a later file fails.
absl::Status WriteProject(const std::string& folder, const std::vector<ProjectFile>& files);

}  // namespace leadline::cli
