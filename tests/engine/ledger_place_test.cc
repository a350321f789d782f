// Places in the ledger that clients keep: good for the history that gave them, and for no other.
#include "engine/replay/ledger_place.h"

#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kReason[] = "RESUME_TOKEN_OF_ANOTHER_HISTORY";

class LedgerPlaceTest : public EngineTest {
 protected:
  LedgerPlace Last() {
    auto place = engine_->LastPlace({});
    EXPECT_TRUE(place.ok()) << place.status();
    return place.ok() ? *place : LedgerPlace();
  }
  void SubmitNumber(int i) {
    Enquiry e = HotEnquiry();
    e.contact.email = fmt::format("p{}@acme.es", i);
    auto submitted = Submit(std::move(e));
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    lead_ = LeadName(submitted->lead);
  }
  void CloseStore() {
    engine_.reset();
    store_.reset();
  }
  fs::path database() const { return folder_ / "leadline.db"; }
  fs::path backup() const { return folder_ / "backup.db"; }
  // Afterwards the store is as it was when the backup was taken, whatever happened since.
  void Restore() {
    CloseStore();
    for (const char* end : {"-wal", "-shm"}) fs::remove(database().string() + end);
    fs::copy_file(backup(), database(), fs::copy_options::overwrite_existing);
    OpenStore();
  }
  void BackUp() {
    CloseStore();
    fs::copy_file(database(), backup());
    OpenStore();
  }
  void ExpectRefused(const LedgerPlace& place, const std::string& why) {
    const absl::Status status = engine_->CheckPlace({}, place);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), kReason);
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    ASSERT_EQ(FieldViolationsOf(status).size(), 1u);
    EXPECT_EQ(FieldViolationsOf(status)[0].field, "resume_token");
  }

  std::string lead_;
};

TEST_F(LedgerPlaceTest, TheBeginningAndTheEndArePlacesOfEveryLedger) {
  EXPECT_EQ(Last(), LedgerPlace());
  EXPECT_TRUE(engine_->CheckPlace({}, {}).ok());
  SubmitNumber(1);
  EXPECT_TRUE(engine_->CheckPlace({}, {}).ok());
  EXPECT_TRUE(engine_->CheckPlace({}, Last()).ok());
  auto events = engine_->EventsAfter({}, 0, 1000);
  ASSERT_TRUE(events.ok());
  for (const domain::Event& event : *events) {
    EXPECT_TRUE(engine_->CheckPlace({}, {event.position, event.transaction_id}).ok()) << event.position;
  }
  EXPECT_EQ(Last().position, events->back().position);
  EXPECT_EQ(Last().transaction_id, events->back().transaction_id);
}

TEST_F(LedgerPlaceTest, APlaceOfAnotherStoreIsRefused) {
  SubmitNumber(1);
  const LedgerPlace here = Last();
  CloseStore();
  for (const char* name : {"leadline.db", "leadline.keys", "leadline.erasures"}) fs::remove(folder_ / name);
  OpenStore();
  ExpectRefused(here, "ahead of the last transaction");
  SubmitNumber(1);
  ExpectRefused(here, "another transaction stands at its place");
}

TEST_F(LedgerPlaceTest, APlaceThatABackupLacksIsRefusedAlsoWhenTheLedgerHasGrownPastIt) {
  SubmitNumber(1);
  const LedgerPlace before = Last();
  BackUp();
  SubmitNumber(2);
  const LedgerPlace after = Last();
  EXPECT_TRUE(engine_->CheckPlace({}, after).ok());
  Restore();
  ExpectRefused(after, "ahead of the last transaction");
  EXPECT_TRUE(engine_->CheckPlace({}, before).ok()) << "the backup knows it";
  for (int i = 3; i < 6; ++i) SubmitNumber(i);
  ExpectRefused(after, "another transaction stands at its place");
  EXPECT_TRUE(engine_->CheckPlace({}, before).ok());
}

TEST_F(LedgerPlaceTest, AHistorysPagesAreOfOneLedger) {
  SubmitNumber(1);
  BackUp();
  domain::Activity visit = Did("website", "low", "visit", clock_.Now());
  visit.lead_id = lead_.substr(lead_.find('/') + 1);
  ASSERT_TRUE(Act(visit).ok());
  std::string token;
  std::vector<std::string> tokens;
  do {
    auto page = engine_->GetTimeline({}, lead_, token, 1);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->items.size(), 1u);
    token = page->next;
    if (!token.empty()) tokens.push_back(token);
  } while (!token.empty());
  ASSERT_GT(tokens.size(), 2u);
  Restore();
  EXPECT_TRUE(engine_->GetTimeline({}, lead_, tokens.front(), 1).ok());
  auto refused = engine_->GetTimeline({}, lead_, tokens.back(), 1);
  EXPECT_EQ(ReasonOf(refused.status()), kReason) << refused.status();
  ASSERT_EQ(FieldViolationsOf(refused.status()).size(), 1u);
  EXPECT_EQ(FieldViolationsOf(refused.status())[0].field, "page_token");
}

TEST_F(LedgerPlaceTest, WhatIsNoPlaceIsNoToken) {
  SubmitNumber(1);
  for (const char* token : {"abc", "5", "5:", "0:x", ":x", "-1:x", "99999999999999999999:x", " 5:x", "5:x:y"}) {
    EXPECT_EQ(ParsePlace(token), std::nullopt) << token;
    auto page = engine_->GetTimeline({}, lead_, token, 1);
    ASSERT_EQ(FieldViolationsOf(page.status()).size(), 1u) << token << page.status();
    EXPECT_EQ(FieldViolationsOf(page.status())[0].field, "page_token") << token;
  }
  const LedgerPlace last = Last();
  EXPECT_EQ(ParsePlace(FormatPlace(last)), last);
  EXPECT_EQ(ParsePlace(FormatPlace({})), LedgerPlace());
}

TEST_F(LedgerPlaceTest, BeforeATimeIsBeforeWhatWasStoredFromThenOn) {
  EXPECT_EQ(*engine_->PlaceBefore({}, clock_.Now()), LedgerPlace());
  std::vector<std::pair<Time, LedgerPlace>> places;  // when, and what was last then
  for (int i = 0; i < 9; ++i) {
    clock_.Advance(10 * kMinute);
    ASSERT_NO_FATAL_FAILURE(SubmitNumber(i));
    places.emplace_back(clock_.Now(), Last());
  }
  EXPECT_EQ(*engine_->PlaceBefore({}, places.front().first - kDay), LedgerPlace());
  for (size_t i = 1; i < places.size(); ++i) {
    const LedgerPlace before = *engine_->PlaceBefore({}, places[i].first);
    EXPECT_EQ(before.transaction_id, places[i - 1].second.transaction_id) << i;
    EXPECT_TRUE(engine_->CheckPlace({}, before).ok());
    EXPECT_EQ(engine_->EventsAfter({}, before.position, 1)->front().append_time, places[i].first);
    EXPECT_EQ(engine_->PlaceBefore({}, places[i].first + 30)->position, before.position) << "and a minute more";
  }
  EXPECT_EQ(engine_->PlaceBefore({}, clock_.Now() + kDay)->transaction_id, Last().transaction_id);
}

}  // namespace
}  // namespace leadline::engine
