// The tables that say which values mean the same address, number or company. The central pack's alone: every region
// matches by the same ones.
#pragma once

#include "domain/mail_providers.h"

namespace leadline::domain {

// Immutable and thread-safe once made; shared by all regions.
struct IdentityTables {
  MailProviders mail_providers;  // of what matching knows; what a region adds counts for its scores only
};

}  // namespace leadline::domain
