#include "domain/history/merging.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"
#include "domain/history/value_times.h"
#include "domain/phone.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

using Changes = std::vector<FieldChange>;

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

// One merge of fields: what it changes, and as of when values are that it takes or that both have.
struct Joining {
  const MergePolicy& policy;
  const FieldTimes& times;
  FieldMerge result = {};

  bool AbsorbedIsNewer(std::string_view field) const {
    return TimeOf(times.absorbed, field) > TimeOf(times.survivor, field);
  }
  // The field's value stands; `of_absorbed`: it is that one's, too, and as new as the newer of the two says it.
  void Stands(const std::string& field, bool of_absorbed, bool of_survivor) {
    if (!of_absorbed) return;
    const Time theirs = TimeOf(times.absorbed, field), own = TimeOf(times.survivor, field);
    const Time time = of_survivor ? std::max(theirs, own) : theirs;
    if (time != 0 && time != own) result.times.push_back({field, time});
  }
};

void MergeAttributes(const Attributes& absorbed, Attributes& survivor, Joining& joining) {
  for (const auto& [name, value] : absorbed) {
    std::string field = std::string(kAttributePrefix) + name;
    auto found = survivor.find(name);
    if (found == survivor.end()) {
      if (IsEmptyValue(value)) continue;
      joining.Stands(field, true, false);
      joining.result.changed.push_back({field, std::string(kAbsent), EncodeValue(value)});
      survivor.emplace(name, value);
      continue;
    }
    bool list = std::holds_alternative<std::vector<std::string>>(found->second);
    Survivorship keep =
        list ? KeepOf<std::vector<std::string>>(joining.policy, field) : KeepOf<std::string>(joining.policy, field);
    AttributeValue merged = Merge(keep, value, found->second, joining.AbsorbedIsNewer(field));
    joining.Stands(field, merged == value, merged == found->second);
    if (merged == found->second) continue;
    joining.result.changed.push_back({field, EncodeValue(found->second), EncodeValue(merged)});
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
FieldMerge MergeRecords(const MergePolicy& policy, const Record& absorbed, const FieldTimes& times, Record& survivor) {
  Joining joining{policy, times};
  const std::string* phone = nullptr;
  if constexpr (std::is_same_v<Record, Contact>) phone = OnlyPhone(policy, absorbed, survivor);
  auto merge = [&]<typename T>(std::string_view name, FieldRole role, const T& from, T& into) {
    if (role != FieldRole::kGiven) return;
    T merged = Merge(KeepOf<T>(policy, name), from, std::as_const(into), joining.AbsorbedIsNewer(name));
    if constexpr (std::is_same_v<T, std::string>) {
      if (name == "phone" && phone != nullptr) merged = *phone;
    }
    if (!IsEmptyValue(merged)) joining.Stands(std::string(name), merged == from, merged == into);
    if (merged == into) return;
    joining.result.changed.push_back({std::string(name), EncodeValue(into), EncodeValue(merged)});
    into = std::move(merged);
  };
  VisitFields(
      [&](std::string_view name, FieldRole role, auto& into, const auto& from) { merge(name, role, from, into); },
      survivor, absorbed);
  MergeAttributes(absorbed.attributes, survivor.attributes, joining);
  Changes& images = joining.result.changed;
  if (absorbed.created_at != 0 && (survivor.created_at == 0 || absorbed.created_at < survivor.created_at)) {
    images.push_back({"created_at", EncodeValue(survivor.created_at), EncodeValue(absorbed.created_at)});
    survivor.created_at = absorbed.created_at;
  }
  if constexpr (!std::is_same_v<Record, Account>) {
    if (absorbed.handled_at > survivor.handled_at) {
      images.push_back({"handled_at", EncodeValue(survivor.handled_at), EncodeValue(absorbed.handled_at)});
      survivor.handled_at = absorbed.handled_at;
    }
  }
  return std::move(joining.result);
}

}  // namespace

FieldMerge MergeFields(const MergePolicy& policy, const Account& absorbed, Account& survivor) {
  return MergeRecords(policy, absorbed, {absorbed.value_times, survivor.value_times}, survivor);
}
FieldMerge MergeFields(const MergePolicy& policy, const Contact& absorbed, Contact& survivor) {
  return MergeRecords(policy, absorbed, {absorbed.value_times, survivor.value_times}, survivor);
}
FieldMerge MergeFields(const MergePolicy& policy, const Lead& absorbed, const FieldTimes& times, Lead& survivor) {
  return MergeRecords(policy, absorbed, times, survivor);
}

}  // namespace leadline::domain
