// Values in the form in which they are compared.
#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "domain/internet.h"
#include "domain/linkage/column.h"
#include "domain/matching.h"
#include "domain/text.h"

namespace leadline::linkage {
namespace {

constexpr size_t kLeastPhoneDigits = 4;

// What people and systems write where they have nothing to say, folded.
bool SaysNothing(std::string_view folded) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"n a", "na", "none", "null", "nil", "nan", "unknown", "not available", "not applicable", "tbd"});
  return std::find(kWords.begin(), kWords.end(), folded) != kWords.end();
}

std::string WithoutSpaces(std::string folded) {
  std::erase(folded, ' ');
  return folded;
}

std::string DigitsOf(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) digits += c;
  }
  return digits;
}

// The first three runs of digits; what follows is the time of the day.
std::vector<std::string> DateParts(std::string_view given) {
  std::vector<std::string> parts;
  bool in_number = false;
  for (const char c : given) {
    const bool digit = absl::ascii_isdigit(static_cast<unsigned char>(c));
    if (digit && !in_number) {
      if (parts.size() == 3) break;
      parts.emplace_back();
    }
    if (digit) parts.back() += c;
    in_number = digit;
  }
  return parts;
}

// YYYYMMDD where it can be read so, otherwise letters and digits. In "03/04/1999" the month is the first, with other
// separators the day is, unless one of them can only be the day.
std::string DateForm(std::string_view given, const std::string& folded) {
  std::vector<std::string> parts = DateParts(given);
  if (parts.size() == 1 && parts[0].size() == 8) return parts[0];
  if (parts.size() < 3) return WithoutSpaces(folded);
  for (std::string& part : parts) {
    if (part.size() == 1) part.insert(0, "0");
  }
  if (parts[0].size() == 4) return parts[0] + parts[1] + parts[2];
  if (parts[2].size() != 4) return WithoutSpaces(folded);
  const bool month_first = parts[1] > "12" || (parts[0] <= "12" && given.find('/') != std::string_view::npos);
  return parts[2] + (month_first ? parts[0] + parts[1] : parts[1] + parts[0]);
}

// Parts of street addresses that are often shortened, with what they are shortened to.
std::string_view Shortened(std::string_view word) {
  static const absl::flat_hash_map<std::string_view, std::string_view> kShort = {
      {"street", "st"},   {"avenue", "ave"},    {"road", "rd"},     {"drive", "dr"},       {"place", "pl"},
      {"court", "ct"},    {"crescent", "cres"}, {"circuit", "cct"}, {"boulevard", "blvd"}, {"lane", "ln"},
      {"highway", "hwy"}, {"parkway", "pkwy"},  {"terrace", "tce"}, {"square", "sq"},      {"close", "cl"},
      {"north", "n"},     {"south", "s"},       {"east", "e"},      {"west", "w"},         {"apartment", "apt"},
      {"suite", "ste"},   {"floor", "fl"},      {"first", "1st"},   {"second", "2nd"},     {"third", "3rd"},
      {"strasse", "str"}, {"platz", "pl"},      {"avenida", "av"},  {"calle", "c"}};
  const auto found = kShort.find(word);
  return found == kShort.end() ? word : found->second;
}

std::string AddressForm(const std::string& folded) {
  std::string out;
  for (const std::string_view word : domain::Words(folded)) {
    if (!out.empty()) out += ' ';
    out += Shortened(word);
  }
  return out;
}

}  // namespace

std::string NormalForm(FieldType type, std::string_view given) {
  std::string folded = domain::FoldText(given);
  if (folded.empty() || SaysNothing(folded)) return "";
  switch (type) {
    case FieldType::kGivenName:
    case FieldType::kFamilyName:
    case FieldType::kFullName:
    case FieldType::kPlace:
    case FieldType::kText:
      return folded;
    case FieldType::kCompany: {
      std::string name = domain::FoldCompanyName(given);
      return name.empty() ? folded : name;
    }
    case FieldType::kDate:
      return DateForm(given, folded);
    case FieldType::kEmail: {
      std::string email = domain::NormalizeEmail(given);
      return email.empty() ? domain::LowerTrimmed(given) : email;
    }
    case FieldType::kPhone: {
      std::string digits = DigitsOf(given);
      return digits.size() < kLeastPhoneDigits ? "" : digits;
    }
    case FieldType::kWebsite: {
      std::string domain = domain::RegistrableDomain(given);
      return domain.empty() ? WithoutSpaces(folded) : domain;
    }
    case FieldType::kAddress:
      return AddressForm(folded);
    case FieldType::kPostcode:
    case FieldType::kIdentifier:
      return WithoutSpaces(folded);
  }
  return folded;
}

}  // namespace leadline::linkage
