#include "cli/sample/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "cli/sample/locale.h"

namespace leadline::sample {
namespace {

struct Letter {
  std::string_view from, to;
};
constexpr Letter kLetters[] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"Ä", "ae"}, {"Ö", "oe"}, {"Ü", "ue"}, {"á", "a"}, {"à", "a"},
    {"â", "a"},  {"ã", "a"},  {"Á", "a"},  {"ą", "a"},  {"ć", "c"},  {"ç", "c"},  {"é", "e"},  {"è", "e"}, {"ê", "e"},
    {"ë", "e"},  {"É", "e"},  {"ę", "e"},  {"í", "i"},  {"î", "i"},  {"ï", "i"},  {"ł", "l"},  {"Ł", "l"}, {"ñ", "n"},
    {"ń", "n"},  {"ó", "o"},  {"ò", "o"},  {"ô", "o"},  {"õ", "o"},  {"ś", "s"},  {"ú", "u"},  {"ù", "u"}, {"û", "u"},
    {"ź", "z"},  {"ż", "z"},  {"Ś", "s"},  {"Ż", "z"},  {"Í", "i"},  {"Ó", "o"}};

std::string MakePhone(const Country& country, Random& random) {
  std::string number;
  for (char c : country.phone) {
    if (c == 'x') {
      number += static_cast<char>('0' + random.Below(10));
    } else if (c == 'n') {
      number += static_cast<char>('2' + random.Below(8));
    } else {
      number += c;
    }
  }
  // Some write it as it is dialled at home.
  if (!random.Chance(0.3)) return number;
  return std::string(country.trunk) + number.substr(number.find(' ') + 1);
}

std::string MakeTitle(const Locale& locale, int seniority, Random& random) {
  std::string title(random.Pick(locale.titles.bases[static_cast<size_t>(seniority)]));
  if (seniority == kChief) return title;
  std::string_view function = random.Pick(locale.titles.functions);
  // "Manager of Purchasing", but "Purchasing Manager" as often.
  if (locale.language == "en" && random.Chance(0.5)) return fmt::format("{} {}", function.substr(3), title);
  return fmt::format("{} {}", title, function);
}

int MakeSeniority(Random& random) {
  double at = random.Fraction();
  return at < 0.06 ? kChief : at < 0.12 ? kVicePresident : at < 0.27 ? kDirector : at < 0.60 ? kManager : kSpecialist;
}

// Where the characters of UTF-8 text begin.
std::vector<size_t> CharacterStarts(const std::string& text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) starts.push_back(i);
  }
  return starts;
}

// Doubles, drops or swaps a letter behind the first.
std::string WithSlip(const std::string& word, Random& random) {
  std::vector<size_t> starts = CharacterStarts(word);
  if (starts.size() < 4) return word + word.back();
  size_t at = 1 + random.Below(starts.size() - 2);
  size_t begin = starts[at], end = starts[at + 1];
  size_t after = at + 2 < starts.size() ? starts[at + 2] : word.size();
  std::string letter = word.substr(begin, end - begin);
  switch (random.Below(3)) {
    case 0:
      return word.substr(0, end) + letter + word.substr(end);
    case 1:
      return word.substr(0, begin) + word.substr(end);
    default:
      return word.substr(0, begin) + word.substr(end, after - end) + letter + word.substr(after);
  }
}

bool UseNickname(Person& person, const Locale& locale) {
  for (size_t i = 0; i + 1 < locale.nicknames.size(); i += 2) {
    if (locale.nicknames[i] != person.given_name) continue;
    person.given_name = locale.nicknames[i + 1];
    return true;
  }
  return false;
}

}  // namespace

std::string Slug(std::string_view utf8) {
  std::string out;
  while (!utf8.empty()) {
    auto c = static_cast<unsigned char>(utf8.front());
    // None of the letters is ASCII, as nearly all text is.
    const Letter* known = c < 0x80 ? std::end(kLetters)
                                   : std::find_if(std::begin(kLetters), std::end(kLetters),
                                                  [&](const Letter& letter) { return utf8.starts_with(letter.from); });
    if (known != std::end(kLetters)) {
      out += known->to;
      utf8.remove_prefix(known->from.size());
      continue;
    }
    if (std::isalnum(c) != 0) out += static_cast<char>(std::tolower(c));
    if ((c == ' ' || c == '-') && !out.empty() && out.back() != '-') out += '-';
    utf8.remove_prefix(1);
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

Person MakePerson(const Company& company, Random& random) {
  const Locale& locale = Locales()[static_cast<size_t>(company.locale)];
  const Country& country = locale.countries[static_cast<size_t>(company.nation)];
  Person person;
  person.given_name = random.Pick(locale.given_names);
  person.family_name = random.Pick(locale.family_names);
  person.seniority = MakeSeniority(random);
  person.title = random.Chance(0.9) ? MakeTitle(locale, person.seniority, random) : "";
  person.language = country.tag;
  person.country = company.country;
  std::string given = Slug(person.given_name), family = Slug(person.family_name);
  std::erase(family, '-');
  bool has_email = random.Chance(0.95);
  if (has_email) {
    person.email = random.Chance(0.7) ? fmt::format("{}.{}@{}", given, family, company.domain)
                                      : fmt::format("{}{}@{}", given.substr(0, 1), family, company.domain);
  }
  if (!has_email || random.Chance(0.6)) person.phone = MakePhone(country, random);
  return person;
}

void WriteOtherwise(Person& person, Company& company, Random& random) {
  const Locale& locale = Locales()[static_cast<size_t>(company.locale)];
  const Country& country = locale.countries[static_cast<size_t>(company.nation)];
  switch (random.Below(5)) {
    case 0:
      person.family_name = WithSlip(person.family_name, random);
      break;
    case 1:
      if (!UseNickname(person, locale))
        person.given_name = person.given_name.substr(0, CharacterStarts(person.given_name)[1]) + ".";
      break;
    case 2: {
      std::string family = Slug(person.family_name);
      std::erase(family, '-');
      person.email = fmt::format("{}.{}@{}", family, Slug(person.given_name), company.domain);
      if (person.phone.empty()) person.phone = MakePhone(country, random);
      break;
    }
    case 3:
      std::swap(person.given_name, person.family_name);
      break;
    default:
      person.given_name = Slug(person.given_name);
      person.family_name = Slug(person.family_name);
      person.title.clear();
      break;
  }
  // Forms leave out the legal form, or shout.
  if (random.Chance(0.4)) {
    for (std::string_view form : locale.legal_forms) {
      if (company.name.ends_with(form)) company.name.resize(company.name.size() - form.size() - 1);
    }
  }
  if (random.Chance(0.1)) {
    for (char& c : company.name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
}

}  // namespace leadline::sample
