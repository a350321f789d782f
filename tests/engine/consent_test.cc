// Who may be sent marketing, at every change, and why not.
#include <gmock/gmock.h>

#include "engine/replay/timeline.h"
#include "engine/work/activity_history.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

class ConsentTest : public PackRolloutTest {
 protected:
  // A person at a company of the given name, with one enquiry.
  SubmitResult Person(const std::string& company, std::vector<domain::Activity> activities) {
    Enquiry e = HotEnquiry();
    e.account.name = company;
    e.account.domain = company + ".example";
    e.contact.given_name = "Ana" + company;
    e.contact.email = "ana@" + company + ".example";
    e.activities = std::move(activities);
    auto result = Submit(std::move(e));
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  // "yes", or why not.
  std::string Marketable(const std::string& contact_id) {
    auto entity = engine_->GetEntity({}, domain::ResourceName(domain::RecordKind::kContact, contact_id));
    EXPECT_TRUE(entity.ok()) << entity.status();
    const domain::Contact& contact = *entity->contact;
    EXPECT_EQ(contact.marketable, contact.not_marketable_reason.empty());
    return contact.marketable ? "yes" : contact.not_marketable_reason;
  }
  void Do(const SubmitResult& whose, const std::string& channel, const std::string& response, Time time = 0) {
    domain::Activity activity = Did(channel, "low", response, time);
    activity.lead_id = whose.lead.id;
    auto done = Act(activity);
    ASSERT_TRUE(done.ok()) << done.status();
  }
  absl::StatusOr<MergeResult> Merge(const SubmitResult& survivor, const SubmitResult& absorbed) {
    return Wait<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, ContactName(survivor.contact), ContactName(absorbed.contact), "same", std::move(done));
    });
  }
  void Rescore() {
    for (;;) {
      auto done = packs_->RescoreSome({}, 50);
      ASSERT_TRUE(done.ok()) << done.status();
      if (done->leads == 0) return;
    }
  }
};

TEST_F(ConsentTest, EveryChangeIsDecidedWithItsReason) {
  const SubmitResult person = Person("acme", {Did("list", "low", "listed")});
  const std::string id = person.contact.id;
  EXPECT_EQ(Marketable(id), "no_interaction") << "a bought list";
  Do(person, "email", "sent");
  EXPECT_EQ(Marketable(id), "no_interaction") << "what we send is not theirs";
  clock_.Advance(kHour);
  Do(person, "website", "visit");
  EXPECT_EQ(Marketable(id), "yes");
  clock_.Advance(kHour);
  Do(person, "email", "unsubscribe");
  EXPECT_EQ(Marketable(id), "unsubscribed");
  clock_.Advance(kHour);
  Do(person, "website", "visit");
  EXPECT_EQ(Marketable(id), "unsubscribed") << "coming back is no consent";
  clock_.Advance(kHour);
  Do(person, "website", "subscribe");
  EXPECT_EQ(Marketable(id), "yes");
  clock_.Advance(kHour);
  Do(person, "email", "bounce");
  EXPECT_EQ(Marketable(id), "mail_bounced");
  clock_.Advance(kHour);
  Do(person, "email", "delivered");
  EXPECT_EQ(Marketable(id), "yes");
  clock_.Advance(kHour);
  Do(person, "email", "spam_complaint");
  Do(person, "website", "subscribe", clock_.Now() + kSecond);
  EXPECT_EQ(Marketable(id), "spam_complaint");
}

// A lead that is a duplicate says nothing of the person, who takes every other step of people with the lead.
TEST_F(ConsentTest, ADuplicateSaysNothingOfThePerson) {
  const SubmitResult one = Person("acme", {Did("website", "high", "contact_me")});
  clock_.Advance(kHour);
  const SubmitResult two = Person("acme", {Did("website", "high", "contact_me", clock_.Now())});
  ASSERT_EQ(two.contact.id, one.contact.id);
  const auto reject = [&](const SubmitResult& enquiry, const char* reason) {
    return Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(enquiry.lead), reason, "", std::move(done)); });
  };
  const auto duplicate = reject(two, "duplicate");
  ASSERT_TRUE(duplicate.ok()) << duplicate.status();
  EXPECT_EQ(duplicate->lead->status, "disqualified");
  EXPECT_EQ(Marketable(one.contact.id), "yes");
  const auto competitor = reject(one, "competitor");
  ASSERT_TRUE(competitor.ok()) << competitor.status();
  EXPECT_EQ(Marketable(one.contact.id), "status");
}

// What came late holds as of its time.
TEST_F(ConsentTest, TheOrderOfArrivalDoesNotMatter) {
  const SubmitResult person = Person("acme", {Did("website", "low", "visit")});
  clock_.Advance(10 * kDay);
  const Time now = clock_.Now();
  Do(person, "website", "subscribe", now - kDay);
  Do(person, "email", "unsubscribe", now - 2 * kDay);
  EXPECT_EQ(Marketable(person.contact.id), "yes");
  Do(person, "email", "unsubscribe", now - kHour);
  EXPECT_EQ(Marketable(person.contact.id), "unsubscribed");
}

TEST_F(ConsentTest, WhatIsGivenAndWhatIsErased) {
  const SubmitResult person = Person("acme", {Did("website", "low", "visit")});
  clock_.Advance(kHour);
  Enquiry again = HotEnquiry();
  again.account = person.account;
  again.account.id.clear();
  again.contact.given_name = person.contact.given_name;
  again.contact.email = person.contact.email;
  again.contact.attributes["do_not_email"] = true;
  auto updated = Submit(again);
  ASSERT_TRUE(updated.ok()) << updated.status();
  ASSERT_EQ(updated->contact.id, person.contact.id);
  EXPECT_EQ(updated->contact.not_marketable_reason, "do_not_email");
  EXPECT_EQ(Marketable(person.contact.id), "do_not_email");
  auto erased = Wait<EraseResult>([&](Done<EraseResult> done) {
    engine_->EraseContact({}, ContactName(person.contact), "asked for it", std::move(done));
  });
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(Marketable(person.contact.id), "erased");
}

