#include "domain/history/record_fields.h"

#include <set>
#include <string>
#include <utility>

#include "domain/history/field_values.h"

namespace leadline::domain {
namespace {

using Changes = std::vector<FieldChange>;

void DiffAttributes(const Attributes& before, const Attributes& after, Changes& changes) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : before) names.insert(name);
  for (const auto& [name, value] : after) names.insert(name);
  const auto image = [](const Attributes& attributes, std::string_view name) {
    auto found = attributes.find(name);
    return found == attributes.end() ? std::string(kAbsent) : EncodeValue(found->second);
  };
  for (std::string_view name : names) {
    std::string was = image(before, name), is = image(after, name);
    if (was != is) changes.push_back({std::string(kAttributePrefix).append(name), std::move(was), std::move(is)});
  }
}

template <typename Record>
Changes DiffRecords(const Record& before, const Record& after, bool decided) {
  Changes changes;
  VisitFields(
      [&](std::string_view name, FieldRole role, const auto& was, const auto& is) {
        if (was == is || (role == FieldRole::kDecided && !decided)) return;
        changes.push_back({std::string(name), EncodeValue(was), EncodeValue(is)});
      },
      before, after);
  if (before.attributes != after.attributes) DiffAttributes(before.attributes, after.attributes, changes);
  return changes;
}

template <typename Record>
bool SetRecordField(const FieldChange& change, Record& record) {
  if (change.after == kErasedImage) return true;
  if (change.field.starts_with(kAttributePrefix)) {
    const std::string_view name = std::string_view(change.field).substr(kAttributePrefix.size());
    if (change.after == kAbsent) {
      if (auto found = record.attributes.find(name); found != record.attributes.end()) record.attributes.erase(found);
      return true;
    }
    AttributeValue value;
    if (!DecodeValue(change.after, value)) return false;
    record.attributes.insert_or_assign(std::string(name), std::move(value));
    return true;
  }
  bool set = false;
  VisitFields(
      [&](std::string_view name, FieldRole, auto& field) {
        if (name == change.field) set = DecodeValue(change.after, field);
      },
      record);
  return set;
}

}  // namespace

bool IsPersonal(std::string_view field) {
  for (const std::string_view personal : {"given_name", "family_name", "email", "phone", "title"}) {
    if (field == personal) return true;
  }
  return field.starts_with(kAttributePrefix);
}

Changes DiffFields(const Account& before, const Account& after) { return DiffRecords(before, after, false); }
Changes DiffFields(const Contact& before, const Contact& after) { return DiffRecords(before, after, false); }
Changes DiffFields(const Lead& before, const Lead& after) { return DiffRecords(before, after, false); }

Changes DiffState(const Account& before, const Account& after) { return DiffRecords(before, after, true); }
Changes DiffState(const Contact& before, const Contact& after) { return DiffRecords(before, after, true); }
Changes DiffState(const Lead& before, const Lead& after) { return DiffRecords(before, after, true); }

bool SetField(const FieldChange& change, Account& account) { return SetRecordField(change, account); }
bool SetField(const FieldChange& change, Contact& contact) { return SetRecordField(change, contact); }
bool SetField(const FieldChange& change, Lead& lead) { return SetRecordField(change, lead); }

}  // namespace leadline::domain
