// What the plugin tests share: where the built plugins are, and a schema of three fields.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/admit/manifest.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/host.h"

namespace leadline::plugin {

inline std::string FixturePath(std::string_view name) {
  return std::string(LEADLINE_BINARY_DIR "/plugin_fixtures/").append(name).append(".so");
}

inline std::string Message(const absl::Status& status) { return std::string(status.message()); }

inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

inline void WriteAll(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// A folder that goes with the test. Not thread-safe.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = std::filesystem::temp_directory_path() / "leadline_plugin_XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::optional<FieldSlot> TestField(std::string_view name) {
  if (name == "test.mode") return FieldSlot{LEADLINE_STR, 7};
  if (name == "test.number") return FieldSlot{LEADLINE_F64, 8};
  if (name == "test.other") return FieldSlot{LEADLINE_BOOL, 9};
  if (name.starts_with("test.any")) return FieldSlot{LEADLINE_NULL, 20};
  if (name == "contact.title") return FieldSlot{LEADLINE_STR, 1};
  if (name == "contact.language") return FieldSlot{LEADLINE_STR, 2};
  return std::nullopt;
}

inline constexpr const char* kWorkerProgram = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";

// How workers are run in tests of something else, also where the kernel has no Landlock.
inline WorkerOptions TestWorkers() {
  WorkerOptions options;
  options.executable = kWorkerProgram;
  options.without_landlock = true;
  return options;
}

// Lets everything load.
inline const TrustPolicy* AnyTrust() {
  static const TrustPolicy& policy = *new TrustPolicy(TrustPolicy::Anything());
  return &policy;
}

// Loads fixture `name` with a config that it takes.
inline absl::StatusOr<std::shared_ptr<Plugin>> LoadFixture(const ScratchFolder& scratch, const std::string& name,
                                                           LoadOptions options = {},
                                                           std::string config = R"({"size": 3})",
                                                           PluginMode mode = PluginMode::kLocal) {
  options.fields = TestField;
  options.cache_dir = scratch / "cache";
  options.trust = AnyTrust();
  options.worker.executable = kWorkerProgram;
  options.worker.without_landlock = true;  // where there is none, these tests are of other things
  PluginRequest request{
      .id = "org.test." + name, .mode = mode, .path = FixturePath(name), .config_json = std::move(config)};
  return Load(request, options);
}

}  // namespace leadline::plugin
