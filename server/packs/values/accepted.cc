#include "packs/values/accepted.h"

#include <array>
#include <optional>

#include "base/ids.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

// Files, without ".yaml", that can be accepted.
constexpr std::array<std::string_view, 2> kAcceptable = {"normalize", "mail_providers"};

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string KeyOf(std::string_view region, std::string_view what) { return fmt::format("{} {}", region, what); }

}  // namespace

void Accepted::Read(Problems& problems, MapReader& pack_file) {
  for (const YamlNode* item : pack_file.List("accepts")) {
    MapReader entry(problems, *item, "an entry of \"accepts\"");
    std::string region = entry.RequiredText("pack");
    if (!region.empty() && (!IsValidId(region) || region == "central")) {
      problems.Add(*entry.Get("pack"), "LL1107", fmt::format("\"{}\" is not the name of a region", region),
                   "write the name of its folder");
      region.clear();
    }
    bool any = false;
    for (const std::string_view what : kAcceptable) {
      const YamlNode* hash = entry.Get(what);
      if (hash == nullptr) continue;
      ReadHash(problems, region, what, *hash);
      any = true;
    }
    if (!any && entry.ok()) {
      problems.Add(*item, "LL1103", "the entry does not say which file of the region is accepted",
                   "add  normalize: ...  or  mail_providers: ...  with the file's SHA-256");
    }
    entry.Finish();
  }
}

void Accepted::ReadHash(Problems& problems, const std::string& region, std::string_view what, const YamlNode& node) {
  const std::optional<std::string> hash = ReadText(problems, node, fmt::format("\"{}\"", what));
  if (!hash || region.empty()) return;
  if (!IsSha256(*hash)) {
    problems.Add(node, "LL1104", fmt::format("\"{}\" is not a hash of SHA-256", *hash),
                 fmt::format("write the 64 digits that  sha256sum regions/{}/{}.yaml  prints", region, what));
    return;
  }
  const auto [first, added] = hashes_.try_emplace(KeyOf(region, what), Hash{*hash, &node});
  if (added) return;
  Diagnostic& d = problems.Add(node, "LL1106", fmt::format("{} of {} is accepted twice", what, region),
                               "keep the one that is true");
  d.related = first->second.at->file->PositionOf(first->second.at->offset);
  d.related_message = "the first one";
}

std::string Accepted::HashOf(const std::string& region, std::string_view what) const {
  const auto accepted = hashes_.find(KeyOf(region, what));
  return accepted == hashes_.end() ? "" : accepted->second.sha256;
}

bool Accepted::Holds(Problems& problems, const std::string& region, std::string_view what, const YamlNode& root,
                     std::string_view counts) const {
  const std::string sha256 = Sha256Hex(root.file->text());
  const auto accepted = hashes_.find(KeyOf(region, what));
  const bool other = accepted != hashes_.end();
  if (other && accepted->second.sha256 == sha256) return true;
  Diagnostic& d = problems.Add(
      root, "LL2311",
      fmt::format("the central pack {}, {}",
                  other ? "accepts another version of this file" : "does not accept this file", counts),
      fmt::format(
          "to accept it, the owners of the central pack run  leadline pack accept {}  (which writes {{pack: {}, "
          "{}: {}}})",
          region, region, what, sha256));
  d.severity = Severity::kWarning;
  if (!other) return false;
  const YamlNode& at = *accepted->second.at;
  d.related = at.file->PositionOf(at.offset);
  d.related_message = "what is accepted";
  return false;
}

}  // namespace leadline::packs
