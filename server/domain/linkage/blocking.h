// Which pairs of records are compared at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/linkage/record_table.h"

namespace leadline::linkage {

struct RecordPair {
  uint32_t a = 0, b = 0;  // a < b
  bool operator==(const RecordPair&) const = default;
  auto operator<=>(const RecordPair&) const = default;
};

struct BlockingLimits {
  // Of all keys together, at most: for each record, the fewer the more records there are,
  double most_pairs_per_record = 40, least_pairs_per_record = 10;
  double least_pairs = 400'000;  // or so many in all, where there are few records
  bool report = false;           // tells what each key finds, which takes memory for all that each finds
  uint32_t largest_block = 300;  // a larger one is left to the keys that divide it further
};

// What one key finds.
struct BlockingKeyReport {
  std::string key;             // "email", "family_name + birth_date.year_month"
  int64_t pairs = 0;           // that it finds
  int64_t alone = 0;           // of them, those that no other key finds
  uint32_t largest_block = 0;  // records with the same value
  bool capped = false;         // some block was too large and is not compared by this key
  double same = 0;             // of its pairs, how many are the same, by their probabilities; once they are weighed
};

struct Candidates {
  std::vector<RecordPair> pairs;  // ascending, each once
  std::vector<BlockingKeyReport> keys;
  std::vector<std::vector<uint32_t>> found;  // by each key: places in `pairs`, ascending; only for a report
};

// Pairs that have the same value of some key. Keys are single parts of fields (a mail address, a phone's last digits, a
// date's year and month, how a name sounds, the rarest words of a text) and two parts of different fields together;
// those that find the fewest pairs come first, until they find as many as `limits` allow.
Candidates FindCandidates(const RecordTable& table, const BlockingLimits& limits, int threads = 1);

}  // namespace leadline::linkage
