#include "packs/read/layer.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

const std::vector<std::string>& SealNames() {
  static const auto* const names = new std::vector<std::string>{"final", "tighten", "params", "open"};
  return *names;
}

bool IsDefinitionId(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

bool Layer::Define(const std::string& kind, const std::string& id, const YamlNode& at, Seal seal,
                   const YamlNode* seal_at, bool* replaces) {
  const auto [first, is_new] = definitions_.Add(kind, id, {seal, &at, seal_at, name()});
  if (is_new) return true;
  if (first.layer == "central" && !is_central()) {
    if (first.seal == Seal::kOpen && replaces != nullptr) {
      *replaces = true;
      return true;
    }
    ReportSealed(problems_, at, kind + " \"" + id + "\"", first);
    return false;
  }
  Diagnostic& d = problems_.Add(at, "LL1106", fmt::format("the {} \"{}\" is defined twice", kind, id),
                                "give one of the two another id");
  d.related = first.at->file->PositionOf(first.at->offset);
  d.related_message = "the first one";
  return false;
}

bool Layer::CheckOpened(const YamlNode& at, bool opened, const std::string& what) {
  return packs::CheckOpened(problems_, points_, at, opened, what);
}

std::optional<std::string> ReadId(Problems& problems, MapReader& reader, std::string_view kind) {
  const std::string id = reader.RequiredText("id");
  if (id.empty()) return std::nullopt;
  if (IsDefinitionId(id)) return id;
  problems.Add(*reader.Get("id"), "LL1107", fmt::format("\"{}\" is not an id for {}", id, kind),
               "use up to 64 small letters, digits, and . _ -");
  return std::nullopt;
}

Seal ReadSeal(Problems& problems, MapReader& reader, const std::vector<Seal>& allowed) {
  const int choice = reader.Choice("seal", SealNames());
  if (choice < 0) return Seal::kFinal;
  const Seal seal = static_cast<Seal>(choice);
  if (std::find(allowed.begin(), allowed.end(), seal) != allowed.end()) return seal;
  std::vector<std::string> names;
  for (const Seal s : allowed) names.push_back(SealNames()[static_cast<size_t>(s)]);
  problems.Add(*reader.Get("seal"), "LL2306",
               fmt::format("`seal: {}` has no meaning here", SealNames()[static_cast<size_t>(choice)]),
               fmt::format("use: {}", OneOf(names)));
  return Seal::kFinal;
}

void RefuseSeal(Problems& problems, MapReader& reader) {
  for (const char* key : {"seal", "params"}) {
    if (const YamlNode* node = reader.Get(key)) {
      problems.Add(*node, "LL2306", fmt::format("a region has nothing to seal, so `{}` has no meaning here", key),
                   "remove it; seals belong in the central pack");
    }
  }
}

bool CheckOpened(Problems& problems, const ExtensionPoints& points, const YamlNode& at, bool opened,
                 const std::string& what) {
  if (opened) return true;
  Diagnostic& d = problems.Add(at, "LL2302", fmt::format("the central pack does not open {} to regions", what),
                               "remove it, or ask the owners of the central pack for an extension point");
  if (points.at != nullptr) {
    d.related = points.at->file->PositionOf(points.at->offset);
    d.related_message = "what is open is listed here";
  }
  return false;
}

Diagnostic& ReportSealed(Problems& problems, const YamlNode& at, const std::string& what, const Definition& central,
                         const std::string& verb) {
  Diagnostic& d = problems.Add(at, "LL2301", fmt::format("a region cannot {} the central {}", verb, what),
                               "remove it, or ask the owners of the central pack to open it");
  const YamlNode& place = central.seal_at != nullptr ? *central.seal_at : *central.at;
  d.related = place.file->PositionOf(place.offset);
  d.related_message = central.seal_at != nullptr
                          ? fmt::format("sealed here (`seal: {}`)", SealNames()[static_cast<size_t>(central.seal)])
                          : std::string("defined here; without a `seal:` it is final");
  return d;
}

}  // namespace leadline::packs
