#include "store/sqlite/database/schema.h"

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

constexpr int kVersion = 17;

// Rules of the schema: tenant_id leads every key and index; ids are texts made by the application, and a text that is a
// UUID stands as its sixteen bytes (Query::Bind), after all other texts in every order; times are microseconds since
// 1970; no column is null ('' and 0 stand for nothing). Tables are clustered by their key, which mostly grows, so that
// new rows go to the end. `body` holds a record in the form of store/codec.h; columns beside it are only what is looked
// up or sorted by, and never say who a person is: that is sealed (store/sealing). Every index costs a random write:
// rows_test.cc counts them, and says what each is for.
constexpr const char* kRecords = R"sql(
-- keys: which keys the record has in blocking_keys. next, here and in leads: when time alone has something for the
-- record (Reader::DueRecords); 0: never. key_slot: of the record's data key in the keys file, which seals what is
-- personal in it; its negative once the person is erased.
CREATE TABLE accounts (
  tenant_id TEXT NOT NULL, account_id TEXT NOT NULL, version INTEGER NOT NULL,
  region TEXT NOT NULL, keys BLOB NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, account_id)) WITHOUT ROWID;

CREATE TABLE contacts (
  tenant_id TEXT NOT NULL, contact_id TEXT NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL, account_id TEXT NOT NULL, created_at INTEGER NOT NULL, merged_into TEXT NOT NULL,
  next INTEGER NOT NULL, key_slot INTEGER NOT NULL, keys BLOB NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)) WITHOUT ROWID;
CREATE INDEX contacts_erased ON contacts (tenant_id, contact_id) WHERE key_slot < 0;
CREATE INDEX contacts_by_account ON contacts (tenant_id, account_id, contact_id) WHERE account_id <> '';
CREATE INDEX contacts_by_next ON contacts (tenant_id, next, contact_id) WHERE next > 0;

-- clock_start and clock_sla name the row of clocks that is the lead's clock now. score: the total. external_key: its key
-- in blocking_keys, of the attribute external_id; 0: none.
CREATE TABLE leads (
  tenant_id TEXT NOT NULL, lead_id TEXT NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL, assignee TEXT NOT NULL, account_id TEXT NOT NULL, merged_into TEXT NOT NULL,
  region TEXT NOT NULL, source TEXT NOT NULL, products TEXT NOT NULL, created_at INTEGER NOT NULL,
  clock_start INTEGER NOT NULL, clock_sla TEXT NOT NULL, next INTEGER NOT NULL, contacts TEXT NOT NULL,
  hold_queue TEXT NOT NULL, held_since INTEGER NOT NULL,
  score DOUBLE PRECISION NOT NULL, external_key INTEGER NOT NULL,
  key_slot INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, lead_id)) WITHOUT ROWID;
CREATE INDEX leads_erased ON leads (tenant_id, lead_id) WHERE key_slot < 0;
CREATE INDEX leads_by_status ON leads (tenant_id, status, lead_id) WHERE merged_into = '';
CREATE INDEX leads_by_score ON leads (tenant_id, status, score, lead_id) WHERE merged_into = '';
CREATE INDEX leads_by_region ON leads (tenant_id, region, lead_id) WHERE merged_into = '';
CREATE INDEX leads_by_assignee ON leads (tenant_id, assignee, lead_id) WHERE assignee <> '' AND merged_into = '';
CREATE INDEX leads_by_account ON leads (tenant_id, account_id, lead_id) WHERE account_id <> '';
CREATE INDEX leads_by_next ON leads (tenant_id, next, lead_id) WHERE next > 0;
CREATE INDEX leads_by_queue ON leads (tenant_id, hold_queue, held_since, lead_id)
  WHERE hold_queue <> '' AND merged_into = '';

-- Contacts of leads; named: 1 while the lead lists the contact, 0 when only activities of the contact stand with it.
CREATE TABLE lead_contacts (
  tenant_id TEXT NOT NULL, contact_id TEXT NOT NULL, lead_id TEXT NOT NULL, named INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, lead_id)) WITHOUT ROWID;

-- Every clock that a lead ever had. late, of the one that it has now, while it is open and the lead not merged: when it
-- is due, once it is past its warning; else 0. Its next step stands with the lead, so that a clock that just runs has no
-- index entry.
CREATE TABLE clocks (
  tenant_id TEXT NOT NULL, lead_id TEXT NOT NULL, start INTEGER NOT NULL, sla_id TEXT NOT NULL,
  warn INTEGER NOT NULL, due INTEGER NOT NULL, stopped INTEGER NOT NULL, state INTEGER NOT NULL,
  late INTEGER NOT NULL, calendar TEXT NOT NULL, since INTEGER NOT NULL, counted INTEGER NOT NULL,
  paused INTEGER NOT NULL, steps INTEGER NOT NULL, step_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, lead_id, start, sla_id)) WITHOUT ROWID;
