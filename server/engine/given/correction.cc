#include "engine/given/correction.h"

#include <variant>

#include "engine/engine.h"
#include "engine/work/standing.h"

namespace leadline::engine {

absl::Status CheckVersion(const domain::RecordRef& record, int64_t stored, int64_t given) {
  return given == 0 ? absl::OkStatus() : CheckEtag(EtagOf(given), stored, record);
}

void CheckAttributePaths(InputCheck& check, const FieldPath& record, InputCheck::Record kind,
                         const std::vector<std::string>& paths, const domain::Attributes& given,
                         const domain::Attributes& stored) {
  const FieldPath attributes = record / "attributes";
  for (const std::string& path : paths) {
    const std::string_view name = AttributeOf(path);
    if (name.empty() || given.contains(name) || stored.contains(name)) continue;
    check.Attribute(attributes.Key(name), kind, name, std::monostate());
  }
}

}  // namespace leadline::engine
