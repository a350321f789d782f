// The values of one field of many records, in normal form, each distinct value once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace leadline::linkage {

// What a field holds: it says how values are brought into normal form and compared.
enum class FieldType : uint8_t {
  kGivenName,
  kFamilyName,
  kFullName,  // of a person, in any order
  kCompany,   // an organisation, with or without its legal form
  kDate,      // a day, in any usual order of year, month and day; digits alone are YYYYMMDD
  kEmail,
  kPhone,
  kWebsite,  // a URL or a domain
  kAddress,  // street and number, or a whole postal address
  kPlace,    // a city, suburb, state or country
  kPostcode,
  kIdentifier,  // a number or code that one record alone should have
  kText,        // words in any order
};

// A word of a column.
struct Word {
  std::string text;
  uint32_t values = 0;  // that have it
  double weight = 0;    // inverse document frequency: the rarer, the more
};

struct Value {
  std::string text;             // in normal form
  std::vector<uint32_t> words;  // of types that are made of words: their numbers, ascending, kMostWords at most
  uint32_t records = 0;         // that have it
  int32_t house_number = -1;    // of an address; its word is not among `words`
  double norm = 0;              // length of the vector of the words' weights
  int32_t day = 0;              // of a date that could be read: days since the beginning of 1970, with `dated`
  bool dated = false;
  uint16_t local_size = 0;  // of a mail address: bytes before the "@"
};

inline constexpr size_t kMostWords = 48;

// Values have numbers from 1, in the order of their texts; 0 is no value. Feed each record, then Finish(), then read.
// Not synchronised while it is fed; immutable afterwards.
class Column {
 public:
  explicit Column(FieldType type) : type_(type), values_(1) {}

  // The next record's value, as it was given. Text that says nothing ("n/a", blanks) is no value.
  void Add(std::string_view given);
  // After the last record.
  void Finish();
  // Puts the records into this order: `order[i]` becomes record i.
  void Reorder(const std::vector<uint32_t>& order);

  FieldType type() const { return type_; }
  uint32_t ValueOf(uint32_t record) const { return value_of_[record]; }
  const Value& value(uint32_t number) const { return values_[number]; }
  size_t value_count() const { return values_.size(); }  // with the one that is none
  const Word& word(uint32_t number) const { return words_[number]; }
  uint32_t filled() const { return filled_; }  // records that have a value

 private:
  uint32_t NumberOf(std::string normal);
  void Parse(Value& value);
  void WeighWords();
  void Renumber();

  FieldType type_;
  std::vector<uint32_t> value_of_;
  std::vector<Value> values_;
  std::vector<Word> words_;
  absl::flat_hash_map<std::string, uint32_t> by_given_, by_text_, by_word_;  // until Finish()
  uint32_t filled_ = 0;
};

// Empty where it says nothing.
std::string NormalForm(FieldType type, std::string_view given);

}  // namespace leadline::linkage
