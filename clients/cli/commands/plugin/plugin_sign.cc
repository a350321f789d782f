// leadline plugin keygen|sign|verify
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/status_macros.h"
#include "cli/commands/plugin/plugin_commands.h"
#include "cli/output/replace_file.h"
#include "cli/session/session.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/manifest.h"
#include "plugin/admit/signature.h"
#include "plugin/admit/trust_policy.h"

namespace leadline::cli {
namespace {

constexpr mode_t kPublicMode = 0644;

int MakeKeys(const Session& session, const std::string& name) {
  auto keys = plugin::MakeKeyPair();
  if (!keys.ok()) return session.Fail(keys.status());
  const std::string secret = name + ".pem", known = name + ".pub";
  if (absl::Status written = WriteSecret(secret, keys->private_pem); !written.ok()) return session.Fail(written);
  if (absl::Status written = ReplaceFile(known, keys->public_key + "\n", kPublicMode); !written.ok()) {
    return session.Fail(written);
  }
  session.Print(
      fmt::format("{}: the private key. Only you may read it; whoever has it signs as you. Keep a copy offline.\n"
                  "{}: the public key. Give it to those who run your plugins:\n{}\n",
                  secret, known, keys->public_key));
  return kExitOk;
}

// The manifest of a file that is the one it describes.
absl::StatusOr<plugin::Manifest> ReadTruthful(const std::string& path) {
  ASSIGN_OR_RETURN(plugin::Manifest manifest, plugin::ReadManifest(path));
  ASSIGN_OR_RETURN(std::string bytes, plugin::ReadRegularFile(path));
  if (std::string sha256 = Sha256Hex(bytes); sha256 != manifest.sha256) {
    return absl::FailedPreconditionError(fmt::format(
        "{} is not the file its manifest describes: SHA-256 is {}, the manifest says {}; build it again, or "
        "write the manifest again",
        path, sha256, manifest.sha256));
  }
  return manifest;
}

absl::StatusOr<plugin::Manifest> SignPlugin(const std::string& path, const std::string& key_file,
                                            const std::string& publisher) {
  if (!plugin::IsPublisherName(publisher)) {
    return absl::InvalidArgumentError("a publisher's name has 1 to 64 bytes on one line");
  }
  ASSIGN_OR_RETURN(plugin::Manifest manifest, ReadTruthful(path));
  ASSIGN_OR_RETURN(std::string pem, plugin::ReadRegularFile(key_file));
  auto signature = plugin::Sign(plugin::SignedText(manifest), pem);
  if (!signature.ok()) {
    return absl::Status(signature.status().code(),
                        fmt::format("{}: {}", key_file, std::string(signature.status().message())));
  }
  manifest.publisher = publisher;
  manifest.signature = *std::move(signature);
  RETURN_IF_ERROR(ReplaceFile(plugin::ManifestPath(path), plugin::FormatManifest(manifest), std::nullopt));
  return manifest;
}

int Verify(const Session& session, const std::string& path, const std::string& trust_file) {
  auto trust = plugin::TrustPolicy::Read(trust_file);
  if (!trust.ok()) return session.Fail(trust.status());
  auto manifest = ReadTruthful(path);
  auto who = manifest.ok() ? trust->WhoVouches(*manifest) : manifest.status();
  if (session.json()) {
    nlohmann::ordered_json json = {{"path", path}, {"admitted", who.ok()}};
    if (manifest.ok()) {
      json["id"] = manifest->id;
      json["version"] = manifest->version;
      json["sha256"] = manifest->sha256;
      json["local"] = who.ok() && trust->AllowsLocal(*manifest).ok();
    }
    json["why"] = who.ok() ? *who : std::string(who.status().message());
    session.Print(json.dump(1) + "\n");
    return who.ok() ? kExitOk : kExitRefused;
  }
  if (!who.ok()) return session.Refuse(fmt::format("{}: {}", path, std::string(who.status().message())));
  session.Print(fmt::format(
      "{} {} may load: {}\nIt may run {}.\n", manifest->id, manifest->version, *who,
      trust->AllowsLocal(*manifest).ok() ? "in the server's own process, or in a worker" : "in a worker only"));
  return kExitOk;
}

}  // namespace

void AddPluginSign(Command group) {
  auto name = std::make_shared<std::string>("leadline-plugin-key");
  Command keygen = group.AddCommand("keygen", "Make a key that signs plugins (Ed25519)",
                                    "Example:\n  leadline plugin keygen --out example-gmbh    example-gmbh.pem, .pub\n"
                                    "Never overwrites a private key.",
                                    [name](Session& session) { return MakeKeys(session, *name); });
  keygen.AddOption("--out", *name, "Path of the two files, without .pem and .pub").ShowDefault();

  struct Signing {
    std::string path, key, publisher;
  };
  auto signing = std::make_shared<Signing>();
  Command sign = group.AddCommand(
      "sign", "Sign a plugin: writes publisher and signature into its manifest",
      "Example:\n  leadline plugin sign fit.so --key example-gmbh.pem --publisher \"Example GmbH\"\n"
      "Signs the id, the version, the capabilities and the SHA-256 of the file: sign after the last change of it.",
      [signing](Session& session) {
        auto manifest = SignPlugin(signing->path, signing->key, signing->publisher);
        if (!manifest.ok()) return session.Fail(manifest.status());
        session.Print(fmt::format("{} {} is signed by {}: {}\n", manifest->id, manifest->version, manifest->publisher,
                                  plugin::ManifestPath(signing->path)));
        return static_cast<int>(kExitOk);
      });
  sign.AddOption("plugin", signing->path, "The .so, with its manifest beside it").Required();
  sign.AddOption("--key", signing->key, "The private key that keygen made").Required();
  sign.AddOption("--publisher", signing->publisher, "The name under which trust policies list the key").Required();

  auto path = std::make_shared<std::string>();
  auto trust = std::make_shared<std::string>();
  Command verify = group.AddCommand("verify", "Say whether a trust policy lets a plugin load, and who vouches",
                                    "Example:\n  leadline plugin verify fit.so --trust trust.json\n"
                                    "Runs here, without a server, and opens nothing of the plugin. Exit code 1 when it "
                                    "may not load.",
                                    [path, trust](Session& session) { return Verify(session, *path, *trust); });
  verify.AddOption("plugin", *path, "The .so, with its manifest beside it").Required();
  verify.AddOption("--trust", *trust, "The trust policy").Required();
}

}  // namespace leadline::cli
