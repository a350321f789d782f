#include "cli/commands/plugin/plugin_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_replace.h"
#include "base/plugin_id.h"
#include "base/status_macros.h"
#include "cli/commands/plugin/plugin_templates.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kLanguages = {"c", "cpp", "rust", "go"};

// What the example of each capability does.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kCapabilities = {
    {{"score", "Gives points to accounts with more than 50 employees."},
     {"status", "Holds back records that nobody can be reached by."},
     {"normalize", "Reads a job title that holds a word as that word."},
     {"route", "Chooses the rep with the lowest load for their weight and capacity."},
     {"merge", "Compares the domains of two accounts."}}};

// Names that CMake, Rust or Go keep for themselves.
constexpr std::array<std::string_view, 18> kTaken = {
    "all", "install", "clean", "help",  "test", "package",    "edit_cache", "rebuild_cache",   "core",
    "std", "alloc",   "self",  "crate", "main", "proc_macro", "leadline",   "leadline_plugin", "plugin"};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status CheckName(const std::string& name) {
  bool fits = !name.empty() && name.size() <= 64 && IsLower(name[0]) &&
              std::all_of(name.begin(), name.end(), [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
  if (!fits) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not a name for a plugin; use lower case letters, digits and _, a letter first", name));
  }
  if (std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("\"{}\" means something to a build already; use another name", name));
}

absl::Status CheckId(const std::string& id) {
  if (IsPluginId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not a plugin id; write reverse DNS in lower case, such as com.example.fit_score", id));
}

// "fit_score" is "FitScore".
std::string ClassName(const std::string& name) {
  std::string out;
  bool start = true;
  for (char c : name) {
    if (c != '_') out += start && IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    start = c == '_';
  }
  return out;
}

// The path in a project of a template; empty when it belongs to another language or capability.
std::string PathInProject(std::string_view path, const PluginProjectOptions& options) {
  auto take = [&](std::string_view folder) {
    bool below = path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
    if (below) path.remove_prefix(folder.size() + 1);
    return below;
  };
  if (take("common")) {
    // A file straight in it is everybody's.
    if (path.find('/') != path.npos && !take(options.capability)) return "";
  } else if (!take(options.language) || (!take("all") && !take(options.capability))) {
    return "";
  }
  path.remove_suffix(std::string_view(".in").size());
  return path == "gitignore" ? ".gitignore" : std::string(path);
}

}  // namespace

absl::StatusOr<std::vector<ProjectFile>> MakePluginProject(const PluginProjectOptions& options) {
  RETURN_IF_ERROR(CheckName(options.name));
  std::string id = options.id.empty() ? "com.example." + options.name : options.id;
  RETURN_IF_ERROR(CheckId(id));
  if (std::find(kLanguages.begin(), kLanguages.end(), options.language) == kLanguages.end()) {
    return absl::InvalidArgumentError(
        fmt::format("there is no language \"{}\"; use c, cpp, rust or go", options.language));
  }
  auto capability = std::find_if(kCapabilities.begin(), kCapabilities.end(),
                                 [&](const auto& known) { return known.first == options.capability; });
  if (capability == kCapabilities.end()) {
    return absl::InvalidArgumentError(
        fmt::format("there is no capability \"{}\"; use score, status, normalize, route or merge", options.capability));
  }
  const std::vector<std::pair<std::string, std::string>> values = {
      {"@NAME@", options.name},
      {"@CLASS@", ClassName(options.name)},
      {"@ID@", id},
      {"@CAP@", options.capability},
      {"@CAPABILITY@", "leadline." + options.capability + "/1"},
      {"@WHAT@", std::string(capability->second)},
      {"@SDK@", options.sdk}};
  std::vector<ProjectFile> files;
  for (const PluginTemplate& file : PluginTemplates()) {
    std::string path = PathInProject(file.path, options);
    if (!path.empty()) files.push_back({std::move(path), absl::StrReplaceAll(std::string(file.text), values)});
  }
  return files;
}

absl::StatusOr<std::string> FindPluginSdk(const std::string& where) {
  auto in = [](const fs::path& folder) -> std::string {
    for (const char* below : {"", "sdk", "plugins/sdk", "share/leadline/plugins/sdk"}) {
      std::error_code error;
      fs::path sdk = fs::canonical(folder / below, error);
      if (!error && fs::exists(sdk / "leadline_plugin.cmake", error)) return sdk.string();
    }
    return "";
  };
  if (!where.empty()) {
    std::string sdk = in(where);
    if (!sdk.empty()) return sdk;
    return absl::NotFoundError(fmt::format(
        "there is no plugin kit in {}; name the sources of Leadline, or the prefix that the kit was installed to",
        where));
  }
  std::error_code error;
  for (fs::path at = fs::read_symlink("/proc/self/exe", error).parent_path(); at.has_relative_path();
       at = at.parent_path()) {
    if (std::string sdk = in(at); !sdk.empty()) return sdk;
  }
  if (std::string sdk = in(LEADLINE_PLUGIN_SDK); !sdk.empty()) return sdk;
  return absl::NotFoundError("the plugin kit is not beside this program; name its folder with --sdk");
}

absl::Status WriteProject(const std::string& folder, const std::vector<ProjectFile>& files) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return absl::FailedPreconditionError(
        fmt::format("{} is there already; name another folder with --dir, or remove it", folder));
  }
  for (const ProjectFile& file : files) {
    fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    if (!out.flush()) return absl::UnavailableError(fmt::format("cannot write {}", path.string()));
  }
  return absl::OkStatus();
}

}  // namespace leadline::cli
