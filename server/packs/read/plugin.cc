// A plugin that a pack names: which, where, and what happens without it.
#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "packs/read/load_context.h"

namespace leadline::packs {
namespace {

// org.leadline.title_seniority: at least two parts of small letters, digits, _ and -.
bool IsPluginId(std::string_view id) {
  if (id.empty() || id.size() > 128 || id.find('.') == std::string_view::npos) return false;
  if (id.front() == '.' || id.back() == '.' || id.find("..") != std::string_view::npos) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

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

void CheckSlot(LoadContext& context, const YamlNode& at, const std::string& slot, const std::string& capability) {
  for (const ExtensionPoints::PluginSlot& open : context.points.plugin_slots) {
    if (open.slot == slot && open.capability == capability) return;
  }
  CheckOpened(context, at, false, fmt::format("the plugin slot \"{}\" ({})", slot, capability));
}

void CheckFallback(LoadContext& context, MapReader& reader, PluginUse& use, const PluginSlot& slot) {
  const bool wants = use.on_failure == PluginUse::OnFailure::kFallback;
  const YamlNode* fallback = reader.Get("fallback");
  if (wants && fallback == nullptr) {
    context.problems.Add(*reader.Get("on_failure"), "LL2802", "`on_failure: fallback` needs a fallback",
                         "add  fallback: ...");
  } else if (!wants && fallback != nullptr) {
    context.problems.Add(*fallback, "LL2802", "a fallback stands here without `on_failure: fallback`",
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

// A plugin is loaded once, with one configuration, and a route names it by its id alone: settings that differ would
// let one pack decide for another.
void CheckSameSettings(LoadContext& context, const YamlNode& at, const PluginUse& use) {
  for (size_t i = 0; i < context.plugins.size(); ++i) {
    const PluginUse& other = context.plugins[i];
    if (other.id != use.id) continue;
    const std::string difference = DifferenceOf(use, other);
    if (difference.empty()) continue;
    Diagnostic& d =
        context.problems.Add(at, "LL2803", fmt::format("the plugin {} is used with {} elsewhere", use.id, difference),
                             "every use of a plugin has the same settings");
    d.related = context.plugin_places[i]->file->PositionOf(context.plugin_places[i]->offset);
    d.related_message = "used first here";
    return;
  }
}

// A plugin that lacks a capability does not load at all: a region that asked one of the centre's for more would take
// it away from the centre.
void CheckSamePurpose(LoadContext& context, const PackSource& pack, const YamlNode& at, const PluginUse& use) {
  if (pack.central) return;
  const YamlNode* central = nullptr;
  for (size_t i = 0; i < context.plugins.size(); ++i) {
    const PluginUse& other = context.plugins[i];
    if (other.id != use.id || other.layer != "central") continue;
    if (other.capability == use.capability) return;
    central = context.plugin_places[i];
  }
  if (central == nullptr) return;
  Diagnostic& d = context.problems.Add(
      at, "LL2803", fmt::format("the central pack uses the plugin {}, and not for {}", use.id, use.capability),
      "a region may use a plugin of the centre for what the centre uses it for; ship another one for the rest");
  d.related = central->file->PositionOf(central->offset);
  d.related_message = "used by the centre here";
}

}  // namespace

int ReadPluginUse(LoadContext& context, const PackSource& pack, MapReader& reader, const PluginSlot& slot) {
  PluginUse use;
  use.id = reader.RequiredText("plugin");
  use.capability = slot.capability;
  use.slot = slot.slot;
  use.layer = pack.name;
  use.source = SourceOf(reader.node());
  use.optional = reader.Flag("optional", false);
  use.mode = reader.Choice("mode", {"worker", "local"}) == 1 ? PluginUse::Mode::kLocal : PluginUse::Mode::kWorker;
  reader.Require("on_failure");  // design: it must be written in the pack
  const int on_failure = reader.Choice("on_failure", {"fail", "skip", "fallback"});
  if (on_failure >= 0) use.on_failure = static_cast<PluginUse::OnFailure>(on_failure);
  use.fallback = reader.Text("fallback");
  if (const YamlNode* config = reader.Get("config")) {
    if (config->is_map()) {
      use.config_json = ToJson(*config);
    } else {
      context.problems.Add(*config, "LL1102", "\"config\" must be a map");
    }
  }
  CheckFallback(context, reader, use, slot);
  if (use.id.empty()) return -1;
  const YamlNode& at = *reader.Get("plugin");
  if (!IsPluginId(use.id)) {
    context.problems.Add(at, "LL1107", fmt::format("\"{}\" is no plugin id", use.id),
                         "it looks like org.example.what_it_does");
    return -1;
  }
  if (!pack.central) CheckSlot(context, at, slot.slot, slot.capability);
  CheckSameSettings(context, at, use);
  CheckSamePurpose(context, pack, at, use);
  for (size_t i = 0; i < context.plugins.size(); ++i) {
    PluginUse& other = context.plugins[i];
    if (other.id != use.id || other.slot != use.slot || other.config_json != use.config_json) continue;
    if (other.on_failure != use.on_failure || other.fallback != use.fallback) continue;
    other.optional = other.optional && use.optional;
    return static_cast<int>(i);
  }
  context.plugins.push_back(std::move(use));
  context.plugin_places.push_back(&at);
  return static_cast<int>(context.plugins.size()) - 1;
}

int ReadPlugin(LoadContext& context, const PackSource& pack, const YamlNode& node, const PluginSlot& slot) {
  MapReader reader(context.problems, node, "a plugin");
  if (!reader.ok()) return -1;
  const int use = ReadPluginUse(context, pack, reader, slot);
  reader.Finish();
  return use;
}

}  // namespace leadline::packs
