#include "plugin/admit/trust_policy.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/signature.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

constexpr size_t kMostPolicyBytes = 16 << 20;

absl::Status Deny(std::string message) { return absl::PermissionDeniedError(std::move(message)); }

// "com.example.*" covers every id below com.example.
bool Covers(std::string_view pattern, std::string_view id) {
  if (!pattern.ends_with(".*")) return pattern == id;
  pattern.remove_suffix(1);
  return id.size() > pattern.size() && id.starts_with(pattern);
}

bool CoversAny(const TrustPolicy::Publisher& publisher, std::string_view id) {
  return std::any_of(publisher.ids.begin(), publisher.ids.end(),
                     [&](const std::string& pattern) { return Covers(pattern, id); });
}

std::string FolderOf(const Manifest& manifest) {
  std::string folder = std::filesystem::path(manifest.so_path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// How a person lists the plugin by its hash, after looking at it.
std::string ListCommand(const Manifest& manifest, std::string_view where) {
  return fmt::format("leadline plugin trust {} --out {}", FolderOf(manifest), where);
}

}  // namespace

absl::StatusOr<TrustPolicy> TrustPolicy::Read(const std::string& path) {
  auto bytes = ReadRegularFile(path);
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(), fmt::format("trust policy: {}", std::string(bytes.status().message())));
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || (info.st_mode & S_IWOTH) != 0) {
    return absl::FailedPreconditionError(fmt::format(
        "trust policy {}: everybody may write to it, and so say what the server runs; run: chmod o-w {}", path, path));
  }
  if (bytes->size() > kMostPolicyBytes) {
    return absl::InvalidArgumentError(fmt::format("trust policy {}: it is longer than 16 MiB", path));
  }
  return Parse(*bytes, path);
}

TrustPolicy TrustPolicy::Anything() {
  TrustPolicy policy;
  policy.anything_ = true;
  return policy;
}

absl::StatusOr<std::string> TrustPolicy::CheckSigned(const Manifest& manifest, bool hash_listed) const {
  const std::string text = SignedText(manifest);
  const Publisher* signer = nullptr;
  bool known = false;
  for (const Publisher& publisher : contents_.publishers) {
    if (publisher.name != manifest.publisher) continue;
    known = true;
    if (!Verifies(text, manifest.signature, publisher.public_key)) continue;
    signer = &publisher;
    if (CoversAny(publisher, manifest.id)) {
      return fmt::format("{} signed it, who may publish {} by {}", publisher.name, manifest.id, where_);
    }
  }
  if (known && signer == nullptr) {
    return Deny(fmt::format(
        "the signature of \"{}\" does not verify: the file or its manifest was changed after it was signed, or another "
        "key signed it; get the plugin from its publisher again, or have it signed again with: leadline plugin sign {} "
        "--key FILE --publisher \"{}\"",
        manifest.publisher, manifest.so_path, manifest.publisher));
  }
  if (hash_listed) return std::string();
  if (signer != nullptr) {
    return Deny(
        fmt::format("\"{}\" signed it, but may not publish {} by {}, only {}; add the id to this publisher's \"ids\" "
                    "there if that is right",
                    signer->name, manifest.id, where_, fmt::join(signer->ids, ", ")));
  }
  return Deny(fmt::format(
      "it is signed by \"{}\", a publisher that {} does not know; if you trust this publisher, add to \"publishers\" "
      "there the name, the public key as the publisher gives it elsewhere, and the ids that it may publish; or list "
      "this one file with: {}",
      manifest.publisher, where_, ListCommand(manifest, where_)));
}

absl::Status TrustPolicy::NothingVouches(const Manifest& manifest) const {
  return Deny(
      fmt::format("nothing vouches for it: its SHA-256 {} is not listed in {}, and no publisher signed it; look where "
                  "the file comes from, then list it with: {}",
                  manifest.sha256, where_, ListCommand(manifest, where_)));
}

absl::StatusOr<std::string> TrustPolicy::WhoVouches(const Manifest& manifest) const {
  if (anything_) return std::string("this policy admits everything");
  std::vector<std::string> others;
  bool listed = false;
  for (const Listed& plugin : contents_.plugins) {
    if (plugin.id != manifest.id) continue;
    if (plugin.sha256 == manifest.sha256) {
      listed = true;
    } else {
      others.push_back(plugin.sha256);
    }
  }
  std::string signer;
  absl::Status refusal;
  if (!manifest.publisher.empty()) {
    auto checked = CheckSigned(manifest, listed);
    const bool known = std::any_of(contents_.publishers.begin(), contents_.publishers.end(),
                                   [&](const Publisher& p) { return p.name == manifest.publisher; });
    if (checked.ok()) {
      signer = *std::move(checked);
    } else if (known || others.empty()) {
      return checked.status();
    }
  }
  if (!signer.empty()) return signer;
  if (listed) return fmt::format("its hash is listed in {}", where_);
  if (others.empty()) return NothingVouches(manifest);
  return Deny(
      fmt::format("it is not the file that {} lists under {}: this one's SHA-256 is {}, listed is {}; restore that "
                  "file, or, when you replaced it on purpose, list the new one with: {}",
                  where_, manifest.id, manifest.sha256, fmt::join(others, " or "), ListCommand(manifest, where_)));
}

absl::Status TrustPolicy::AllowsLocal(const Manifest& manifest) const {
  if (anything_ || std::find(contents_.local.begin(), contents_.local.end(), manifest.id) != contents_.local.end()) {
    return absl::OkStatus();
  }
  return Deny(
      fmt::format("it may not run in the server's own process: \"local\" in {} does not name it; let the pack run it "
                  "with `mode: worker`, or, if a crash of it may end the server, allow it with: leadline plugin trust "
                  "{} --local {} --out {}",
                  where_, FolderOf(manifest), manifest.id, where_));
}

absl::Status NoTrustPolicy() {
  return Deny(
      "the server was started without a trust policy, so no plugin may load; write one with: leadline plugin trust DIR "
      "--out FILE, look it through, and start the server with --plugin-trust FILE");
}

}  // namespace leadline::plugin
