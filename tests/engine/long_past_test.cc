// People with a very long past: what is decided anew reads a bounded number of rows of it.
#include <gtest/gtest.h>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "tests/engine/counting_store.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// However much somebody has done, what the status of the person follows from, and as of when what is known of them is,
// is read from a bounded number of rows, and from no history.
class LongPastTest : public EngineTest, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    counting_ = std::make_unique<CountingStore>(*store_);
    engine_ = std::make_unique<Engine>(EngineOptions{&clock_, &ids_, counting_.get(), holder_.get()});
  }
  void TearDown() override {
    engine_.reset();
    EngineTest::TearDown();
  }
  // One person's lead with 200 activities of the last two years.
  SubmitResult Stored() {
    Enquiry enquiry = HotEnquiry();
    enquiry.created_at = clock_.Now() - 800 * kDay;
    for (domain::Activity& activity : enquiry.activities) activity.time = enquiry.created_at;
    for (int i = 0; i < 200; ++i) {
      enquiry.activities.push_back(Did("website", "low", "visit", enquiry.created_at + i * 3 * kDay));
    }
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  // So much more happened to the lead and the person, as far as their histories tell it.
  void Lengthen(const SubmitResult& stored, int events) {
    constexpr int kOfTransaction = 500;
    for (int done = 0; done < events; done += kOfTransaction) {
      const absl::Status status = store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(domain::Lead lead, tx.GetLead(stored.lead.id));
        ASSIGN_OR_RETURN(domain::Contact contact, tx.GetContact(stored.contact.id));
        domain::Event event;
        event.transaction_id = fmt::format("lengthened-{}", done);
        event.append_time = event.time = clock_.Now();
        event.payload = domain::DecisionTaken{};
        for (int i = 0; i < kOfTransaction; ++i) {
          event.record = {RecordKind::kLead, lead.id};
          event.region = lead.region;
          RETURN_IF_ERROR(domain::Fold(event, lead));
          RETURN_IF_ERROR(tx.Append(event));
          event.record = {RecordKind::kContact, contact.id};
          RETURN_IF_ERROR(domain::Fold(event, contact));
          RETURN_IF_ERROR(tx.Append(event));
        }
        RETURN_IF_ERROR(tx.Put(lead));
        return tx.Put(contact);
      });
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  static constexpr int64_t kBound = 8;
  std::unique_ptr<CountingStore> counting_;
};

TEST_P(LongPastTest, WhatAPersonFollowsFromIsBounded) {
  const SubmitResult stored = Stored();
  ASSERT_TRUE(Submit(HotEnquiry()).ok());
  Lengthen(stored, GetParam());
  const auto bounded = [&](const char* what, int64_t most_activities = kBound) {
    EXPECT_EQ(counting_->rows.events, 0) << what;
    EXPECT_LE(counting_->rows.activities, most_activities) << what;
    EXPECT_LE(counting_->rows.leads, 2 * kBound) << what;
    counting_->rows = {};
  };
  counting_->rows = {};
  clock_.Advance(kHour);
  auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->Transition({}, LeadName(stored.lead), "sal", "as it is", std::move(done));
  });
  ASSERT_TRUE(moved.ok()) << moved.status();
  bounded("a lead of theirs moves");
  Enquiry old = HotEnquiry();
  old.created_at = clock_.Now() - 300 * kDay;
  old.activities.clear();
  old.history = {{old.created_at + kDay, "customer", "", "as it was"}};
  old.contact.title = "Praktikantin";
  old.account.employees = 3;
  auto submitted = Submit(old);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  ASSERT_EQ(submitted->contact.id, stored.contact.id);
  EXPECT_NE(submitted->contact.title, "Praktikantin");
  bounded("an old row comes in late");
  UpdateRequest request;
  request.lead.id = stored.lead.id;
  request.lead.country = "IN";
  request.paths = {"country"};
  auto updated =
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); });
  ASSERT_TRUE(updated.ok()) << updated.status();
  // By the rules of another region all of the lead's own activities are counted anew.
  bounded("a country is corrected", updated->lead.activity_count);
}

INSTANTIATE_TEST_SUITE_P(Many, LongPastTest, ::testing::Values(1000, 50'000));

}  // namespace
}  // namespace leadline::engine
