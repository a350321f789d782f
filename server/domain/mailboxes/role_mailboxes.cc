#include "domain/mailboxes/role_mailboxes.h"

#include <algorithm>

namespace leadline::domain {

bool RoleMailboxes::Holds(std::string_view email) const {
  if (names_.empty()) return false;
  const std::string_view local = email.substr(0, email.rfind('@'));
  return names_.contains(local.substr(0, local.find_first_of(".-_+0123456789")));
}

std::vector<std::string> RoleMailboxes::Names() const {
  std::vector<std::string> names(names_.begin(), names_.end());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace leadline::domain
