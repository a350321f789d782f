#!/usr/bin/env bash
# A prepared statement that is compiled again because of the integer bound to it.
#
# Packages: the SQLite amalgamations inside better-sqlite3 11.0.0 (SQLite 3.46.0) and 13.2.0 (SQLite 3.54.1), from npm.
#
# A good engineer prepares a statement once and binds values to it a million times. With SQLite 3.54.1 two usual statements are
# compiled again whenever certain integers are bound, at some twenty times the cost of running them:
#   - "LIMIT ?": each time the limit is another number than before (the planner now looks at how many rows are wanted);
#   - "column = ?": each time the number changes from one of 0 and 1 to something else, or back (the planner takes a column that
#     is compared with 0 or 1 for a flag). A column that holds a kind, 0 to 3, is such a one.
# 3.46.0 does neither. Nothing fails; only SQLITE_STMTSTATUS_REPREPARE counts it. SQLITE_DBCONFIG_ENABLE_QPSG turns it off:
# plans then depend on no bound value.
#
# Seen (statements compiled again in 1,000 runs that alternate between two values):
#   3.46.0  LIMIT 10/50: 0     kind 1/2: 0     kind 2/3: 0
#   3.54.1  LIMIT 10/50: 1000  kind 1/2: 999   kind 2/3: 0     with QPSG: 0 0 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/count.c" <<'C'
#include <stdio.h>

#include "sqlite3.h"

static int again(sqlite3 *db, const char *sql, int parameter, int one, int other) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  for (int i = 0; i < 1000; ++i) {
    sqlite3_bind_int(statement, parameter, i % 2 ? one : other);
    while (sqlite3_step(statement) == SQLITE_ROW) {
    }
    sqlite3_reset(statement);
  }
  const int count = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0);
  sqlite3_finalize(statement);
  return count;
}

static void all(const char *what, int stable) {
  sqlite3 *db = NULL;
  sqlite3_open(":memory:", &db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, stable, NULL);
  sqlite3_exec(db, "CREATE TABLE t (kind INTEGER, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID", NULL, NULL, NULL);
  const char *limit = "SELECT id FROM t WHERE kind = 2 ORDER BY id LIMIT ?1";
  const char *kind = "SELECT id FROM t WHERE kind = ?1 ORDER BY id";
  printf("%s %s: LIMIT 10/50 %d, kind 1/2 %d, kind 2/3 %d\n", sqlite3_libversion(), what, again(db, limit, 1, 10, 50),
         again(db, kind, 1, 1, 2), again(db, kind, 1, 2, 3));
  sqlite3_close(db);
}

int main(void) {
  all("as it is", 0);
  all("with QPSG", 1);
  return 0;
}
C
for release in 11.0.0 13.2.0; do
  mkdir "$work/$release"
  (cd "$work/$release" && npm pack --silent --ignore-scripts "better-sqlite3@$release" >/dev/null && tar xzf ./*.tgz)
  if [ -f "$work/$release/package/deps/sqlite3.tar.gz" ]; then
    mkdir -p "$work/$release/package/deps/sqlite3"
    tar xzf "$work/$release/package/deps/sqlite3.tar.gz" -C "$work/$release/package/deps/sqlite3"
  fi
  gcc -O1 -w -I "$work/$release/package/deps/sqlite3" -o "$work/count" "$work/count.c" "$work/$release/package/deps/sqlite3/sqlite3.c" \
    -lpthread -ldl -lm
  "$work/count"
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN' && echo "as described"
3.46.0 as it is: LIMIT 10/50 0, kind 1/2 0, kind 2/3 0
3.46.0 with QPSG: LIMIT 10/50 0, kind 1/2 0, kind 2/3 0
3.54.1 as it is: LIMIT 10/50 1000, kind 1/2 999, kind 2/3 0
3.54.1 with QPSG: LIMIT 10/50 0, kind 1/2 0, kind 2/3 0
SEEN
