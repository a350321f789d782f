#include "store/sqlite/database/schema.h"

#include <array>
#include <string>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

// Rules of the schema: tenant_id leads every key and index; ids are texts made by the application; times are
// microseconds since 1970; no column is null ('' and 0 stand for nothing). Tables are clustered by their key, which
// mostly grows, so that new rows go to the end. `body` holds a record as JSON (store/codec.h); columns beside it are
// only what is looked up or sorted by. Every index costs a random write: add none without a measurement.
constexpr const char* kMigration1 = R"sql(
CREATE TABLE accounts (
  tenant_id TEXT NOT NULL, account_id TEXT NOT NULL, version INTEGER NOT NULL,
  region TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, account_id)) WITHOUT ROWID;

CREATE TABLE contacts (
  tenant_id TEXT NOT NULL, contact_id TEXT NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL, account_id TEXT NOT NULL, created_at INTEGER NOT NULL, merged_into TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)) WITHOUT ROWID;
CREATE INDEX contacts_by_status ON contacts (tenant_id, status, contact_id) WHERE merged_into = '';
CREATE INDEX contacts_by_account ON contacts (tenant_id, account_id, contact_id) WHERE account_id <> '';

-- clock_next: when the open clock has its next step; clock_due: when it is due; 0: none.
CREATE TABLE leads (
  tenant_id TEXT NOT NULL, lead_id TEXT NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL, assignee TEXT NOT NULL, account_id TEXT NOT NULL,
  clock_next INTEGER NOT NULL, clock_warn INTEGER NOT NULL, clock_due INTEGER NOT NULL,
  merged_into TEXT NOT NULL, region TEXT NOT NULL, source TEXT NOT NULL, products TEXT NOT NULL,
  created_at INTEGER NOT NULL, contacts TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, lead_id)) WITHOUT ROWID;
CREATE INDEX leads_by_status ON leads (tenant_id, status, lead_id) WHERE merged_into = '';
CREATE INDEX leads_by_assignee ON leads (tenant_id, assignee, lead_id) WHERE assignee <> '';
CREATE INDEX leads_by_account ON leads (tenant_id, account_id, lead_id) WHERE account_id <> '';
CREATE INDEX leads_by_clock_next ON leads (tenant_id, clock_next, lead_id) WHERE clock_next > 0;
CREATE INDEX leads_by_clock_due ON leads (tenant_id, clock_due, lead_id) WHERE clock_due > 0;

CREATE TABLE lead_contacts (
  tenant_id TEXT NOT NULL, contact_id TEXT NOT NULL, lead_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, lead_id)) WITHOUT ROWID;

CREATE TABLE activities (
  tenant_id TEXT NOT NULL, activity_id TEXT NOT NULL, lead_id TEXT NOT NULL, contact_id TEXT NOT NULL,
  account_id TEXT NOT NULL, channel TEXT NOT NULL, investment TEXT NOT NULL, response TEXT NOT NULL,
  time INTEGER NOT NULL, product TEXT NOT NULL, subject TEXT NOT NULL,
  PRIMARY KEY (tenant_id, activity_id)) WITHOUT ROWID;
CREATE INDEX activities_by_lead ON activities (tenant_id, lead_id, time, activity_id) WHERE lead_id <> '';
CREATE INDEX activities_by_contact ON activities (tenant_id, contact_id, time, activity_id) WHERE contact_id <> '';

-- The ledger. position: place in the tenant's commit order; sequence: place in the record's history; packs_ref and
-- snapshot_ref: rows of shared_texts. The decision stands last, so that who does not ask for it does not read it. Not
-- clustered by its key: SQLite gives a long row of a clustered table a page of its own.
CREATE TABLE events (
  tenant_id TEXT NOT NULL, position INTEGER NOT NULL, event_id TEXT NOT NULL,
  record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, sequence INTEGER NOT NULL, type INTEGER NOT NULL,
  time INTEGER NOT NULL, append_time INTEGER NOT NULL, actor TEXT NOT NULL, request_id TEXT NOT NULL,
  generation INTEGER NOT NULL, packs_ref TEXT NOT NULL, payload TEXT NOT NULL,
  snapshot_ref TEXT NOT NULL, decision TEXT NOT NULL,
  PRIMARY KEY (tenant_id, position));
-- Answers for a record's timeline and its last sequence without a look at the rows.
CREATE INDEX events_by_record ON events (tenant_id, record_kind, record_id, position, sequence);
CREATE INDEX events_for_reports ON events (tenant_id, record_kind, type, record_id, sequence) WHERE type IN (3, 6, 7);

-- Texts that many events share, by the first 16 digits of their SHA-256.
CREATE TABLE shared_texts (
  tenant_id TEXT NOT NULL, ref TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, ref)) WITHOUT ROWID;

