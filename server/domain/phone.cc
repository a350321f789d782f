// Telephone numbers. Alone in a file because libphonenumber's header brings Protocol Buffers' with it, which the rest
// of the domain must not see; nothing of either leaves this file.
#include "domain/phone.h"

#include <phonenumbers/phonenumberutil.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "domain/iso_codes.h"
#include "domain/reference_versions.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// The library's name for "no country": only numbers with their own country code can be read then.
constexpr const char* kNoRegion = "ZZ";

std::string RegionCode(std::string_view country) {
  std::string code = ReadCountryCode(country);
  return code.empty() ? kNoRegion : code;
}

constexpr size_t kLongestText = 100;
constexpr size_t kLeastDigits = 7;
constexpr size_t kMostDigits = 15;
// Of a number without a calling code: shorter ones are many people's.
constexpr size_t kLeastLocalKey = 9;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBlank(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// By number of a calling code: bit n is set when a number with n digits after it can be one, if only among neighbours.
// No bit where there is no such calling code.
using LengthsByCode = std::array<uint16_t, 1000>;

uint16_t LengthsOf(int calling_code) {
  uint16_t lengths = 0;
  uint64_t national = 1;  // of so many digits: the library looks at nothing else here
  for (size_t digits = 1; digits <= kMostDigits; ++digits, national *= 10) {
    PhoneNumber number;
    number.set_country_code(calling_code);
    number.set_national_number(national);
    switch (PhoneNumberUtil::GetInstance()->IsPossibleNumberWithReason(number)) {
      case PhoneNumberUtil::TOO_SHORT:
      case PhoneNumberUtil::TOO_LONG:
      case PhoneNumberUtil::INVALID_LENGTH:
        break;
      default:
        lengths = static_cast<uint16_t>(lengths | 1U << digits);
    }
  }
  return lengths;
}

const LengthsByCode& KnownLengths() {
  static const LengthsByCode kLengths = [] {
    std::set<int> known;
    PhoneNumberUtil::GetInstance()->GetSupportedCallingCodes(&known);
    LengthsByCode lengths{};
    for (const int code : known) lengths.at(static_cast<size_t>(code)) = LengthsOf(code);
    return lengths;
  }();
  return kLengths;
}

// What digits begin with.
struct CallingCode {
  size_t number = 0;
  size_t length = 0;  // 0: with no calling code
};

CallingCode CallingCodeAt(std::string_view digits) {
  CallingCode code;
  for (size_t i = 0; i < std::min(kLongestCallingCode, digits.size()); ++i) {
    code.number = code.number * 10 + static_cast<size_t>(digits[i] - '0');
    if (KnownLengths()[code.number] != 0) return {code.number, i + 1};
  }
  return {};
}

// Whether numbers of that calling code have that many digits, or had, by the library's or the rules' word. Of 15 digits
// at most.
bool HasKnownLength(const PhoneRules& rules, std::string_view international) {
  const CallingCode code = CallingCodeAt(international);
  if (code.length == 0) return false;
  return (KnownLengths()[code.number] >> (international.size() - code.length) & 1U) != 0 || rules.Know(international);
}

// A text's digits as it gives them.
struct Digits {
  std::string text;
  bool international = false;  // they begin with a calling code

  bool Plausible() const {
    if (text.size() < kLeastDigits || text.size() > kMostDigits) return false;
    const size_t code = international ? CallingCodeAt(text).length : 0;
    if (international && code == 0) return false;
    // "000 000 000" and "+1 999 999 9999" fill a field that somebody had to fill.
    return text.find_first_not_of(text.back(), code) != std::string::npos;
  }
};

bool IsAsciiSeparator(UChar32 c) {
  return c == ' ' || c == '\t' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')' || c == '[' || c == ']';
}

bool IsSeparator(UChar32 c) {
  if (c < 0x80) return IsAsciiSeparator(c);
  switch (u_charType(c)) {
    case U_SPACE_SEPARATOR:
    case U_DASH_PUNCTUATION:
    case U_START_PUNCTUATION:
    case U_END_PUNCTUATION:
    case U_FORMAT_CHAR:
      return true;
    default:
      return c == 0x2212 || c == 0xFF0E || c == 0xFF0F;  // minus, full-width full stop and solidus
  }
}

// "ext. 12", "x12", "#12", ";ext=12": what may follow a number.
bool IsExtension(std::string_view text) {
  constexpr size_t kLongestWord = 12;
  constexpr size_t kMostExtensionDigits = 7;
  while (!text.empty() && (text.front() == ';' || text.front() == ',' || text.front() == ' ')) text.remove_prefix(1);
  const size_t word = std::min(text.find_first_of("0123456789.:= "), text.size());
  if (word > kLongestWord || text.substr(0, word) == "e" || text.substr(0, word) == "E") return false;
  for (const char c : text.substr(0, word)) {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(c)) && c != '#') return false;
  }
  text.remove_prefix(word);
  while (!text.empty() && !IsDigit(text.front())) {
    if (text.front() != '.' && text.front() != ':' && text.front() != '=' && text.front() != ' ') return false;
    text.remove_prefix(1);
  }
  text = Trimmed(text);
  return !text.empty() && text.size() <= kMostExtensionDigits && std::all_of(text.begin(), text.end(), IsDigit);
}

