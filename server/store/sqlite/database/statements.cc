#include "store/sqlite/database/statements.h"

#include "fmt/format.h"

// The report types of migration 1 (StatusChanged 3, Assigned 6, SlaChanged 7) are named literally, so that the planner
// sees that its partial index covers the question.
#define LEADLINE_EVENT_COLUMNS                                                                               \
  "e.position, e.event_id, e.record_kind, e.record_id, e.sequence, e.type, e.time, e.append_time, e.actor, " \
  "e.request_id, e.generation, e.packs_ref, e.payload, e.snapshot_ref, e.decision "
#define LEADLINE_LEAD_COLUMNS "lead_id, version, body "
#define LEADLINE_ACTIVITY_COLUMNS \
  "activity_id, lead_id, contact_id, account_id, channel, investment, response, time, product, subject "

namespace leadline::store {

namespace {

constexpr std::string_view RecordSql(Sql id) {
  switch (id) {
    case Sql::kGetAccount:
      return "SELECT version, body FROM accounts WHERE tenant_id = ?1 AND account_id = ?2";
    case Sql::kInsertAccount:
      return "INSERT INTO accounts (tenant_id, account_id, version, region, body) VALUES (?1, ?2, 1, ?3, ?4) "
             "ON CONFLICT DO NOTHING";
    case Sql::kUpdateAccount:
      return "UPDATE accounts SET version = version + 1, region = ?4, body = ?5 "
             "WHERE tenant_id = ?1 AND account_id = ?2 AND version = ?3";
    case Sql::kAccountState:
      return "SELECT version FROM accounts WHERE tenant_id = ?1 AND account_id = ?2";

    case Sql::kGetContact:
      return "SELECT version, body FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kInsertContact:
      return "INSERT INTO contacts (tenant_id, contact_id, version, status, account_id, created_at, merged_into, body) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    case Sql::kContactState:
      return "SELECT version, status, account_id, merged_into FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kContactsOfAccount:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND account_id = ?2 AND account_id <> '' "
             "ORDER BY contact_id";
    case Sql::kContactsInStatus:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND status = ?2 AND merged_into = '' "
             "AND contact_id > ?3 ORDER BY contact_id LIMIT ?4";
    case Sql::kCountContactsByStatus:
      return "SELECT status, COUNT(*) FROM contacts WHERE tenant_id = ?1 AND merged_into = '' "
             "GROUP BY status ORDER BY status";

    case Sql::kGetLead:
      return "SELECT " LEADLINE_LEAD_COLUMNS "FROM leads WHERE tenant_id = ?1 AND lead_id = ?2";
    case Sql::kInsertLead:
      return "INSERT INTO leads (tenant_id, lead_id, version, status, assignee, account_id, clock_next, clock_warn, "
             "clock_due, merged_into, region, source, products, created_at, contacts, body) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT DO NOTHING";
    case Sql::kLeadState:
      return "SELECT version, status, assignee, account_id, clock_next, clock_warn, clock_due, merged_into, contacts "
             "FROM leads WHERE tenant_id = ?1 AND lead_id = ?2";
    case Sql::kLeadsOfAccount:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND account_id = ?2 AND account_id <> '' "
             "ORDER BY lead_id";
    case Sql::kLeadsOfContact:
      return "SELECT lead_id FROM lead_contacts WHERE tenant_id = ?1 AND contact_id = ?2 ORDER BY lead_id";
    case Sql::kLeadsInStatus:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND status = ?2 AND merged_into = '' "
             "AND lead_id > ?3 ORDER BY lead_id LIMIT ?4";
    case Sql::kLeadIds:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND lead_id > ?2 AND merged_into = '' "
             "ORDER BY lead_id LIMIT ?3";
    case Sql::kCountLeadsByStatus:
      return "SELECT status, COUNT(*) FROM leads WHERE tenant_id = ?1 AND merged_into = '' "
             "GROUP BY status ORDER BY status";
    case Sql::kRegionsOfLeads:
      return "SELECT region FROM leads WHERE tenant_id = ?1 AND merged_into = ''";
    case Sql::kInsertLeadContact:
      return "INSERT INTO lead_contacts (tenant_id, contact_id, lead_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    case Sql::kDeleteLeadContact:
      return "DELETE FROM lead_contacts WHERE tenant_id = ?1 AND contact_id = ?2 AND lead_id = ?3";
    case Sql::kListOverdue:
      return "SELECT " LEADLINE_LEAD_COLUMNS
             ", clock_due FROM leads WHERE tenant_id = ?1 AND clock_due > 0 AND merged_into = '' "
             "AND (clock_due, lead_id) > (?2, ?3) AND clock_warn <= ?4 ORDER BY clock_due, lead_id LIMIT ?5";
    case Sql::kListBreached:
      return "SELECT " LEADLINE_LEAD_COLUMNS
             ", clock_due FROM leads WHERE tenant_id = ?1 AND clock_due > 0 AND merged_into = '' "
             "AND (clock_due, lead_id) > (?2, ?3) AND clock_due <= ?4 ORDER BY clock_due, lead_id LIMIT ?5";
    case Sql::kDueClocks:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND clock_next > 0 AND merged_into = '' "
             "AND clock_next <= ?2 ORDER BY clock_next, lead_id LIMIT ?3";
    default:
      return {};
  }
}

constexpr std::string_view ActivitySql(Sql id) {
  switch (id) {
    case Sql::kGetActivity:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS "FROM activities WHERE tenant_id = ?1 AND activity_id = ?2";
    case Sql::kInsertActivity:
      return "INSERT INTO activities (tenant_id, activity_id, lead_id, contact_id, account_id, channel, investment, "
             "response, time, product, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
             "ON CONFLICT DO NOTHING";
    case Sql::kActivitiesOfLead:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM activities WHERE tenant_id = ?1 AND lead_id = ?2 AND lead_id <> '' ORDER BY time, activity_id";
    case Sql::kActivitiesOfContact:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM activities WHERE tenant_id = ?1 AND contact_id = ?2 AND contact_id <> '' ORDER BY time, activity_id";

    case Sql::kGetKeys:
      return "SELECT keys FROM record_keys WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3";
    case Sql::kPutKeys:
      return "INSERT INTO record_keys (tenant_id, record_kind, record_id, keys) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT (tenant_id, record_kind, record_id) DO UPDATE SET keys = excluded.keys";
    case Sql::kInsertKey:
      return "INSERT INTO blocking_keys (tenant_id, record_kind, key, record_id) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT DO NOTHING";
    case Sql::kDeleteKey:
      return "DELETE FROM blocking_keys WHERE tenant_id = ?1 AND record_kind = ?2 AND key = ?3 AND record_id = ?4";
    case Sql::kRecordsOfKey:
      return "SELECT record_id FROM blocking_keys WHERE tenant_id = ?1 AND record_kind = ?2 AND key = ?3 "
             "ORDER BY record_id LIMIT ?4";
    default:
      return {};
  }
}

constexpr std::string_view LedgerSql(Sql id) {
  switch (id) {
    case Sql::kInsertEvent:
      return "INSERT INTO events (tenant_id, position, event_id, record_kind, record_id, sequence, type, time, "
             "append_time, actor, request_id, generation, packs_ref, payload, snapshot_ref, decision) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    case Sql::kLastPosition:
      return "SELECT position FROM events WHERE tenant_id = ?1 ORDER BY position DESC LIMIT 1";
    case Sql::kLastSequence:
      return "SELECT sequence FROM events WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3 "
             "ORDER BY position DESC LIMIT 1";
    case Sql::kEventsAfter:
      return "SELECT " LEADLINE_EVENT_COLUMNS
             "FROM events e WHERE e.tenant_id = ?1 AND e.position > ?2 ORDER BY e.position LIMIT ?3";
    case Sql::kEventAt:
      return "SELECT " LEADLINE_EVENT_COLUMNS "FROM events e WHERE e.tenant_id = ?1 AND e.position = ?2";
    case Sql::kPositionsOfRecord:
      return "SELECT position FROM events WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3 "
             "AND position > ?4 ORDER BY position LIMIT ?5";
    case Sql::kInsertSharedText:
      return "INSERT INTO shared_texts (tenant_id, ref, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    case Sql::kGetSharedText:
      return "SELECT body FROM shared_texts WHERE tenant_id = ?1 AND ref = ?2";

    case Sql::kLeadJourneys:
      return "SELECT l.lead_id, l.source, l.region, l.created_at, l.products, COALESCE(e.time, 0), "
             "COALESCE(e.payload, '') FROM leads l LEFT JOIN events e ON e.tenant_id = l.tenant_id "
             "AND e.record_kind = 3 AND e.type = 3 AND e.type IN (3, 6, 7) AND e.record_id = l.lead_id "
             "WHERE l.tenant_id = ?1 AND l.merged_into = '' AND l.created_at >= ?2 AND l.created_at < ?3 "
             "AND (?4 = '' OR l.region = ?4) AND (?5 = '' OR l.source = ?5) ORDER BY l.lead_id, e.sequence";
    case Sql::kContactJourneys:
      return "SELECT c.contact_id, '', COALESCE(a.region, ''), c.created_at, '', COALESCE(e.time, 0), "
             "COALESCE(e.payload, '') FROM contacts c "
             "LEFT JOIN accounts a ON a.tenant_id = c.tenant_id AND a.account_id = c.account_id "
             "LEFT JOIN events e ON e.tenant_id = c.tenant_id "
             "AND e.record_kind = 2 AND e.type = 3 AND e.type IN (3, 6, 7) AND e.record_id = c.contact_id "
             "WHERE c.tenant_id = ?1 AND c.merged_into = '' AND c.created_at >= ?2 AND c.created_at < ?3 "
             "AND (?4 = '' OR a.region = ?4) ORDER BY c.contact_id, e.sequence";
    case Sql::kLeadClocks:
      return "SELECT l.lead_id, l.source, l.region, l.created_at, l.products, e.time, e.payload "
             "FROM events e JOIN leads l ON l.tenant_id = e.tenant_id AND l.lead_id = e.record_id "
             "WHERE e.tenant_id = ?1 AND e.record_kind = 3 AND e.type = 7 AND e.type IN (3, 6, 7) "
             "AND l.merged_into = '' AND l.created_at >= ?2 AND l.created_at < ?3 "
             "AND (?4 = '' OR l.region = ?4) AND (?5 = '' OR l.source = ?5) ORDER BY e.record_id, e.sequence";
    case Sql::kAssignments:
      return "SELECT e.record_id, e.time, e.payload FROM events e JOIN leads l "
             "ON l.tenant_id = e.tenant_id AND l.lead_id = e.record_id AND l.merged_into = '' "
             "WHERE e.tenant_id = ?1 AND e.record_kind = 3 AND e.type = 6 AND e.type IN (3, 6, 7) "
             "AND e.time >= ?2 AND e.time < ?3 ORDER BY e.record_id, e.sequence";
    default:
      return {};
  }
}

constexpr std::string_view OtherSql(Sql id) {
  switch (id) {
    case Sql::kBegin:
      return "BEGIN IMMEDIATE";
    case Sql::kBeginRead:
      return "BEGIN";
    case Sql::kCommit:
      return "COMMIT";
    case Sql::kRollback:
      return "ROLLBACK";
    case Sql::kSavepoint:
      return "SAVEPOINT one";
    case Sql::kReleaseSavepoint:
      return "RELEASE SAVEPOINT one";
    case Sql::kRollbackToSavepoint:
      return "ROLLBACK TO SAVEPOINT one";
    case Sql::kProbeRead:
      return "SELECT version FROM schema_version";
    case Sql::kProbeInsert:
      return "INSERT INTO pack_contents (tenant_id, sha256, pack, stored_at, body) VALUES ('', '', '', 0, ?1)";
    case Sql::kProbeDelete:
      return "DELETE FROM pack_contents WHERE tenant_id = '' AND sha256 = ''";

    case Sql::kGetRep:
      return "SELECT available, unavailable_until, open_leads, version FROM rep_state "
             "WHERE tenant_id = ?1 AND rep_id = ?2";
    case Sql::kInsertRep:
      return "INSERT INTO rep_state (tenant_id, rep_id, version, available, unavailable_until, open_leads) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    case Sql::kUpdateRep:
      return "UPDATE rep_state SET version = version + 1, available = ?4, unavailable_until = ?5, open_leads = ?6 "
             "WHERE tenant_id = ?1 AND rep_id = ?2 AND version = ?3";
    case Sql::kRepState:
      return "SELECT version FROM rep_state WHERE tenant_id = ?1 AND rep_id = ?2";
    case Sql::kGetPool:
      return "SELECT rep_id, current_weight, assigned, last_assigned FROM pool_members "
             "WHERE tenant_id = ?1 AND pool = ?2 ORDER BY rep_id";
    case Sql::kPutPoolMember:
      return "INSERT INTO pool_members (tenant_id, pool, rep_id, current_weight, assigned, last_assigned) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id, pool, rep_id) DO UPDATE SET "
             "current_weight = excluded.current_weight, assigned = excluded.assigned, "
             "last_assigned = excluded.last_assigned";

    case Sql::kGetMerge:
      return "SELECT merge_id, record_kind, survivor_id, absorbed_id, time, undone, body FROM merges "
             "WHERE tenant_id = ?1 AND merge_id = ?2";
    case Sql::kPutMerge:
      return "INSERT INTO merges (tenant_id, merge_id, record_kind, survivor_id, absorbed_id, time, undone, body) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id, merge_id) DO UPDATE SET "
             "record_kind = excluded.record_kind, survivor_id = excluded.survivor_id, "
             "absorbed_id = excluded.absorbed_id, time = excluded.time, undone = excluded.undone, "
             "body = excluded.body";
    case Sql::kMergesInto:
      return "SELECT merge_id, record_kind, survivor_id, absorbed_id, time, undone, body FROM merges "
             "WHERE tenant_id = ?1 AND record_kind = ?2 AND survivor_id = ?3 AND undone = 0 ORDER BY time, merge_id";

    case Sql::kGetRequest:
      return "SELECT fingerprint, result, time FROM requests WHERE tenant_id = ?1 AND request_id = ?2";
    case Sql::kInsertRequest:
      return "INSERT INTO requests (tenant_id, request_id, fingerprint, result, time) VALUES (?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT DO NOTHING";

    case Sql::kAccountIds:
      return "SELECT account_id FROM accounts WHERE tenant_id = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ?3";
    case Sql::kContactIds:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND contact_id > ?2 ORDER BY contact_id LIMIT ?3";
    case Sql::kGetKeyBuild:
      return "SELECT made_with, target, phone_rules, record_kind, after, done, started_at FROM key_build "
             "WHERE tenant_id = ?1";
    case Sql::kPutKeyBuild:
      return "INSERT INTO key_build (tenant_id, made_with, target, phone_rules, record_kind, after, done, started_at) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id) DO UPDATE SET "
             "made_with = excluded.made_with, target = excluded.target, phone_rules = excluded.phone_rules, "
             "record_kind = excluded.record_kind, after = excluded.after, done = excluded.done, "
             "started_at = excluded.started_at";
    case Sql::kGetRollout:
      return "SELECT version, body FROM rollout WHERE tenant_id = ?1";
    case Sql::kInsertRollout:
      return "INSERT INTO rollout (tenant_id, version, body) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING";
    case Sql::kUpdateRollout:
      return "UPDATE rollout SET version = version + 1, body = ?3 WHERE tenant_id = ?1 AND version = ?2";
    case Sql::kUpdateRolloutProgress:
      return "UPDATE rollout SET body = ?3 WHERE tenant_id = ?1 AND version = ?2";
    case Sql::kGetPackContent:
      return "SELECT pack, stored_at, body FROM pack_contents WHERE tenant_id = ?1 AND sha256 = ?2";
    case Sql::kInsertPackContent:
      return "INSERT INTO pack_contents (tenant_id, sha256, pack, stored_at, body) VALUES (?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT DO NOTHING";
    default:
      return {};
  }
}

constexpr std::string_view TextOf(Sql id) {
  for (std::string_view text : {RecordSql(id), ActivitySql(id), LedgerSql(id), OtherSql(id)}) {
    if (!text.empty()) {
      return text;
    }
  }
  return {};
}

constexpr bool EveryStatementHasText() {
  for (size_t i = 0; i < kSqlCount; ++i) {
    if (TextOf(static_cast<Sql>(i)).empty()) {
      return false;
    }
  }
  return true;
}
static_assert(EveryStatementHasText());

}  // namespace

std::string_view SqlText(Sql id) { return TextOf(id); }

std::string UpdateLeadSql(unsigned columns) {
  return fmt::format(
      "UPDATE leads SET version = version + 1{}{}{}{}{}, region = ?10, source = ?11, products = ?12, created_at = ?13, "
      "contacts = ?14, body = ?15 WHERE tenant_id = ?1 AND lead_id = ?2 AND version = ?16",
      columns & kLeadStatus ? ", status = ?3" : "", columns & kLeadAssignee ? ", assignee = ?4" : "",
      columns & kLeadAccount ? ", account_id = ?5" : "",
      columns & kLeadClock ? ", clock_next = ?6, clock_warn = ?7, clock_due = ?8" : "",
      columns & kLeadMerge ? ", merged_into = ?9" : "");
}

std::string UpdateContactSql(unsigned columns) {
  return fmt::format(
      "UPDATE contacts SET version = version + 1{}{}{}, created_at = ?5, body = ?7 "
      "WHERE tenant_id = ?1 AND contact_id = ?2 AND version = ?8",
      columns & kContactStatus ? ", status = ?3" : "", columns & kContactAccount ? ", account_id = ?4" : "",
      columns & kContactMerge ? ", merged_into = ?6" : "");
}

std::string ListLeadsSql(unsigned parts) {
  return fmt::format("SELECT " LEADLINE_LEAD_COLUMNS
                     "FROM leads WHERE tenant_id = ?1 AND merged_into = '' AND lead_id < ?2{}{}{}{} "
                     "ORDER BY lead_id DESC LIMIT ?3",
                     parts & kFilterStatus ? " AND status = ?4" : "",
                     parts & kFilterAssignee ? " AND assignee = ?5 AND assignee <> ''" : "",
                     parts & kFilterRegion ? " AND region = ?6" : "", parts & kFilterSource ? " AND source = ?7" : "");
}

}  // namespace leadline::store