CREATE INDEX clocks_by_late ON clocks (tenant_id, late, lead_id) WHERE late > 0;

-- Clustered by lead, since they are read by lead. Those of a contact are found through lead_contacts. subject: sealed.
CREATE TABLE activities (
  tenant_id TEXT NOT NULL, lead_id TEXT NOT NULL, time INTEGER NOT NULL, activity_id TEXT NOT NULL,
  contact_id TEXT NOT NULL, account_id TEXT NOT NULL, channel TEXT NOT NULL, investment TEXT NOT NULL,
  response TEXT NOT NULL, product TEXT NOT NULL, subject BLOB NOT NULL,
  PRIMARY KEY (tenant_id, lead_id, time, activity_id)) WITHOUT ROWID;
CREATE UNIQUE INDEX activities_by_id ON activities (tenant_id, activity_id);
-- Of leads and contacts with very many: how many there are of each day and class. Not clustered by its key, since rows
-- are long (see ledger).
CREATE TABLE activity_tallies (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id));

-- key: its hash, with the secret of the keys file.
CREATE TABLE blocking_keys (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, key INTEGER NOT NULL, record_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, key, record_id)) WITHOUT ROWID;
)sql";

constexpr const char* kLedger = R"sql(
-- One row for a ledger transaction, with all of its events (session/ledger_body.h). number: place in the tenant's commit
-- order, without gaps. Not clustered by its key: SQLite gives a long row of a clustered table a page of its own.
CREATE TABLE ledger (
  tenant_id TEXT NOT NULL, number INTEGER NOT NULL, transaction_id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, number));
-- The transactions that have events of a record; last_sequence: the record's last sequence number in it.
CREATE TABLE ledger_records (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, number INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id, number)) WITHOUT ROWID;

-- Texts that many transactions share, by the first 16 digits of their SHA-256.
CREATE TABLE shared_texts (
  tenant_id TEXT NOT NULL, ref TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, ref)) WITHOUT ROWID;
)sql";

constexpr const char* kOthers = R"sql(
-- Which keys file is the store's, and how many slots of it may have been used: one row.
CREATE TABLE keys_file (
  store_id TEXT NOT NULL, slots INTEGER NOT NULL);

-- How many commits changed something of the tenant: one row a tenant.
CREATE TABLE commits (
  tenant_id TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;

-- body: planned absences, and when the leads of the last 24 hours were given; some hundred bytes, 1 KiB at most of each.
CREATE TABLE rep_state (
  tenant_id TEXT NOT NULL, rep_id TEXT NOT NULL, version INTEGER NOT NULL,
  available INTEGER NOT NULL, unavailable_until INTEGER NOT NULL, open_leads INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, rep_id)) WITHOUT ROWID;
CREATE TABLE pool_members (
  tenant_id TEXT NOT NULL, pool TEXT NOT NULL, rep_id TEXT NOT NULL,
  turns_owed DOUBLE PRECISION NOT NULL, assigned INTEGER NOT NULL, last_assigned INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, pool, rep_id)) WITHOUT ROWID;

CREATE TABLE merges (
  tenant_id TEXT NOT NULL, merge_id TEXT NOT NULL, record_kind INTEGER NOT NULL, survivor_id TEXT NOT NULL,
  absorbed_id TEXT NOT NULL, time INTEGER NOT NULL, undone INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, merge_id)) WITHOUT ROWID;
CREATE INDEX merges_by_survivor ON merges (tenant_id, record_kind, survivor_id, time, merge_id);

-- In the order of their time, so that new ones go to the end and the oldest are deleted from the front. What is random
-- is the narrow index.
CREATE TABLE requests (
  tenant_id TEXT NOT NULL, time INTEGER NOT NULL, request_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  result BLOB NOT NULL,
  PRIMARY KEY (tenant_id, time, request_id)) WITHOUT ROWID;
CREATE UNIQUE INDEX requests_by_id ON requests (tenant_id, request_id);

-- Which packs decide: one row a tenant.
CREATE TABLE rollout (
  tenant_id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;

-- The files of the versions of packs that a rollout or a decision names, by their hash. Not clustered by its key, for
-- the same reason as the ledger: rows are long.
CREATE TABLE pack_contents (
  tenant_id TEXT NOT NULL, sha256 TEXT NOT NULL, pack TEXT NOT NULL, stored_at INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, sha256));

-- Contacts and accounts whose leads are to be decided again (SharedChange). number: that commits had before.
CREATE TABLE shared_changes (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, number INTEGER NOT NULL,
  after TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id)) WITHOUT ROWID;

-- Accounts that are to be scored again (AccountToScore). number: that commits had before; another one each time that
-- the account is noted. due: not before; 0: at once.
CREATE TABLE accounts_to_score (
  tenant_id TEXT NOT NULL, account_id TEXT NOT NULL, number INTEGER NOT NULL, due INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id)) WITHOUT ROWID;
