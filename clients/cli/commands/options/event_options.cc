#include "cli/commands/options/event_options.h"

#include <algorithm>

namespace leadline::cli {
namespace {

constexpr std::string_view kKindPrefix = "EVENT_KIND_";

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::vector<std::string> EventKindNames() {
  std::vector<std::string> names;
  const auto* kinds = v1::EventKind_descriptor();
  for (int i = 0; i < kinds->value_count(); ++i) {
    if (kinds->value(i)->number() == v1::EVENT_KIND_UNSPECIFIED) continue;
    std::string name = kinds->value(i)->name().substr(kKindPrefix.size());
    std::transform(name.begin(), name.end(), name.begin(), ToLower);
    names.push_back(name);
  }
  return names;
}

Option AddKindOption(Command command, std::vector<std::string>& kinds) {
  return command.AddOption("--kind", kinds, "Only events of this kind; may be repeated")
      .OneOf(EventKindNames())
      .OneValueEach()
      .Placeholder("KIND");
}

void SetKinds(const std::vector<std::string>& kinds, google::protobuf::RepeatedField<int>& to) {
  for (const std::string& kind : kinds) {
    std::string name(kKindPrefix);
    std::transform(kind.begin(), kind.end(), std::back_inserter(name), ToUpper);
    v1::EventKind value = v1::EVENT_KIND_UNSPECIFIED;
    if (v1::EventKind_Parse(name, &value)) to.Add(value);
  }
}

}  // namespace leadline::cli
