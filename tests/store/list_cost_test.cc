// What a page of a list costs: the same at any size, on the first page and far down.
#include <sqlite3.h>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec_wire.h"
#include "store/sqlite/database/scan_statements.h"
#include "tests/store/contract.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using By = IdScan::By;
using domain::RecordKind;

std::string IdOfNumber(int i) { return fmt::format("01980000-{:04x}-7000-8000-000000000000", i); }

// Every other lead has what lists ask for.
absl::Status PutRecords(Transaction& t, int begin, int end) {
  for (int i = begin; i < end; ++i) {
    const bool asked = i % 2 == 0;
    domain::Contact contact{.id = IdOfNumber(i), .account_id = asked ? "a1" : "a2"};
    domain::Lead lead{.id = IdOfNumber(i),
                      .account_id = contact.account_id,
                      .region = asked ? "emea" : "latam",
                      .status = asked ? "mql" : "sal",
                      .assignee = asked ? "ana" : "ben"};
    lead.contacts = {{asked ? "c1" : "c2", ""}};
    lead.hold_queue = asked ? "junk" : "data";
    lead.held_since = 1000 + i % 7;
    lead.score.total = i % 11;
    domain::Account account{.id = IdOfNumber(i)};
    RETURN_IF_ERROR(t.Put(account));
    RETURN_IF_ERROR(t.Put(contact));
    RETURN_IF_ERROR(t.Put(lead));
  }
  return absl::OkStatus();
}

// Steps of SQLite's machine for a page of 20 between these places.
int StepsOf(sqlite3* database, RecordKind kind, By by, bool descending, const ListPlace& low, const ListPlace& high) {
  sqlite3_stmt* statement = nullptr;
  const std::string sql = ScanSql(kind, by, descending);
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
  const auto text = [&](int at, const std::string& value) {
    sqlite3_bind_text(statement, at, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  };
  const auto id = [&](int at, const std::string& value) {
    char bytes[kUuidBytes];
    if (PackUuid(value, bytes)) {
      sqlite3_bind_blob(statement, at, bytes, sizeof(bytes), SQLITE_TRANSIENT);
    } else if (value == kAfterAllIds) {
      sqlite3_bind_blob(statement, at, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    } else {
      text(at, value);
    }
  };
  const std::map<By, std::string> values = {
      {By::kStatus, "mql"}, {By::kStatusByScore, "mql"}, {By::kRegion, "emea"},     {By::kAssignee, "ana"},
      {By::kContact, "c1"}, {By::kAccount, "a1"},        {By::kQueueByHold, "junk"}};
  text(1, "default");
  id(2, low.id);
  id(3, high.id);
  sqlite3_bind_int(statement, 4, 20);
  if (by != By::kEverything) text(5, values.at(by));
  if (GoesByNumber(by)) {
    sqlite3_bind_double(statement, 6, low.number);
    sqlite3_bind_double(statement, 7, high.number);
  }
  int rows = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) ++rows;
  EXPECT_EQ(rows, 20) << sql;
  const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
  EXPECT_EQ(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 0), 0) << sql;
  sqlite3_finalize(statement);
  return steps;
}

TEST(ListCostTest, APageCostsTheSameAtAnySizeAndFarDown) {
  SqlitePlace place;
  auto store = place.Open();
  std::map<std::string, int> steps;
  int written = 0;
  for (const int size : {500, 5000}) {
    const absl::Status status =
        WriteAndWait(*store, "default", [&](Transaction& t) { return PutRecords(t, written, size); });
    ASSERT_TRUE(status.ok()) << status;
    written = size;
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(place.path().c_str(), &database), SQLITE_OK);
    for (const RecordKind kind : {RecordKind::kLead, RecordKind::kContact, RecordKind::kAccount}) {
      for (int i = 0; i <= static_cast<int>(By::kStatusByScore); ++i) {
        const By by = static_cast<By>(i);
        if (ScanSql(kind, by, false).empty()) continue;
        // Of four hundred records or more, two hundred stand before the middle and two hundred behind it.
        const double number = by == By::kQueueByHold ? 1003 : by == By::kStatusByScore ? 5 : 0;
        const ListPlace first{-1e300, ""}, last{1e300, std::string(kAfterAllIds)}, middle{number, IdOfNumber(250)};
        for (const bool descending : {false, true}) {
          const std::string name = fmt::format("{} {}", ScanSql(kind, by, descending), "from the ");
          const int begun = StepsOf(database, kind, by, descending, first, last);
          const int far =
              StepsOf(database, kind, by, descending, descending ? first : middle, descending ? middle : last);
          // A lead that is passed over costs some steps more.
          const auto same = [&](const std::string& what, int now) {
            const int before = steps.try_emplace(name + what, now).first->second;
            EXPECT_NEAR(now, before, 40) << name << what;
          };
          same("beginning", begun);
          same("middle", far);
          EXPECT_NEAR(begun, far, 80) << name;  // two bounds are compared, and not one
          EXPECT_LT(begun, 20 * 45) << name;
        }
      }
    }
    sqlite3_close(database);
  }
}

}  // namespace
}  // namespace leadline::store
