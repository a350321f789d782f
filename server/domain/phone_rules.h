// Countries change how their numbers are written, and some write them in several ways. The old and the new form of a
// number mean one telephone: these rules lead the one to the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::domain {

inline constexpr size_t kLongestCallingCode = 3;  // digits

// How a country's numbers look, without its calling code. A form is made of digits, of "x" for any digit and of
// "[2-59]" for some; "x{8}" repeats what is before it, and one "x{7,8}" in a form leaves the length open.
// Immutable and thread-safe.
class PhoneForm {
 public:
  static constexpr size_t kMinDigits = 4;
  static constexpr size_t kMaxDigits = 15;

  // INVALID_ARGUMENT, with what is wrong, for what is no form.
  static absl::StatusOr<PhoneForm> Parse(std::string_view text);

  // The digits that may stand at each place: bit d for the digit d. One shape for each length, the shortest first.
  using Shape = std::vector<uint16_t>;
  const std::vector<Shape>& shapes() const { return shapes_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<Shape> shapes_;
};

struct PhoneRule {
  int calling_code = 0;  // 229
  PhoneForm old_form;
  PhoneForm new_form;  // the same open digits in the same order, others between them
};

// Why a rule cannot stand with those before it.
struct PhoneRuleProblem {
  enum class Kind : uint8_t {
    kOpenDigits,  // old and new form differ in more than their fixed digits
    kItself,      // old and new form are the same
    kAgain,       // what one rule makes, another (or the same) would change again
    kTwice        // two rules change one number
  };
  Kind kind = Kind::kItself;
  std::string example;  // national digits that show it; empty for kOpenDigits and kItself
  int other = -1;       // kAgain, kTwice: number of the rule it quarrels with, in the order of Add; may be its own
};

// Immutable and thread-safe once every rule is added. Without rules every number stays as it is.
class PhoneRules {
 public:
  // Adds the rule unless something is wrong with it. So at most one rule changes a number, and never twice.
  std::optional<PhoneRuleProblem> Add(const PhoneRule& rule);

  // The digits of a number as they are written today: `international` are its digits with the calling code, without
  // "+". Those that no rule changes are given back.
  std::string Today(std::string_view international) const;
  // Whether a rule has the number, of the same form, as an old or as a new one.
  bool Know(std::string_view international) const;

  // Every rule in a text of its own form: the same text means the same keys.
  const std::string& text() const { return text_; }
  // The rules of such a text. INVALID_ARGUMENT for another.
  static absl::StatusOr<PhoneRules> FromText(std::string_view text);

 private:
  struct Change {
    PhoneForm::Shape from;
    std::string to;  // digits, and 'x' for the next open digit of the old form
    PhoneForm::Shape result;
    int rule = 0;
  };

  // The changes of the calling code that the digits begin with, and its length; null when it has none.
  const std::vector<Change>* ChangesOf(std::string_view international, size_t& code) const;
  std::optional<PhoneRuleProblem> Quarrel(const std::vector<Change>& fresh, const std::vector<Change>& others) const;

  std::map<std::string, std::vector<Change>, std::less<>> by_calling_code_;
  int count_ = 0;
  std::string text_;
};

}  // namespace leadline::domain
