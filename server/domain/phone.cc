// Telephone numbers. Alone in a file because libphonenumber's header brings Protocol Buffers' with it, which the rest
// of the domain must not see; nothing of either leaves this file.
#include <phonenumbers/phonenumberutil.h>

#include <string>

#include "absl/strings/ascii.h"
#include "domain/matching.h"
#include "domain/reference_versions.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// The library's name for "no country": only numbers with their own country code can be read then.
constexpr const char* kNoRegion = "ZZ";

std::string RegionCode(std::string_view country) {
  if (country.size() != 2 || !IsAscii(country)) return kNoRegion;
  std::string code{absl::ascii_toupper(static_cast<unsigned char>(country[0])),
                   absl::ascii_toupper(static_cast<unsigned char>(country[1]))};
  return code == "UK" ? "GB" : code;
}

size_t CountDigits(std::string_view text) {
  size_t digits = 0;
  for (char c : text) digits += absl::ascii_isdigit(static_cast<unsigned char>(c)) ? 1 : 0;
  return digits;
}

}  // namespace

std::optional<std::string> NormalizePhone(std::string_view phone, std::string_view country) {
  // The shortest and longest texts that can be a number at all; spares the library what is none.
  if (phone.size() > 100 || (IsAscii(phone) && CountDigits(phone) < 4)) return std::nullopt;
  std::string text(phone);
  std::string region = RegionCode(country);
  // "00" is how most of the world dials abroad; without a country the library cannot know.
  if (region == kNoRegion && text.starts_with("00")) text.replace(0, 2, "+");
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util.Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
  // Possible, not valid: which prefixes are in use changes faster than the library's tables.
  if (!util.IsPossibleNumber(number)) return std::nullopt;
  std::string out;
  util.Format(number, PhoneNumberUtil::E164, &out);
  return out;
}

// The library does not tell its release; the build found it out.
std::string PhoneMetadataVersion() { return LEADLINE_PHONENUMBER_RELEASE; }

}  // namespace leadline::domain
