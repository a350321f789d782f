// What the fields of a record must be for a condition to hold, as far as one can see without a proof.
#pragma once

#include <string>
#include <vector>

#include "cel/program.h"

namespace leadline::packs {

// The values that the parts of an `and` ask for: `lead.country == "DE"`, `account.employees >= 50`, `!lead.purchased`.
// Immutable and thread-safe.
class RequiredValues {
 public:
  // Null: nothing is asked for.
  explicit RequiredValues(const cel::Program* program);

  // True only when no record makes both conditions hold: they ask for different values of one field. What it costs goes
  // with the values that the conditions name, not with the records.
  bool Exclude(const RequiredValues& other) const;

 private:
  // What one field must be: one of some values, or a number within bounds.
  struct Field {
    int slot = -1;
    bool folded = false;                // of its text.fold()
    bool listed = false;                // one of the following
    std::vector<std::string> texts;     // ascending; also "true", "false" and "absent" of what is no text
    std::vector<double> numbers;        // ascending
    double low = 0, high = 0;           // otherwise: within these
    bool above = false, below = false;  // without the bound itself
  };
  class Reader;

  static bool Apart(const Field& a, const Field& b);

  std::vector<Field> fields_;
};

}  // namespace leadline::packs
