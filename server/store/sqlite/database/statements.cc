#include "store/sqlite/database/statements.h"

#include "store/sqlite/database/work_statements.h"

#define LEADLINE_LEAD_COLUMNS "lead_id, version, body "
#define LEADLINE_ACTIVITY_COLUMNS                                                                       \
  "a.activity_id, a.lead_id, a.contact_id, a.account_id, a.channel, a.investment, a.response, a.time, " \
  "a.product, a.subject "
#define LEADLINE_CLOCK_REST "calendar, since, counted, paused, steps, step_at"
#define LEADLINE_CLOCK_SET                                                                                       \
  "warn = excluded.warn, due = excluded.due, stopped = excluded.stopped, state = excluded.state, "               \
  "calendar = excluded.calendar, since = excluded.since, counted = excluded.counted, paused = excluded.paused, " \
  "steps = excluded.steps, step_at = excluded.step_at"
#define LEADLINE_CLOCK_OLD                                                                                 \
  "clocks.warn, clocks.due, clocks.stopped, clocks.state, clocks.calendar, clocks.since, clocks.counted, " \
  "clocks.paused, clocks.steps, clocks.step_at"
#define LEADLINE_CLOCK_NEW                                                                             \
  "excluded.warn, excluded.due, excluded.stopped, excluded.state, excluded.calendar, excluded.since, " \
  "excluded.counted, excluded.paused, excluded.steps, excluded.step_at"
#define LEADLINE_CLOCK_KEY "tenant_id = ?1 AND lead_id = ?2 AND start = ?3 AND sla_id = ?4"