// A spreadsheet's number: "34912345678.0".
std::string_view WithoutDecimal(std::string_view text) {
  text = Trimmed(text);
  if (!text.ends_with(".0") && !text.ends_with(",0")) return text;
  const std::string_view whole = text.substr(0, text.size() - 2);
  const bool digits = whole.size() >= kLeastDigits && std::all_of(whole.begin() + 1, whole.end(), IsDigit) &&
                      (IsDigit(whole[0]) || whole[0] == '+');
  return digits ? whole : text;
}

// "4.93E+11": what a spreadsheet made of a number, which is lost.
bool IsScientific(std::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == 0 || e == std::string_view::npos) return false;
  std::string_view exponent = text.substr(e + 1);
  if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
  return !exponent.empty() && std::all_of(exponent.begin(), exponent.end(), IsDigit) &&
         text.substr(0, e).find_first_not_of("+-0123456789.,") == std::string_view::npos;
}

// The digits of a text that holds a number and nothing else; nothing where they are too few, too many, or beside other
// things.
std::optional<Digits> DigitsOf(std::string_view text) {
  if (text.size() > kLongestText) return std::nullopt;
  text = WithoutDecimal(text);
  for (const std::string_view label : {"tel:", "Tel:", "tel.", "Tel.", "TEL:"}) {
    if (text.starts_with(label)) text.remove_prefix(label.size());
  }
  Digits out;
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), at, length, c);
    const int32_t digit = c < 0x80 ? (c >= '0' && c <= '9' ? c - '0' : -1) : u_charDigitValue(c);
    if (digit >= 0) {
      if (out.text.size() > kMostDigits + 1) return std::nullopt;
      out.text += static_cast<char>('0' + digit);
    } else if ((c == '+' || c == 0xFF0B) && out.text.empty() && !out.international) {
      out.international = true;
    } else if (!IsSeparator(c)) {
      if (out.text.size() < kLeastDigits || !IsExtension(text.substr(static_cast<size_t>(begin)))) return std::nullopt;
      break;
    }
  }
  // "00" is how most of the world dials abroad.
  if (!out.international && out.text.starts_with("00")) {
    out.text.erase(0, 2);
    out.international = true;
  }
  if (!out.Plausible()) return std::nullopt;
  return out;
}

// "+34600123456".
bool HasE164Form(std::string_view phone) {
  return phone.size() > kLeastDigits && phone.size() <= kMostDigits + 1 && phone[0] == '+' &&
         std::all_of(phone.begin() + 1, phone.end(), IsDigit);
}

// Digits, a "+" before them, and what mostly stands around and between them: then without the latter, else as it is. To
// the library both say the same, but it searches texts by regular expressions, which takes twice as long.
std::string WithoutSeparators(std::string_view phone) {
  std::string out;
  out.reserve(phone.size());
  for (const char c : phone) {
    if (IsDigit(c) || (c == '+' && out.empty())) {
      out += c;
    } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') {
      return std::string(phone);
    }
  }
  return out;
}

