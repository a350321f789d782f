// How ids stand in the database: UUIDs as bytes, all others to the letter.
#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::UnorderedElementsAreArray;

// One that is kept as bytes, and those that only look like it.
const std::vector<std::string> kIds = {"0198a3f0-12cd-7000-8000-00000000000a",
                                       "0198A3F0-12CD-7000-8000-00000000000A",
                                       "{198a3f0-12cd-7000-8000-00000000000}",
                                       "0198a3f0012cd07000080000000000000000",
                                       "0198a3f0-12cd-7000-8000-00000000000g",
                                       "0198a3f012cd7000800000000000000a",
                                       "0123456789abcdef",
                                       "ffffffff-ffff-ffff-ffff-ffffffffffff",
                                       "00000000-0000-0000-0000-000000000000",
                                       "l-1",
                                       "\xc3\xa9t\xc3\xa9"};

class StoredIdsTest : public testing::Test {
 protected:
  void SetUp() override {
    const absl::Status status = WriteAndWait(*store_, "default", [&](Transaction& t) -> absl::Status {
      domain::Account account{.id = kIds[0]};
      RETURN_IF_ERROR(t.Put(account));
      domain::Contact contact{.id = kIds[0], .account_id = account.id};
      RETURN_IF_ERROR(t.Put(contact));
      for (const std::string& id : kIds) {
        domain::Lead lead{.id = id, .account_id = account.id, .contacts = {{contact.id, "enquirer"}}, .assignee = id};
        lead.attributes["note"] = "of " + id;
        lead.sla = domain::SlaClock{.sla_id = "call", .start = 1, .due = 10, .state = domain::SlaState::kBreached};
        RETURN_IF_ERROR(t.Put(lead));
        const domain::Activity activity{
            .id = id, .lead_id = id, .contact_id = contact.id, .account_id = account.id, .time = 5};
        RETURN_IF_ERROR(t.AddActivity(activity).status());
        RETURN_IF_ERROR(t.Put(RequestRecord{.request_id = id, .fingerprint = id, .result = id, .time = 1}));
        domain::Event event{.transaction_id = id, .record = {RecordKind::kLead, id}, .addressed = id};
        event.payload = domain::RecordCreated{.image = lead};
        RETURN_IF_ERROR(t.Append(event));
      }
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
    std::sort(sorted_.begin(), sorted_.end());
  }
  template <typename Get>
  auto Read(Get get) {
    decltype(*get(std::declval<Reader&>())) value{};
    const absl::Status status = store_->Read("default", [&](Reader& r) -> absl::Status {
      ASSIGN_OR_RETURN(value, get(r));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return value;
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_ = place_.Open();
  std::vector<std::string> sorted_ = kIds;
};

TEST_F(StoredIdsTest, EachComesBackToTheLetter) {
  for (const std::string& id : kIds) {
    const domain::Lead lead = Read([&](Reader& r) { return r.GetLead(id); });
    EXPECT_EQ(lead.id, id);
    EXPECT_EQ(lead.assignee, id);
    const domain::Activity activity = Read([&](Reader& r) { return r.GetActivity(id); });
    EXPECT_EQ(activity.id, id);
    EXPECT_EQ(activity.lead_id, id);
    EXPECT_EQ(activity.account_id, kIds[0]);
    const auto request = Read([&](Reader& r) { return r.FindRequest(id); });
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->fingerprint, id);
    EXPECT_EQ(request->result, id);
    const auto events = Read([&](Reader& r) {
      const std::vector<domain::RecordRef> records = {{RecordKind::kLead, id}};
      return r.Timeline(records, 0, 10, 0);
    });
    ASSERT_EQ(events.size(), 1U) << id;
    EXPECT_EQ(events[0].transaction_id, id);
    EXPECT_EQ(events[0].addressed, id);
    EXPECT_EQ(events[0].record.id, id);
    const auto& image = std::get<domain::Lead>(std::get<domain::RecordCreated>(events[0].payload).image);
    EXPECT_EQ(image.attributes.at("note"), domain::AttributeValue("of " + id)) << "sealed, at its place";
  }
}

TEST_F(StoredIdsTest, ListsThatDecisionsReadAreInTheOrderOfTheTexts) {
  EXPECT_THAT(Read([&](Reader& r) { return r.LeadsOfAccount(kIds[0]); }), ElementsAreArray(sorted_));
  EXPECT_THAT(Read([&](Reader& r) { return r.LeadsOfContact(kIds[0]); }), ElementsAreArray(sorted_));
  const auto activities = Read([&](Reader& r) {
    const std::vector<std::string> contacts = {kIds[0]};
    return r.ActivitiesOfContacts(contacts);
  });
  EXPECT_TRUE(std::is_sorted(activities.begin(), activities.end(), domain::Older));
  EXPECT_EQ(activities.size(), kIds.size());
}

TEST_F(StoredIdsTest, PagesGoOverEachOnce) {
  std::vector<std::string> listed;
  IdScan scan{.descending = true};
  while (true) {
    const std::vector<ListPlace> places = Read([&](Reader& r) { return r.ScanIds(scan, 2); });
    if (places.empty()) break;
    for (const ListPlace& place : places) listed.push_back(place.id);
    scan.high = places.back();
  }
  std::string cursor;
  EXPECT_THAT(listed, UnorderedElementsAreArray(kIds));
  EXPECT_EQ(listed.front(), "ffffffff-ffff-ffff-ffff-ffffffffffff") << "the newest first";
  std::vector<std::string> late;
  do {
    const Page<domain::Lead> page = Read([&](Reader& r) { return r.ListOverdue(100, false, cursor, 2); });
    for (const domain::Lead& lead : page.items) late.push_back(lead.id);
    cursor = page.next;
  } while (!cursor.empty());
  EXPECT_THAT(late, UnorderedElementsAreArray(kIds)) << "all are due at one time";
  std::vector<std::string> ids;
  for (std::string after;;) {
    const auto page = Read([&](Reader& r) { return r.RecordIds(RecordKind::kLead, after, 2); });
    if (page.empty()) break;
    ids.insert(ids.end(), page.begin(), page.end());
    after = page.back();
  }
  EXPECT_THAT(ids, UnorderedElementsAreArray(kIds));
}

TEST_F(StoredIdsTest, UuidsStandAsTheirBytes) {
  store_.reset();
  auto connection = *Connection::Open(place_.path(), false);
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM leads WHERE typeof(lead_id) = 'blob'"), 3);
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM leads WHERE typeof(lead_id) = 'blob' AND length(lead_id) = 16"),
            3);
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM activities WHERE typeof(contact_id) = 'blob'"),
            static_cast<int64_t>(kIds.size()));
}

}  // namespace
}  // namespace leadline::store
