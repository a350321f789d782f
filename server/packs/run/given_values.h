// What a record was given, as against what happens to it.
#pragma once

#include <optional>

#include "domain/records.h"
#include "packs/run/record_view.h"

namespace leadline::packs {

// Remembers what one record was given the last time, and what that means: every value that a field reads which is
// marked so (StandardField::given), and the attributes. Holds copies: records may change in place, or be gone. Not
// thread-safe.
class GivenValues {
 public:
  // Whether the view's records were given what they were given the last time; from now on what is given now counts. Not
  // the first time, nor where the view says what fields mean.
  bool AreStill(const RecordView& view);

 private:
  bool known_ = false;
  std::optional<domain::Lead> lead_;
  std::optional<domain::Contact> contact_;
  std::optional<domain::Account> account_;
};

}  // namespace leadline::packs
