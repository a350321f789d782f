// A condition in a few words, apart from any record.
#pragma once

#include <string>
#include <vector>

#include "cel/ast.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// "account employees: at least 200 and less than 1000, lead source: one of event, referral"; for parts of which one is
// enough, " or " between them. Empty when it takes more than comparisons of fields with constants.
std::string InWords(const cel::Ast& ast, const std::vector<FieldDef>& fields);

}  // namespace leadline::packs
