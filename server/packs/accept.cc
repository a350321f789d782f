#include "packs/accept.h"

#include <array>

#include "base/ids.h"
#include "fmt/format.h"
#include "packs/load/pack_source.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {
namespace {

// What can be accepted: names of files, without ".yaml".
constexpr auto kAcceptable = std::to_array<std::string_view>({"normalize", "mail_providers"});

const YamlNode* AcceptedHash(const YamlNode& root, std::string_view region, std::string_view what) {
  const YamlNode* accepts = root.Find("accepts");
  if (accepts == nullptr || !accepts->is_sequence()) return nullptr;
  for (const YamlNode& entry : accepts->items) {
    const YamlNode* pack = entry.is_map() ? entry.Find("pack") : nullptr;
    if (pack == nullptr || pack->text != region) continue;
    if (const YamlNode* hash = entry.Find(what); hash != nullptr && hash->is_scalar()) return hash;
  }
  return nullptr;
}

// Puts a line before the one that holds `offset`, with that line's indentation and line end.
std::string WithLineBefore(std::string text, size_t offset, std::string_view line) {
  const size_t newline = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  const size_t begin = newline == std::string::npos ? 0 : newline + 1;
  const std::string indent = text.substr(begin, text.find_first_not_of(' ', begin) - begin);
  const std::string_view end = text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  return text.insert(begin, fmt::format("{}{}{}", indent, line, end));
}

std::string WithEntry(const std::string& text, const YamlNode& root, const std::string& entry) {
  const YamlNode* accepts = root.Find("accepts");
  if (accepts != nullptr && (!accepts->is_sequence() || accepts->items.empty())) return text;
  const bool flow_root = text[root.offset] == '{';
  if (accepts == nullptr) {
    if (flow_root) return std::string(text).insert(root.offset + 1, fmt::format("accepts: [{}], ", entry));
    return WithLineBefore(text, root.offset, fmt::format("accepts: [{}]", entry));
  }
  if (text[accepts->offset] == '[') return std::string(text).insert(accepts->offset + 1, entry + ", ");
  return WithLineBefore(text, accepts->items[0].offset, "- " + entry);
}

}  // namespace

std::string WithAcceptance(const std::string& pack_yaml, std::string_view region, std::string_view what,
                           std::string_view sha256) {
  YamlFile file("pack.yaml", pack_yaml);
  std::vector<Diagnostic> problems;
  if (!file.Parse(problems) || !file.root().is_map()) return pack_yaml;
  if (const YamlNode* hash = AcceptedHash(file.root(), region, what)) {
    const YamlRange range = RangeOf(*hash);
    return std::string(pack_yaml).replace(range.begin, range.end - range.begin, sha256);
  }
  const std::string entry = fmt::format("{{pack: {}, {}: {}}}", region, what, sha256);
  std::string out = WithEntry(pack_yaml, file.root(), entry);
  // What is written in a way that nobody thought of stays as it is.
  YamlFile check("pack.yaml", out);
  const YamlNode* now = check.Parse(problems) ? AcceptedHash(check.root(), region, what) : nullptr;
  return now != nullptr && now->text == sha256 ? out : pack_yaml;
}

Acceptances AcceptancesOf(const PackSet& set, std::string_view region) {
  Acceptances out;
  out.path = fmt::format("{}/central/pack.yaml", set.root);
  const PackFiles* central = set.Find("central");
  const PackFiles* pack = region == "central" ? nullptr : set.Find(region);
  if (central == nullptr || pack == nullptr || !central->files.contains("pack.yaml")) return out;
  const std::string& before = central->files.at("pack.yaml");
  out.text = before;
  for (const std::string_view what : kAcceptable) {
    const auto file = pack->files.find(fmt::format("{}.yaml", what));
    if (file == pack->files.end()) continue;
    out.files.push_back({file->first, Sha256Hex(file->second)});
    out.text = WithAcceptance(out.text, region, what, out.files.back().sha256);
  }
  out.changed = out.text != before;
  if (const auto table = pack->files.find("normalize.yaml"); table != pack->files.end()) {
    const std::string path = AcceptedTablePath(region);
    out.copy_path = fmt::format("{}/central/{}", set.root, path);
    out.copy_text = table->second;
    const auto kept = central->files.find(path);
    out.changed = out.changed || kept == central->files.end() || kept->second != out.copy_text;
  }
  return out;
}

}  // namespace leadline::packs
