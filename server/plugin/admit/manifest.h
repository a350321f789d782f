// The manifest beside a plugin, and folders of plugins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::plugin {

// What `<name>.plugin.json` says of `<name>.so`. Plain data.
struct Manifest {
  std::string id;
  std::string version;
  std::vector<std::string> capabilities;
  std::string sha256;  // 64 lower-case hexadecimal digits
  std::string so_path;
  std::string publisher;  // who signed it, and
  std::string signature;  // of SignedText(), 64 bytes in base64; both empty when nobody did
};

// Whether `text` is 64 lower-case hexadecimal digits.
bool IsSha256(std::string_view text);
// Whether `text` may name a publisher: 1 to 64 bytes of UTF-8 without control characters.
bool IsPublisherName(std::string_view text);

// The manifest's path for a module's: "a/b.so" gives "a/b.plugin.json".
std::string ManifestPath(std::string_view so_path);

// Reads and checks the manifest beside `so_path`.
absl::StatusOr<Manifest> ReadManifest(std::string_view so_path);
// The same from text; `where` names it in errors.
absl::StatusOr<Manifest> ParseManifest(std::string_view json, std::string_view where);
// The manifest's text, as the build writes it.
std::string FormatManifest(const Manifest& manifest);

// What a publisher signs: these lines, in UTF-8, each ended by one line feed, with the capabilities in the order of
// their bytes and each once. The first line keeps a signature from standing for anything else.
//
//   leadline plugin signature 1
//   id: com.example.fit
//   version: 1.4.0
//   sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//   capability: leadline.normalize/1
//   capability: leadline.score/1
//
// A manifest that was read has no line feed in any of them, so that no two manifests give the same text.
std::string SignedText(const Manifest& manifest);

// The plugins of one folder, by id. Immutable after Scan(), so thread-safe.
class PluginDirectory {
 public:
  // Reads every manifest in `dir`, not below it. NOT_FOUND when there is no such folder, ALREADY_EXISTS when two
  // manifests have one id. A .so without a manifest, or with a bad one, does not load and stands in problems().
  static absl::StatusOr<PluginDirectory> Scan(const std::string& dir);

  const std::string& path() const { return path_; }
  // Sorted by id.
  const std::vector<Manifest>& manifests() const { return manifests_; }
  const std::vector<std::string>& problems() const { return problems_; }
  // NOT_FOUND, with the nearest id when it may be a slip.
  absl::StatusOr<Manifest> Find(std::string_view id) const;

 private:
  std::string path_;
  std::vector<Manifest> manifests_;
  std::vector<std::string> problems_;
};

}  // namespace leadline::plugin
