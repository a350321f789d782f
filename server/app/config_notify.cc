#include "app/config_notify.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/strip.h"
#include "app/webhook/signature.h"
#include "base/ids.h"
#include "fmt/format.h"
#include "packs/yaml/map_reader.h"

namespace leadline::app {
namespace {

namespace fs = std::filesystem;

using packs::MapReader;
using packs::YamlNode;

constexpr size_t kMostEndpoints = 50;
constexpr size_t kMostFileBytes = 1 << 20;
constexpr size_t kMostSecretBytes = 4096;
// Codes of findings, which this file's messages leave out.
constexpr const char *kWrongForm = "LL1102", *kWrongValue = "LL1105", *kTwice = "LL1106";

// The first `most` bytes of a file; nothing when it cannot be read.
std::optional<std::string> ReadStart(const fs::path& path, size_t most) {
  std::ifstream in(path, std::ios::binary);
  std::string text(most, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(most));
  if (!in && !in.eof()) return std::nullopt;
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

absl::StatusOr<std::string> ReadSecret(const fs::path& folder, const std::string& name) {
  const fs::path path = folder / name;
  const std::optional<std::string> text = ReadStart(path, kMostSecretBytes);
  if (!text) return absl::InvalidArgumentError(fmt::format("the secret {} cannot be read", path.string()));
  const absl::StatusOr<std::string> key = SigningKeyOf(std::string(absl::StripAsciiWhitespace(*text)));
  if (key.ok()) return key;
  return absl::InvalidArgumentError(fmt::format("{}: {}", path.string(), std::string(key.status().message())));
}

class NotifyFile {
 public:
  NotifyFile(const std::string& path, packs::Problems& problems) : path_(path), problems_(problems) {}

  NotifySettings Read(const YamlNode& root) {
    NotifySettings out;
    MapReader top(problems_, root, "the file");
    out.source = FilledText(top, "source", out.source);
    folder_ = fs::path(FilledText(top, "secrets", fs::path(path_).parent_path().string()));
    const std::vector<const YamlNode*> endpoints = top.RequiredList("endpoints");
    if (endpoints.size() > kMostEndpoints) {
      problems_.Add(*endpoints[kMostEndpoints], kWrongValue,
                    fmt::format("there are at most {} endpoints", kMostEndpoints));
    }
    for (size_t i = 0; i < endpoints.size() && i < kMostEndpoints; ++i) ReadEndpoint(*endpoints[i], out);
    top.Finish();
    return out;
  }

 private:
  void ReadEndpoint(const YamlNode& node, NotifySettings& out) {
    MapReader map(problems_, node, "an endpoint");
    if (!map.ok()) return;
    Endpoint endpoint;
    ReadId(map, out, endpoint);
    endpoint.allow_private_addresses = map.Flag("allow_private_addresses");
    ReadUrl(map, endpoint);
    ReadSecrets(map, endpoint);
    if (map.Get("regions") != nullptr) {
      for (std::string& region : Names(map, "regions")) endpoint.regions.insert(std::move(region));
    }
    EndpointLimits& limits = endpoint.limits;
    limits.most_per_second = Whole(map, "most_per_second", limits.most_per_second, 1, 1'000);
    limits.most_kept = Whole(map, "most_kept", limits.most_kept, 100, 10'000'000);
    limits.keep_waiting = Length(map, "keep_waiting", limits.keep_waiting, kHour, 90 * kDay);
    limits.keep_dead = Length(map, "keep_dead", limits.keep_dead, kHour, 365 * kDay);
    limits.timeout = Length(map, "timeout", limits.timeout, kSecond, 60 * kSecond);
    map.Finish();
    out.endpoints.push_back(std::move(endpoint));
  }

  void ReadId(MapReader& map, const NotifySettings& before, Endpoint& endpoint) {
    const YamlNode* id = map.Require("id");
    if (id == nullptr) return;
    endpoint.id = map.Text("id");
    if (id->is_scalar() && !IsValidId(endpoint.id)) {
      problems_.Add(*id, kWrongForm, "an id has small letters, digits, _ and -");
    }
    for (const Endpoint& other : before.endpoints) {
      if (!endpoint.id.empty() && other.id == endpoint.id) {
        problems_.Add(*id, kTwice, fmt::format("\"{}\" is there twice", endpoint.id));
      }
    }
  }

  void ReadUrl(MapReader& map, Endpoint& endpoint) {
    const YamlNode* at = map.Require("url");
    if (at == nullptr) return;
    endpoint.url = map.Text("url");
    const std::string& url = endpoint.url;
    if (!at->is_scalar()) return;
    const bool http = url.starts_with("http://");
    if (!http && !url.starts_with("https://")) {
      problems_.Add(*at, kWrongForm, "a url begins with https://");
      return;
    }
    if (http && !endpoint.allow_private_addresses) {
      problems_.Add(*at, kWrongValue,
                    "http:// is not encrypted: it is for endpoints with allow_private_addresses alone");
    }
    const std::string_view host = std::string_view(url).substr(url.find("//") + 2);
    if (host.substr(0, host.find('/')).find('@') != std::string_view::npos) {
      problems_.Add(*at, kWrongValue, "a url holds no name and password: messages are signed instead");
    }
  }

  void ReadSecrets(MapReader& map, Endpoint& endpoint) {
    const YamlNode* at = map.Require("secrets");
    if (at == nullptr) return;
    const std::vector<std::string> names = Names(map, "secrets");
    if (names.size() > 2) {
      problems_.Add(*at, kWrongValue, "one secret, or two while one takes the place of the other");
    }
    for (const std::string& name : names) {
      absl::StatusOr<std::string> key = ReadSecret(folder_, name);
      if (key.ok()) {
        endpoint.secrets.push_back(*std::move(key));
      } else {
        problems_.Add(*at, kWrongValue, std::string(key.status().message()));
      }
    }
  }

  std::string FilledText(MapReader& map, const char* key, std::string fallback) {
    const YamlNode* at = map.Get(key);
    std::string text = map.Text(key, fallback);
    if (!text.empty() || at == nullptr) return text;
    problems_.Add(*at, kWrongForm, fmt::format("\"{}\" is empty", key));
    return fallback;
  }
  // Of a key that is there. What is no list, or no name, is not shown: it may be a secret in the place of its name.
  std::vector<std::string> Names(MapReader& map, const char* key) {
    const YamlNode& list = *map.Get(key);
    std::vector<std::string> out;
    if (!list.is_sequence() || list.items.empty()) {
      problems_.Add(list, kWrongForm, fmt::format("\"{}\" must be a list with something in it", key));
      return out;
    }
    for (const YamlNode* item : map.List(key)) {
      if (item->is_scalar() && IsValidId(item->text)) {
        out.push_back(item->text);
      } else {
        problems_.Add(*item, kWrongForm,
                      fmt::format("\"{}\" is a list of names of small letters, digits, _ and -", key));
      }
    }
    return out;
  }
  int Whole(MapReader& map, const char* key, int fallback, int least, int most) {
    const std::optional<int64_t> value = map.Integer(key);
    if (!value) return fallback;
    if (*value >= least && *value <= most) return static_cast<int>(*value);
    problems_.Add(*map.Get(key), kWrongValue, fmt::format("\"{}\" is a whole number from {} to {}", key, least, most));
    return fallback;
  }
  Duration Length(MapReader& map, const char* key, Duration fallback, Duration least, Duration most) {
    const std::optional<Duration> value = map.Length(key);
    if (!value) return fallback;
    if (*value >= least && *value <= most) return *value;
    problems_.Add(*map.Get(key), kWrongValue,
                  fmt::format("\"{}\" is a time from {} to {}", key, FormatDuration(least), FormatDuration(most)));
    return fallback;
  }

  const std::string& path_;
  packs::Problems& problems_;
  fs::path folder_;
};

// A line for each, without the line of the file.
absl::Status AllOf(const std::vector<Diagnostic>& found) {
  std::vector<std::string> lines;
  for (const Diagnostic& d : found) {
    lines.push_back(fmt::format("{}: {}{}{}", d.position.ToString(), d.message, d.hint.empty() ? "" : "; ", d.hint));
  }
  return absl::InvalidArgumentError(fmt::format("{}", fmt::join(lines, "\n")));
}

}  // namespace

absl::StatusOr<NotifySettings> ReadNotifySettings(const std::string& path) {
  std::optional<std::string> text = ReadStart(path, kMostFileBytes + 1);
  if (!text) return absl::InvalidArgumentError(fmt::format("{}: cannot be read", path));
  if (text->size() > kMostFileBytes) {
    return absl::InvalidArgumentError(fmt::format("{}: holds more than {} MiB", path, kMostFileBytes >> 20));
  }
  packs::YamlFile file(path, *std::move(text));
  if (std::vector<Diagnostic> form; !file.Parse(form)) {
    // Hints of form show what stands there.
    for (Diagnostic& d : form) d.hint.clear();
    return AllOf(form);
  }
  packs::Problems problems;
  NotifySettings settings = NotifyFile(path, problems).Read(file.root());
  const std::vector<Diagnostic> found = problems.Take();
  if (found.empty()) return settings;
  return AllOf(found);
}

}  // namespace leadline::app
