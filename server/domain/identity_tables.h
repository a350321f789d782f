// The tables that say which values mean the same address, number or company. The central pack's alone: every region
// matches by the same ones.
#pragma once

#include <string>

#include "domain/mail_providers.h"
#include "domain/mailboxes/role_mailboxes.h"
#include "domain/phone_rules.h"

namespace leadline::domain {

// Immutable and thread-safe once made; shared by all regions.
struct IdentityTables {
  std::string fingerprint;       // of these and all else that blocking keys are made with: another one, other keys
  PhoneRules phones;             // which ways of writing a number mean the same telephone
  RoleMailboxes role_mailboxes;  // which addresses are nobody's own
  MailProviders mail_providers;  // of what matching knows; what a region adds counts for its scores only
};

}  // namespace leadline::domain
