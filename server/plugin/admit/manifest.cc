#include "plugin/admit/manifest.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "base/plugin_id.h"
#include "base/source_position.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/json_text.h"
#include "plugin/admit/signature.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kModuleSuffix = ".so";
constexpr std::string_view kManifestSuffix = ".plugin.json";
constexpr uintmax_t kMostManifestBytes = 64 * 1024;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

// UTF-8 without control characters: each text is one line of what is signed.
bool IsOneLine(std::string_view text) {
  return IsUtf8(text) && std::none_of(text.begin(), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

absl::Status Wrong(std::string_view where, std::string what) {
  return absl::FailedPreconditionError(fmt::format("manifest {}: {}", where, what));
}

absl::StatusOr<std::string> TextMember(const json& object, const char* name, std::string_view where) {
  auto member = object.find(name);
  if (member == object.end() || !member->is_string() || member->get_ref<const std::string&>().empty()) {
    return Wrong(where, fmt::format("\"{}\" is missing or not a text; write it as leadline_add_plugin does", name));
  }
  if (!IsOneLine(member->get_ref<const std::string&>())) {
    return Wrong(where, fmt::format("\"{}\" holds a control character; write plain text on one line", name));
  }
  return member->get<std::string>();
}

absl::StatusOr<std::vector<std::string>> Capabilities(const json& object, std::string_view where) {
  std::vector<std::string> out;
  auto member = object.find("capabilities");
  if (member != object.end() && member->is_array()) {
    for (const json& item : *member) {
      if (item.is_string() && IsOneLine(item.get_ref<const std::string&>())) out.push_back(item.get<std::string>());
    }
  }
  if (out.empty() || out.size() != member->size()) {
    return Wrong(where, "\"capabilities\" is not a list of texts such as \"leadline.score/1\"; name at least one");
  }
  return out;
}

// Who signed it; both members or neither.
absl::Status ReadSignature(const json& object, std::string_view where, Manifest& manifest) {
  const bool publisher = object.contains("publisher"), signature = object.contains("signature");
  if (!publisher && !signature) return absl::OkStatus();
  if (publisher != signature) {
    return Wrong(where, fmt::format("\"{}\" is there without \"{}\"; sign it again with: leadline plugin sign",
                                    publisher ? "publisher" : "signature", publisher ? "signature" : "publisher"));
  }
  ASSIGN_OR_RETURN(manifest.publisher, TextMember(object, "publisher", where));
  if (!IsPublisherName(manifest.publisher)) return Wrong(where, "\"publisher\" is longer than 64 bytes");
  ASSIGN_OR_RETURN(manifest.signature, TextMember(object, "signature", where));
  if (!IsBase64Of(manifest.signature, 64)) {
    return Wrong(where, "\"signature\" is not 64 bytes in base64; sign it again with: leadline plugin sign");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsPublisherName(std::string_view text) { return !text.empty() && text.size() <= 64 && IsOneLine(text); }

std::string ManifestPath(std::string_view so_path) {
  if (EndsWith(so_path, kModuleSuffix)) so_path.remove_suffix(kModuleSuffix.size());
  return fmt::format("{}{}", so_path, kManifestSuffix);
}

absl::StatusOr<Manifest> ParseManifest(std::string_view text, std::string_view where) {
  absl::StatusOr<json> parsed = ParseStrictJson(text);
  if (!parsed.ok() || !parsed->is_object()) {
    return Wrong(where, fmt::format("it is not a JSON object{}{}", parsed.ok() ? "" : ": ",
                                    std::string(parsed.status().message())));
  }
  const json& object = *parsed;
  for (const auto& [key, value] : object.items()) {
    static const std::set<std::string> kKnown = {"id", "version", "capabilities", "sha256", "publisher", "signature"};
    if (!kKnown.contains(key)) {
      return Wrong(where,
                   fmt::format("unknown member \"{}\"; it may hold {}", Presentable(key), fmt::join(kKnown, ", ")));
    }
  }
  Manifest manifest;
  ASSIGN_OR_RETURN(manifest.id, TextMember(object, "id", where));
  if (!IsPluginId(manifest.id)) {
    return Wrong(where,
                 fmt::format("\"{}\" is not a plugin id; write reverse DNS in lower case, such as com.example.fit",
                             Presentable(manifest.id)));
  }
  ASSIGN_OR_RETURN(manifest.version, TextMember(object, "version", where));
  ASSIGN_OR_RETURN(manifest.capabilities, Capabilities(object, where));
  ASSIGN_OR_RETURN(manifest.sha256, TextMember(object, "sha256", where));
  if (!IsSha256(manifest.sha256)) return Wrong(where, "\"sha256\" is not 64 lower-case hexadecimal digits");
  RETURN_IF_ERROR(ReadSignature(object, where, manifest));
  return manifest;
}

std::string SignedText(const Manifest& manifest) {
  std::string text = fmt::format("leadline plugin signature 1\nid: {}\nversion: {}\nsha256: {}\n", manifest.id,
                                 manifest.version, manifest.sha256);
  for (const std::string& capability :
       std::set<std::string>(manifest.capabilities.begin(), manifest.capabilities.end())) {
    text += fmt::format("capability: {}\n", capability);
  }
  return text;
}

std::string FormatManifest(const Manifest& manifest) {
  nlohmann::ordered_json object = {{"id", manifest.id},
                                   {"version", manifest.version},
                                   {"capabilities", manifest.capabilities},
                                   {"sha256", manifest.sha256}};
  if (!manifest.publisher.empty()) {
    object["publisher"] = manifest.publisher;
    object["signature"] = manifest.signature;
  }
  return object.dump(2) + "\n";
}

absl::StatusOr<Manifest> ReadManifest(std::string_view so_path) {
  std::string path = ManifestPath(so_path);
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return absl::NotFoundError(
        fmt::format("{} has no manifest; put {} beside it, as leadline_add_plugin does", so_path, path));
  }
  uintmax_t size = fs::file_size(path, error);
  if (error || size > kMostManifestBytes) return Wrong(path, "it is longer than 64 KiB");
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return Wrong(path, "it cannot be read; check its permissions");
  ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(text, path));
  manifest.so_path = std::string(so_path);
  return manifest;
}

absl::StatusOr<PluginDirectory> PluginDirectory::Scan(const std::string& dir) {
  PluginDirectory out;
  out.path_ = dir;
  std::error_code error;
  std::vector<std::string> modules;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    if (EndsWith(it->path().string(), kModuleSuffix)) modules.push_back(it->path().string());
  }
  if (error) {
    return absl::NotFoundError(fmt::format("plugin folder {}: {}; check --plugins", dir, error.message()));
  }
  std::sort(modules.begin(), modules.end());
  for (const std::string& module : modules) {
    auto manifest = ReadManifest(module);
    if (manifest.ok()) {
      out.manifests_.push_back(*std::move(manifest));
    } else {
      out.problems_.emplace_back(manifest.status().message());
    }
  }
  std::stable_sort(out.manifests_.begin(), out.manifests_.end(),
                   [](const Manifest& a, const Manifest& b) { return a.id < b.id; });
  auto twice = std::adjacent_find(out.manifests_.begin(), out.manifests_.end(),
                                  [](const Manifest& a, const Manifest& b) { return a.id == b.id; });
  if (twice != out.manifests_.end()) {
    return absl::AlreadyExistsError(fmt::format("plugin {} is there twice in {}: {} and {}; remove one", twice->id, dir,
                                                twice->so_path, (twice + 1)->so_path));
  }
  return out;
}

absl::StatusOr<Manifest> PluginDirectory::Find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const Manifest& manifest : manifests_) {
    if (manifest.id == id) return manifest;
    ids.push_back(manifest.id);
  }
  std::string nearest = NearestName(id, ids);
  std::string hint = nearest.empty() ? fmt::format("put its .so and manifest into {}", path_)
                                     : fmt::format("did you mean \"{}\"?", nearest);
  if (!problems_.empty()) hint += fmt::format(" ({} file(s) there have no usable manifest)", problems_.size());
  return absl::NotFoundError(fmt::format("no plugin \"{}\" in {}; {}", Presentable(id), path_, hint));
}

}  // namespace leadline::plugin
