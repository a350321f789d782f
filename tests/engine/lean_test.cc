// How much the ledger keeps of what was decided.
#include <gmock/gmock.h>

#include "domain/history/stored_decision.h"
#include "store/codec.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class LeanTest : public EngineTest {
 protected:
  // All from before today, each at a time of its own.
  Enquiry Busy(int activities) {
    Enquiry e = HotEnquiry();
    e.created_at = clock_.Now() - 400 * kDay;
    e.activities.clear();
    constexpr const char* kResponses[] = {"visit", "download", "contact_me", "click"};
    for (int i = 0; i < activities; ++i) {
      e.activities.push_back(Did(i % 3 == 0 ? "email" : "website", i % 2 == 0 ? "low" : "high", kResponses[i % 4],
                                 e.created_at + i * kHour * 11));
    }
    return e;
  }

  struct Kept {
    size_t bytes = 0;  // encoded, of all events
    size_t decision_bytes = 0;
    size_t events = 0;
    size_t decisions = 0;
    size_t activities = 0;
  };
  Kept Count(const std::string& name) {
    Kept kept;
    const auto history = History(name);
    EXPECT_TRUE(history.ok()) << history.status();
    std::string body;
    std::string after;
    do {
      auto page = engine_->GetTimeline({}, name, after, 1000);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const domain::Event& event : page->items) {
        store::Encode(event.payload, body);
        kept.bytes += body.size();
        kept.events += 1;
        kept.activities += std::holds_alternative<domain::ActivityRecorded>(event.payload) ? 1 : 0;
        if (!event.decision.has_value()) continue;
        store::Encode(*event.decision, body);
        kept.bytes += body.size();
        kept.decision_bytes += body.size();
        kept.decisions += 1;
      }
      after = page->next;
    } while (!after.empty());
    return kept;
  }
  Kept Submitted(int activities) {
    Enquiry e = Busy(activities);
    e.contact.email = std::to_string(activities) + "@acme.es";
    e.contact.given_name = "Ana" + std::to_string(activities);
    e.account.name = "Acme " + std::to_string(activities);
    e.account.domain = "acme" + std::to_string(activities) + ".es";
    auto submitted = Submit(std::move(e));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return Count("accounts/" + submitted->account.id);
  }
};

TEST_F(LeanTest, AnEnquiryIsKeptInAsManyBytesAsItHasActivities) {
  const Kept few = Submitted(100), some = Submitted(400), many = Submitted(800);
  EXPECT_EQ(few.activities, 100u);
  EXPECT_EQ(many.activities, 800u);
  for (const Kept& kept : {few, some, many}) {
    std::cout << fmt::format("{} activities: {} events, {} bytes; {} decisions of {} bytes\n", kept.activities,
                             kept.events, kept.bytes, kept.decisions, kept.decision_bytes);
  }
  const double first = static_cast<double>(some.bytes - few.bytes) / 300;
  const double second = static_cast<double>(many.bytes - some.bytes) / 400;
  EXPECT_LT(second, first * 1.1) << "an activity costs more where there are more";
  EXPECT_LE(many.bytes, 1'000'000u);
  EXPECT_LE(many.decisions, few.decisions + 20) << "what nothing read is not kept";
}

TEST_F(LeanTest, AUsualEnquiryIsKeptWithoutProse) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const Kept kept = Count("accounts/" + submitted->account.id);
  std::cout << fmt::format("a usual enquiry: {} events, {} bytes; {} decisions of {} bytes\n", kept.events, kept.bytes,
                           kept.decisions, kept.decision_bytes);
  ASSERT_GT(kept.decisions, 5u);
  EXPECT_LE(kept.decision_bytes / kept.decisions, 450u);
  const auto history = History(LeadName(submitted->lead));
  std::string body;
  for (const domain::Event& event : *history) {
    if (!event.decision.has_value()) continue;
    store::Encode(*event.decision, body);
    EXPECT_EQ(body.find(".yaml"), std::string::npos) << body;
    EXPECT_EQ(body.find("points ("), std::string::npos) << body;
    EXPECT_EQ(body.find("website / high"), std::string::npos) << body;
  }
}

// The whole is in the answer all the same.
TEST_F(LeanTest, TheAnswerExplainsInFull) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const auto history = History(LeadName(submitted->lead));
  std::vector<domain::StoredDecision> kept;
  for (const domain::Event& event : *history) {
    if (event.decision.has_value()) kept.push_back(*event.decision);
  }
  ASSERT_EQ(kept.size(), submitted->decisions.size());
  bool evidence = false;
  for (size_t i = 0; i < kept.size(); ++i) {
    EXPECT_TRUE(SaySame(kept[i], domain::ToStored(submitted->decisions[i])));
    EXPECT_FALSE(submitted->decisions[i].summary.empty());
    for (const domain::Reason& reason : submitted->decisions[i].reasons)
      evidence = evidence || !reason.evidence.empty();
  }
  EXPECT_TRUE(evidence);
}

// A lead that only goes cold and up again between two readings ends where it was.
TEST_F(LeanTest, WhatIsScoredAgainWithoutAReaderIsToldOnce) {
  Enquiry e = Busy(30);
  e.history = {{e.created_at, "raw", "", "as it was"}};
  auto submitted = Submit(std::move(e));
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const auto history = History(LeadName(submitted->lead));
  int scores = 0;
  double before = -1, total = 0;
  for (const domain::Event& event : *history) {
    const auto* changed = std::get_if<domain::ScoreChanged>(&event.payload);
    if (changed == nullptr) continue;
    ++scores;
    before = changed->previous_total;
    total = changed->score.total;
  }
  EXPECT_LE(scores, 3);
  EXPECT_GE(scores, 1);
  EXPECT_EQ(total, submitted->lead.score.total);
  EXPECT_GE(before, 0);
}

}  // namespace
}  // namespace leadline::engine
