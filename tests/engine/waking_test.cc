// Who is woken by what: only what people do, and only what is newer than all that they did before.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::HasSubstr;

class WakingTest : public EngineTest {
 protected:
  void Move(const domain::Lead& lead, std::string status) {
    auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->Transition({}, LeadName(lead), std::move(status), "as it is", std::move(done));
    });
    ASSERT_TRUE(moved.ok()) << moved.status();
  }
  // Somebody whose lead, and who, stands in the status, by people's hands.
  domain::Lead In(const std::string& status) {
    Enquiry e = HotEnquiry();
    if (++people_ > 1) {
      e.contact.email = fmt::format("person{}@company{}.es", people_, people_);
      e.contact.family_name = fmt::format("Family{}", people_);
      e.account.name = fmt::format("Company {}", people_);
      e.account.domain = fmt::format("company{}.es", people_);
    }
    auto submitted = Submit(e);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    clock_.Advance(kHour);
    if (status == "customer") Move(submitted->lead, "sql");
    if (status == "re_market") Move(submitted->lead, "sal");
    Move(submitted->lead, status);
    clock_.Advance(kHour);
    return Now(submitted->lead);
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  domain::Contact Person(const domain::Lead& lead) {
    domain::Contact contact;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto found = reader.GetContact(lead.contacts.front().contact_id);
      if (found.ok()) contact = *found;
      return found.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }
  absl::StatusOr<ActivityResult> ActOn(const domain::Lead& lead, std::string channel, std::string investment,
                                       std::string response, Time time = 0) {
    domain::Activity activity = Did(std::move(channel), std::move(investment), std::move(response), time);
    activity.lead_id = lead.id;
    return Act(std::move(activity));
  }
  void ExpectStands(const domain::Lead& lead, const std::string& status, const std::string& after) {
    const domain::Lead now = Now(lead);
    EXPECT_EQ(now.status, status) << after;
    EXPECT_EQ(now.status_since, lead.status_since) << after;
    EXPECT_FALSE(now.sla.has_value() && now.sla->open()) << after;
    EXPECT_EQ(Person(lead).status, status) << after;
  }
  int people_ = 0;
  // The clock task, until nothing is due.
  void TimePasses(Duration duration) {
    clock_.Advance(duration);
    for (auto step = engine_->AdvanceClocks({}, 100); step->touched > 0; step = engine_->AdvanceClocks({}, 100)) {
      ASSERT_TRUE(step->set_aside.empty() && step->people_set_aside.empty());
    }
  }
};

TEST_F(WakingTest, WhatWeSendWakesNobody) {
  for (const std::string status : {"customer", "re_market", "lal"}) {
    const domain::Lead lead = In(status == "lal" ? "re_market" : status);
    if (status == "lal") Move(lead, status);
    const domain::Lead before = Now(lead);
    for (const std::string response : {"sent", "delivered", "bounce", "no_answer", "voicemail", "listed"}) {
      clock_.Advance(kMinute);
      const std::string channel = response == "listed" ? "list" : response.front() == 'n' ? "phone" : "email";
      const auto acted = ActOn(lead, channel, "high", response);
      ASSERT_TRUE(acted.ok()) << acted.status();
      EXPECT_EQ(Now(lead).status, status) << response;
      EXPECT_EQ(Now(lead).status_since, before.status_since) << response;
      EXPECT_EQ(Person(lead).status, status) << response;
    }
    EXPECT_EQ(Now(lead).activity_count, 7);
  }
}

TEST_F(WakingTest, AMailingToManyMovesNoneOfThem) {
  const domain::Lead customer = In("customer");
  std::vector<ImportRow> rows;
  for (int i = 0; i < 3; ++i) {
    ImportRow row{i + 1, HotEnquiry()};
    row.enquiry.source = "mailing";
    row.enquiry.activities = {Did("email", "low", "sent")};
    rows.push_back(std::move(row));
  }
  auto imported = Import("mailing", std::move(rows));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->created, 3);
  ExpectStands(customer, "customer", "an import of what was sent");
}

TEST_F(WakingTest, WhatComesInLateWakesNobody) {
  const domain::Lead lead = In("re_market");
  // The score is at the bar, and the newest is of no weight.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(ActOn(lead, "event", "low", "open").ok());
  const domain::Lead before = Now(lead);
  ASSERT_EQ(before.status, "re_market");
  const Time late = clock_.Now() - kMinute;
  auto acted = ActOn(lead, "event", "high", "meeting", late);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_GT(acted->lead.score.total, before.score.total) << "it counts";
  ExpectStands(before, "re_market", "what happened before the newest interaction");
  // A touch of ours in between does not make it old.
  clock_.Advance(kMinute);
  ASSERT_TRUE(ActOn(lead, "email", "low", "sent").ok());
  acted = ActOn(lead, "website", "high", "contact_me", clock_.Now() - 30 * kSecond);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.status, "mql");
  EXPECT_EQ(Person(lead).status, "mql");
}

