#include "plugin/admit/trust_policy.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/regular_file.h"
#include "plugin/admit/signature.h"
#include "plugin/admit/version.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

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

// The file's text, when nobody but root and this user can have written it. Begins errors with the path.
absl::StatusOr<std::string> ReadGuarded(const std::string& path) {
  ASSIGN_OR_RETURN(RegularFile file, RegularFile::Open(path, TrustPolicy::kMostBytes));
  if (file.owner() != 0 && file.owner() != geteuid()) {
    return absl::FailedPreconditionError(fmt::format(
        "{} belongs to the user with number {}, who so says what the server runs; it must belong to root or to the "
        "server's user, {}; run: chown {} {}",
        path, file.owner(), geteuid(), geteuid(), path));
  }
  if ((file.mode() & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(
        fmt::format("{}: {} may write to it, and so say what the server runs; run: chmod go-w {}", path,
                    (file.mode() & S_IWOTH) != 0 ? "everybody" : "its group", path));
  }
  return file.Read();
}

// How a person lists the plugin by its hash, after looking at it.
std::string ListCommand(const Manifest& manifest, std::string_view where) {
  return fmt::format("leadline plugin trust {} --out {}", FolderOf(manifest), where);
}

}  // namespace

absl::StatusOr<TrustPolicy> TrustPolicy::Read(const std::string& path) {
  auto text = ReadGuarded(path);
  if (text.ok()) return Parse(*text, path);
  return absl::Status(text.status().code(), fmt::format("trust policy {}", std::string(text.status().message())));
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
  RETURN_IF_ERROR(StillAdmits(manifest.id, manifest.version, manifest.sha256));
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

absl::Status TrustPolicy::StillAdmits(std::string_view id, std::string_view version, std::string_view sha256) const {
  for (const Revoked& file : contents_.revoked) {
    if (file.sha256 != sha256) continue;
    return Deny(fmt::format(
        "its file, SHA-256 {}, is revoked by {}: {}; take another file of {}, or let the packs name it no more", sha256,
        where_, file.why, id));
  }
  for (const MinVersion& least : contents_.min_versions) {
    if (least.id != id) continue;
    const std::optional<bool> enough = IsAtLeast(version, least.version);
    if (enough.value_or(false)) continue;
    return Deny(fmt::format("its version {} {} {}, the least that {} takes of {}; take a newer file of it",
                            Presentable(version), enough ? "is older than" : "cannot be compared with", least.version,
                            where_, id));
  }
  return absl::OkStatus();
}

absl::Status TrustPolicy::AllowsLocal(const Manifest& manifest) const {
  if (anything_) return absl::OkStatus();
  bool another = false;
  for (const Listed& file : contents_.local) {
    if (file.id != manifest.id) continue;
    if (file.sha256 == manifest.sha256) return absl::OkStatus();
    another = true;
  }
  return Deny(fmt::format(
      "it may not run in the server's own process: \"local\" in {} {}; let the pack run it with `mode: worker`, or, if "
      "a crash of it may end the server, allow it with: leadline plugin trust {} --local {} --out {}",
      where_,
      another ? fmt::format("names another file of it, not that with SHA-256 {}", manifest.sha256) : "does not name it",
      FolderOf(manifest), manifest.id, where_));
}

absl::Status NoTrustPolicy() {
  return Deny(
      "the server was started without a trust policy, so no plugin may load; write one with: leadline plugin trust DIR "
      "--out FILE, look it through, and start the server with --plugin-trust FILE");
}

}  // namespace leadline::plugin
