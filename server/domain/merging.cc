#include "domain/merging.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "domain/field_values.h"
#include "domain/phone.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

using Images = std::vector<MergeRecord::FieldImage>;
using Changes = std::vector<FieldChange>;

constexpr std::string_view kAttributePrefix = "attributes.";

// What a visit is for. Some fields show up in the history but are not a merge's to change.
enum class FieldRole {
  kMerged,  // by the policy
  kShown    // only compared
};

// Calls `visit(name, role, field of each record...)` for every plain field in the order of the record. Ids, status,
// disposition, score, assignment, clocks, counters and times have events of their own and are left out.
template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Account>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("name", FieldRole::kMerged, r.name...);
  visit("domain", FieldRole::kMerged, r.domain...);
  visit("country", FieldRole::kMerged, r.country...);
  visit("region", FieldRole::kMerged, r.region...);
  visit("industry", FieldRole::kMerged, r.industry...);
  visit("employees", FieldRole::kMerged, r.employees...);
  visit("owner", FieldRole::kMerged, r.owner...);
}

template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Contact>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("account_id", FieldRole::kMerged, r.account_id...);
  visit("given_name", FieldRole::kMerged, r.given_name...);
  visit("family_name", FieldRole::kMerged, r.family_name...);
  visit("email", FieldRole::kMerged, r.email...);
  visit("phone", FieldRole::kMerged, r.phone...);
  visit("title", FieldRole::kMerged, r.title...);
  visit("language", FieldRole::kMerged, r.language...);
  visit("country", FieldRole::kMerged, r.country...);
  // Follows from the status.
  visit("marketable", FieldRole::kShown, r.marketable...);
}

template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Lead>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("account_id", FieldRole::kMerged, r.account_id...);
  visit("contacts", FieldRole::kMerged, r.contacts...);
  visit("source", FieldRole::kMerged, r.source...);
  visit("region", FieldRole::kMerged, r.region...);
  visit("country", FieldRole::kMerged, r.country...);
  visit("language", FieldRole::kMerged, r.language...);
  visit("products", FieldRole::kMerged, r.products...);
  visit("value", FieldRole::kMerged, r.value...);
  visit("probability", FieldRole::kMerged, r.probability...);
  // How this very record came in.
  visit("purchased", FieldRole::kShown, r.purchased...);
}

// The policy's word on a field; nothing when it has none.
std::optional<Survivorship> RuleFor(const MergePolicy& policy, std::string_view field) {
  std::optional<Survivorship> general;
  for (const SurvivorshipRule& rule : policy.rules) {
    if (rule.field == field) return rule.keep;
    if (rule.field == "*") general = rule.keep;
  }
  return general;
}

template <typename T>
constexpr bool kIsList = std::is_same_v<T, std::vector<std::string>> || std::is_same_v<T, std::vector<ContactRole>>;

// Survivorship of a field: lists are joined unless the policy says otherwise, so that no contact is lost unsaid.
template <typename T>
Survivorship KeepOf(const MergePolicy& policy, std::string_view field) {
  return RuleFor(policy, field).value_or(kIsList<T> ? Survivorship::kUnion : Survivorship::kSurvivor);
}

