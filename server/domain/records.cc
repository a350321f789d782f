#include "domain/records.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/ids.h"
#include "base/plugin_id.h"

namespace leadline::domain {
namespace {

struct Collection {
  RecordKind kind;
  std::string_view prefix;
};

constexpr std::array<Collection, 6> kCollections = {{{RecordKind::kAccount, "accounts/"},
                                                     {RecordKind::kContact, "contacts/"},
                                                     {RecordKind::kLead, "leads/"},
                                                     {RecordKind::kRep, "reps/"},
                                                     {RecordKind::kPack, "packs/"},
                                                     {RecordKind::kPlugin, "plugins/"}}};

bool IsIdOf(RecordKind kind, std::string_view id) {
  return kind == RecordKind::kPlugin ? IsPluginId(id) : IsValidId(id);
}

}  // namespace

const std::string& DepartmentOf(const Contact& contact) {
  static const std::string none;
  const auto given = contact.attributes.find("department");
  const auto* text = given == contact.attributes.end() ? nullptr : std::get_if<std::string>(&given->second);
  return text == nullptr ? none : *text;
}

std::string ResourceName(const RecordRef& ref) { return ResourceName(ref.kind, ref.id); }

std::string ResourceName(RecordKind kind, std::string_view id) {
  for (const Collection& collection : kCollections) {
    if (collection.kind != kind) continue;
    std::string name;
    name.reserve(collection.prefix.size() + id.size());
    return name.append(collection.prefix).append(id);
  }
  return std::string(id);
}

std::optional<RecordRef> ParseResourceName(std::string_view name) {
  for (const Collection& collection : kCollections) {
    if (!name.starts_with(collection.prefix)) continue;
    std::string_view id = name.substr(collection.prefix.size());
    if (!IsIdOf(collection.kind, id)) return std::nullopt;
    return RecordRef{collection.kind, std::string(id)};
  }
  return std::nullopt;
}

bool Older(const Activity& a, const Activity& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); }

std::span<const Activity> HappenedBy(std::span<const Activity> activities, Time now) {
  const auto later =
      std::partition_point(activities.begin(), activities.end(), [now](const Activity& a) { return a.time <= now; });
  return activities.first(static_cast<size_t>(later - activities.begin()));
}

bool SamePoints(const Score& a, const Score& b) {
  Score as_of_b = a;
  as_of_b.as_of = b.as_of;
  return as_of_b == b;
}

bool SamePoints(const AccountScore& a, const AccountScore& b) {
  AccountScore as_b = a;
  as_b.as_of = b.as_of;
  as_b.position = b.position;
  return as_b == b;
}

}  // namespace leadline::domain
