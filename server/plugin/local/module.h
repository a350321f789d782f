// Opening an admitted module. The one place that calls dlopen().
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "leadline/plugin.h"
#include "plugin/admit/admission.h"

namespace leadline::plugin {

// A descriptor that was checked, with members an older plugin has not set to NULL. Lives as long as the process: a
// module is never closed, since its threads, thread-locals and exit handlers cannot be told apart from the host's.
struct Module {
  AdmittedModule file;
  leadline_plugin descriptor{};
};

// Opens the copy, asks its entry for the descriptor and holds that to the manifest and to this host's version.
// RESOURCE_EXHAUSTED when this process holds too many different modules already. Thread-safe.
absl::StatusOr<Module> OpenModule(AdmittedModule file);

// The one function that a plugin exports.
using EntryFunction = const leadline_plugin* (*)(uint32_t host_major, uint32_t host_minor);

// Opens a file that nobody admitted: for the checker, in processes of their own. Runs its constructors.
absl::StatusOr<EntryFunction> OpenUnadmitted(const std::string& path);

// Copies a descriptor of any `size`; FAILED_PRECONDITION when this host cannot work with it.
absl::StatusOr<leadline_plugin> CheckDescriptor(const leadline_plugin* descriptor, const Manifest& manifest);

// A capability's table, with at least `size` bytes; an error when the plugin has not got it or has too short a one.
absl::StatusOr<const void*> FindCapability(const leadline_plugin& descriptor, std::string_view id, uint64_t size);

}  // namespace leadline::plugin
