// Which plugins may load, and which of them in the server's own process. The operator's, never a pack's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/manifest.h"

namespace leadline::plugin {

// Deny by default: a plugin loads when its hash is listed, or when a publisher whose key is listed signed it and may
// publish under its id. Immutable, so thread-safe.
class TrustPolicy {
 public:
  // A publisher of signed plugins.
  struct Publisher {
    std::string name;
    std::string public_key;        // Ed25519, 32 bytes in base64
    std::vector<std::string> ids;  // "com.example.fit", or "com.example.*" for all below
  };
  // A plugin that is trusted by its content.
  struct Listed {
    std::string id;
    std::string sha256;
  };

  // From a file: {"publishers": [{"name", "key", "ids"}], "plugins": [{"id", "sha256"}], "local": ["id"]}.
  // Anything else in it is an error that says where.
  static absl::StatusOr<TrustPolicy> Read(const std::string& path);
  static absl::StatusOr<TrustPolicy> Parse(std::string_view json, std::string_view where);
  // Admits everything, also to run in the server's process: for the checker and for tests.
  static TrustPolicy Anything();

  // PERMISSION_DENIED when nothing vouches for the plugin: says what is missing and how to give it.
  absl::Status Admits(const Manifest& manifest) const;
  // PERMISSION_DENIED when the plugin may run in a worker only.
  absl::Status AllowsLocal(const Manifest& manifest) const;

 private:
  bool anything_ = false;
  std::vector<Publisher> publishers_;
  std::vector<Listed> plugins_;
  std::vector<std::string> local_;
};

}  // namespace leadline::plugin
