// Which fields of a record a request changes (AIP-134), and how they get from one record into another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/errors.h"
#include "domain/history/record_fields.h"
#include "domain/records.h"

namespace leadline::engine {

// A field that may be changed, by its path in the API. "attributes.NAME" goes without saying.
template <typename Record>
struct MaskField {
  std::string_view path;
  void (*copy)(const Record& from, Record& to);
  bool (*same)(const Record& a, const Record& b);
};

template <typename Record, auto kMember>
constexpr MaskField<Record> FieldAt(std::string_view path) {
  return {path, [](const Record& from, Record& to) { to.*kMember = from.*kMember; },
          [](const Record& a, const Record& b) { return a.*kMember == b.*kMember; }};
}

// The fields of the API that people may change, in the API's order. Static.
std::span<const MaskField<domain::Contact>> ChangeableFields(const domain::Contact&);
std::span<const MaskField<domain::Account>> ChangeableFields(const domain::Account&);
std::span<const MaskField<domain::Lead>> ChangeableFields(const domain::Lead&);

// INVALID_ARGUMENT at the path with this number that says which fields there are.
absl::Status NoSuchPath(size_t number, std::string_view path, std::string_view kind,
                        const std::vector<std::string_view>& known);
// The attribute of a path "attributes.NAME"; empty when it is another.
std::string_view AttributeOf(std::string_view path);

// What a mask names: all fields that `given` has a value for when it is empty, every field when it is "*" alone,
// otherwise `paths` themselves. INVALID_ARGUMENT for a path that is no field of `kind` ("a lead").
template <typename Record>
absl::StatusOr<std::vector<std::string>> MaskPaths(std::string_view kind, const Record& given,
                                                   const std::vector<std::string>& paths) {
  const std::span<const MaskField<Record>> fields = ChangeableFields(given);
  const bool all = paths.size() == 1 && paths.front() == "*";
  std::vector<std::string> out;
  if (paths.empty() || all) {
    const Record blank;
    for (const MaskField<Record>& field : fields) {
      if (all || !field.same(given, blank)) out.emplace_back(field.path);
    }
    return out;
  }
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::string& path = paths[i];
    if (path == "*") return InvalidField("update_mask", "\"*\" means every field, and stands alone");
    const bool known = !AttributeOf(path).empty() ||
                       std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.path == path; });
    if (known) continue;
    std::vector<std::string_view> names;
    for (const MaskField<Record>& field : fields) names.push_back(field.path);
    return NoSuchPath(i, path, kind, names);
  }
  return paths;
}

// What can be said of an update before the record is read: that it names no record, or no field. `invalid` is what the
// transport found.
template <typename Record>
absl::Status CheckMask(std::string_view kind, const Record& given, const std::vector<std::string>& paths,
                       const absl::Status& invalid) {
  if (given.id.empty() && !invalid.ok()) return invalid;
  return MaskPaths(kind, given, paths).status();
}

// Makes what the paths name in `to` as it is in `from`; an attribute that `from` does not have is taken away.
template <typename Record>
void CopyPaths(const std::vector<std::string>& paths, const Record& from, Record& to) {
  for (const std::string& path : paths) {
    if (const std::string_view name = AttributeOf(path); !name.empty()) {
      const auto value = from.attributes.find(name);
      if (value != from.attributes.end()) {
        to.attributes.insert_or_assign(std::string(name), value->second);
      } else if (const auto stale = to.attributes.find(name); stale != to.attributes.end()) {
        to.attributes.erase(stale);
      }
      continue;
    }
    for (const MaskField<Record>& field : ChangeableFields(from)) {
      if (field.path == path) field.copy(from, to);
    }
  }
}

// What of `after` is not as in `before`, in a record of its own; of the attributes, each that is new or another.
template <typename Record>
Record ChangedValues(const Record& before, const Record& after) {
  Record changed;
  for (const MaskField<Record>& field : ChangeableFields(after)) {
    if (!field.same(before, after)) field.copy(after, changed);
  }
  std::erase_if(changed.attributes, [&](const auto& attribute) {
    const auto was = before.attributes.find(attribute.first);
    return was != before.attributes.end() && was->second == attribute.second;
  });
  return changed;
}

}  // namespace leadline::engine
