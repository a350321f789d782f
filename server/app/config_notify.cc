#include "app/config_notify.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/strip.h"
#include "app/webhook/signature.h"
#include "base/ids.h"
#include "base/source_position.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostEndpoints = 50;
constexpr std::streamsize kMostSecretBytes = 4096;

// The settings of one map, each asked for once; what is wrong is collected with its place.
class SettingsMap {
 public:
  SettingsMap(const std::string& path, const YAML::Node& node, std::string what, std::vector<std::string>& problems)
      : path_(path), node_(node), what_(std::move(what)), problems_(problems) {
    if (!node_.IsMap()) Wrong(node_, fmt::format("{} must be a map of settings", what_));
  }

  void Wrong(const YAML::Node& at, const std::string& problem) {
    const YAML::Mark mark = at.Mark();
    problems_.push_back(
        fmt::format("{}: {}", SourcePosition{path_, mark.line + 1, mark.column + 1}.ToString(), problem));
  }

  // Nothing where it is not there.
  YAML::Node Get(const std::string& key) {
    known_.push_back(key);
    if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    for (const auto& entry : node_) {
      if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
    }
    return YAML::Node(YAML::NodeType::Undefined);
  }
  std::string Text(const std::string& key, const std::string& fallback = "", bool required = false) {
    const YAML::Node node = Get(key);
    if (!node.IsDefined() || node.IsNull()) {
      if (required && node_.IsMap()) Wrong(node_, fmt::format("{} needs \"{}\"", what_, key));
      return fallback;
    }
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    Wrong(node, fmt::format("\"{}\" must be a text", key));
    return fallback;
  }
  std::vector<YAML::Node> List(const std::string& key, bool required = false) {
    const YAML::Node node = Get(key);
    std::vector<YAML::Node> out;
    if (!node.IsDefined() || node.IsNull()) {
      if (required && node_.IsMap()) Wrong(node_, fmt::format("{} needs \"{}\"", what_, key));
      return out;
    }
    if (!node.IsSequence() || node.size() == 0) {
      Wrong(node, fmt::format("\"{}\" must be a list with something in it", key));
      return out;
    }
    for (const YAML::Node& item : node) out.push_back(item);
    return out;
  }
  std::vector<std::string> Names(const std::string& key, bool required = false) {
    std::vector<std::string> out;
    for (const YAML::Node& item : List(key, required)) {
      if (!item.IsScalar() || !IsValidId(item.Scalar())) {
        Wrong(item, fmt::format("\"{}\" is a list of names of small letters, digits, _ and -", key));
      } else {
        out.push_back(item.Scalar());
      }
    }
    return out;
  }
  bool Flag(const std::string& key) {
    const std::string text = Text(key, "false");
    if (text != "true" && text != "false") Wrong(Get(key), fmt::format("\"{}\" is true or false", key));
    return text == "true";
  }
  int Number(const std::string& key, int fallback, int least, int most) {
    const std::string text = Text(key, fmt::format("{}", fallback));
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return value;
    Wrong(Get(key), fmt::format("\"{}\" is a whole number from {} to {}", key, least, most));
    return fallback;
  }
  Duration Length(const std::string& key, Duration fallback, Duration least, Duration most) {
    const absl::StatusOr<Duration> value = ParseDuration(Text(key, FormatDuration(fallback)));
    if (value.ok() && *value >= least && *value <= most) return *value;
    Wrong(Get(key), fmt::format("\"{}\" is a time from {} to {}", key, FormatDuration(least), FormatDuration(most)));
    return fallback;
  }
  // Reports what nobody asked for, and what is there twice.
  void Finish() {
    if (!node_.IsMap()) return;
    std::set<std::string> seen;
    for (const auto& entry : node_) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        const std::string nearest = NearestName(key, known_);
        Wrong(entry.first, fmt::format("\"{}\" is not a setting of {}{}", key, what_,
                                       nearest.empty() ? fmt::format("; these are: {}", fmt::join(known_, ", "))
                                                       : fmt::format("; did you mean \"{}\"?", nearest)));
      } else if (!seen.insert(key).second) {
        Wrong(entry.first, fmt::format("\"{}\" is there twice", key));
      }
    }
  }

 private:
  const std::string& path_;
  const YAML::Node node_;
  const std::string what_;
  std::vector<std::string>& problems_;
  std::vector<std::string> known_;
};

absl::StatusOr<std::string> ReadSecret(const fs::path& folder, const std::string& name) {
  const fs::path path = folder / name;
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<size_t>(kMostSecretBytes), '\0');
  if (in) in.read(text.data(), kMostSecretBytes);
  if (!in && !in.eof()) return absl::InvalidArgumentError(fmt::format("the secret {} cannot be read", path.string()));
  text.resize(static_cast<size_t>(in.gcount()));
  const absl::StatusOr<std::string> key = SigningKeyOf(std::string(absl::StripAsciiWhitespace(text)));
  if (key.ok()) return key;
  return absl::InvalidArgumentError(fmt::format("{}: {}", path.string(), std::string(key.status().message())));
}