// What the library makes of the text; nothing where it sees no number.
std::optional<PhoneNumber> Parsed(std::string_view phone, std::string_view country) {
  phone = WithoutDecimal(phone);
  // The shortest and longest texts that can be a number at all; spares the library what is none.
  constexpr std::ptrdiff_t kFewest = 4;
  if (phone.size() > kLongestText || IsScientific(phone) || phone.find('@') != std::string_view::npos ||
      (IsAscii(phone) && std::count_if(phone.begin(), phone.end(), IsDigit) < kFewest)) {
    return std::nullopt;
  }
  std::string text = WithoutSeparators(phone);
  const std::string region = RegionCode(country);
  // Without a country the library cannot know how one dials abroad there.
  if (region == kNoRegion && phone.starts_with("00")) text.replace(0, 2, "+");
  PhoneNumber number;
  const auto error = PhoneNumberUtil::GetInstance()->Parse(text, region, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
  return number;
}

std::string E164(const PhoneNumber& number) {
  std::string out;
  PhoneNumberUtil::GetInstance()->Format(number, PhoneNumberUtil::E164, &out);
  return out;
}

// The same. One decision reads a record's phone several times, and forms are sent again and again as they fill: what
// this thread has read lately is known.
const std::optional<PhoneNumber>& ParsedLately(std::string_view phone, std::string_view country) {
  struct Known {
    std::string phone, country;
    bool read = false;
    std::optional<PhoneNumber> number;
  };
  constexpr size_t kPlaces = 256;
  thread_local std::vector<Known> lately(kPlaces);
  thread_local std::optional<PhoneNumber> longer;
  if (phone.size() > kLongestText || country.size() > kLongestText) return longer = Parsed(phone, country);
  Known& known = lately[absl::HashOf(phone, country) % kPlaces];
  if (!known.read || known.phone != phone || known.country != country) {
    known = {std::string(phone), std::string(country), true, Parsed(phone, country)};
  }
  return known.number;
}

// Whether the digits, with a "+" before them, are a number that the library knows to be in use.
bool IsNumberAbroad(const std::string& digits) {
  const std::optional<PhoneNumber> number = Parsed('+' + digits, "");
  return number && PhoneNumberUtil::GetInstance()->IsValidNumber(*number);
}

// The number that a text is; nothing where it is none. See IsPhone.
std::optional<Digits> Read(const PhoneRules& rules, std::string_view phone, std::string_view country) {
  std::optional<Digits> given = DigitsOf(phone);
  // Reading a number costs more than all other keys together, and most of the stored ones have been read.
  if (given && HasE164Form(phone) && HasKnownLength(rules, given->text)) return given;
  if (given && !given->international && CallingCodeOf(country) == 0) return given;  // nothing more can be known of it
  if (const std::optional<PhoneNumber>& number = ParsedLately(phone, country)) {
    const Digits read{E164(*number).substr(1), true};
    // The library's word on what is possible only counts for texts that are more than a number.
    if ((given || PhoneNumberUtil::GetInstance()->IsPossibleNumber(*number)) && read.Plausible() &&
        HasKnownLength(rules, read.text)) {
      return read;
    }
  }
  if (!given) return std::nullopt;
  if (given->international ? !HasKnownLength(rules, given->text) : !IsNumberAbroad(given->text)) return std::nullopt;
  given->international = true;
  return given;
}

}  // namespace

std::optional<std::string> NormalizePhone(std::string_view phone, std::string_view country) {
  const std::optional<PhoneNumber>& number = ParsedLately(phone, country);
  // Possible, not valid: which prefixes are in use changes faster than the library's tables.
  if (!number || !PhoneNumberUtil::GetInstance()->IsPossibleNumber(*number)) return std::nullopt;
  std::string out = E164(*number);
  if (!DigitsOf(out)) return std::nullopt;
  return out;
}

bool IsPhone(const PhoneRules& rules, std::string_view phone, std::string_view country) {
  // With a calling code and of a length that numbers there have, it is one, whatever the library reads in it; to read
  // it would cost more than to score the whole record.
  const std::optional<Digits> given = DigitsOf(phone);
  if (given && given->international && HasKnownLength(rules, given->text)) return true;
  return Read(rules, phone, country).has_value();
}

std::string PhoneKey(const PhoneRules& rules, std::string_view phone, std::string_view country) {
  const std::optional<Digits> number = Read(rules, phone, country);
  if (!number) return "";
  if (number->international) return '+' + rules.Today(number->text);
  return number->text.size() >= kLeastLocalKey ? number->text : "";
}

int CallingCodeOf(std::string_view country) {
  return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(RegionCode(country));
}

// The library does not tell its release; the build found it out.
std::string PhoneMetadataVersion() { return LEADLINE_PHONENUMBER_RELEASE; }

}  // namespace leadline::domain
