#include "packs/read/plugins.h"

#include <algorithm>
#include <cmath>

#include "base/plugin_id.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Whether the text is a number in the grammar of JSON (RFC 8259, section 6).
bool IsJsonNumber(std::string_view s) {
  size_t i = s.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const size_t from = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
    return i > from;
  };
  const bool zero = i < s.size() && s[i] == '0';
  const size_t first = i;
  if (!digits() || (zero && i > first + 1)) return false;
  if (i < s.size() && s[i] == '.' && (++i, !digits())) return false;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    ++i;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == s.size();
}

std::string ToJson(const YamlNode& node) {
  if (node.is_null()) return "null";
  if (node.is_scalar()) {
    const bool bare = node.is_plain() && (node.text == "true" || node.text == "false" || IsJsonNumber(node.text));
    return bare ? node.text : JsonText(node.text);
  }
  std::string out(1, node.is_map() ? '{' : '[');
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += ',';
    if (node.is_map()) out += JsonText(node.keys[i].text) + ":";
    out += ToJson(node.items[i]);
  }
  return out + (node.is_map() ? '}' : ']');
}

void CheckSlot(Layer& layer, const YamlNode& at, const PluginSlot& slot) {
  for (const ExtensionPoints::PluginPoint& open : layer.points().plugins) {
    if (open.slot == slot.slot && open.capability == slot.capability) return;
  }
  layer.CheckOpened(at, false, fmt::format("the plugin slot \"{}\" ({})", slot.slot, slot.capability));
}

void CheckFallback(Problems& problems, MapReader& reader, PluginUse& use, const PluginSlot& slot) {
  const bool wants = use.on_failure == PluginUse::OnFailure::kFallback;
  const YamlNode* fallback = reader.Get("fallback");
  if (wants && fallback == nullptr) {
    problems.Add(*reader.Get("on_failure"), "LL2802", "`on_failure: fallback` needs a fallback", "add  fallback: ...");
  } else if (!wants && fallback != nullptr) {
    problems.Add(*fallback, "LL2802", "there is a fallback here without `on_failure: fallback`",
                 "add  on_failure: fallback  or remove it");
  } else if (wants && slot.kind == PluginSlot::Fallback::kNumber) {
    use.fallback_points = reader.Number("fallback").value_or(0);
  } else if (wants && !slot.fallbacks.empty()) {
    reader.Choice("fallback", slot.fallbacks);
  }
}

// How a use differs from another of the same plugin, where it must not; empty: not at all.
std::string DifferenceOf(const PluginUse& use, const PluginUse& other) {
  if (other.config_json != use.config_json) return "another config";
  if (other.mode != use.mode) return "another mode";
  const bool failure = use.capability == "leadline.route/1" && other.capability == use.capability &&
                       (other.on_failure != use.on_failure || other.fallback != use.fallback);
  return failure ? "another on_failure" : "";
}

}  // namespace

void PluginUses::Join(const PluginUse& use, PluginUse& same) {
  const auto add = [](const std::vector<std::string>& from, std::vector<std::string>& to) {
    for (const std::string& layer : from) {
      if (std::find(to.begin(), to.end(), layer) == to.end()) to.push_back(layer);
    }
  };
  add(use.layers, same.layers);
  add(use.needed_by, same.needed_by);
  same.optional = same.needed_by.empty();
}

// A plugin is loaded once, with one configuration, and a route names it by its id alone: settings that differ would
// let one pack decide for another.
void PluginUses::CheckSameSettings(Problems& problems, const YamlNode& at, const PluginUse& use) const {
  for (size_t i = 0; i < uses_.size(); ++i) {
    const PluginUse& other = uses_[i];
    if (other.id != use.id) continue;
    const std::string difference = DifferenceOf(use, other);
    if (difference.empty()) continue;
    Diagnostic& d =
        problems.Add(at, "LL2803", fmt::format("the plugin {} is used with {} elsewhere", use.id, difference),
                     "every use of a plugin has the same settings");
    d.related = places_[i]->file->PositionOf(places_[i]->offset);
    d.related_message = "used first here";
    return;
  }
}

