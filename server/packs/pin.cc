#include "packs/pin.h"

#include "fmt/format.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

std::string WithPin(const std::string& pack_yaml, std::string_view sha256) {
  YamlFile file("pack.yaml", pack_yaml);
  std::vector<Diagnostic> problems;
  if (!file.Parse(problems)) return pack_yaml;
  std::string out = pack_yaml;
  if (const YamlNode* pin = file.root().Find("tested_against"); pin != nullptr && pin->is_scalar()) {
    const YamlRange range = RangeOf(*pin);
    return out.replace(range.begin, range.end - range.begin, sha256);
  }
  const YamlNode* extends = file.root().Find("extends");
  if (extends == nullptr || file.root().Find("tested_against") != nullptr) return out;
  const bool flow = out[file.root().offset] == '{';
  if (flow) return out.insert(file.root().offset + 1, fmt::format("tested_against: {}, ", sha256));
  // A line of its own, with the indentation and the line end of the others.
  const std::string indent(static_cast<size_t>(file.PositionOf(file.root().offset).column - 1), ' ');
  const std::string end = out.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  const size_t line_end = out.find('\n', RangeOf(*extends).end);
  const std::string line = fmt::format("{}tested_against: {}", indent, sha256);
  return line_end == std::string::npos ? out + end + line : out.insert(line_end + 1, line + end);
}

std::vector<Pin> PinsOf(const PackSet& set) {
  std::vector<Pin> pins;
  const PackFiles* central = set.Find("central");
  if (central == nullptr) return pins;
  const std::string sha256 = HashOf(*central);
  for (const PackFiles& pack : set.packs) {
    const auto file = pack.files.find("pack.yaml");
    if (pack.name == "central" || file == pack.files.end()) continue;
    Pin pin;
    pin.region = pack.name;
    pin.path = fmt::format("{}/regions/{}/pack.yaml", set.root, pack.name);
    pin.sha256 = sha256;
    pin.text = WithPin(file->second, sha256);
    pin.changed = pin.text != file->second;
    pins.push_back(std::move(pin));
  }
  return pins;
}

}  // namespace leadline::packs
