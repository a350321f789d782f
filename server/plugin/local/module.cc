#include "plugin/local/module.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

using Entry = const leadline_plugin* (*)(uint32_t, uint32_t);

// Modules are never unloaded, so their number is bounded; a restart begins anew.
constexpr size_t kMostModules = 256;
// And of one plugin, so that one that is reloaded all the time does not take the places of all others.
constexpr size_t kMostVersions = 64;

// What every 1.x descriptor holds.
constexpr uint64_t kLeastDescriptor = offsetof(leadline_plugin, get_extension);
// No table will ever be this long.
constexpr uint64_t kMostTable = 64 * 1024;

absl::Status Refuse(std::string message) { return absl::FailedPreconditionError(message); }

std::string LinkerError() {
  const char* text = dlerror();
  return text == nullptr ? "unknown error" : Presentable(text);
}

// [loader]: loads happen one at a time. The sets are of contents, by plugin.
absl::StatusOr<Entry> OpenEntry(const AdmittedModule& file) {
  static std::map<std::string, std::set<std::string>>& opened = *new std::map<std::string, std::set<std::string>>();
  std::set<std::string>& versions = opened[file.manifest.id];
  if (!versions.contains(file.manifest.sha256)) {
    size_t all = 0;
    for (const auto& [id, hashes] : opened) all += hashes.size();
    if (versions.size() >= kMostVersions || all >= kMostModules) {
      return absl::ResourceExhaustedError(fmt::format(
          "this process has opened {} files of this plugin and {} of all plugins, and can close none of them; restart "
          "the server, or let the pack run the plugin with `mode: worker`, where the old file goes with its process",
          versions.size(), all));
    }
  }
  void* handle = dlopen(file.copy_path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    return Refuse(
        fmt::format("{} cannot be opened: {}; check what it was linked against", file.manifest.so_path, LinkerError()));
  }
  versions.insert(file.manifest.sha256);
  void* symbol = dlsym(handle, "leadline_plugin_entry");
  if (symbol == nullptr) return Refuse(fmt::format("{} has no leadline_plugin_entry", file.manifest.so_path));
  return reinterpret_cast<Entry>(symbol);
}

absl::Status CheckVersion(const leadline_plugin& d, const Manifest& m) {
  if (d.abi_major != LEADLINE_ABI_MAJOR) {
    return Refuse(fmt::format("{} was built for plugin ABI {}, this server has {}.{}; build it against the {}.x header",
                              m.so_path, d.abi_major, LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR, LEADLINE_ABI_MAJOR));
  }
  if (d.min_host_minor > LEADLINE_ABI_MINOR) {
    return Refuse(
        fmt::format("{} needs plugin ABI {}.{} or later, this server has {}.{}; update the server or lower "
                    "min_host_minor",
                    m.so_path, d.abi_major, d.min_host_minor, LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR));
  }
  return absl::OkStatus();
}

absl::Status CheckText(std::string_view member, const char* text, const std::string& expected, const Manifest& m) {
  if (text != nullptr && expected == text) return absl::OkStatus();
  return Refuse(fmt::format("{} says its {} is \"{}\", its manifest says \"{}\"; make the two agree", m.so_path, member,
                            text == nullptr ? "" : Presentable(text), expected));
}

}  // namespace

absl::StatusOr<leadline_plugin> CheckDescriptor(const leadline_plugin* descriptor, const Manifest& m) {
  if (descriptor == nullptr) {
    return Refuse(fmt::format("{} refuses to be loaded by plugin ABI {}.{}; read its documentation", m.so_path,
                              LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR));
  }
  leadline_plugin copy{};
  uint64_t size = 0;
  std::memcpy(&size, descriptor, sizeof(size));
  // Another major may have another layout: read no further than the version before it is known.
  constexpr uint64_t kVersionEnd = offsetof(leadline_plugin, flags);
  if (size < kVersionEnd || size > kMostTable) {
    return Refuse(
        fmt::format("{} gives a descriptor of {} bytes; set size to sizeof(leadline_plugin)", m.so_path, size));
  }
  std::memcpy(&copy, descriptor, kVersionEnd);
  RETURN_IF_ERROR(CheckVersion(copy, m));
  if (size < kLeastDescriptor) {
    return Refuse(
        fmt::format("{} gives a descriptor of {} bytes, at least {} are needed; set size to "
                    "sizeof(leadline_plugin)",
                    m.so_path, size, kLeastDescriptor));
  }
  std::memcpy(&copy, descriptor, std::min<uint64_t>(size, sizeof(copy)));
  RETURN_IF_ERROR(CheckText("id", copy.id, m.id, m));
  RETURN_IF_ERROR(CheckText("version", copy.version, m.version, m));
  if (copy.create == nullptr || copy.destroy == nullptr || copy.get_capability == nullptr) {
    return Refuse(fmt::format("{} leaves create, destroy or get_capability NULL; set all three", m.so_path));
  }
  return copy;
}

absl::StatusOr<Module> OpenModule(AdmittedModule file) {
  static std::mutex& loader = *new std::mutex();
  std::lock_guard lock(loader);
  ASSIGN_OR_RETURN(Entry entry, OpenEntry(file));
  ASSIGN_OR_RETURN(leadline_plugin descriptor,
                   CheckDescriptor(entry(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR), file.manifest));
  return Module{std::move(file), descriptor};
}

absl::StatusOr<EntryFunction> OpenUnadmitted(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    return Refuse(fmt::format("{} cannot be opened: {}; check what it was linked against", path, LinkerError()));
  }
  void* symbol = dlsym(handle, "leadline_plugin_entry");
  if (symbol == nullptr) return Refuse(fmt::format("{} has no leadline_plugin_entry", path));
  return reinterpret_cast<EntryFunction>(symbol);
}

absl::StatusOr<const void*> FindCapability(const leadline_plugin& descriptor, std::string_view id, uint64_t size) {
  const void* table = descriptor.get_capability(std::string(id).c_str());
  if (table == nullptr) {
    return Refuse(fmt::format("does not have the capability {} that its manifest names; correct the manifest", id));
  }
  uint64_t actual = 0;
  std::memcpy(&actual, table, sizeof(actual));
  const void* function = nullptr;
  if (actual >= size && actual <= kMostTable) {
    std::memcpy(&function, static_cast<const char*>(table) + sizeof(uint64_t), sizeof(function));
  }
  if (function == nullptr) {
    return Refuse(fmt::format("gives a table of {} bytes for {}, or one without its function; at least {} are needed",
                              actual, id, size));
  }
  return table;
}

}  // namespace leadline::plugin
