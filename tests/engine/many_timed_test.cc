// Time decides of a lead whose activities are counted by day as of one whose activities are listed.
#include <set>

#include "domain/activities/days.h"
#include "engine/work/activity_history.h"
#include "tests/engine/time_decisions_fixture.h"

namespace leadline::engine {
namespace {

class ManyTimedTest : public TimeDecisionsTest {
 protected:
  // What is counted by day from the next look on: that many are stored.
  static constexpr int kMany = static_cast<int>(ActivityHistory::kMostListed) + 20;

  // The same enquiry of another person and firm, after touches of ours that give no points.
  Enquiry AfterManyTouches(Enquiry enquiry) const {
    enquiry.contact.given_name = "Eva";
    enquiry.contact.family_name = "Costa";
    enquiry.contact.email = "eva.costa@otrafirma.es";
    enquiry.account.name = "Otra Firma";
    if (!enquiry.account.domain.empty()) enquiry.account.domain = "otrafirma.es";
    enquiry.created_at = clock_.Now();
    for (int i = 0; i < kMany; ++i) {
      enquiry.activities.push_back(Did("list", "low", "listed", clock_.Now() - (1 + i % 30) * kDay));
    }
    return enquiry;
  }
  bool IsCounted(const domain::Lead& lead) {
    bool counted = false;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      const auto tally = reader.GetActivityTally(domain::RecordKind::kLead, lead.id);
      counted = tally.ok() && tally->has_value();
      return tally.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return counted;
  }
  // Both are as fresh scores have them, and as each other.
  void ExpectAlike(const domain::Lead& listed, const domain::Lead& counted) {
    const domain::Lead one = LeadNow(listed), other = LeadNow(counted);
    EXPECT_EQ(other.score, one.score);
    EXPECT_EQ(other.status, one.status);
    EXPECT_EQ(other.status_since, one.status_since);
    EXPECT_EQ(other.next_decision_at, one.next_decision_at);
    const domain::Contact person = ContactNow(one.contacts.front().contact_id);
    const domain::Contact other_person = ContactNow(other.contacts.front().contact_id);
    EXPECT_EQ(other_person.score, person.score);
    EXPECT_EQ(other_person.status, person.status);
    EXPECT_EQ(other_person.next_decision_at, person.next_decision_at);
  }
};

TEST_F(ManyTimedTest, WhoseActivitiesAreCountedGoesColdAsOneWhoseActivitiesAreListed) {
  Enquiry visitor = Visitor();
  visitor.created_at = clock_.Now();
  const SubmitResult listed = Take(visitor), counted = Take(AfterManyTouches(visitor));
  ASSERT_FALSE(IsCounted(listed.lead));
  ASSERT_TRUE(IsCounted(counted.lead));
  ExpectAlike(listed.lead, counted.lead);
  const Time start = clock_.Now();
  std::set<Time> moments;
  for (Time next = counted.lead.next_decision_at; next != 0 && next <= start + 91 * kDay;
       next = LeadNow(counted.lead).next_decision_at) {
    ASSERT_TRUE(moments.insert(next).second) << FormatTime(next);
    GoTo(next - kSecond);
    Tick();
    EXPECT_EQ(LeadNow(counted.lead).status, "inquiry");
    GoTo(next);
    Tick();
    EXPECT_EQ(LeadNow(counted.lead).score, Fresh(counted.lead)) << FormatTime(next);
    ExpectAlike(listed.lead, counted.lead);
  }
  EXPECT_EQ(LeadNow(counted.lead).status, "re_market");
  EXPECT_EQ(LeadNow(counted.lead).status_since, start + 91 * kDay);
  EXPECT_EQ(ContactNow(counted.contact.id).status, "re_market");
  EXPECT_LT(moments.size(), 12u);
}

TEST_F(ManyTimedTest, WhoseActivitiesAreCountedFallsBelowTheBarAsOneWhoseActivitiesAreListed) {
  Enquiry hot = HotEnquiry();
  hot.created_at = clock_.Now();
  hot.attributes["budget"] = std::string("approved");
  hot.activities.push_back(Did("website", "high", "demo_request"));
  const SubmitResult listed = Take(hot), counted = Take(AfterManyTouches(hot));
  ASSERT_TRUE(IsCounted(counted.lead));
  ASSERT_TRUE(counted.lead.score.qualified);
  int days = 0;
  for (bool qualified = true; qualified; ++days) {
    ASSERT_LT(days, 200);
    const Time midnight = domain::StartOfDay(domain::DayOf(clock_.Now()) + 1);
    GoTo(midnight - kSecond);
    Tick();
    ASSERT_TRUE(LeadNow(counted.lead).score.qualified);
    GoTo(midnight);
    Tick();
    qualified = Fresh(counted.lead).qualified;
    ASSERT_EQ(LeadNow(counted.lead).score.qualified, qualified) << FormatTime(midnight);
    ExpectAlike(listed.lead, counted.lead);
  }
  EXPECT_GT(days, 7);
}

// Of what is counted and is yet to happen the day is known, and on that day the moment.
TEST_F(ManyTimedTest, WhatIsCountedAndYetToHappenIsLookedAtThen) {
  Enquiry visitor = Visitor();
  visitor.created_at = clock_.Now();
  const SubmitResult taken = Take(AfterManyTouches(visitor));
  const auto will_do = [&](const std::string& response, Time time) {
    domain::Activity activity = Did("website", "high", response, time);
    activity.lead_id = taken.lead.id;
    const auto acted = Act(std::move(activity));
    ASSERT_TRUE(acted.ok()) << acted.status();
  };
  const Time download = domain::StartOfDay(domain::DayOf(clock_.Now()) + 1) + 3 * kHour;
  const Time demo = download + 2 * kHour;
  will_do("download", download);
  will_do("demo_request", demo);
  ASSERT_TRUE(IsCounted(taken.lead));
  for (const Time moment : {download, demo}) {
    GoTo(moment - kSecond);
    Tick();
    const domain::Lead before = LeadNow(taken.lead);
    EXPECT_EQ(before.next_decision_at, moment) << FormatTime(moment);
    GoTo(moment);
    EXPECT_GE(Tick(), 2) << "the lead and the person";
    EXPECT_EQ(LeadNow(taken.lead).score, Fresh(taken.lead));
    EXPECT_GT(LeadNow(taken.lead).score.total, before.score.total);
  }
}

}  // namespace
}  // namespace leadline::engine
