// Every SQL statement of the store in one place, in the form that PostgreSQL understands too (its `$1` is `?1` here).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadline::store {

enum class Sql {
  kBegin,
  kBeginRead,
  kCommit,
  kRollback,
  kSavepoint,
  kReleaseSavepoint,
  kRollbackToSavepoint,
  kProbeRead,
  kProbeInsert,
  kProbeDelete,

  kGetAccount,
  kInsertAccount,
  kUpdateAccount,
  kAccountState,

  kGetContact,
  kInsertContact,
  kContactState,
  kContactsOfAccount,
  kContactsInStatus,
  kCountContactsByStatus,

  kGetLead,
  kInsertLead,
  kLeadState,
  kLeadsOfAccount,
  kLeadsOfContact,
  kLeadsInStatus,
  kLeadIds,
  kCountLeadsByStatus,
  kRegionsOfLeads,
  kInsertLeadContact,
  kDeleteLeadContact,
  kListOverdue,
  kListBreached,
  kDueClocks,

  kGetActivity,
  kInsertActivity,
  kActivitiesOfLead,
  kActivitiesOfContact,

  kGetKeys,
  kPutKeys,
  kInsertKey,
  kDeleteKey,
  kRecordsOfKey,

  kInsertEvent,
  kLastPosition,
  kLastSequence,
  kEventsAfter,
  kEventAt,
  kPositionsOfRecord,
  kInsertSharedText,
  kGetSharedText,

  kLeadJourneys,
  kContactJourneys,
  kLeadClocks,
  kAssignments,

  kGetRep,
  kInsertRep,
  kUpdateRep,
  kRepState,
  kGetPool,
  kPutPoolMember,

  kGetMerge,
  kPutMerge,
  kMergesInto,

  kGetRequest,
  kInsertRequest,

  kAccountIds,
  kContactIds,
  kGetKeyBuild,
  kPutKeyBuild,

  kGetRollout,
  kInsertRollout,
  kUpdateRollout,
  kUpdateRolloutProgress,
  kGetPackContent,
  kInsertPackContent,

  kCount_,
};
inline constexpr size_t kSqlCount = static_cast<size_t>(Sql::kCount_);

std::string_view SqlText(Sql id);

// Groups of a lead's columns that indexes rest on. An update names only the groups that changed: naming a column
// rewrites each of its index entries, changed or not.
enum LeadColumns : unsigned {
  kLeadStatus = 1,
  kLeadAssignee = 2,
  kLeadAccount = 4,
  kLeadClock = 8,
  kLeadMerge = 16,
  kLeadColumnSets = 32,
};
std::string UpdateLeadSql(unsigned columns);

enum ContactColumns : unsigned {
  kContactStatus = 1,
  kContactAccount = 2,
  kContactMerge = 4,
  kContactColumnSets = 8,
};
std::string UpdateContactSql(unsigned columns);

// Parts of a lead filter that are set.
enum LeadFilterParts : unsigned {
  kFilterStatus = 1,
  kFilterAssignee = 2,
  kFilterRegion = 4,
  kFilterSource = 8,
};
std::string ListLeadsSql(unsigned parts);

}  // namespace leadline::store
