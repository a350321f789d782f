// Which plugins may load, and which of them in the server's own process. The operator's, never a pack's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/admit/manifest.h"

namespace leadline::plugin {

// Deny by default: a plugin loads when its hash is listed, or when a publisher whose key is listed signed it and may
// publish under its id. A listed publisher's signature that does not verify is refused even when the hash is listed:
// somebody changed what was signed. What is revoked, or older than the least version of its id, is refused whoever
// vouches for it. Immutable, so thread-safe.
class TrustPolicy {
 public:
  // A publisher of signed plugins. The same name may stand there with several keys, such as an old and a new one.
  struct Publisher {
    std::string name;
    std::string public_key;        // Ed25519, 32 bytes in base64
    std::vector<std::string> ids;  // "com.example.fit", or "com.example.*" for all below
  };
  // A plugin that is trusted by its content. An id may have several hashes.
  struct Listed {
    std::string id;
    std::string sha256;
  };
  // A file that may load no more.
  struct Revoked {
    std::string sha256;
    std::string why;  // for people
  };
  // The oldest version of a plugin that may load.
  struct MinVersion {
    std::string id;
    std::string version;  // IsPlainVersion()
  };
  // What a policy says. Plain data.
  struct Contents {
    std::vector<Publisher> publishers;
    std::vector<Listed> plugins;
    std::vector<Listed> local;  // files that may run in the server's own process: an id alone could be any file's
    std::vector<Revoked> revoked;
    std::vector<MinVersion> min_versions;
  };

  // Of a policy's file.
  static constexpr uint64_t kMostBytes = 1 << 20;

  // Trusts nobody.
  TrustPolicy() = default;
  // `where` names the policy in messages.
  TrustPolicy(Contents contents, std::string where) : where_(std::move(where)), contents_(std::move(contents)) {}

  // From a file: {"publishers": [{"name", "key", "ids"}], "plugins": [{"id", "sha256"}], "local": [{"id", "sha256"}],
  // "revoked": [{"sha256", "why"}], "min_version": [{"id", "version"}]}. Anything else in it is an error that says
  // where: INVALID_ARGUMENT, or NOT_FOUND and FAILED_PRECONDITION when the file cannot be read, is no regular file of
  // at most kMostBytes, belongs to somebody else than root and this user, or others may write to it.
  static absl::StatusOr<TrustPolicy> Read(const std::string& path);
  static absl::StatusOr<TrustPolicy> Parse(std::string_view json, std::string_view where);
  // Admits everything, also to run in the server's process: for tools on an author's own machine and for tests.
  static TrustPolicy Anything();

  // Who vouches for the plugin, for people: "its hash is listed in trust.json". PERMISSION_DENIED when nobody does:
  // says what is missing and how to give it.
  absl::StatusOr<std::string> WhoVouches(const Manifest& manifest) const;
  absl::Status Admits(const Manifest& manifest) const { return WhoVouches(manifest).status(); }
  // PERMISSION_DENIED when the plugin's file is revoked or too old: asked of those that are loaded already, too.
  absl::Status StillAdmits(std::string_view id, std::string_view version, std::string_view sha256) const;
  // PERMISSION_DENIED when this file of the plugin may run in a worker only.
  absl::Status AllowsLocal(const Manifest& manifest) const;

  const Contents& contents() const { return contents_; }
  // The file's text.
  std::string ToJson() const;

 private:
  absl::StatusOr<std::string> CheckSigned(const Manifest& manifest, bool hash_listed) const;
  absl::Status NothingVouches(const Manifest& manifest) const;

  bool anything_ = false;
  std::string where_ = "the trust policy";
  Contents contents_;
};

// The refusal of every plugin while there is no policy.
absl::Status NoTrustPolicy();

}  // namespace leadline::plugin
