// What kind of company a name says it is.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "words.h"

namespace company_name {

// Forms of one kind are alike all over the world: a GmbH is a limited company, an AG a stock company.
enum class FormKind { kLimited, kStock, kPartnership, kCooperative, kSole, kOther };

struct LegalForm {
  std::string_view name;  // as it is usual: "GmbH"
  FormKind kind;
};

// A name and the form that stood in it.
struct ParsedName {
  std::vector<Word> core;
  std::optional<LegalForm> form;  // the one at the end, else the one in front
};

// Takes the forms off both ends, never the last word that is left. Immutable table, so thread-safe.
ParsedName ParseName(std::string_view name);

}  // namespace company_name
