// Every SQL statement of the store in one place, in the form that PostgreSQL understands too (its `$1` is `?1` here).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "store/sqlite/database/sql.h"

namespace leadline::store {

inline constexpr size_t kSqlCount = static_cast<size_t>(Sql::kCount_);

std::string_view SqlText(Sql id);

// Groups of a lead's columns that indexes rest on. An update names only the groups that changed: naming a column
// rewrites each of its index entries, changed or not.
enum LeadColumns : unsigned {
  kLeadStatus = 1,
  kLeadAssignee = 2,
  kLeadAccount = 4,
  kLeadMerge = 8,
  kLeadNext = 16,
  kLeadQueue = 32,
  kLeadScore = 64,
  kLeadRegion = 128,
  kLeadColumnSets = 256,
};
std::string UpdateLeadSql(unsigned columns);

enum ContactColumns : unsigned {
  kContactAccount = 1,
  kContactNext = 2,
  kContactColumnSets = 4,
};
std::string UpdateContactSql(unsigned columns);

}  // namespace leadline::store
