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
  kGetAccountKeys,
  kSetAccountKeys,

  kGetContact,
  kInsertContact,
  kContactKeySlot,
  kDestroyContactKey,
  kErasedContacts,
  kContactState,
  kContactsOfAccount,
  kContactsInStatus,
  kStatusesOfContacts,
  kGetContactKeys,
  kSetContactKeys,

  kGetLead,
  kInsertLead,
  kLeadKeySlot,
  kDestroyLeadKey,
  kErasedLeads,
  kLeadState,
  kLeadsOfAccount,
  kLeadsOfContact,
  kLeadsInStatus,
  kLeadIds,
  kLeadPlaces,
  kDueLeads,
  kDueContacts,
  kCountLeadsByStatus,
  kRegionsOfLeads,
  kNameLeadContact,
  kNoteLeadContact,
  kUnnameLeadContact,
  kDeleteLeadContact,

  kPutClock,
  kTellClock,
  kReleaseClock,
  kLateClocks,
  kBreachedClocks,
  kRunningLateClocks,

  kGetActivity,
  kInsertActivity,
  kActivitiesOfLead,
  kActivitiesOfContact,
  kActivitiesOfLeadBetween,
  kActivitiesOfContactBetween,
  kGetActivityTally,
  kPutActivityTally,
  kDropActivityTally,
  kHasActivityOnLead,

  kInsertKey,
  kDeleteKey,
  kRecordsOfKey,

  kPutTransaction,
  kPutTransactionOfRecord,
  kLastTransaction,
  kLastSequence,
  kTransactionsFrom,
  kTransactionAt,
  kTransactionIdAt,
  kNumbersOfRecord,
  kTransactionsOfRecord,
  kInsertSharedText,
  kGetSharedText,

  kLeadsForReport,
  kContactsForReport,
  kLeadClocks,

  kGetKeysFile,
  kInsertKeysFile,
  kUpdateKeysFile,
  kGetCommitNumber,
  kPutCommitNumber,

  kGetRep,
  kInsertRep,
  kUpdateRep,
  kAddOpenLeads,
  kRepState,
  kGetPool,
  kPutPoolMember,

  kGetMerge,
  kPutMerge,
  kMergesInto,

  kGetRequest,
  kInsertRequest,
  kOldestRequests,
  kForgetRequest,
  kDeleteRequest,

  kAccountIds,
  kContactIds,
  kAllLeadIds,
  kRepIds,
  kClocksOfLead,
  kCountRows,
  kSharedChanges,
  kNoteSharedChange,
  kPutSharedChange,
  kForgetSharedChange,
  kAccountsToScore,
  kNoteAccount,
  kPutAccountDue,
  kForgetAccount,
  kGetKeyBuild,
  kPutKeyBuild,

  kGetRollout,
  kInsertRollout,
  kUpdateRollout,
  kUpdateRolloutProgress,
  kGetPackContent,
  kInsertPackContent,
  kDropPackContent,

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
  kLeadMerge = 8,
  kLeadNext = 16,
  kLeadColumnSets = 32,
};
std::string UpdateLeadSql(unsigned columns);

enum ContactColumns : unsigned {
  kContactAccount = 1,
  kContactNext = 2,
  kContactColumnSets = 4,
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
