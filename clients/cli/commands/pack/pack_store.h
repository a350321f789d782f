// Packs against the leads in the server's store.
#pragma once

#include "cli/session.h"
#include "packs/rule_set.h"

namespace leadline::cli {

// Shows which regions the stored leads name, and which of them `rules` (null: the packs that decide) do not know.
// kExitRefused when there is one.
int CheckStore(Session& session, const std::shared_ptr<const packs::RuleSet>& rules);

}  // namespace leadline::cli
