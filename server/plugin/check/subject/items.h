// Inputs of capability calls as plain values, and where they come from.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "plugin/check/subject/job.h"

namespace leadline::plugin::check {

struct FieldValue {
  uint32_t kind = 0;  // enum leadline_kind
  int64_t number = 0;
  double real = 0;
  std::string text;
  std::vector<FieldValue> list;
};
using RecordValues = std::vector<FieldValue>;

struct CandidateValue {
  std::string rep_id;
  double weight = 1;
  double latitude = 0;
  double longitude = 0;
  int64_t last_assigned = 0;
  uint32_t open_load = 0;
  uint32_t capacity = 0;
  int32_t seniority = 0;
  uint32_t flags = 0;
};

// One item of a batch, for whichever capability: each takes of it what it has.
struct Item {
  RecordValues record;  // of merge: the left one
  RecordValues right;
  std::string from_status;
  std::string to_status;
  std::vector<CandidateValue> candidates;
};

// What the values of a generated item are like.
enum class Flavour {
  kFull,      // every field there, plausible texts
  kOrdinary,  // as in real life: some fields absent
  kNull,      // every field absent, no candidates' whereabouts
  kRandom,    // anything of the field's kind
  kEmpty,     // empty texts and lists
  kLong,      // texts of 16 KiB
  kNotUtf8,   // texts that are no UTF-8
  kExtreme,   // the ends of each range
  kNoChoice,  // no candidates at all, or none that is free
};

// The same seed gives the same items on every machine: no distribution of the standard library is used. Not
// thread-safe.
class ItemSource {
 public:
  // Of the fields in slot order. Without `nulls` no field is absent, whatever the flavour.
  ItemSource(std::span<const KnownField> fields, uint64_t seed, bool nulls = true)
      : fields_(fields.begin(), fields.end()), random_(seed), nulls_(nulls) {}

  Item Make(Flavour flavour);
  std::vector<Item> Make(Flavour flavour, size_t count);
  // Below `limit`, which is not 0.
  uint64_t Below(uint64_t limit) { return random_() % limit; }

 private:
  FieldValue Field(const KnownField& field, Flavour flavour);
  FieldValue Ordinary(const KnownField& field);
  FieldValue OfKind(uint32_t kind, Flavour flavour);
  std::string Text(Flavour flavour);
  RecordValues Record(Flavour flavour);
  CandidateValue Candidate(Flavour flavour);
  bool Chance(uint64_t percent) { return Below(100) < percent; }

  std::vector<KnownField> fields_;
  std::mt19937_64 random_;
  bool nulls_;
};

}  // namespace leadline::plugin::check
