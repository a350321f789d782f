// Parts of fields by which records are found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/linkage/record_table.h"

namespace leadline::linkage {

// A part of a field: hashes for each value of its column. Some values have none, texts have several.
struct KeyPart {
  std::string name;  // "email", "birth_date.year_month"
  size_t field = 0;
  bool of_name = false;  // of a person's given or family name: their hashes are alike, so that swapped names meet
  std::vector<uint64_t> hashes;
  std::vector<uint32_t> begin;  // of each value's hashes; one more than there are values
};

std::vector<KeyPart> KeyPartsOf(const RecordTable& table);

// One hash of two. Not symmetric.
uint64_t Mix(uint64_t a, uint64_t b);

}  // namespace leadline::linkage
