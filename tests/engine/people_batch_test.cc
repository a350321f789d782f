// Many requests in one call.
#include <gmock/gmock.h>

#include <atomic>

#include "base/executor.h"
#include "engine/batch/batch_requests.h"
#include "engine/batch/batch_run.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PeopleBatchTest : public PeopleTest {
 protected:
  static Enquiry Person(int number) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@acme{}.es", number, number);
    e.account.name = fmt::format("Acme{}", number);
    e.account.domain = fmt::format("acme{}.es", number);
    return e;
  }
  absl::StatusOr<BatchResults<SubmitResult>> SubmitAll(std::vector<BatchItem<Enquiry>> items,
                                                       bool validate_only = false, Executor* threads = nullptr) {
    return Wait<BatchResults<SubmitResult>>([&](Done<BatchResults<SubmitResult>> done) {
      for (BatchItem<Enquiry>& item : items) item.validate_only = validate_only;
      BatchSubmitEnquiries(*engine_, threads, {}, std::move(items), std::move(done));
    });
  }
  absl::StatusOr<BatchResults<ActivityResult>> ActAll(std::vector<BatchItem<domain::Activity>> items) {
    return Wait<BatchResults<ActivityResult>>([&](Done<BatchResults<ActivityResult>> done) {
      BatchRecordActivities(*engine_, nullptr, {}, std::move(items), std::move(done));
    });
  }
  absl::StatusOr<BatchResults<domain::Lead>> ReassignAll(std::vector<BatchItem<Reassignment>> items) {
    return Wait<BatchResults<domain::Lead>>([&](Done<BatchResults<domain::Lead>> done) {
      BatchReassign(*engine_, nullptr, {}, std::move(items), std::move(done));
    });
  }
};

TEST_F(PeopleBatchTest, EachItemHasItsOwnAnswerInOrder) {
  std::vector<BatchItem<Enquiry>> items;
  for (int i = 0; i < 40; ++i) items.push_back({Person(i), fmt::format("form-{}", i), "f"});
  items[3].item.source = "";
  items[5].request_id = items[1].request_id;
  items[7].invalid = InvalidField("enquiry.value", "is no amount");
  const auto results = SubmitAll(items);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_THAT(*results, SizeIs(40));
  for (int i = 0; i < 40; ++i) {
    const auto& result = (*results)[static_cast<size_t>(i)];
    if (i == 3) {
      EXPECT_THAT(FieldsAtFault(result.status()), ElementsAre("enquiry.source"));
    } else if (i == 5) {
      EXPECT_TRUE(absl::IsAlreadyExists(result.status()));
      EXPECT_EQ(ReasonOf(result.status()), "REQUEST_ID_REPEATED");
      EXPECT_THAT(std::string(result.status().message()), HasSubstr("requests[1]"));
    } else if (i == 7) {
      EXPECT_THAT(FieldsAtFault(result.status()), ElementsAre("enquiry.value"));
    } else {
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(result->contact.email, items[static_cast<size_t>(i)].item.contact.email);
    }
  }
  const int64_t position = Position();
  const auto again = SubmitAll(items);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE((*again)[0]->replayed);
  EXPECT_EQ((*again)[0]->lead.id, (*results)[0]->lead.id);
  EXPECT_EQ(Position(), position) << "named items act once";
}

TEST_F(PeopleBatchTest, NothingIsStoredWithValidateOnly) {
  const int64_t position = Position();
  const auto results = SubmitAll({{Person(1)}, {Person(2)}}, /*validate_only=*/true);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_TRUE((*results)[1].ok());
  EXPECT_EQ(Position(), position);
}

TEST_F(PeopleBatchTest, ActivitiesAreCountedOnTheirLeads) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  std::vector<BatchItem<domain::Activity>> items;
  for (int i = 0; i < 60; ++i) {
    domain::Activity activity = Did("webinar", "high", "attend");
    activity.lead_id = i % 2 == 0 ? one.lead.id : two.lead.id;
    items.push_back({activity});
  }
  items[8].item.lead_id = "none";
  items[9].item.channel = "webniar";
  const auto results = ActAll(items);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_TRUE(absl::IsNotFound((*results)[8].status()));
  EXPECT_THAT(FieldsAtFault((*results)[9].status()), ElementsAre("activity.channel"));
  EXPECT_EQ((*results)[0]->lead.activity_count, one.lead.activity_count + 1);
  EXPECT_EQ((*results)[58]->lead.activity_count, one.lead.activity_count + 29) << "those of one lead are in order";
  EXPECT_EQ(Stored(two.lead).activity_count, two.lead.activity_count + 29);
}

TEST_F(PeopleBatchTest, OfOneLeadTheLastReassignmentStands) {
  Executor deciders(4, 4096);
  UseOptions(&deciders);
  const SubmitResult one = Take(Person(1));
  std::vector<BatchItem<Reassignment>> items;
  for (int i = 0; i < 30; ++i) {
    const char* rep = i % 2 == 0 ? "reps/emea-anna-weber" : "reps/emea-jonas-keller";
    items.push_back({{LeadName(one.lead), rep, "leave"}});
  }
  items.push_back({{LeadName(one.lead), "reps/nobody-known", "leave"}});
  const auto results = ReassignAll(items);
  ASSERT_TRUE(results.ok()) << results.status();
  for (size_t i = 0; i < 30; ++i) {
    ASSERT_TRUE((*results)[i].ok()) << (*results)[i].status();
    EXPECT_EQ("reps/" + (*results)[i]->assignee, items[i].item.rep);
  }
  EXPECT_THAT(FieldsAtFault((*results)[30].status()), ElementsAre("rep"));
  EXPECT_EQ(Stored(one.lead).assignee, "emea-jonas-keller");
  deciders.Stop();
}