// A plugin that lacks a capability does not load at all: a region that asked one of the centre's for more would take
// it away from the centre.
void PluginUses::CheckSamePurpose(Problems& problems, const YamlNode& at, const PluginUse& use) const {
  const YamlNode* central = nullptr;
  for (size_t i = 0; i < uses_.size(); ++i) {
    const PluginUse& other = uses_[i];
    if (other.id != use.id || other.layer != "central") continue;
    if (other.capability == use.capability) return;
    central = places_[i];
  }
  if (central == nullptr) return;
  Diagnostic& d = problems.Add(
      at, "LL2803", fmt::format("the central pack uses the plugin {}, and not for {}", use.id, use.capability),
      "a region may use a plugin of the centre for what the centre uses it for; ship another one for the rest");
  d.related = central->file->PositionOf(central->offset);
  d.related_message = "used by the centre here";
}

int PluginUses::Read(Layer& layer, MapReader& reader, const PluginSlot& slot) {
  Problems& problems = layer.problems();
  PluginUse use;
  use.id = reader.RequiredText("plugin");
  use.capability = slot.capability;
  use.slot = slot.slot;
  use.layer = layer.name();
  use.source = SourceOf(reader.node());
  use.optional = reader.Flag("optional", false);
  use.layers = {layer.name()};
  if (!use.optional) use.needed_by = use.layers;
  use.mode = reader.Choice("mode", {"worker", "local"}) == 1 ? PluginUse::Mode::kLocal : PluginUse::Mode::kWorker;
  reader.Require("on_failure");  // design: it must be written in the pack
  const int on_failure = reader.Choice("on_failure", {"fail", "skip", "fallback"});
  if (on_failure >= 0) use.on_failure = static_cast<PluginUse::OnFailure>(on_failure);
  use.fallback = reader.Text("fallback");
  if (const YamlNode* config = reader.Get("config")) {
    if (config->is_map()) {
      use.config_json = ToJson(*config);
      if (use.config_json.size() > kMostPluginConfigBytes) {
        problems.Add(*config, "LL2807",
                     fmt::format("the config has {} bytes as JSON, and a plugin takes at most {}",
                                 use.config_json.size(), kMostPluginConfigBytes),
                     "put large tables into the plugin's own file");
      }
    } else {
      problems.Add(*config, "LL1102", "\"config\" must be a map");
    }
  }
  CheckFallback(problems, reader, use, slot);
  if (use.id.empty()) return -1;
  const YamlNode& at = *reader.Get("plugin");
  if (!IsPluginId(use.id)) {
    problems.Add(at, "LL1107", fmt::format("\"{}\" is not a plugin id", use.id),
                 "it looks like org.example.what_it_does");
    return -1;
  }
  if (!layer.is_central()) CheckSlot(layer, at, slot);
  CheckSameSettings(problems, at, use);
  if (!layer.is_central()) CheckSamePurpose(problems, at, use);
  for (size_t i = 0; i < uses_.size(); ++i) {
    PluginUse& other = uses_[i];
    if (other.id != use.id || other.slot != use.slot || other.config_json != use.config_json) continue;
    if (other.on_failure != use.on_failure || other.fallback != use.fallback) continue;
    Join(use, other);
    return static_cast<int>(i);
  }
  uses_.push_back(std::move(use));
  places_.push_back(&at);
  return static_cast<int>(uses_.size()) - 1;
}

int PluginUses::ReadAlone(Layer& layer, const YamlNode& node, const PluginSlot& slot) {
  MapReader reader(layer.problems(), node, "a plugin");
  if (!reader.ok()) return -1;
  const int use = Read(layer, reader, slot);
  reader.Finish();
  return use;
}

}  // namespace leadline::packs
