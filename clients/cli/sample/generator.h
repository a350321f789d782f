// Made-up leads: companies, people in eight languages, duplicates, bought lists and what people did over half a year.
//
// Lead `i` depends on the options and `i` alone, so any of them can be made at any time, by any thread, and a million
// takes no more memory than one. Nothing is taken from real persons or companies; domains end in .example.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "cli/sample/lead.h"

namespace leadline::sample {

struct SampleOptions {
  int64_t leads = 2000;
  uint64_t seed = 1;
  Time now = 0;                // the last lead is made shortly before
  Duration span = 180 * kDay;  // the first so much earlier
  double duplicates = 0.08;    // share of leads by a person known before, written otherwise
  double purchased = 0.12;     // share of leads from bought lists, without any interaction
};

// Immutable and thread-safe.
class SampleGenerator {
 public:
  explicit SampleGenerator(const SampleOptions& options) : options_(options) {}

  // 0 <= index < options.leads; later ones are made later.
  SampleLead Make(int64_t index) const;
  const SampleOptions& options() const { return options_; }

 private:
  SampleLead MakeFirst(int64_t index) const;  // before it is known whether it is a duplicate
  int64_t OriginalOf(int64_t index) const;
  Time CreatedAt(int64_t index) const;

  SampleOptions options_;
};

}  // namespace leadline::sample