TEST_F(PeopleBatchTest, TheSizeIsBounded) {
  EXPECT_THAT(FieldsAtFault(SubmitAll({}).status()), ElementsAre("requests"));
  std::vector<BatchItem<Enquiry>> items(kMostBatchItems + 1);
  EXPECT_THAT(FieldsAtFault(SubmitAll(items).status()), ElementsAre("requests"));
  items.pop_back();
  const auto results = SubmitAll(items);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_THAT(*results, SizeIs(kMostBatchItems));
  EXPECT_TRUE(absl::IsInvalidArgument(results->back().status()));
}

// A queue that takes fewer than a batch has, and than its window.
TEST_F(PeopleBatchTest, ABatchIsNotTurnedAwayByItsOwnLoad) {
  Executor deciders(1, 2);
  UseOptions(&deciders);
  std::vector<BatchItem<Enquiry>> items;
  for (int i = 0; i < 100; ++i) items.push_back({Person(i)});
  Executor threads(2, 4096);
  const auto results = SubmitAll(items, false, &threads);
  ASSERT_TRUE(results.ok()) << results.status();
  for (const auto& result : *results) EXPECT_TRUE(result.ok()) << result.status();
  threads.Stop();
  deciders.Stop();
}

TEST_F(PeopleBatchTest, TheWholeFailsOnlyWhenNothingCouldBeBegun) {
  Executor deciders(1, 1);
  deciders.Stop();
  UseOptions(&deciders);
  const auto refused = SubmitAll({{Person(1)}, {Person(2)}});
  EXPECT_EQ(ReasonOf(refused.status()), "OVERLOADED") << refused.status();
  std::vector<BatchItem<Enquiry>> items = {{Person(1)}, {Person(2)}};
  items[0].item.source = "";
  const auto some = SubmitAll(items);
  ASSERT_TRUE(some.ok()) << some.status();
  EXPECT_TRUE(absl::IsInvalidArgument((*some)[0].status()));
  EXPECT_EQ(ReasonOf((*some)[1].status()), "OVERLOADED");
}

// What the runner itself promises, with items that end when the test says.
class BatchRunTest : public ::testing::Test {
 protected:
  using Run = BatchRun<int, int>;

  void Start(int count, std::function<std::string(int)> key_of) {
    std::vector<BatchItem<int>> items;
    for (int i = 0; i < count; ++i) items.push_back({i});
    Run::Start(
        {}, nullptr, std::move(items), [key_of](const int& item) { return key_of(item); },
        [this](const CallContext&, const int& item, Done<int> done) {
          begun_.push_back(item);
          pending_.emplace_back(item, std::move(done));
        },
        [this](absl::StatusOr<BatchResults<int>> results) { results_ = std::move(results); });
  }
  void EndFirst(absl::Status status = absl::OkStatus()) {
    auto [item, done] = std::move(pending_.front());
    pending_.erase(pending_.begin());
    if (status.ok()) {
      done(item * 10);
    } else {
      done(status);
    }
  }

  std::vector<int> begun_;
  std::vector<std::pair<int, Done<int>>> pending_;
  std::optional<absl::StatusOr<BatchResults<int>>> results_;
};

TEST_F(BatchRunTest, SoManyAreUnderWayAndNotMore) {
  Start(50, [](int) { return std::string(); });
  EXPECT_THAT(begun_, SizeIs(kBatchWindow));
  EndFirst();
  EXPECT_THAT(begun_, SizeIs(kBatchWindow + 1));
  while (!pending_.empty()) {
    EXPECT_LE(pending_.size(), static_cast<size_t>(kBatchWindow));
    EXPECT_FALSE(results_.has_value());
    EndFirst();
  }
  ASSERT_TRUE(results_.has_value() && results_->ok());
  ASSERT_THAT(**results_, SizeIs(50));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(*(**results_)[static_cast<size_t>(i)], i * 10);
}

TEST_F(BatchRunTest, ThoseOfOneKeyGoOneAfterAnother) {
  Start(6, [](int item) { return item % 2 == 0 ? "even" : std::string(); });
  EXPECT_THAT(begun_, ElementsAre(0, 1, 3, 5));
  EndFirst(absl::NotFoundError("no"));
  EXPECT_THAT(begun_, ElementsAre(0, 1, 3, 5, 2)) << "an error ends its item alone";
  while (!pending_.empty()) EndFirst();
  EXPECT_EQ(*(**results_)[4], 40);
}

TEST_F(BatchRunTest, WhatIsTurnedAwayIsTriedAgainWhileOthersAreUnderWay) {
  Start(3, [](int) { return std::string(); });
  EndFirst(Overloaded());
  EXPECT_THAT(begun_, ElementsAre(0, 1, 2)) << "not before there may be room";
  EndFirst();
  EXPECT_THAT(begun_, ElementsAre(0, 1, 2, 0));
  while (!pending_.empty()) EndFirst();
  EXPECT_EQ(*(**results_)[0], 0);
  EXPECT_EQ(*(**results_)[1], 10);
}

TEST_F(BatchRunTest, WhatMeetsAllEndsIt) {
  Start(40, [](int) { return std::string(); });
  EndFirst();
  EndFirst(DeadlinePassed());
  const size_t begun = begun_.size();
  while (!pending_.empty()) EndFirst();
  EXPECT_EQ(begun_.size(), begun) << "nothing more is begun";
  ASSERT_TRUE(results_->ok()) << "some were done";
  EXPECT_EQ(*(**results_)[0], 0);
  EXPECT_TRUE(absl::IsDeadlineExceeded((**results_)[39].status()));
}

}  // namespace
}  // namespace leadline::engine
