// What becomes of two records that are one: where it stands, who has it, what it was, and whose values it has.
#include "domain/history/value_times.h"
#include "tests/engine/merge_fixture.h"

namespace leadline::engine {
namespace {

// M1
TEST_F(MergeCases, AMergeIsNoNews) {
  const SubmitResult asked = Person("ana", Asks());
  Reject(LeadName(asked.lead), "timing");
  ASSERT_EQ(Stored(asked.lead).status, "re_market");
  clock_.Advance(kHour);
  const SubmitResult bought = Person("bea", {});
  MustMerge(LeadName(asked.lead), LeadName(bought.lead));
  EXPECT_EQ(Stored(asked.lead).status, "re_market");
  EXPECT_EQ(Stored(asked.contact).status, "re_market");

  const SubmitResult customer = Person("carla", Asks());
  Sell(customer.lead);
  clock_.Advance(kHour);
  const SubmitResult another = Person("dora", {});
  MustMerge(LeadName(customer.lead), LeadName(another.lead));
  EXPECT_EQ(Stored(customer.lead).status, "customer");
  // Nor of people.
  MustMerge(ContactName(customer.contact), ContactName(another.contact));
  EXPECT_EQ(Stored(customer.contact).status, "customer");
}

TEST_F(MergeCases, WhatIsOlderThanTheSurvivorsNewestIsNoNewsEither) {
  const SubmitResult older = Person("bea", Visits());
  clock_.Advance(kHour);
  const SubmitResult customer = Person("ana", Asks());
  Sell(customer.lead);
  Act(customer.lead, Did("website", "low", "visit"));
  MustMerge(LeadName(customer.lead), LeadName(older.lead));
  EXPECT_EQ(Stored(customer.lead).status, "customer");
}

TEST_F(MergeCases, WhatIsNewerThanTheSurvivorsNewestIsNews) {
  const SubmitResult customer = Person("ana", Visits());
  Move(LeadName(customer.lead), "customer");
  clock_.Advance(kDay);
  // Sales looked at it, gave it back, and it asks again for itself.
  const SubmitResult asks = Person("bea", Asks());
  MustMerge(LeadName(customer.lead), LeadName(asks.lead));
  EXPECT_EQ(Stored(customer.lead).status, "mql") << "the customer asks to be contacted";
}

// M2
TEST_F(MergeCases, TheFurthestStandsWithItsRepAndItsWayThere) {
  const SubmitResult old = Person("ana", Visits());
  ASSERT_EQ(old.lead.status, "inquiry");
  clock_.Advance(kHour);
  const SubmitResult sold = Person("bea", Asks());
  Sell(sold.lead);
  const domain::Lead before = Stored(sold.lead);
  const std::string funnel = Entered();
  ASSERT_EQ(funnel, "inquiry 1, mql 1, sal 1, sql 1, customer 1");
  clock_.Advance(kHour);
  MustMerge(LeadName(old.lead), LeadName(sold.lead));
  const domain::Lead after = Stored(old.lead);
  EXPECT_EQ(after.status, "customer");
  EXPECT_EQ(after.status_since, before.status_since);
  EXPECT_EQ(after.assignee, before.assignee);
  EXPECT_EQ(Entered(), funnel);
}

TEST_F(MergeCases, TheClockThatRunsGoesOn) {
  const SubmitResult old = Person("ana", Visits());
  const SubmitResult hot = Person("bea", Asks());
  const domain::Lead before = Stored(hot.lead);
  ASSERT_TRUE(before.sla.has_value() && before.sla->open());
  clock_.Advance(kMinute);
  MustMerge(LeadName(old.lead), LeadName(hot.lead));
  const domain::Lead after = Stored(old.lead);
  EXPECT_EQ(after.status, "mql");
  EXPECT_EQ(after.assignee, before.assignee);
  ASSERT_TRUE(after.sla.has_value());
  EXPECT_EQ(*after.sla, *before.sla);
  EXPECT_EQ(OpenLeads(), 1);
  // What is less far brings nothing of that.
  const SubmitResult another = Person("carla", Visits());
  MustMerge(LeadName(old.lead), LeadName(another.lead));
  EXPECT_EQ(*Stored(old.lead).sla, *before.sla);
  EXPECT_EQ(Entered(), "inquiry 1, mql 1");
}

TEST_F(MergeCases, WhereTheSurvivorIsFurtherItStaysAsItIs) {
  const SubmitResult sold = Person("ana", Asks());
  Sell(sold.lead);
  const SubmitResult hot = Person("bea", Asks());
  clock_.Advance(kHour);
  Act(sold.lead, Did("website", "low", "visit"));
  const domain::Lead before = Stored(sold.lead);
  MustMerge(LeadName(sold.lead), LeadName(hot.lead));
  const domain::Lead after = Stored(sold.lead);
  EXPECT_EQ(after.status, "customer");
  EXPECT_EQ(after.assignee, before.assignee);
  EXPECT_EQ(after.status_since, before.status_since);
  EXPECT_EQ(OpenLeads(), 0) << "nobody works on the other one any more";
}

TEST_F(MergeCases, APersonIsAsFarAsEitherWas) {
  const SubmitResult old = Person("ana", Visits());
  const SubmitResult sold = Person("bea", Asks());
  Sell(sold.lead);
  ASSERT_EQ(Stored(sold.contact).status, "customer");
  clock_.Advance(kHour);
  MustMerge(ContactName(old.contact), ContactName(sold.contact));
  EXPECT_EQ(Stored(old.contact).status, "customer");
  EXPECT_EQ(Entered(/*contacts=*/true), "inquiry 1, mql 1, sal 1, sql 1, customer 1");
}

// M3
TEST_F(MergeCases, TheNewestValueIsTheOneThatWasSaidLast) {
  const SubmitResult newer = Person("ana", Visits(), "Directora");
  clock_.Advance(kDay);
  const SubmitResult older = Person("bea", Visits(), "Becaria");
  clock_.Advance(kDay);
  domain::Contact corrected = Stored(newer.contact);
  corrected.title = "CEO";
  ASSERT_TRUE(Correct(corrected, {"title"}).ok());
  // What a mail does to when it was changed says nothing of the title.
  clock_.Advance(kDay);
  Act(older.lead, Did("email", "low", "sent"));
  Act(older.lead, Did("website", "low", "visit"));
  MustMerge(ContactName(newer.contact), ContactName(older.contact));
  EXPECT_EQ(Stored(newer.contact).title, "CEO");
}

TEST_F(MergeCases, AValueThatWasTakenOverKeepsItsDate) {
  const SubmitResult survivor = Person("ana", Visits(), "Becaria");
  clock_.Advance(kDay);
  const SubmitResult second = Person("bea", Visits(), "Directora");
  const Time said = clock_.Now();
  clock_.Advance(kDay);
  const SubmitResult third = Person("carla", Visits(), "CEO");
  clock_.Advance(kDay);
  MustMerge(ContactName(survivor.contact), ContactName(second.contact));
  EXPECT_EQ(Stored(survivor.contact).title, "Directora");
  EXPECT_EQ(domain::TimeOf(Stored(survivor.contact).value_times, "title"), said);
  clock_.Advance(kDay);
  MustMerge(ContactName(survivor.contact), ContactName(third.contact));
  EXPECT_EQ(Stored(survivor.contact).title, "CEO") << "said after the second, though merged later";
}

TEST_F(MergeCases, OfLeadsToo) {
  const SubmitResult first = Person("ana", Visits());
  const SubmitResult second = Person("bea", Visits());
  const auto set = [&](const domain::Lead& lead, const std::string& language) {
    clock_.Advance(kHour);
    UpdateRequest request;
    request.lead.id = lead.id;
    request.lead.language = language;
    request.paths = {"language"};
    const auto done =
        Wait<UpdateResult>([&](Done<UpdateResult> d) { engine_->UpdateLead({}, std::move(request), std::move(d)); });
    ASSERT_TRUE(done.ok()) << done.status();
  };
  set(second.lead, "fr");
  set(first.lead, "es");
  clock_.Advance(kHour);
  Act(second.lead, Did("website", "low", "visit"));
  MustMerge(LeadName(first.lead), LeadName(second.lead));
  EXPECT_EQ(Stored(first.lead).language, "es");
}

TEST_F(MergeCases, TheGoldenRecordIsShownFirst) {
  const SubmitResult old = Person("ana", Visits(), "Becaria");
  clock_.Advance(kHour);
  const SubmitResult sold = Person("bea", Asks(), "CEO");
  Sell(sold.lead);
  const int64_t position = Position();
  CallContext dry;
  dry.validate_only = true;
  const auto shown = Wait<MergeResult>([&](Done<MergeResult> done) {
    engine_->Merge(dry, LeadName(old.lead), LeadName(sold.lead), "same", std::move(done));
  });
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->entity.lead->status, "customer");
  EXPECT_EQ(shown->entity.activity_count, 2);
  EXPECT_EQ(Position(), position);
  EXPECT_EQ(Stored(old.lead).status, "inquiry");
}

// Consent is the most restrictive of the two, also where the survivor said otherwise.
TEST_F(MergeCases, ARefusalIsNeverOverruled) {
  const auto person = [&](const std::string& name, bool refuses) {
    Enquiry e;
    e.contact.given_name = name;
    e.contact.family_name = "Family of " + name;
    e.contact.email = name + "@" + name + ".es";
    e.contact.country = "ES";
    e.contact.attributes["do_not_email"] = refuses;
    e.source = "website";
    e.activities = Visits();
    return Take(std::move(e));
  };
  const SubmitResult refuses = person("bea", true);
  clock_.Advance(kHour);
  const SubmitResult agrees = person("ana", false);
  ASSERT_EQ(Stored(refuses.contact).not_marketable_reason, "do_not_email");
  ASSERT_TRUE(Stored(agrees.contact).marketable);
  const std::string merge = MustMerge(ContactName(agrees.contact), ContactName(refuses.contact));
  EXPECT_EQ(Stored(agrees.contact).not_marketable_reason, "do_not_email");
  MustSeparate(merge);
  EXPECT_TRUE(Stored(agrees.contact).marketable);
  // The other way round, too.
  MustMerge(ContactName(refuses.contact), ContactName(agrees.contact));
  EXPECT_EQ(Stored(refuses.contact).not_marketable_reason, "do_not_email");
}

// A person is once in a buying group, whichever two of the three records are found to be one.
TEST_F(MergeCases, APersonIsOnceOnALead) {
  const SubmitResult one = Person("ana", Visits());
  const SubmitResult two = Person("bea", Visits());
  UpdateRequest request;
  request.lead.id = one.lead.id;
  request.lead.contacts = {{one.contact.id, "enquirer"}, {two.contact.id, "decision_maker"}};
  request.paths = {"contacts"};
  ASSERT_TRUE(Wait<UpdateResult>([&](Done<UpdateResult> done) {
                engine_->UpdateLead({}, std::move(request), std::move(done));
              }).ok());
  const domain::Lead both = Stored(one.lead);
  const std::string merge = MustMerge(ContactName(one.contact), ContactName(two.contact));
  EXPECT_EQ(Stored(one.lead).contacts, (std::vector<domain::ContactRole>{{one.contact.id, "enquirer"}}));
  MustMerge(LeadName(one.lead), LeadName(two.lead));
  EXPECT_EQ(Stored(one.lead).contacts.size(), 1u);
  EXPECT_EQ(both.contacts.size(), 2u);
  EXPECT_FALSE(merge.empty());
}

}  // namespace
}  // namespace leadline::engine