size_t LengthOf(const std::string& value) {
  std::u32string points;
  AppendCodePoints(value, points);
  return points.size();
}
template <typename T>
size_t LengthOf(const std::vector<T>& value) {
  return value.size();
}
size_t LengthOf(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return LengthOf(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->size();
  return 0;
}
// Length means nothing for the rest: the survivor's stays.
template <typename T>
size_t LengthOf(const T& /*value*/) {
  return 0;
}

void Join(const std::vector<std::string>& from, std::vector<std::string>& into) {
  for (const std::string& item : from) {
    if (std::find(into.begin(), into.end(), item) == into.end()) into.push_back(item);
  }
}
// A contact stands once, in the role it has with the survivor.
void Join(const std::vector<ContactRole>& from, std::vector<ContactRole>& into) {
  for (const ContactRole& role : from) {
    bool there = std::any_of(into.begin(), into.end(),
                             [&](const ContactRole& other) { return other.contact_id == role.contact_id; });
    if (!there) into.push_back(role);
  }
}
void Join(const AttributeValue& from, AttributeValue& into) {
  const auto* more = std::get_if<std::vector<std::string>>(&from);
  auto* list = std::get_if<std::vector<std::string>>(&into);
  if (more != nullptr && list != nullptr) Join(*more, *list);
}
// Only lists can be joined: of the rest, the survivor's stays.
template <typename T>
void Join(const T& /*from*/, T& /*into*/) {}

// The value that stands after the merge.
template <typename T>
T Merge(Survivorship keep, const T& absorbed, const T& survivor, bool absorbed_is_newer) {
  if (IsEmptyValue(absorbed)) return survivor;
  if (IsEmptyValue(survivor)) return absorbed;
  switch (keep) {
    case Survivorship::kSurvivor:
      return survivor;
    case Survivorship::kMostRecent:
      return absorbed_is_newer ? absorbed : survivor;
    case Survivorship::kLongest:
      return LengthOf(absorbed) > LengthOf(survivor) ? absorbed : survivor;
    case Survivorship::kUnion: {
      T joined = survivor;
      Join(absorbed, joined);
      return joined;
    }
  }
  return survivor;
}

void MergeAttributes(const MergePolicy& policy, const Attributes& absorbed, bool absorbed_is_newer,
                     Attributes& survivor, Images& images) {
  for (const auto& [name, value] : absorbed) {
    std::string field = std::string(kAttributePrefix) + name;
    auto found = survivor.find(name);
    if (found == survivor.end()) {
      if (IsEmptyValue(value)) continue;
      images.push_back({field, std::string(kAbsent), EncodeValue(value)});
      survivor.emplace(name, value);
      continue;
    }
    bool list = std::holds_alternative<std::vector<std::string>>(found->second);
    Survivorship keep = list ? KeepOf<std::vector<std::string>>(policy, field) : KeepOf<std::string>(policy, field);
    AttributeValue merged = Merge(keep, value, found->second, absorbed_is_newer);
    if (merged == found->second) continue;
    images.push_back({field, EncodeValue(found->second), EncodeValue(merged)});
    found->second = std::move(merged);
  }
}

// Which of two contacts' texts stays, where only one is a number: it never gives its place to one that is none, however
// new that is. Null otherwise.
const std::string* OnlyPhone(const MergePolicy& policy, const Contact& absorbed, const Contact& survivor) {
  const PhoneRules& rules = policy.identity->phones;
  const bool from = IsPhone(rules, absorbed.phone, absorbed.country);
  const bool into = IsPhone(rules, survivor.phone, survivor.country);
  if (from == into) return nullptr;
  return from ? &absorbed.phone : &survivor.phone;
}

template <typename Record>
Images MergeRecords(const MergePolicy& policy, const Record& absorbed, Record& survivor) {
  Images images;
  bool newer = absorbed.updated_at > survivor.updated_at;
  const std::string* phone = nullptr;
  if constexpr (std::is_same_v<Record, Contact>) phone = OnlyPhone(policy, absorbed, survivor);
  auto merge = [&]<typename T>(std::string_view name, FieldRole role, const T& from, T& into) {
    if (role != FieldRole::kMerged) return;
    T merged = Merge(KeepOf<T>(policy, name), from, std::as_const(into), newer);
    if constexpr (std::is_same_v<T, std::string>) {
      if (name == "phone" && phone != nullptr) merged = *phone;
    }
    if (merged == into) return;
    images.push_back({std::string(name), EncodeValue(into), EncodeValue(merged)});
    into = std::move(merged);
  };
  VisitFields(
      [&](std::string_view name, FieldRole role, auto& into, const auto& from) { merge(name, role, from, into); },
      survivor, absorbed);
  MergeAttributes(policy, absorbed.attributes, newer, survivor.attributes, images);
  if (absorbed.created_at != 0 && (survivor.created_at == 0 || absorbed.created_at < survivor.created_at)) {
    images.push_back({"created_at", EncodeValue(survivor.created_at), EncodeValue(absorbed.created_at)});
    survivor.created_at = absorbed.created_at;
  }
  return images;
}

// As it stands in a history: an unknown number is nothing, not 0.
template <typename T>
std::string Shown(const T& value) {
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    if (value == 0) return "";
  }
  return ShowValue(value);
}

