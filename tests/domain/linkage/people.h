// Made-up people who were entered several times, with slips, for tests of linkage.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "domain/linkage/record_table.h"

namespace leadline::linkage {

struct Person {
  std::vector<std::string> values;  // given name, family name, birth date, city, email, phone
  uint32_t entity = 0;
};

inline std::vector<Field> PersonFields() {
  return {{"given_name", FieldType::kGivenName}, {"family_name", FieldType::kFamilyName},
          {"birth_date", FieldType::kDate},      {"city", FieldType::kPlace},
          {"email", FieldType::kEmail},          {"phone", FieldType::kPhone}};
}

// The same seed gives the same people. Of each entity one to five records; in families of three a phone and a family
// name are shared.
class PeopleMaker {
 public:
  explicit PeopleMaker(uint64_t seed) : random_(seed) {}

  std::vector<Person> Make(uint32_t entities) {
    std::vector<Person> people;
    std::string family_name, phone;
    for (uint32_t entity = 0; entity < entities; ++entity) {
      if (entity % 3 == 0) {
        family_name = Name(6);
        phone = Digits(9);
      }
      Person person{{Name(5), family_name, Date(), Name(4), Name(6) + "@" + Name(5) + ".example", phone}, entity};
      const uint64_t records = 1 + Below(5);
      for (uint64_t i = 0; i < records; ++i) people.push_back(i == 0 ? person : Again(person));
    }
    return people;
  }

 private:
  uint64_t Below(uint64_t n) { return random_() % n; }

  std::string Name(int syllables) {
    static const std::string kConsonants = "bdfgklmnprstvz", kVowels = "aeiou";
    std::string name;
    for (int i = 0; i < syllables / 2; ++i) {
      name += kConsonants[Below(kConsonants.size())];
      name += kVowels[Below(kVowels.size())];
    }
    return name + kConsonants[Below(kConsonants.size())];
  }
  std::string Digits(int count) {
    std::string digits;
    for (int i = 0; i < count; ++i) digits += static_cast<char>('0' + Below(10));
    return digits;
  }
  std::string Date() {
    const auto two = [](uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(1940 + Below(60)) + "-" + two(1 + Below(12)) + "-" + two(1 + Below(28));
  }
  // With a slip in some values, and some missing.
  Person Again(const Person& person) {
    Person again = person;
    for (std::string& value : again.values) {
      const uint64_t what = Below(10);
      if (what == 0) value.clear();
      if (what == 1 && value.size() > 3) std::swap(value[1], value[2]);
      if (what == 2 && value.size() > 3) value[Below(value.size())] = static_cast<char>('a' + Below(26));
    }
    if (Below(10) == 0) std::swap(again.values[0], again.values[1]);
    return again;
  }

  std::mt19937_64 random_;
};

inline RecordTable TableOf(const std::vector<Person>& people) {
  RecordTable table(PersonFields());
  for (const Person& person : people) table.Add(person.values);
  table.Finish();
  return table;
}

}  // namespace leadline::linkage
