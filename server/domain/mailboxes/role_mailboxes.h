// Mailboxes of a role ("info", "sales"): several people read them, so that an address there is nobody's own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace leadline::domain {

// A table of names of mailboxes. Immutable once built, and thread-safe then.
class RoleMailboxes {
 public:
  RoleMailboxes() = default;  // knows none
  // `names`: single words in small letters of ASCII, without digits; the packs check them.
  explicit RoleMailboxes(const std::vector<std::string>& names) : names_(names.begin(), names.end()) {}

  // Whether `email`, in NormalizeEmail's form, is a role's: the first word before the "@" is one of the names. A word
  // ends at ".", "-", "_", "+" and at a digit: "info.de", "sales-emea" and "office2" are roles', "infante" is not.
  bool Holds(std::string_view email) const;
  // All names, in order.
  std::vector<std::string> Names() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> names_;
};

}  // namespace leadline::domain