namespace leadline::store {

namespace {

constexpr std::string_view RecordSql(Sql id) {
  switch (id) {
    case Sql::kGetAccount:
      return "SELECT version, body FROM accounts WHERE tenant_id = ?1 AND account_id = ?2";
    case Sql::kInsertAccount:
      return "INSERT INTO accounts (tenant_id, account_id, version, region, keys, body) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    case Sql::kUpdateAccount:
      return "UPDATE accounts SET version = version + 1, region = ?4, body = ?5 "
             "WHERE tenant_id = ?1 AND account_id = ?2 AND version = ?3";
    case Sql::kAccountState:
      return "SELECT version FROM accounts WHERE tenant_id = ?1 AND account_id = ?2";
    case Sql::kGetAccountKeys:
      return "SELECT keys FROM accounts WHERE tenant_id = ?1 AND account_id = ?2";
    case Sql::kSetAccountKeys:
      return "UPDATE accounts SET keys = ?3 WHERE tenant_id = ?1 AND account_id = ?2";

    case Sql::kGetContact:
      return "SELECT version, body FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kInsertContact:
      return "INSERT INTO contacts (tenant_id, contact_id, version, status, account_id, created_at, merged_into, next, "
             "key_slot, keys, body) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    case Sql::kContactKeySlot:
      return "SELECT key_slot FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kDestroyContactKey:
      return "UPDATE contacts SET key_slot = -key_slot WHERE tenant_id = ?1 AND contact_id = ?2 AND key_slot > 0";
    case Sql::kErasedContacts:
      return "SELECT tenant_id, contact_id, -key_slot FROM contacts WHERE key_slot < 0 "
             "ORDER BY tenant_id, contact_id";
    case Sql::kContactState:
      return "SELECT version, account_id, next, key_slot FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kDueContacts:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND next > 0 AND next <= ?2 "
             "ORDER BY next, contact_id LIMIT ?3";
    case Sql::kContactsOfAccount:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND account_id = ?2 AND account_id <> '' "
             "ORDER BY contact_id";
    // Reads the contacts one after another: whoever asks has a status to rename, which is rare.
    case Sql::kContactsInStatus:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND status = ?2 AND merged_into = '' "
             "AND contact_id > ?3 ORDER BY contact_id LIMIT ?4";
    case Sql::kStatusesOfContacts:
      return "SELECT status FROM contacts WHERE tenant_id = ?1 AND merged_into = ''";
    case Sql::kGetContactKeys:
      return "SELECT keys FROM contacts WHERE tenant_id = ?1 AND contact_id = ?2";
    case Sql::kSetContactKeys:
      return "UPDATE contacts SET keys = ?3 WHERE tenant_id = ?1 AND contact_id = ?2";
    default:
      return {};
  }
}

constexpr std::string_view LeadSql(Sql id) {
  switch (id) {
    case Sql::kGetLead:
      return "SELECT " LEADLINE_LEAD_COLUMNS "FROM leads WHERE tenant_id = ?1 AND lead_id = ?2";
    case Sql::kInsertLead:
      return "INSERT INTO leads (tenant_id, lead_id, version, status, assignee, account_id, merged_into, region, "
             "source, products, created_at, clock_start, clock_sla, next, contacts, hold_queue, held_since, key_slot, "
             "body, score, external_key) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) "
             "ON CONFLICT DO NOTHING";
    case Sql::kLeadKeySlot:
      return "SELECT key_slot FROM leads WHERE tenant_id = ?1 AND lead_id = ?2";
    case Sql::kDestroyLeadKey:
      return "UPDATE leads SET key_slot = -key_slot WHERE tenant_id = ?1 AND lead_id = ?2 AND key_slot > 0";
    case Sql::kErasedLeads:
      return "SELECT tenant_id, lead_id, -key_slot FROM leads WHERE key_slot < 0 ORDER BY tenant_id, lead_id";
    case Sql::kLeadState:
      return "SELECT version, status, assignee, account_id, merged_into, clock_start, clock_sla, contacts, next, "
             "key_slot, hold_queue, held_since, score, region, external_key, source FROM leads WHERE tenant_id = ?1 "
             "AND "
             "lead_id = ?2";
    case Sql::kLeadsOfAccount:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND account_id = ?2 AND account_id <> '' "
             "ORDER BY lead_id";
    case Sql::kLeadsOfContact:
      return "SELECT lead_id FROM lead_contacts WHERE tenant_id = ?1 AND contact_id = ?2 AND named = 1 "
             "ORDER BY lead_id";
    case Sql::kLeadsInStatus:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND status = ?2 AND merged_into = '' "
             "AND lead_id > ?3 ORDER BY lead_id LIMIT ?4";
    case Sql::kLeadIds:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND lead_id > ?2 AND merged_into = '' "
             "ORDER BY lead_id LIMIT ?3";
    case Sql::kLeadPlaces:
      return "SELECT lead_id, region, contacts FROM leads WHERE tenant_id = ?1 AND lead_id > ?2 AND merged_into = '' "
             "ORDER BY lead_id LIMIT ?3";
    case Sql::kDueLeads:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND next > 0 AND next <= ?2 "
             "ORDER BY next, lead_id LIMIT ?3";
    case Sql::kCountLeadsByStatus:
      return "SELECT status, COUNT(*) FROM leads WHERE tenant_id = ?1 AND merged_into = '' "
             "GROUP BY status ORDER BY status";
    case Sql::kCountLeadsByQueue:
      return "SELECT hold_queue, COUNT(*), MIN(held_since) FROM leads WHERE tenant_id = ?1 AND hold_queue <> '' "
             "AND merged_into = '' GROUP BY hold_queue ORDER BY hold_queue";
    // Clocks that are late, and those that nobody warned of yet though it is time. Joined crosswise, so that the
    // planner goes by what is due and not by all that waits.
    case Sql::kOverdueByQueue:
      return "SELECT l.hold_queue FROM clocks c CROSS JOIN leads l WHERE c.tenant_id = ?1 AND c.late > 0 "
             "AND c.late <= ?2 AND l.tenant_id = c.tenant_id AND l.lead_id = c.lead_id AND l.hold_queue <> '' "
             "UNION ALL "
             "SELECT l.hold_queue FROM leads l CROSS JOIN clocks c WHERE l.tenant_id = ?1 AND l.next > 0 "
             "AND l.next <= ?2 AND l.hold_queue <> '' AND c.tenant_id = l.tenant_id AND c.lead_id = l.lead_id "
             "AND c.start = l.clock_start AND c.sla_id = l.clock_sla AND c.state = 1 AND c.due <= ?2";
    case Sql::kRegionsOfLeads:
      return "SELECT region FROM leads WHERE tenant_id = ?1 AND merged_into = ''";
    case Sql::kNameLeadContact:
      return "INSERT INTO lead_contacts (tenant_id, contact_id, lead_id, named) VALUES (?1, ?2, ?3, 1) "
             "ON CONFLICT (tenant_id, contact_id, lead_id) DO UPDATE SET named = 1";
    case Sql::kNoteLeadContact:
      return "INSERT INTO lead_contacts (tenant_id, contact_id, lead_id, named) VALUES (?1, ?2, ?3, 0) "
             "ON CONFLICT DO NOTHING";
    case Sql::kUnnameLeadContact:
      return "UPDATE lead_contacts SET named = 0 WHERE tenant_id = ?1 AND contact_id = ?2 AND lead_id = ?3";
    case Sql::kDeleteLeadContact:
      return "DELETE FROM lead_contacts WHERE tenant_id = ?1 AND contact_id = ?2 AND lead_id = ?3";
    default:
      return {};
  }
}

constexpr std::string_view ClockSql(Sql id) {
  switch (id) {
    case Sql::kPutClock:
      return "INSERT INTO clocks (tenant_id, lead_id, start, sla_id, warn, due, stopped, state, " LEADLINE_CLOCK_REST
             ", late) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
             "ON CONFLICT (tenant_id, lead_id, start, sla_id) DO UPDATE SET " LEADLINE_CLOCK_SET
             ", late = excluded.late WHERE (" LEADLINE_CLOCK_OLD ", clocks.late) <> (" LEADLINE_CLOCK_NEW
             ", excluded.late)";
    case Sql::kTellClock:
      return "INSERT INTO clocks (tenant_id, lead_id, start, sla_id, warn, due, stopped, state, " LEADLINE_CLOCK_REST
             ", late) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0) "
             "ON CONFLICT (tenant_id, lead_id, start, sla_id) DO UPDATE SET " LEADLINE_CLOCK_SET
             " WHERE (" LEADLINE_CLOCK_OLD ") <> (" LEADLINE_CLOCK_NEW ")";
    case Sql::kReleaseClock:
      return "UPDATE clocks SET late = 0 WHERE " LEADLINE_CLOCK_KEY " AND late > 0";
    // warn 0: none; then, and when it is after the due time, the clock is late from its due time on.
    case Sql::kLateClocks:
      return "SELECT lead_id, late FROM clocks WHERE tenant_id = ?1 AND late > 0 AND (late, lead_id) > (?2, ?3) "
             "AND CASE WHEN warn > 0 AND warn < due THEN warn ELSE due END <= ?4 ORDER BY late, lead_id LIMIT ?5";
    case Sql::kBreachedClocks:
      return "SELECT lead_id, late FROM clocks WHERE tenant_id = ?1 AND late > 0 AND (late, lead_id) > (?2, ?3) "
             "AND late <= ?4 ORDER BY late, lead_id LIMIT ?5";
    case Sql::kRunningLateClocks:
      // Those that run (state 1), of leads with something due. Joined crosswise, so that the planner keeps this order.
      return "SELECT c.lead_id, c.due FROM leads l CROSS JOIN clocks c WHERE l.tenant_id = ?1 AND l.next > 0 "
             "AND l.next <= ?2 AND c.tenant_id = l.tenant_id AND c.lead_id = l.lead_id AND c.start = l.clock_start "
             "AND c.sla_id = l.clock_sla AND c.state = 1 "
             "AND CASE WHEN c.warn > 0 AND c.warn < c.due THEN c.warn ELSE c.due END <= ?2";
    default:
      return {};
  }
}

constexpr std::string_view ActivitySql(Sql id) {
  switch (id) {
    case Sql::kGetActivity:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS "FROM activities a WHERE a.tenant_id = ?1 AND a.activity_id = ?2";
    case Sql::kInsertActivity:
      return "INSERT INTO activities (tenant_id, lead_id, time, activity_id, contact_id, account_id, channel, "
             "investment, response, product, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
             "ON CONFLICT DO NOTHING";
    case Sql::kActivitiesOfLead:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM activities a WHERE a.tenant_id = ?1 AND a.lead_id = ?2 ORDER BY a.time, a.activity_id";
    // Joined crosswise, so that the planner keeps this order.
    case Sql::kActivitiesOfContact:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM lead_contacts c CROSS JOIN activities a WHERE c.tenant_id = ?1 AND c.contact_id = ?2 "
             "AND a.tenant_id = c.tenant_id AND a.lead_id = c.lead_id AND a.contact_id = c.contact_id";
    case Sql::kActivitiesOfLeadBetween:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM activities a WHERE a.tenant_id = ?1 AND a.lead_id = ?2 "
             "AND a.time >= ?3 AND a.time < ?4 ORDER BY a.time, a.activity_id";
    case Sql::kActivitiesOfContactBetween:
      return "SELECT " LEADLINE_ACTIVITY_COLUMNS
             "FROM lead_contacts c CROSS JOIN activities a WHERE c.tenant_id = ?1 AND c.contact_id = ?2 "
             "AND a.tenant_id = c.tenant_id AND a.lead_id = c.lead_id AND a.time >= ?3 AND a.time < ?4 "
             "AND a.contact_id = c.contact_id";
    case Sql::kGetActivityTally:
      return "SELECT body FROM activity_tallies WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3";
    case Sql::kPutActivityTally:
      return "INSERT INTO activity_tallies (tenant_id, record_kind, record_id, body) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT (tenant_id, record_kind, record_id) DO UPDATE SET body = excluded.body";
    case Sql::kDropActivityTally:
      return "DELETE FROM activity_tallies WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3";
    case Sql::kHasActivityOnLead:
      return "SELECT activity_id FROM activities WHERE tenant_id = ?1 AND lead_id = ?2 AND contact_id = ?3 LIMIT 1";

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
    // A transaction that goes on after its events were read is written again.
    case Sql::kPutTransaction:
      return "INSERT INTO ledger (tenant_id, number, transaction_id, body) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT (tenant_id, number) DO UPDATE SET body = excluded.body";
    case Sql::kPutTransactionOfRecord:
      return "INSERT INTO ledger_records (tenant_id, record_kind, record_id, number, last_sequence) "
             "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, record_kind, record_id, number) "
             "DO UPDATE SET last_sequence = excluded.last_sequence";
    case Sql::kLastTransaction:
      return "SELECT number, body FROM ledger WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1";
    case Sql::kLastSequence:
      return "SELECT last_sequence FROM ledger_records WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3 "
             "ORDER BY number DESC LIMIT 1";
    case Sql::kTransactionsFrom:
      return "SELECT number, transaction_id, body FROM ledger WHERE tenant_id = ?1 AND number >= ?2 ORDER BY number";
    case Sql::kTransactionAt:
      return "SELECT number, transaction_id, body FROM ledger WHERE tenant_id = ?1 AND number = ?2";
    case Sql::kTransactionIdAt:
      return "SELECT transaction_id FROM ledger WHERE tenant_id = ?1 AND number = ?2";
    case Sql::kLastNumber:
      return "SELECT number FROM ledger_records WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3 "
             "ORDER BY number DESC LIMIT 1";
    case Sql::kNumbersOfRecord:
      return "SELECT number FROM ledger_records WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3 "
             "AND number >= ?4 ORDER BY number LIMIT ?5";
    case Sql::kTransactionsOfRecord:
      return "SELECT l.number, l.body FROM ledger_records r JOIN ledger l "
             "ON l.tenant_id = r.tenant_id AND l.number = r.number "
             "WHERE r.tenant_id = ?1 AND r.record_kind = ?2 AND r.record_id = ?3 ORDER BY r.number";
    case Sql::kInsertSharedText:
      return "INSERT INTO shared_texts (tenant_id, ref, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    case Sql::kGetSharedText:
      return "SELECT body FROM shared_texts WHERE tenant_id = ?1 AND ref = ?2";

    case Sql::kLeadsForReport:
      return "SELECT lead_id, source, region, created_at, products, assignee FROM leads "
             "WHERE tenant_id = ?1 AND merged_into = '' AND created_at >= ?2 AND created_at < ?3 "
             "AND (?4 = '' OR region = ?4) AND (?5 = '' OR source = ?5) ORDER BY lead_id";
    case Sql::kContactsForReport:
      return "SELECT c.contact_id, '', COALESCE(a.region, ''), c.created_at, '', '' FROM contacts c "
             "LEFT JOIN accounts a ON a.tenant_id = c.tenant_id AND a.account_id = c.account_id "
             "WHERE c.tenant_id = ?1 AND c.merged_into = '' AND c.created_at >= ?2 AND c.created_at < ?3 "
             "AND (?4 = '' OR a.region = ?4) ORDER BY c.contact_id";
    case Sql::kLeadForReport:
      return "SELECT lead_id, source, region, created_at, products, assignee, hold_queue, body FROM leads "
             "WHERE tenant_id = ?1 AND lead_id = ?2 AND merged_into = ''";
    case Sql::kContactForReport:
      return "SELECT c.contact_id, '', COALESCE(a.region, ''), c.created_at, '', '', '' FROM contacts c "
             "LEFT JOIN accounts a ON a.tenant_id = c.tenant_id AND a.account_id = c.account_id "
             "WHERE c.tenant_id = ?1 AND c.contact_id = ?2 AND c.merged_into = ''";
    case Sql::kNoteOtherSource:
      return "INSERT INTO other_sources SELECT ?1, ?2, COALESCE(MAX(number), 0) FROM commits WHERE tenant_id = ?1 "
             "ON CONFLICT DO UPDATE SET number = excluded.number";
    case Sql::kLeadsOfOtherSource:
      return "SELECT number, lead_id FROM other_sources WHERE tenant_id = ?1 AND number >= ?2 "
             "ORDER BY number, lead_id LIMIT ?3";
    case Sql::kLeadClocks:
      return "SELECT c.lead_id, l.source, l.region, l.created_at, l.products, l.assignee, "
             "c.sla_id, c.start, c.warn, c.due, c.stopped, c.state, " LEADLINE_CLOCK_REST
             " "
             "FROM clocks c CROSS JOIN leads l WHERE c.tenant_id = ?1 AND l.tenant_id = c.tenant_id "
             "AND l.lead_id = c.lead_id AND l.merged_into = '' AND l.created_at >= ?2 AND l.created_at < ?3 "
             "AND (?4 = '' OR l.region = ?4) AND (?5 = '' OR l.source = ?5) ORDER BY c.lead_id, c.start, c.sla_id";
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
      return "SELECT available, unavailable_until, open_leads, version, body FROM rep_state "
             "WHERE tenant_id = ?1 AND rep_id = ?2";
    case Sql::kGetKeysFile:
      return "SELECT store_id, slots FROM keys_file";
    case Sql::kInsertKeysFile:
      return "INSERT INTO keys_file (store_id, slots) VALUES (?1, 0)";
    case Sql::kUpdateKeysFile:
      return "UPDATE keys_file SET slots = ?1";
    case Sql::kGetCommitNumber:
      return "SELECT number FROM commits WHERE tenant_id = ?1";
    case Sql::kPutCommitNumber:
      return "INSERT INTO commits (tenant_id, number) VALUES (?1, ?2) "
             "ON CONFLICT (tenant_id) DO UPDATE SET number = excluded.number";
    case Sql::kInsertRep:
      return "INSERT INTO rep_state (tenant_id, rep_id, version, available, unavailable_until, open_leads, body) "
             "VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    case Sql::kUpdateRep:
      return "UPDATE rep_state SET version = version + 1, available = ?4, unavailable_until = ?5, open_leads = ?6, "
             "body = ?7 "
             "WHERE tenant_id = ?1 AND rep_id = ?2 AND version = ?3";
    case Sql::kRepState:
      return "SELECT version FROM rep_state WHERE tenant_id = ?1 AND rep_id = ?2";
    case Sql::kGetPool:
      return "SELECT rep_id, turns_owed, assigned, last_assigned FROM pool_members "
             "WHERE tenant_id = ?1 AND pool = ?2 ORDER BY rep_id";
    case Sql::kPutPoolMember:
      return "INSERT INTO pool_members (tenant_id, pool, rep_id, turns_owed, assigned, last_assigned) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id, pool, rep_id) DO UPDATE SET "
             "turns_owed = excluded.turns_owed, assigned = excluded.assigned, "
             "last_assigned = excluded.last_assigned";

    case Sql::kGetMerge:
      return "SELECT merge_id, record_kind, survivor_id, absorbed_id, time, undone, body FROM merges "
             "WHERE tenant_id = ?1 AND merge_id = ?2";
    case Sql::kPutMerge:
      return "INSERT INTO merges (tenant_id, merge_id, record_kind, survivor_id, absorbed_id, time, undone, body) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id, merge_id) DO UPDATE SET "
             "record_kind = excluded.record_kind, survivor_id = excluded.survivor_id, "
             "absorbed_id = excluded.absorbed_id, time = excluded.time, undone = excluded.undone, body = excluded.body";
    case Sql::kMergesInto:
      return "SELECT merge_id, record_kind, survivor_id, absorbed_id, time, undone, body FROM merges "
             "WHERE tenant_id = ?1 AND record_kind = ?2 AND survivor_id = ?3 AND undone = 0 ORDER BY time, merge_id";
    case Sql::kMergesAfter:
      return "SELECT merge_id, record_kind, survivor_id, absorbed_id, time, undone, body FROM merges "
             "WHERE tenant_id = ?1 AND record_kind = ?2 AND survivor_id = ?3 AND (time, merge_id) > (?4, ?5) "
             "ORDER BY time, merge_id LIMIT ?6";

    case Sql::kGetRequest:
      return "SELECT fingerprint, result, time FROM requests WHERE tenant_id = ?1 AND request_id = ?2";
    case Sql::kInsertRequest:
      return "INSERT INTO requests (tenant_id, time, request_id, fingerprint, result) VALUES (?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT DO NOTHING";
    case Sql::kOldestRequests:
      return "SELECT time, request_id FROM requests WHERE tenant_id = ?1 AND time < ?2 "
             "ORDER BY time, request_id LIMIT ?3";
    case Sql::kForgetRequest:
      return "UPDATE requests SET fingerprint = ?3, result = ?4 WHERE tenant_id = ?1 AND request_id = ?2";
    case Sql::kDeleteRequest:
      return "DELETE FROM requests WHERE tenant_id = ?1 AND time = ?2 AND request_id = ?3";

    case Sql::kAccountIds:
      return "SELECT account_id FROM accounts WHERE tenant_id = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ?3";
    case Sql::kContactIds:
      return "SELECT contact_id FROM contacts WHERE tenant_id = ?1 AND contact_id > ?2 ORDER BY contact_id LIMIT ?3";
    case Sql::kAllLeadIds:
      return "SELECT lead_id FROM leads WHERE tenant_id = ?1 AND lead_id > ?2 ORDER BY lead_id LIMIT ?3";
    case Sql::kRepIds:
      return "SELECT rep_id FROM rep_state WHERE tenant_id = ?1 AND rep_id > ?2 ORDER BY rep_id LIMIT ?3";
    case Sql::kClocksOfLead:
      return "SELECT lead_id, '', '', 0, '', '', sla_id, start, warn, due, stopped, state, " LEADLINE_CLOCK_REST
             " FROM clocks WHERE tenant_id = ?1 AND lead_id = ?2 ORDER BY start, sla_id";
    case Sql::kCountRows:
      return "SELECT 0, COUNT(*) FROM activities WHERE tenant_id = ?1 "
             "UNION ALL SELECT 1, COUNT(*) FROM lead_contacts WHERE tenant_id = ?1 AND named = 1 "
             "UNION ALL SELECT 2, COUNT(*) FROM pool_members WHERE tenant_id = ?1 "
             "UNION ALL SELECT 3, COUNT(*) FROM merges WHERE tenant_id = ?1 "
             "UNION ALL SELECT 4, COUNT(*) FROM activity_tallies WHERE tenant_id = ?1 "
             "UNION ALL SELECT 5, COUNT(*) FROM pack_contents WHERE tenant_id = ?1 "
             "UNION ALL SELECT 6, COUNT(*) FROM blocking_keys WHERE tenant_id = ?1 AND record_kind = 3";
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
    case Sql::kDropPackContent:
      return "DELETE FROM pack_contents WHERE tenant_id = ?1 AND sha256 = ?2";
    default:
      return {};
  }
}

constexpr std::string_view TextOf(Sql id) {
  for (std::string_view text :
       {RecordSql(id), LeadSql(id), ClockSql(id), ActivitySql(id), LedgerSql(id), WorkSql(id), OtherSql(id)}) {
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

}  // namespace leadline::store