TEST_F(ConsentTest, AMergeTakesTheMostRestrictive) {
  const SubmitResult one = Person("acme", {Did("website", "low", "visit")});
  const SubmitResult two = Person("other", {Did("website", "low", "visit"), Did("email", "low", "unsubscribe")});
  EXPECT_EQ(Marketable(one.contact.id), "yes");
  auto merged = Merge(one, two);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(Marketable(one.contact.id), "unsubscribed");
  auto separated = Wait<UnmergeResult>(
      [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merged->merge_id, "not the same", std::move(done)); });
  ASSERT_TRUE(separated.ok()) << separated.status();
  EXPECT_EQ(Marketable(one.contact.id), "yes");
  EXPECT_EQ(Marketable(two.contact.id), "unsubscribed");
}

// What was counted by day says the same as what is listed.
TEST_F(ConsentTest, WhatVeryManyActivitiesSay) {
  const SubmitResult person = Person("acme", {Did("website", "low", "visit")});
  Do(person, "email", "unsubscribe");
  const int many = static_cast<int>(ActivityHistory::kMostListed) + 20;
  for (int i = 0; i < many; ++i) {
    clock_.Advance(kHour);
    Do(person, "website", "visit");
  }
  EXPECT_EQ(Marketable(person.contact.id), "unsubscribed");
  Do(person, "website", "subscribe");
  EXPECT_EQ(Marketable(person.contact.id), "yes");
  for (int i = 0; i < many; ++i) {
    clock_.Advance(kHour);
    Do(person, "website", "visit");
  }
  EXPECT_EQ(Marketable(person.contact.id), "yes");
}

// Points may go by it: then they follow, and come out the same when they are decided again.
TEST_F(ConsentTest, RulesThatReadItFollow) {
  packs::PackFiles central = Edited("central", "scoring.yaml", "  - id: phone.known\n",
                                    "  - id: may_be_written_to\n    dimension: demographic\n"
                                    "    when: contact.marketable == true\n    points: 7\n"
                                    "  - id: opted_out\n    dimension: demographic\n"
                                    "    when: contact.not_marketable_reason == \"unsubscribed\"\n    points: -3\n"
                                    "  - id: phone.known\n");
  central.files["schema.yaml"] = Replaced(central.files["schema.yaml"], "    marketable: {type: bool}\n",
                                          "    marketable: {type: bool}\n    not_marketable_reason: {type: string}\n");
  folder_set_.Put(central);
  Restart(/*adopt=*/true);
  const SubmitResult person = Person("acme", {Did("list", "low", "listed")});
  const auto points = [&] {
    for (;;) {
      auto step = engine_->FollowSharedChanges({}, 50);
      EXPECT_TRUE(step.ok()) << step.status();
      if (!step.ok() || step->changes == 0) break;
    }
    auto entity = engine_->GetEntity({}, ContactName(person.contact));
    return entity->contact->score.central;
  };
  const double bought = points();
  clock_.Advance(kHour);
  Do(person, "phone", "reply");
  const double reached = points();
  clock_.Advance(kSecond);
  Do(person, "email", "unsubscribe");
  EXPECT_NEAR(points(), reached - 7 - 3, 0.1);
  clock_.Advance(kSecond);
  Do(person, "website", "subscribe");
  EXPECT_GT(points(), bought + 7);

  int scores = 0;
  TimelineRequest request{ContactName(person.contact), "", 1000, true};
  auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
    if (!entry.event.decision.has_value()) return true;
    EXPECT_EQ(entry.replay_note, "");
    if (entry.event.decision->kind == domain::DecisionKind::kScore) ++scores;
    return true;
  });
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_GE(scores, 4);
}

TEST_F(ConsentTest, OtherRulesDecideAnew) {
  const SubmitResult bought = Person("acme", {Did("list", "low", "listed")});
  EXPECT_EQ(Marketable(bought.contact.id), "no_interaction");
  const std::string sha256 = Propose(Edited("central", "consent.yaml", "when: record.interactions == 0",
                                            "when: record.interactions == 0 && contact.country != \"ES\""),
                                     "centre");
  ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
  ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
  ASSERT_TRUE(Activate(sha256).ok());
  Rescore();
  EXPECT_EQ(Marketable(bought.contact.id), "status") << "and who is raw is not either";
}

// Consent that ends by itself.
TEST_F(ConsentTest, TimeAloneMayEndIt) {
  folder_set_.Put(Edited("central", "consent.yaml", "  - {id: no_interaction, when: record.interactions == 0}\n",
                         "  - {id: no_interaction, when: record.interactions == 0}\n"
                         "  - {id: silent, when: record.days_since_interaction >= 400}\n"));
  Restart(/*adopt=*/true);
  const SubmitResult person = Person("acme", {Did("website", "low", "visit")});
  EXPECT_EQ(Marketable(person.contact.id), "yes");
  for (int i = 0; i < 401; ++i) {
    clock_.Advance(kDay);
    for (int k = 0; k < 100; ++k) {
      auto step = engine_->AdvanceClocks({}, 50);
      ASSERT_TRUE(step.ok()) << step.status();
      if (step->touched == 0) break;
    }
  }
  EXPECT_EQ(Marketable(person.contact.id), "silent");
}

}  // namespace
}  // namespace leadline::engine
