// The policy's file: read strictly, written so that a person can review it.
#include <algorithm>
#include <set>

#include "base/plugin_id.h"
#include "base/source_position.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/json_text.h"
#include "plugin/admit/signature.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/admit/version.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

using nlohmann::json;

// An object of the file, and where it stands: "publishers[0]".
class Node {
 public:
  Node(const json& value, std::string where, std::string path)
      : value_(value), where_(std::move(where)), path_(std::move(path)) {}

  const json& value() const { return value_; }
  absl::Status Wrong(std::string_view what) const {
    return absl::InvalidArgumentError(
        fmt::format("trust policy {}: {}{}{}", where_, path_, path_.empty() ? "" : ": ", what));
  }
  Node At(size_t index) const { return {value_[index], where_, fmt::format("{}[{}]", path_, index)}; }

  absl::Status OnlyHas(const std::vector<std::string>& known) const {
    if (!value_.is_object()) return Wrong(fmt::format("must be an object with {}", fmt::join(known, ", ")));
    for (const auto& [key, ignored] : value_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      const std::string nearest = NearestName(key, known);
      return Wrong(fmt::format("has an unknown member \"{}\"; {}", Presentable(key),
                               nearest.empty() ? fmt::format("it may hold {}", fmt::join(known, ", "))
                                               : fmt::format("did you mean \"{}\"?", nearest)));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Node> Member(const char* name) const {
    auto member = value_.find(name);
    if (member == value_.end()) return Wrong(fmt::format("\"{}\" is missing", name));
    return Node(*member, where_, path_.empty() ? name : fmt::format("{}.{}", path_, name));
  }

  absl::StatusOr<std::string> Text() const {
    if (!value_.is_string()) return Wrong("must be a text");
    return value_.get<std::string>();
  }

  // Each item of the list `name`; an absent one is empty.
  template <typename Read>
  absl::Status EachOf(const char* name, Read read) const {
    if (!value_.contains(name)) return absl::OkStatus();
    ASSIGN_OR_RETURN(Node list, Member(name));
    if (!list.value().is_array()) return list.Wrong("must be a list");
    for (size_t i = 0; i < list.value().size(); ++i) RETURN_IF_ERROR(read(list.At(i)));
    return absl::OkStatus();
  }

 private:
  const json& value_;
  std::string where_;
  std::string path_;
};

absl::StatusOr<std::string> ReadId(const Node& node) {
  ASSIGN_OR_RETURN(std::string id, node.Text());
  if (IsPluginId(id)) return id;
  return node.Wrong(fmt::format("\"{}\" is not a plugin id, such as com.example.fit", Presentable(id)));
}

// An id, or all below some labels. "*" alone would let one publisher replace every plugin.
absl::StatusOr<std::string> ReadPattern(const Node& node) {
  ASSIGN_OR_RETURN(std::string pattern, node.Text());
  const std::string id = pattern.ends_with(".*") ? pattern.substr(0, pattern.size() - 1) + "x" : pattern;
  if (IsPluginId(id)) return pattern;
  return node.Wrong(
      fmt::format("\"{}\" is neither a plugin id, such as com.example.fit, nor all ids below one, such "
                  "as com.example.*",
                  Presentable(pattern)));
}

absl::StatusOr<TrustPolicy::Publisher> ReadPublisher(const Node& node) {
  TrustPolicy::Publisher publisher;
  RETURN_IF_ERROR(node.OnlyHas({"name", "key", "ids"}));
  ASSIGN_OR_RETURN(Node name, node.Member("name"));
  ASSIGN_OR_RETURN(publisher.name, name.Text());
  if (!IsPublisherName(publisher.name)) return name.Wrong("must be 1 to 64 bytes on one line");
  ASSIGN_OR_RETURN(Node key, node.Member("key"));
  ASSIGN_OR_RETURN(publisher.public_key, key.Text());
  if (!IsBase64Of(publisher.public_key, kKeyBytes)) {
    return key.Wrong("is not an Ed25519 public key, 32 bytes in base64; leadline plugin keygen writes it as NAME.pub");
  }
  ASSIGN_OR_RETURN(Node ids, node.Member("ids"));
  if (!ids.value().is_array() || ids.value().empty()) return ids.Wrong("must be a list of at least one id");
  RETURN_IF_ERROR(node.EachOf("ids", [&](const Node& item) -> absl::Status {
    ASSIGN_OR_RETURN(std::string pattern, ReadPattern(item));
    publisher.ids.push_back(std::move(pattern));
    return absl::OkStatus();
  }));
  return publisher;
}

absl::StatusOr<TrustPolicy::Listed> ReadListed(const Node& node) {
  TrustPolicy::Listed listed;
  RETURN_IF_ERROR(node.OnlyHas({"id", "sha256"}));
  ASSIGN_OR_RETURN(Node id, node.Member("id"));
  ASSIGN_OR_RETURN(listed.id, ReadId(id));
  ASSIGN_OR_RETURN(Node sha256, node.Member("sha256"));
  ASSIGN_OR_RETURN(listed.sha256, sha256.Text());
  if (!IsSha256(listed.sha256)) return sha256.Wrong("is not 64 lower-case hexadecimal digits");
  return listed;
}

// In earlier versions an id alone was enough, which held for any file that claimed the id.
absl::StatusOr<TrustPolicy::Listed> ReadLocal(const Node& node, std::string_view where) {
  if (!node.value().is_string()) return ReadListed(node);
  const std::string id = Presentable(node.value().get<std::string>());
  return node.Wrong(
      fmt::format("\"{}\" names an id alone, which any file can claim; take \"local\" out of the policy, then let this "
                  "very file run "
                  "in the server with: leadline plugin trust FOLDER --local {} --out {}",
                  id, id, where));
}

absl::StatusOr<TrustPolicy::Revoked> ReadRevoked(const Node& node) {
  TrustPolicy::Revoked revoked;
  RETURN_IF_ERROR(node.OnlyHas({"sha256", "why"}));
  ASSIGN_OR_RETURN(Node sha256, node.Member("sha256"));
  ASSIGN_OR_RETURN(revoked.sha256, sha256.Text());
  if (!IsSha256(revoked.sha256)) return sha256.Wrong("is not 64 lower-case hexadecimal digits");
  ASSIGN_OR_RETURN(Node why, node.Member("why"));
  ASSIGN_OR_RETURN(revoked.why, why.Text());
  constexpr size_t kMostWhy = 300;
  if (revoked.why.empty() || revoked.why != Presentable(revoked.why, kMostWhy)) {
    return why.Wrong("must be 1 to 300 bytes on one line: it is what people are told");
  }
  return revoked;
}

absl::StatusOr<TrustPolicy::MinVersion> ReadMinVersion(const Node& node) {
  TrustPolicy::MinVersion least;
  RETURN_IF_ERROR(node.OnlyHas({"id", "version"}));
  ASSIGN_OR_RETURN(Node id, node.Member("id"));
  ASSIGN_OR_RETURN(least.id, ReadId(id));
  ASSIGN_OR_RETURN(Node version, node.Member("version"));
  ASSIGN_OR_RETURN(least.version, version.Text());
  if (!IsPlainVersion(least.version)) {
    return version.Wrong(fmt::format("\"{}\" is not a version that others can be compared with, such as 1.4.0",
                                     Presentable(least.version)));
  }
  return least;
}

// Reads each item of the list `name` into `out`.
template <typename Item, typename Read>
absl::Status ReadAll(const Node& root, const char* name, std::vector<Item>& out, Read read) {
  return root.EachOf(name, [&](const Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(Item item, read(node));
    out.push_back(std::move(item));
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<TrustPolicy> TrustPolicy::Parse(std::string_view text, std::string_view where) {
  auto parsed = ParseStrictJson(text);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("trust policy {}: {}", where, std::string(parsed.status().message())));
  }
  Contents contents;
  const Node root(*parsed, std::string(where), "");
  RETURN_IF_ERROR(root.OnlyHas({"publishers", "plugins", "local", "revoked", "min_version"}));
  RETURN_IF_ERROR(root.EachOf("publishers", [&](const Node& node) -> absl::Status {
    ASSIGN_OR_RETURN(Publisher publisher, ReadPublisher(node));
    for (const Publisher& other : contents.publishers) {
      if (other.name == publisher.name && other.public_key == publisher.public_key) {
        return node.Wrong(fmt::format("\"{}\" is there twice with the same key; put the ids together", other.name));
      }
    }
    contents.publishers.push_back(std::move(publisher));
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(ReadAll(root, "plugins", contents.plugins, ReadListed));
  RETURN_IF_ERROR(ReadAll(root, "local", contents.local, [&](const Node& node) { return ReadLocal(node, where); }));
  RETURN_IF_ERROR(ReadAll(root, "revoked", contents.revoked, ReadRevoked));
  RETURN_IF_ERROR(ReadAll(root, "min_version", contents.min_versions, ReadMinVersion));
  return TrustPolicy(std::move(contents), std::string(where));
}

std::string TrustPolicy::ToJson() const {
  using nlohmann::ordered_json;
  ordered_json root;
  for (const char* list : {"publishers", "plugins", "local", "revoked", "min_version"}) {
    root[list] = ordered_json::array();
  }
  for (const Publisher& p : contents_.publishers) {
    root["publishers"].push_back({{"name", p.name}, {"key", p.public_key}, {"ids", p.ids}});
  }
  for (const Listed& p : contents_.plugins) root["plugins"].push_back({{"id", p.id}, {"sha256", p.sha256}});
  for (const Listed& p : contents_.local) root["local"].push_back({{"id", p.id}, {"sha256", p.sha256}});
  for (const Revoked& p : contents_.revoked) root["revoked"].push_back({{"sha256", p.sha256}, {"why", p.why}});
  for (const MinVersion& p : contents_.min_versions) {
    root["min_version"].push_back({{"id", p.id}, {"version", p.version}});
  }
  return root.dump(2) + "\n";
}

}  // namespace leadline::plugin
