#include "packs/condition/stored_values.h"

#include <algorithm>

#include "base/suggestion.h"
#include "domain/iso_codes.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

bool IsCountryField(const FieldDef& field) { return field.standard && field.name.ends_with(".country"); }
bool IsLanguageField(const FieldDef& field) { return field.standard && field.name.ends_with(".language"); }

}  // namespace

bool IsRegionField(const FieldDef& field) { return field.standard && field.name.ends_with(".region"); }

bool CanHave(const FieldDef& field, std::string_view value) {
  if (!field.values.empty()) return std::find(field.values.begin(), field.values.end(), value) != field.values.end();
  if (IsCountryField(field)) return domain::IsCountryCode(value);
  if (IsLanguageField(field)) return !value.empty() && domain::ReadLanguageTag(value) == value;
  return !IsRegionField(field) || !value.empty();
}

std::string WhatToWrite(const FieldDef& field, const std::string& value) {
  if (!field.values.empty()) return DidYouMean(value, field.values);
  if (value.empty()) return fmt::format("a record without one has null: write  {} == null  or  != null", field.name);
  if (IsCountryField(field)) {
    if (const std::string code = domain::ReadCountryCode(value); !code.empty()) {
      return fmt::format("it is stored as \"{}\"", code);
    }
    const std::string likely = domain::LikelyCountryCode(value);
    return likely.empty() ? std::string(domain::kCountryCodeForm) : fmt::format("did you mean \"{}\"?", likely);
  }
  if (const std::string tag = domain::ReadLanguageTag(value); !tag.empty()) {
    return fmt::format("it is stored as \"{}\"", tag);
  }
  return domain::LanguageHint(value);
}

}  // namespace leadline::packs
