// Going over every record of a kind.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "domain/records.h"
#include "store/store.h"

namespace leadline::store {

// Calls `visit` with every id of the kind, in order; stops at an error.
template <typename Visit>
absl::Status ForEachId(Reader& reader, domain::RecordKind kind, Visit visit) {
  constexpr int kIds = 500;
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<std::string> ids, reader.RecordIds(kind, after, kIds));
    for (const std::string& id : ids) RETURN_IF_ERROR(visit(id));
    if (ids.size() < kIds) return absl::OkStatus();
    after = ids.back();
  }
}

inline std::set<std::string> ContactIds(const domain::Lead& lead) {
  std::set<std::string> ids;
  for (const domain::ContactRole& role : lead.contacts) ids.insert(role.contact_id);
  return ids;
}

}  // namespace leadline::store
