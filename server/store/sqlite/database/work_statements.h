// Statements about work that waits: leads of changed people and companies, accounts to be scored, keys to be made,
// operations.
#pragma once

#include <string_view>

#include "store/sqlite/database/sql.h"

namespace leadline::store {

// Empty for a statement about anything else.
constexpr std::string_view WorkSql(Sql id) {
  switch (id) {
    case Sql::kSharedChanges:
      return "SELECT record_kind, record_id, number, after FROM shared_changes WHERE tenant_id = ?1 "
             "ORDER BY record_kind, record_id LIMIT ?2";
    case Sql::kNoteSharedChange:
      return "INSERT INTO shared_changes SELECT ?1, ?2, ?3, COALESCE(MAX(number), 0), '' FROM commits "
             "WHERE tenant_id = ?1 ON CONFLICT DO UPDATE SET number = excluded.number, after = ''";
    case Sql::kPutSharedChange:
      return "UPDATE shared_changes SET after = ?5 WHERE (tenant_id, record_kind, record_id, number) = (?1, ?2, ?3, "
             "?4)";
    case Sql::kForgetSharedChange:
      return "DELETE FROM shared_changes WHERE (tenant_id, record_kind, record_id, number) = (?1, ?2, ?3, ?4)";
    case Sql::kAccountsToScore:
      return "SELECT account_id, number, due FROM accounts_to_score WHERE tenant_id = ?1 AND due <= ?2 "
             "ORDER BY due, account_id LIMIT ?3";
    case Sql::kNoteAccount:
      return "INSERT INTO accounts_to_score SELECT ?1, ?2, COALESCE(MAX(number), 0), 0 FROM commits "
             "WHERE tenant_id = ?1 ON CONFLICT DO UPDATE SET number = MAX(excluded.number, number + 1), due = 0";
    case Sql::kPutAccountDue:
      return "UPDATE accounts_to_score SET due = ?5 WHERE (tenant_id, account_id, number, due) = (?1, ?2, ?3, ?4)";
    case Sql::kForgetAccount:
      return "DELETE FROM accounts_to_score WHERE (tenant_id, account_id, number, due) = (?1, ?2, ?3, ?4)";
    case Sql::kGetKeyBuild:
      return "SELECT made_with, target, phone_rules, record_kind, after, done, started_at FROM key_build "
             "WHERE tenant_id = ?1";
    case Sql::kPutKeyBuild:
      return "INSERT INTO key_build (tenant_id, made_with, target, phone_rules, record_kind, after, done, started_at) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id) DO UPDATE SET "
             "made_with = excluded.made_with, target = excluded.target, phone_rules = excluded.phone_rules, "
             "record_kind = excluded.record_kind, after = excluded.after, done = excluded.done, "
             "started_at = excluded.started_at";
    case Sql::kGetOperation:
      return "SELECT method, subject, actor, request_id, validate_only, created_at, begun_at, ended_at, tries, "
             "cancelled, done, total, request, result, samples FROM operations WHERE tenant_id = ?1 AND operation_id = "
             "?2";
    case Sql::kDeliveries:
      return "SELECT position, rules, record_kind, record_id, created_at, due, tries, dead_at, error FROM deliveries "
             "WHERE tenant_id = ?1 AND endpoint = ?2 AND dead = ?3 AND position > ?4 ORDER BY position LIMIT ?5";
    case Sql::kCountDeliveries:
      return "SELECT endpoint, dead, COUNT(*), MIN(created_at), MIN(dead_at) FROM deliveries WHERE tenant_id = ?1 "
             "GROUP BY endpoint, dead ORDER BY endpoint, dead";
    case Sql::kPutDelivery:
      return "INSERT OR REPLACE INTO deliveries (tenant_id, endpoint, dead, position, rules, record_kind, record_id, "
             "created_at, due, tries, dead_at, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    case Sql::kDropDelivery:
      return "DELETE FROM deliveries WHERE tenant_id = ?1 AND endpoint = ?2 AND dead IN (0, 1) AND position = ?3";
    case Sql::kPutOperation:
      return "INSERT INTO operations (tenant_id, operation_id, method, subject, actor, request_id, validate_only, "
             "created_at, begun_at, ended_at, tries, cancelled, done, total, request, result, samples) VALUES "
             "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) "
             "ON CONFLICT (tenant_id, operation_id) DO UPDATE SET begun_at = excluded.begun_at, "
             "ended_at = excluded.ended_at, tries = excluded.tries, cancelled = excluded.cancelled, "
             "done = excluded.done, total = excluded.total, request = excluded.request, result = excluded.result, "
             "samples = excluded.samples";
    case Sql::kDropOperation:
      return "DELETE FROM operations WHERE tenant_id = ?1 AND operation_id = ?2";
    case Sql::kOperationIds:
      return "SELECT operation_id FROM operations WHERE tenant_id = ?1 AND (?2 = '' OR operation_id < ?2) "
             "ORDER BY operation_id DESC LIMIT ?3";
    case Sql::kUnfinishedOperations:
      return "SELECT operation_id FROM operations WHERE tenant_id = ?1 AND ended_at = 0 ORDER BY operation_id LIMIT ?2";
    case Sql::kEndedOperations:
      return "SELECT operation_id, ended_at, length(result) + length(samples) FROM operations "
             "WHERE tenant_id = ?1 AND ended_at > 0";
    case Sql::kSampledOperations:
      return "SELECT operation_id, samples FROM operations WHERE tenant_id = ?1 AND length(samples) > 0";
    case Sql::kPutOperationSamples:
      return "UPDATE operations SET samples = ?3 WHERE tenant_id = ?1 AND operation_id = ?2";
    default:
      return {};
  }
}

}  // namespace leadline::store
