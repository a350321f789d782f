// What it costs to note a delivery: it comes with each event that somebody is told of.
#include <sqlite3.h>

#include <mutex>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

// The statements about deliveries that every connection begins that is opened meanwhile; these must be closed before
// its end. One at a time.
class DeliveryStatements {
 public:
  DeliveryStatements() {
    Kept().clear();
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Follow));
  }
  ~DeliveryStatements() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Follow)); }
  DeliveryStatements(const DeliveryStatements&) = delete;
  DeliveryStatements& operator=(const DeliveryStatements&) = delete;

  // Since the last call, by their first word.
  std::vector<std::string> Take() {
    const std::lock_guard lock(Mutex());
    return std::exchange(Kept(), {});
  }

 private:
  static std::mutex& Mutex() {
    static std::mutex mutex;
    return mutex;
  }
  static std::vector<std::string>& Kept() {
    static std::vector<std::string> kept;
    return kept;
  }
  static int Follow(sqlite3* database, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &Keep, nullptr);
  }
  static int Keep(unsigned, void*, void*, void* text) {
    const std::string sql = static_cast<const char*>(text);
    if (sql.find(" deliveries ") == std::string::npos) return 0;
    const std::lock_guard lock(Mutex());
    Kept().push_back(sql.substr(0, sql.find(' ')));
    return 0;
  }
};

TEST(DeliveryCostTest, ANewDeliveryIsInsertedAndNothingElse) {
  DeliveryStatements statements;
  SqlitePlace place;
  const std::unique_ptr<Store> store = place.Open();
  (void)statements.Take();
  const auto note = [](Transaction& t) -> absl::Status {
    domain::Event event;
    event.transaction_id = "t1";
    event.record = LeadRef("l1");
    event.payload = domain::Assigned{.rep = "ana"};
    RETURN_IF_ERROR(t.Append(event));
    RETURN_IF_ERROR(t.NoteDelivery({"crm", "a", LeadRef("l1"), 7}));
    return t.NoteDelivery({"ops", "a", LeadRef("l1"), 7});
  };
  ASSERT_TRUE(WriteAndWait(*store, "default", note).ok());
  EXPECT_THAT(statements.Take(), testing::ElementsAre("INSERT", "INSERT"));
  ASSERT_TRUE(WriteAndWait(*store, "default", [](Transaction& t) { return t.DropDelivery("crm", At(1)); }).ok());
  EXPECT_THAT(statements.Take(), testing::ElementsAre("DELETE"));
}

}  // namespace
}  // namespace leadline::store