// Sets `field` to the image's `before` when it still holds `after`.
template <typename T>
void UndoValue(const MergeRecord::FieldImage& image, T& field, Changes& changes) {
  if (EncodeValue(field) != image.after) return;
  T before = field;
  if (!DecodeValue(image.before, before)) return;
  changes.push_back({image.field, Shown(field), Shown(before)});
  field = std::move(before);
}

void UndoAttribute(const MergeRecord::FieldImage& image, Attributes& attributes, Changes& changes) {
  auto found = attributes.find(std::string_view(image.field).substr(kAttributePrefix.size()));
  if (found == attributes.end() || EncodeValue(found->second) != image.after) return;
  if (image.before == kAbsent) {
    changes.push_back({image.field, ShowValue(found->second), ""});
    attributes.erase(found);
    return;
  }
  UndoValue(image, found->second, changes);
}

template <typename Record>
Changes UndoRecord(const Images& images, Record& survivor) {
  Changes changes;
  for (const MergeRecord::FieldImage& image : images) {
    if (image.field.starts_with(kAttributePrefix)) {
      UndoAttribute(image, survivor.attributes, changes);
    } else if (image.field == "created_at") {
      if (EncodeValue(survivor.created_at) != image.after) continue;
      Time later = survivor.created_at;
      if (!DecodeValue(image.before, survivor.created_at)) continue;
      changes.push_back({image.field, later == 0 ? "" : FormatTime(later),
                         survivor.created_at == 0 ? "" : FormatTime(survivor.created_at)});
    } else {
      VisitFields(
          [&](std::string_view name, FieldRole, auto& field) {
            if (name == image.field) UndoValue(image, field, changes);
          },
          survivor);
    }
  }
  return changes;
}

void DiffAttributes(const Attributes& before, const Attributes& after, Changes& changes) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : before) names.insert(name);
  for (const auto& [name, value] : after) names.insert(name);
  for (std::string_view name : names) {
    auto old_value = before.find(name);
    auto new_value = after.find(name);
    bool both = old_value != before.end() && new_value != after.end();
    if (both && old_value->second == new_value->second) continue;
    changes.push_back({std::string(kAttributePrefix).append(name),
                       old_value == before.end() ? "" : ShowValue(old_value->second),
                       new_value == after.end() ? "" : ShowValue(new_value->second)});
  }
}

template <typename Record>
Changes DiffRecords(const Record& before, const Record& after) {
  Changes changes;
  VisitFields(
      [&](std::string_view name, FieldRole, const auto& old_value, const auto& new_value) {
        if (old_value == new_value) return;
        changes.push_back({std::string(name), Shown(old_value), Shown(new_value)});
      },
      before, after);
  DiffAttributes(before.attributes, after.attributes, changes);
  if (before.created_at != after.created_at) {
    changes.push_back({"created_at", before.created_at == 0 ? "" : FormatTime(before.created_at),
                       after.created_at == 0 ? "" : FormatTime(after.created_at)});
  }
  return changes;
}

}  // namespace

Images MergeFields(const MergePolicy& policy, const Account& absorbed, Account& survivor) {
  return MergeRecords(policy, absorbed, survivor);
}
Images MergeFields(const MergePolicy& policy, const Contact& absorbed, Contact& survivor) {
  return MergeRecords(policy, absorbed, survivor);
}
Images MergeFields(const MergePolicy& policy, const Lead& absorbed, Lead& survivor) {
  return MergeRecords(policy, absorbed, survivor);
}

Changes UndoFields(const Images& images, Account& survivor) { return UndoRecord(images, survivor); }
Changes UndoFields(const Images& images, Contact& survivor) { return UndoRecord(images, survivor); }
Changes UndoFields(const Images& images, Lead& survivor) { return UndoRecord(images, survivor); }

Changes DiffFields(const Account& before, const Account& after) { return DiffRecords(before, after); }
Changes DiffFields(const Contact& before, const Contact& after) { return DiffRecords(before, after); }
Changes DiffFields(const Lead& before, const Lead& after) { return DiffRecords(before, after); }

}  // namespace leadline::domain