CREATE INDEX accounts_to_score_by_due ON accounts_to_score (tenant_id, due, account_id);

-- What the blocking keys were made with, and how far they are made again: one row a tenant.
CREATE TABLE key_build (
  tenant_id TEXT NOT NULL, made_with TEXT NOT NULL, target TEXT NOT NULL, phone_rules BLOB NOT NULL,
  record_kind INTEGER NOT NULL, after TEXT NOT NULL, done INTEGER NOT NULL, started_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;

-- The outbox: which endpoint is still to be told of which event (delivery.h). dead: 1 once it was given up. Clustered so
-- that what an endpoint waits for, and what it never took, come in the order of the events.
CREATE TABLE deliveries (
  tenant_id TEXT NOT NULL, endpoint TEXT NOT NULL, dead INTEGER NOT NULL, position INTEGER NOT NULL,
  rules TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  due INTEGER NOT NULL, tries INTEGER NOT NULL, dead_at INTEGER NOT NULL, error TEXT NOT NULL,
  PRIMARY KEY (tenant_id, endpoint, dead, position)) WITHOUT ROWID;

-- Leads whose source became another one: what packs mean by it may change without an event. number: that commits had
-- before the last time.
CREATE TABLE other_sources (
  tenant_id TEXT NOT NULL, lead_id TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, lead_id)) WITHOUT ROWID;
CREATE INDEX other_sources_by_number ON other_sources (tenant_id, number, lead_id);

-- Long work that clients asked for. Some hundred rows at most, so no other index. request and result:
-- compressed. samples: what tells of single leads and people, each sealed; see session_operations.cc. Not clustered by
-- its key: rows are long.
CREATE TABLE operations (
  tenant_id TEXT NOT NULL, operation_id TEXT NOT NULL, method TEXT NOT NULL, subject TEXT NOT NULL,
  actor TEXT NOT NULL, request_id TEXT NOT NULL, validate_only INTEGER NOT NULL, created_at INTEGER NOT NULL,
  begun_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL, tries INTEGER NOT NULL, cancelled INTEGER NOT NULL, done INTEGER NOT NULL,
  total INTEGER NOT NULL, request BLOB NOT NULL, result BLOB NOT NULL, samples BLOB NOT NULL,
  PRIMARY KEY (tenant_id, operation_id));
)sql";

constexpr const char* kTableCount = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'";
constexpr const char* kVersionTableCount =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'";

// Whether there are tables, which then are those of this version.
absl::StatusOr<bool> HasSchema(Connection& connection) {
  ASSIGN_OR_RETURN(const int64_t tables, connection.QueryInt(kTableCount));
  if (tables == 0) return false;
  ASSIGN_OR_RETURN(const int64_t ours, connection.QueryInt(kVersionTableCount));
  if (ours == 0) {
    return absl::InvalidArgumentError(fmt::format(
        "the file is a database of another program ({} tables, none of them schema_version); name a new file", tables));
  }
  ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("SELECT COALESCE(MAX(version), 0) FROM schema_version"));
  if (version > kVersion) {
    return absl::FailedPreconditionError(
        fmt::format("the database has schema version {}, and this server reads version {}: a newer server wrote it; "
                    "start that one, or restore a backup from before",
                    version, kVersion));
  }
  if (version < kVersion) {
    return absl::FailedPreconditionError(
        fmt::format("the database has schema version {}, and this server reads version {}: an older server wrote it; "
                    "its format is no longer read; start with a new file, or start the server that wrote this one",
                    version, kVersion));
  }
  return true;
}

absl::Status MakeTables(Connection& connection) {
  // Asked again inside the transaction, so that nobody makes them in between.
  ASSIGN_OR_RETURN(const bool made, HasSchema(connection));
  if (made) return absl::OkStatus();
  for (const char* tables : {kRecords, kLedger, kOthers}) RETURN_IF_ERROR(connection.Execute(tables));
  RETURN_IF_ERROR(connection.Execute("CREATE TABLE schema_version (version INTEGER NOT NULL)"));
  return connection.Execute(fmt::format("INSERT INTO schema_version (version) VALUES ({})", kVersion));
}

}  // namespace

int SchemaVersion() { return kVersion; }

absl::Status MakeSchema(Connection& connection) {
  ASSIGN_OR_RETURN(const bool made, HasSchema(connection));
  if (made) return absl::OkStatus();
  RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  absl::Status status = MakeTables(connection);
  if (status.ok()) return connection.Execute("COMMIT");
  if (connection.in_transaction()) (void)connection.Execute("ROLLBACK");
  return status;
}

absl::Status CheckSchema(Connection& connection) {
  ASSIGN_OR_RETURN(const bool made, HasSchema(connection));
  return made ? absl::OkStatus() : absl::InvalidArgumentError("the file is a database without any tables");
}

}  // namespace leadline::store
