#include "domain/deals/buying_group.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::domain {

std::string_view BuyingGroups::RoleOf(std::string_view word) const {
  for (const BuyingRole& role : roles) {
    if (role.id == word || std::find(role.also.begin(), role.also.end(), word) != role.also.end()) return role.id;
  }
  return {};
}

const BuyingGroupTemplate* BuyingGroups::ForProduct(std::string_view product) const {
  for (const BuyingGroupTemplate& group : templates) {
    if (std::find(group.products.begin(), group.products.end(), product) != group.products.end()) return &group;
  }
  return nullptr;
}

std::string TextOf(const BuyingGroups& groups) {
  std::string text;
  for (const BuyingRole& role : groups.roles) text += fmt::format("{}: {}\n", role.id, fmt::join(role.also, " "));
  for (const BuyingGroupTemplate& group : groups.templates) {
    // Products may have any byte.
    for (const std::string& product : group.products) text += fmt::format("{} {} ", product.size(), product);
    for (const auto& [role, count] : group.wanted) text += fmt::format("{}={} ", role, count);
    text += "\n";
  }
  return text;
}

std::vector<RoleNeed> NeedsOf(const BuyingGroups& groups, const Lead& lead) {
  std::map<std::string_view, int64_t> wanted;
  for (const std::string& product : lead.products) {
    const BuyingGroupTemplate* group = groups.ForProduct(product);
    if (group == nullptr) continue;
    for (const auto& [role, count] : group->wanted) wanted[role] = std::max(wanted[role], count);
  }
  std::vector<RoleNeed> needs;
  if (wanted.empty()) return needs;
  std::map<std::string_view, int64_t> present;
  for (const ContactRole& contact : lead.contacts) ++present[groups.RoleOf(contact.role)];
  for (const BuyingRole& role : groups.roles) {
    const auto need = wanted.find(role.id);
    if (need == wanted.end()) continue;
    const auto there = present.find(role.id);
    needs.push_back({role.id, need->second, there == present.end() ? 0 : there->second});
  }
  return needs;
}

double CompletenessOf(const std::vector<RoleNeed>& needs) {
  int64_t wanted = 0, there = 0;
  for (const RoleNeed& need : needs) {
    wanted += need.wanted;
    there += std::min(need.wanted, need.present);
  }
  return wanted == 0 ? 1 : static_cast<double>(there) / static_cast<double>(wanted);
}

}  // namespace leadline::domain
