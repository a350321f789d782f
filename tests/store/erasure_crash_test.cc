// Kills amid erasures: each is whole or not there, no key is gone of one whose event is not durable, and what a kill
// cut off is finished at the next start.
#include <random>
#include <set>

#include "base/status_macros.h"
#include "store/sqlite/beside_database.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/sqlite_snapshot.h"
#include "store/verify/verify.h"
#include "tests/store/child_process.h"
#include "tests/store/person.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using domain::RecordKind;

constexpr int kPeople = 60;

class ErasureCrashTest : public testing::Test {
 protected:
  void PutPeople(const std::string& prefix) {
    auto store = place_.Open();
    ASSERT_NE(store, nullptr);
    for (int i = 0; i < kPeople; ++i) {
      const absl::Status status =
          WriteAndWait(*store, "default", [&](Transaction& t) { return PutPerson(t, prefix + std::to_string(i)); });
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  // Before anybody finishes what was cut off.
  void ExpectNoKeyGoneTooEarly() {
    auto snapshot = SqliteSnapshot::Open(place_.path(), SqliteSnapshot::Beside::kAlone);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    const absl::Status status = (*snapshot)->Read("default", [&](Reader& r) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> ids, r.RecordIds(RecordKind::kContact, "", 10'000));
      EXPECT_GE(ids.size(), size_t{kPeople});
      for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(const domain::Contact contact, r.GetContact(id));
        ASSIGN_OR_RETURN(const bool erased, r.IsErased(RecordKind::kContact, id));
        // Its row would be empty without its key.
        EXPECT_EQ(contact.email.empty(), erased) << id;
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

  // All or nothing of one person's erasure. Whether it is all.
  static absl::StatusOr<bool> WholeOrNot(Reader& r, const std::string& name) {
    ASSIGN_OR_RETURN(const domain::Contact contact, r.GetContact("c-" + name));
    ASSIGN_OR_RETURN(const domain::Lead lead, r.GetLead("l-" + name));
    ASSIGN_OR_RETURN(const domain::Activity activity, r.GetActivity("v-" + name));
    ASSIGN_OR_RETURN(const auto request, r.FindRequest("r-" + name));
    ASSIGN_OR_RETURN(const auto found, r.RecordsOfKey(RecordKind::kContact, "email:" + name + "@acme.example"));
    const std::vector<domain::RecordRef> records = {{RecordKind::kContact, "c-" + name},
                                                    {RecordKind::kLead, "l-" + name}};
    ASSIGN_OR_RETURN(const auto events, r.Timeline(records, 0, 100));
    const bool told = std::holds_alternative<domain::Erased>(events.back().payload);
    EXPECT_EQ(events.size(), told ? 8U : 6U) << name << ": twice, or half of it";
    EXPECT_EQ(contact.email.empty(), told) << name;
    EXPECT_EQ(contact.erased_at == 9, told) << name;
    EXPECT_EQ(lead.attributes.empty(), told) << name;
    EXPECT_EQ(activity.subject.empty(), told) << name;
    EXPECT_EQ(found.empty(), told) << name;
    EXPECT_EQ(request->fingerprint == kErasedRequest, told) << name;
    return told;
  }

  SqlitePlace place_;
};

TEST_F(ErasureCrashTest, EachIsWholeOrNotThereAfterKills) {
  std::mt19937 random(7);
  int whole = 0, cut_off = 0;
  for (int kill = 0; kill < 12; ++kill) {
    const std::string prefix = "p" + std::to_string(kill) + "-";
    ASSERT_NO_FATAL_FAILURE(PutPeople(prefix));
    // By how far it is, not by how long it runs: some machines are slow.
    const size_t after = std::uniform_int_distribution<size_t>(0, kPeople / 2)(random);
    const auto life = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 2'000)(random));
    const std::vector<std::string> lines = WholeLines(
        RunAndKill({STORE_ERASE_CHILD, place_.path(), prefix, std::to_string(kPeople), "all"}, life, {}, after));
    const std::set<std::string> acknowledged(lines.begin(), lines.end());
    ExpectNoKeyGoneTooEarly();
    auto store = place_.Open();
    ASSERT_NE(store, nullptr);
    VerifyCounts counts;
    int differences = 0;
    const absl::Status status = store->Read("default", [&](Reader& r) -> absl::Status {
      for (int i = 0; i < kPeople; ++i) {
        const std::string name = prefix + std::to_string(i);
        ASSIGN_OR_RETURN(const bool told, WholeOrNot(r, name));
        EXPECT_TRUE(told || !acknowledged.contains(name)) << name;
        whole += told ? 1 : 0;
        cut_off += told ? 0 : 1;
      }
      const auto found = [&](const Difference& d) {
        if (++differences < 5) ADD_FAILURE() << Describe(d);
      };
      return VerifyTenant(r, "default", found, counts);
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(differences, 0);
    for (const std::string& line : lines) EXPECT_FALSE(line.starts_with("failed")) << line;
  }
  EXPECT_GT(whole, 20);
  EXPECT_GT(cut_off, 20);
  // From here on nobody's key is left who was erased.
  auto connection = Connection::Open(place_.path(), false);
  ASSERT_TRUE(connection.ok());
  auto keys = KeyFile::Open(KeysPathOf(place_.path()), KeyFile::Access::kRead);
  ASSERT_TRUE(keys.ok());
  const auto erased = ErasedRecords(**connection);
  ASSERT_TRUE(erased.ok());
  EXPECT_EQ(erased->size(), static_cast<size_t>(2 * whole)) << "each with a lead";
  for (const ErasedRecord& record : *erased) {
    Key key;
    EXPECT_EQ((*keys)->Get(record.slot, key), KeyFile::State::kDestroyed) << record.record.id;
  }
}

}  // namespace
}  // namespace leadline::store
