// Who takes part when a company buys: the roles that a product's buying group wants, and which of them a lead has.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/records.h"

namespace leadline::domain {

inline constexpr int64_t kMostOfRole = 20;

// A part that people have in a purchase.
struct BuyingRole {
  std::string id;
  std::vector<std::string> also;  // other words for it; each stands for one role
};

// What the purchase of a product wants.
struct BuyingGroupTemplate {
  std::string id;
  std::vector<std::string> products;      // each in one template
  std::map<std::string, int64_t> wanted;  // people by role id, 1 to kMostOfRole
};

// Plain data; thread-safe while it is not changed.
struct BuyingGroups {
  std::vector<BuyingRole> roles;
  std::vector<BuyingGroupTemplate> templates;

  bool empty() const { return templates.empty(); }
  // The role that a word stands for; empty for one that stands for none.
  std::string_view RoleOf(std::string_view word) const;
  // Null when no template has the product.
  const BuyingGroupTemplate* ForProduct(std::string_view product) const;
};

// All that they say, so that others have another text.
std::string TextOf(const BuyingGroups& groups);

// One role of a lead's buying group.
struct RoleNeed {
  std::string role;
  int64_t wanted = 0;   // at least 1
  int64_t present = 0;  // people on the lead in this role, also above `wanted`
  bool operator==(const RoleNeed&) const = default;
};

// What the lead's products want together: of each role as many as the template that wants the most. In the order of
// BuyingGroups::roles; nothing when no product has a template.
std::vector<RoleNeed> NeedsOf(const BuyingGroups& groups, const Lead& lead);
// Which share of those that are wanted is there, 0 to 1; more than wanted of one role makes up for no other. 1 without
// needs.
double CompletenessOf(const std::vector<RoleNeed>& needs);

}  // namespace leadline::domain
