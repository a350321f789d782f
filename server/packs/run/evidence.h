// Why a condition held or did not, in words.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cel/program.h"
#include "domain/decision.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// The fields that the condition reads, with their values as people write them.
std::vector<domain::Evidence> EvidenceFor(const std::vector<FieldDef>& fields, const cel::Program& program,
                                          std::span<const cel::Value> slots);
// The fields of the part that made the condition fail: `contact.seniority is "staff"`.
std::string WhyNot(const std::vector<FieldDef>& fields, const cel::Program& program, std::span<const cel::Value> slots,
                   cel::Arena& arena);

}  // namespace leadline::packs