-- record_keys says which keys a record has in blocking_keys.
CREATE TABLE blocking_keys (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, key TEXT NOT NULL, record_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, key, record_id)) WITHOUT ROWID;
CREATE TABLE record_keys (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, keys TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id)) WITHOUT ROWID;

CREATE TABLE rep_state (
  tenant_id TEXT NOT NULL, rep_id TEXT NOT NULL, version INTEGER NOT NULL,
  available INTEGER NOT NULL, unavailable_until INTEGER NOT NULL, open_leads INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, rep_id)) WITHOUT ROWID;
CREATE TABLE pool_members (
  tenant_id TEXT NOT NULL, pool TEXT NOT NULL, rep_id TEXT NOT NULL,
  current_weight DOUBLE PRECISION NOT NULL, assigned INTEGER NOT NULL, last_assigned INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, pool, rep_id)) WITHOUT ROWID;

CREATE TABLE merges (
  tenant_id TEXT NOT NULL, merge_id TEXT NOT NULL, record_kind INTEGER NOT NULL, survivor_id TEXT NOT NULL,
  absorbed_id TEXT NOT NULL, time INTEGER NOT NULL, undone INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, merge_id)) WITHOUT ROWID;
CREATE INDEX merges_by_survivor ON merges (tenant_id, record_kind, survivor_id, time, merge_id);

CREATE TABLE requests (
  tenant_id TEXT NOT NULL, request_id TEXT NOT NULL, fingerprint TEXT NOT NULL, result TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, request_id)) WITHOUT ROWID;
)sql";

constexpr const char* kMigration2 = R"sql(
-- Which packs decide: one row a tenant.
CREATE TABLE rollout (
  tenant_id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;

-- The files of every version of a pack that was kept, by their hash. Not clustered by its key, for the same reason as
-- the ledger: rows are long.
CREATE TABLE pack_contents (
  tenant_id TEXT NOT NULL, sha256 TEXT NOT NULL, pack TEXT NOT NULL, stored_at INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, sha256));
)sql";

constexpr const char* kMigration3 = R"sql(
-- What the blocking keys were made with, and how far they are made again: one row a tenant.
CREATE TABLE key_build (
  tenant_id TEXT NOT NULL, made_with TEXT NOT NULL, target TEXT NOT NULL, phone_rules TEXT NOT NULL,
  record_kind INTEGER NOT NULL, after TEXT NOT NULL, done INTEGER NOT NULL, started_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;
)sql";

// In order; a released one is never changed, only followed by the next.
constexpr std::array<const char*, 3> kMigrations = {kMigration1, kMigration2, kMigration3};

constexpr const char* kTableCount = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'";
constexpr const char* kVersionTableCount =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'";

absl::StatusOr<int64_t> StoredVersion(Connection& connection) {
  ASSIGN_OR_RETURN(const int64_t tables, connection.QueryInt(kTableCount));
  if (tables == 0) {
    return 0;
  }
  ASSIGN_OR_RETURN(const int64_t ours, connection.QueryInt(kVersionTableCount));
  if (ours == 0) {
    return absl::InvalidArgumentError(fmt::format(
        "the file is a database of another program ({} tables, none of them schema_version); name a new file", tables));
  }
  return connection.QueryInt("SELECT COALESCE(MAX(version), 0) FROM schema_version");
}

absl::Status ApplyMigrations(Connection& connection, int to) {
  // Read inside the transaction, so that nobody migrates in between.
  ASSIGN_OR_RETURN(const int64_t version, StoredVersion(connection));
  if (version > SchemaVersion()) {
    return absl::FailedPreconditionError(
        fmt::format("the database has schema version {}, and this server knows versions up to {}: a newer server wrote "
                    "it; start that one, or restore a backup from before",
                    version, SchemaVersion()));
  }
  if (version == 0) {
    RETURN_IF_ERROR(connection.Execute("CREATE TABLE schema_version (version INTEGER NOT NULL)"));
    RETURN_IF_ERROR(connection.Execute("INSERT INTO schema_version (version) VALUES (0)"));
  }
  for (int64_t next = version; next < to; ++next) {
    RETURN_IF_ERROR(connection.Execute(kMigrations[static_cast<size_t>(next)]));
  }
  if (version < to) {
    RETURN_IF_ERROR(connection.Execute(fmt::format("UPDATE schema_version SET version = {}", to)));
  }
  return absl::OkStatus();
}

}  // namespace

int SchemaVersion() { return static_cast<int>(kMigrations.size()); }

absl::Status Migrate(Connection& connection, int to) {
  RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  absl::Status status = ApplyMigrations(connection, to);
  if (status.ok()) {
    return connection.Execute("COMMIT");
  }
  if (connection.in_transaction()) {
    (void)connection.Execute("ROLLBACK");
  }
  return status;
}

}  // namespace leadline::store
