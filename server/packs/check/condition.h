// Conditions that can never hold, that always hold, and parts of them that change nothing.
#pragma once

#include <string>
#include <vector>

#include "packs/check/written_rules.h"
#include "packs/yaml/problems.h"

namespace leadline::packs {

// Whose condition it is.
struct CheckedCondition {
  std::string rule;  // its id, for the findings
  int condition = -1;
  bool of_lead = false;               // only asked about leads
  std::vector<std::string> statuses;  // that the record may be in; empty: any
};

// Reports LL2111 (never holds), LL2112 (always holds) and LL2113 (a part changes nothing); each is proved for every
// record, and what is not proved is not reported. False: the condition never holds.
bool CheckCondition(const WrittenRules& written, const CheckedCondition& checked);
// Whether a record in the status can fulfil the condition (-1: yes); true also when it is not known.
bool CanHold(const WrittenRules& written, int condition, const std::string& status);
// Whether no error was found in the file of the layer, nor in the schema: otherwise what its rules say is not known.
bool IsSound(Problems& problems, const std::string& layer, const std::string& file);

}  // namespace leadline::packs