TEST_F(WakingTest, AnInteractionWakes) {
  const domain::Lead lead = In("customer");
  auto acted = ActOn(lead, "website", "high", "contact_me");
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.status, "mql");
  EXPECT_EQ(Person(lead).status, "mql");
  EXPECT_TRUE(acted->lead.sla.has_value() && acted->lead.sla->open());
}

// A sender's clock is a little ahead: what it tells counts as of now, at once, and its time is kept, too.
TEST_F(WakingTest, AClockThatIsALittleAheadIsOfNow) {
  for (const Duration ahead : {50 * kSecond / 1000, kSecond, 5 * kMinute}) {
    const domain::Lead lead = In("customer");
    const Time now = clock_.Now();
    auto acted = ActOn(lead, "website", "high", "contact_me", now + ahead);
    ASSERT_TRUE(acted.ok()) << acted.status();
    EXPECT_EQ(acted->lead.status, "mql");
    EXPECT_EQ(acted->activity.time, now);
    EXPECT_EQ(acted->lead.last_activity_at, now);
    EXPECT_FALSE(acted->lead.assignee.empty());
    ASSERT_TRUE(acted->lead.sla.has_value());
    EXPECT_EQ(acted->lead.sla->start, now);
    EXPECT_EQ(Person(lead).status, "mql");
    const auto events = History(LeadName(lead));
    const auto told = std::find_if(events->rbegin(), events->rend(), [](const domain::Event& event) {
      return std::holds_alternative<domain::ActivityRecorded>(event.payload);
    });
    EXPECT_EQ(told->time, now + ahead);
    EXPECT_EQ(std::get<domain::ActivityRecorded>(told->payload).activity.time, now);
  }
}

TEST_F(WakingTest, AnEnquiryWhoseClockIsAheadIsOfNow) {
  for (const Duration ahead : {kSecond, 5 * kMinute}) {
    Enquiry e = HotEnquiry();
    e.created_at = clock_.Now() + ahead;
    e.history = {{clock_.Now() + ahead, "sal", "emea-tom-hughes", "as it was"}};
    auto submitted = Submit(e);
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.status, "sal");
    EXPECT_EQ(submitted->lead.created_at, clock_.Now());
    EXPECT_EQ(submitted->lead.status_since, clock_.Now());
    EXPECT_GT(submitted->lead.score.total, 50);
  }
}

// Up to a day ahead it is done when its time has come, by the clock task alone.
TEST_F(WakingTest, WhatIsToComeIsDoneAtItsTime) {
  const domain::Lead lead = In("customer");
  const Time time = clock_.Now() + 3 * kHour;
  auto acted = ActOn(lead, "website", "high", "contact_me", time);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->activity.time, time);
  ExpectStands(lead, "customer", "before its time");
  EXPECT_EQ(Now(lead).next_decision_at, time);
  TimePasses(2 * kHour);
  ExpectStands(lead, "customer", "an hour before");
  // What happens meanwhile is not taken for it.
  ASSERT_TRUE(ActOn(lead, "email", "low", "open").ok());
  ExpectStands(lead, "customer", "an hour before");
  TimePasses(kHour);
  EXPECT_EQ(Now(lead).status, "mql");
  EXPECT_FALSE(Now(lead).assignee.empty());
  ASSERT_TRUE(Now(lead).sla.has_value());
  EXPECT_TRUE(Now(lead).sla->open());
  EXPECT_EQ(Person(lead).status, "mql");
}

// It is not forgotten when somebody else looks at the lead before the clock task does.
TEST_F(WakingTest, WhatHasComeIsSeenByWhoeverLooksFirst) {
  const domain::Lead lead = In("customer");
  ASSERT_TRUE(ActOn(lead, "website", "high", "contact_me", clock_.Now() + kHour).ok());
  clock_.Advance(2 * kHour);
  ASSERT_TRUE(ActOn(lead, "email", "low", "sent").ok());
  EXPECT_EQ(Now(lead).status, "mql");
  EXPECT_EQ(Person(lead).status, "mql");
}

TEST_F(WakingTest, AnEnquiryThatIsToComeIsDoneAtItsTime) {
  Enquiry e = HotEnquiry();
  e.created_at = clock_.Now() + 20 * kHour;
  auto submitted = Submit(e);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(submitted->lead.status, "raw") << "nothing has happened yet";
  EXPECT_EQ(submitted->lead.created_at, clock_.Now());
  EXPECT_EQ(submitted->contact.status, "raw");
  TimePasses(20 * kHour);
  EXPECT_EQ(Now(submitted->lead).status, "mql");
  EXPECT_EQ(Person(submitted->lead).status, "mql");
}

TEST_F(WakingTest, WhatIsFurtherAheadIsRefused) {
  const domain::Lead lead = In("customer");
  const auto refused = ActOn(lead, "website", "high", "contact_me", clock_.Now() + kDay + kSecond);
  ASSERT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("more than a day ahead of the server's clock"));
  EXPECT_EQ(FieldViolationsOf(refused.status()).front().field, "activity.time");
  EXPECT_EQ(Now(lead).activity_count, 1);
  EXPECT_TRUE(ActOn(lead, "website", "high", "contact_me", clock_.Now() + kDay).ok());
}

}  // namespace
}  // namespace leadline::engine
