// Contract: blocking keys, and what they were made with.
#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, KeysFindRecordsWithMoreSharedOnesFirst) {
  for (const char* id : {"c1", "c2", "c3", "c4"}) PutContact({.id = id});
  domain::Account account{.id = "a1"};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(account); }).ok());
  const auto set = [&](std::string id, std::vector<std::string> keys, RecordKind kind = RecordKind::kContact) {
    EXPECT_TRUE(Write([&](Transaction& t) { return t.SetKeys(kind, id, keys); }).ok());
  };
  set("c1", {"email:a", "phone:1"});
  set("c2", {"email:a", "phone:1", "name:x"});
  set("c3", {"name:x", "name:x"});
  set("c4", {"name:other"});
  set("a1", {"email:a"}, RecordKind::kAccount);
  const auto find = [&](std::vector<std::string> keys, int limit) {
    return Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, limit); });
  };
  EXPECT_THAT(find({"email:a", "phone:1", "name:x"}, 10), ElementsAre("c2", "c1", "c3"));
  EXPECT_THAT(find({"email:a", "email:a", "name:x"}, 10), ElementsAre("c2", "c1", "c3"));
  EXPECT_THAT(find({"email:a", "phone:1", "name:x"}, 2), ElementsAre("c2", "c1"));
  EXPECT_THAT(find({"none"}, 10), IsEmpty());
  EXPECT_THAT(find({}, 10), IsEmpty());
  set("c2", {"phone:1", "new"});
  EXPECT_THAT(find({"email:a"}, 10), ElementsAre("c1"));
  EXPECT_THAT(find({"new"}, 10), ElementsAre("c2"));
  set("c2", {});
  EXPECT_THAT(find({"phone:1", "new"}, 10), ElementsAre("c1"));
}

TEST_P(StoreContractTest, KeysStayWhenTheirRecordChanges) {
  domain::Contact contact = PutContact({.id = "c1"});
  domain::Account account{.id = "a1"};
  const std::vector<std::string> keys = {"k1", "k2"}, fewer = {"k2"};
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.Put(account));
                RETURN_IF_ERROR(t.SetKeys(RecordKind::kAccount, "a1", keys));
                RETURN_IF_ERROR(t.SetKeys(RecordKind::kContact, "c1", keys));
                contact.account_id = "a1";
                RETURN_IF_ERROR(t.Put(contact));
                return t.Put(account);
              }).ok());
  for (const auto& [kind, id] : {std::pair{RecordKind::kAccount, "a1"}, std::pair{RecordKind::kContact, "c1"}}) {
    const auto find = [&, of = kind](const char* key) {
      const std::vector<std::string> one = {key};
      return Read([&](Reader& r) { return r.FindByKeys(of, one, 9); });
    };
    EXPECT_THAT(find("k1"), ElementsAre(id));
    ASSERT_TRUE(Write([&, of = kind, of_id = id](Transaction& t) { return t.SetKeys(of, of_id, fewer); }).ok());
    EXPECT_THAT(find("k1"), IsEmpty()) << "the store knew which keys there were";
    EXPECT_THAT(find("k2"), ElementsAre(id));
  }
  const auto set = [&](RecordKind kind, const char* id) {
    return Write([&](Transaction& t) { return t.SetKeys(kind, id, keys); }).code();
  };
  EXPECT_EQ(set(RecordKind::kContact, "none"), absl::StatusCode::kNotFound);
  EXPECT_EQ(set(RecordKind::kAccount, "c1"), absl::StatusCode::kNotFound);
  EXPECT_EQ(set(RecordKind::kLead, "c1"), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, 9); }), ElementsAre("c1"));
}

TEST_P(StoreContractTest, WhatKeysWereMadeWithIsKept) {
  const auto get = [&] { return Read([](Reader& r) { return r.GetKeyBuild(); }); };
  EXPECT_EQ(get(), KeyBuild{}) << "nothing is known at first";
  KeyBuild build{"old", "new", {"", "+229 x{8} 01x{8}\n"}, RecordKind::kContact, "c7", 12, 34};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(build); }).ok());
  EXPECT_EQ(get(), build);
  build = {"new", "", {"+229 x{8} 01x{8}\n"}, RecordKind::kAccount, "", 99, 34};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(build); }).ok());
  EXPECT_EQ(get(), build);
}