class NotifyFile {
 public:
  NotifyFile(const std::string& path, std::vector<std::string>& problems) : path_(path), problems_(problems) {}

  NotifySettings Read(const YAML::Node& root) {
    NotifySettings out;
    SettingsMap top(path_, root, "the file", problems_);
    out.source = top.Text("source", out.source);
    folder_ = fs::path(top.Text("secrets", fs::path(path_).parent_path().string()));
    for (const YAML::Node& node : top.List("endpoints", /*required=*/true)) ReadEndpoint(node, out);
    if (out.endpoints.size() > kMostEndpoints) {
      top.Wrong(top.Get("endpoints"), fmt::format("there are at most {} endpoints", kMostEndpoints));
    }
    top.Finish();
    return out;
  }

 private:
  void ReadEndpoint(const YAML::Node& node, NotifySettings& out) {
    SettingsMap map(path_, node, "an endpoint", problems_);
    Endpoint endpoint;
    endpoint.id = map.Text("id", "", /*required=*/true);
    if (!endpoint.id.empty() && !IsValidId(endpoint.id)) {
      map.Wrong(map.Get("id"), "an id has small letters, digits, _ and -");
    }
    for (const Endpoint& other : out.endpoints) {
      if (other.id == endpoint.id) map.Wrong(map.Get("id"), fmt::format("\"{}\" is there twice", endpoint.id));
    }
    endpoint.allow_private_addresses = map.Flag("allow_private_addresses");
    endpoint.url = map.Text("url", "", /*required=*/true);
    CheckUrl(map, endpoint);
    ReadSecrets(map, endpoint);
    for (std::string& region : map.Names("regions")) endpoint.regions.insert(std::move(region));
    EndpointLimits& limits = endpoint.limits;
    limits.most_per_second = map.Number("most_per_second", limits.most_per_second, 1, 1'000);
    limits.most_kept = map.Number("most_kept", limits.most_kept, 100, 10'000'000);
    limits.keep_waiting = map.Length("keep_waiting", limits.keep_waiting, kHour, 90 * kDay);
    limits.keep_dead = map.Length("keep_dead", limits.keep_dead, kHour, 365 * kDay);
    limits.timeout = map.Length("timeout", limits.timeout, kSecond, 60 * kSecond);
    map.Finish();
    out.endpoints.push_back(std::move(endpoint));
  }

  void CheckUrl(SettingsMap& map, const Endpoint& endpoint) {
    const std::string& url = endpoint.url;
    if (url.empty()) return;
    const bool http = url.starts_with("http://");
    if (!http && !url.starts_with("https://")) return map.Wrong(map.Get("url"), "a url begins with https://");
    if (http && !endpoint.allow_private_addresses) {
      map.Wrong(map.Get("url"), "http:// is not encrypted: it is for endpoints with allow_private_addresses alone");
    }
    const std::string_view host = std::string_view(url).substr(url.find("//") + 2);
    if (host.substr(0, host.find('/')).find('@') != std::string_view::npos) {
      map.Wrong(map.Get("url"), "a url holds no name and password: messages are signed instead");
    }
  }

  void ReadSecrets(SettingsMap& map, Endpoint& endpoint) {
    const std::vector<std::string> names = map.Names("secrets", /*required=*/true);
    if (names.size() > 2) map.Wrong(map.Get("secrets"), "one secret, or two while one takes the place of the other");
    for (const std::string& name : names) {
      absl::StatusOr<std::string> key = ReadSecret(folder_, name);
      if (key.ok()) {
        endpoint.secrets.push_back(*std::move(key));
      } else {
        map.Wrong(map.Get("secrets"), std::string(key.status().message()));
      }
    }
  }

  const std::string& path_;
  std::vector<std::string>& problems_;
  fs::path folder_;
};

}  // namespace

absl::StatusOr<NotifySettings> ReadNotifySettings(const std::string& path) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::BadFile&) {
    return absl::InvalidArgumentError(fmt::format("{}: cannot be read", path));
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {}", SourcePosition{path, e.mark.line + 1, e.mark.column + 1}.ToString(), e.msg));
  }
  std::vector<std::string> problems;
  NotifySettings settings = NotifyFile(path, problems).Read(root);
  if (problems.empty()) return settings;
  return absl::InvalidArgumentError(fmt::format("{}", fmt::join(problems, "\n")));
}

}  // namespace leadline::app