TEST_P(StoreContractTest, AccountsToScoreAreNotedOnceAndStayWhileTheyAreNotedAnew) {
  const auto due = [&](Time now, int limit = 9) {
    return Read([&](Reader& r) { return r.AccountsToScore(now, limit); });
  };
  const auto ids = [&](Time now, int limit = 9) {
    std::vector<std::string> out;
    for (const AccountToScore& account : due(now, limit)) out.push_back(account.id);
    return out;
  };
  const auto note = [&](const char* id) { ASSERT_TRUE(Write([&](Transaction& t) { return t.NoteAccount(id); }).ok()); };
  const auto progress = [&](const AccountToScore& account, Time next) {
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutProgress(account, next); }).ok());
  };
  EXPECT_THAT(ids(0), testing::IsEmpty());
  note("a2");
  note("a1");
  note("a2");
  EXPECT_THAT(ids(0), ElementsAre("a1", "a2"));
  EXPECT_THAT(ids(0, 1), ElementsAre("a1"));
  // One that is noted again meanwhile stays, whatever became of the first look.
  const AccountToScore seen = due(0)[1];
  ASSERT_EQ(seen.id, "a2");
  note("a2");
  progress(seen, 0);
  EXPECT_THAT(ids(0), ElementsAre("a1", "a2"));
  progress(due(0)[1], 0);
  progress(due(0)[0], 500);
  EXPECT_THAT(ids(499), testing::IsEmpty());
  EXPECT_THAT(ids(500), ElementsAre("a1"));
  note("a1");
  EXPECT_THAT(ids(0), ElementsAre("a1"));
  EXPECT_EQ(Write([&](Transaction& t) { return t.AccountsToScore(0, 0).status(); }).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, AKeyOfVeryManyRecordsDoesNotHideTheBestMatch) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (int i = 0; i < 3000; ++i) {
                  const std::vector<std::string> keys = {"name:common"};
                  domain::Contact contact{.id = "c" + std::to_string(i)};
                  RETURN_IF_ERROR(t.Put(contact));
                  RETURN_IF_ERROR(t.SetKeys(RecordKind::kContact, "c" + std::to_string(i), keys));
                }
                const std::vector<std::string> both = {"name:common", "email:rare"};
                domain::Contact last{.id = "z-last"};
                RETURN_IF_ERROR(t.Put(last));
                return t.SetKeys(RecordKind::kContact, "z-last", both);
              }).ok());
  const std::vector<std::string> keys = {"name:common", "email:rare"};
  const auto found = Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, 2000); });
  EXPECT_THAT(found, ElementsAre("z-last")) << "what so many have says nothing";
  Reader::IdsOfKeys ids_of;
  Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, 2000, &ids_of); });
  EXPECT_EQ(ids_of["name:common"].size(), static_cast<size_t>(Reader::kMostRecordsOfKey));
  EXPECT_THAT(ids_of["email:rare"], ElementsAre("z-last"));
}

// By which ids they came into the store is no matter.
TEST_P(StoreContractTest, RecordsThatAreEqualAreFoundAllOrNone) {
  const auto put = [&](const std::string& id, std::vector<std::string> keys) {
    PutContact({.id = id});
    EXPECT_TRUE(Write([&](Transaction& t) { return t.SetKeys(RecordKind::kContact, id, keys); }).ok());
  };
  put("c1", {"phone:1"});
  put("c2", {"phone:1"});
  put("c3", {"phone:1", "name:x"});
  put("c4", {"name:x"});
  put("c5", {"phone:1"});
  const std::vector<std::string> keys = {"phone:1", "name:x"};
  const auto find = [&](int limit) {
    return Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, limit); });
  };
  EXPECT_THAT(find(5), ElementsAre("c3", "c4", "c1", "c2", "c5")) << "the rarer key first";
  EXPECT_THAT(find(4), ElementsAre("c3", "c4"));
  EXPECT_THAT(find(1), ElementsAre("c3"));
}

}  // namespace
}  // namespace leadline::store
