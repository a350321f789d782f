// One deal that turns out to be two: what each of them has, and what of the past is both's.
#include "engine/leads/lead_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/leads/lead_contacts.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LeadSplitTest : public EngineTest {
 protected:
  // A lead that sales has to take up, with a second person.
  domain::Lead Begin() {
    Enquiry enquiry = HotEnquiry();
    enquiry.products = {"platform", "suite"};
    enquiry.value = domain::Money{"EUR", 50'000'000'000};
    enquiry.attributes["external_id"] = std::string("crm-1");
    enquiry.attributes["message"] = std::string("please call");
    enquiry.activities = {Did("website", "high", "contact_me", clock_.Now())};
    const auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    Enquiry other = HotEnquiry();
    other.contact.email = "second@acme.es";
    other.contact.given_name = "Sam";
    other.contact.family_name = "Second";
    const auto second = Submit(std::move(other));
    EXPECT_TRUE(second.ok()) << second.status();
    second_ = domain::ResourceName(domain::RecordKind::kContact, second->contact.id);
    const auto added = Wait<UpdateResult>([&](Done<UpdateResult> done) {
      AddLeadContact(engine_->options(), {}, {LeadName(submitted->lead), second_, "user", ""}, std::move(done));
    });
    EXPECT_TRUE(added.ok()) << added.status();
    return added->lead;
  }
  absl::StatusOr<SplitResult> Split(SplitRequest request, CallContext context = {}) {
    if (request.reason.empty()) request.reason = "two sites";
    return Wait<SplitResult>(
        [&](Done<SplitResult> done) { SplitLead(engine_->options(), context, std::move(request), std::move(done)); });
  }

  domain::Lead Get(const domain::Lead& lead) {
    const auto read = engine_->GetLead({}, LeadName(lead));
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *read : domain::Lead();
  }
  // Of all that the enquirer did.
  int64_t ActivitiesOfEnquirer(const domain::Lead& lead) {
    int64_t count = 0;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      const auto activities = reader.ActivitiesOfContacts({&lead.contacts.front().contact_id, 1});
      if (!activities.ok()) return activities.status();
      count = static_cast<int64_t>(activities->size());
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return count;
  }

  std::string second_;
};

TEST_F(LeadSplitTest, TheNewLeadIsWhereTheOtherOneIs) {
  const domain::Lead before = Begin();
  ASSERT_EQ(before.status, "mql");
  ASSERT_TRUE(before.sla.has_value());
  clock_.Advance(10 * kMinute);
  const int64_t did = ActivitiesOfEnquirer(before);
  SplitRequest request{.lead = LeadName(before), .products = {"suite"}};
  request.contacts = {{second_.substr(9), "decision_maker"}};
  request.leaving_contacts = {second_.substr(9)};
  request.value = domain::Money{"EUR", 30'000'000'000};
  request.remaining_value = domain::Money{"EUR", 20'000'000'000};
  const auto split = Split(request);
  ASSERT_TRUE(split.ok()) << split.status();

  EXPECT_EQ(split->lead.id, before.id);
  EXPECT_THAT(split->lead.products, ElementsAre("platform"));
  EXPECT_THAT(split->lead.contacts, SizeIs(1));
  EXPECT_EQ(split->lead.value->micros, 20'000'000'000);

  const domain::Lead& part = split->new_lead;
  EXPECT_NE(part.id, before.id);
  EXPECT_EQ(part.split_from, before.id);
  EXPECT_EQ(part.split_at, clock_.Now());
  EXPECT_THAT(part.products, ElementsAre("suite"));
  EXPECT_THAT(part.contacts, ElementsAre(domain::ContactRole{second_.substr(9), "decision_maker"}));
  EXPECT_EQ(part.value->micros, 30'000'000'000);
  EXPECT_EQ(part.status, "mql");
  EXPECT_EQ(part.assignee, before.assignee);
  EXPECT_EQ(part.account_id, before.account_id);
  EXPECT_FALSE(part.attributes.contains("external_id"));
  ASSERT_TRUE(part.sla.has_value());
  EXPECT_EQ(*part.sla, *before.sla) << "it is due no later for being split";
  // What had happened counts for both.
  EXPECT_EQ(part.activity_count, before.activity_count);
  EXPECT_EQ(part.last_activity_at, before.last_activity_at);
  EXPECT_EQ(ActivitiesOfEnquirer(before), did) << "nobody did more for it";
  EXPECT_GT(part.score.dimensions.at("behaviour"), 0);
  EXPECT_EQ(part.score.dimensions.at("behaviour"), split->lead.score.dimensions.at("behaviour"));
}

// What a person wrote is forgotten with the person, so it stands on no other person's lead.
TEST_F(LeadSplitTest, WhatAPersonSaidGoesToTheirLeadAlone) {
  const domain::Lead before = Begin();
  domain::Activity said = Did("website", "medium", "pricing");
  said.lead_id = before.id;
  said.subject = "for our plant in Vigo";
  ASSERT_TRUE(Act(std::move(said)).ok());
  const auto texts = [&](const domain::Lead& lead) {
    int64_t count = 0;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      const auto activities = reader.ActivitiesOfLeads({&lead.id, 1});
      if (!activities.ok()) return activities.status();
      count = std::count_if(activities->begin(), activities->end(), [](const auto& a) { return !a.subject.empty(); });
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return count;
  };
  const std::string enquirer = before.contacts.front().contact_id;
  const auto own = Split({.lead = LeadName(before), .contacts = {{enquirer, ""}}});
  const auto other = Split({.lead = LeadName(before), .contacts = {{second_.substr(9), ""}}});
  ASSERT_TRUE(own.ok() && other.ok()) << other.status();
  EXPECT_EQ(own->new_lead.attributes.count("message"), 1U);
  EXPECT_EQ(texts(own->new_lead), 1);
  EXPECT_THAT(other->new_lead.attributes, IsEmpty());
  const auto history = History(LeadName(other->new_lead));
  ASSERT_TRUE(history.ok()) << history.status();
  for (const domain::Event& event : *history) {
    const auto* told = std::get_if<domain::LeadSplit>(&event.payload);
    const auto* moved = std::get_if<domain::StatusChanged>(&event.payload);
    EXPECT_TRUE((told == nullptr || told->reason.empty()) && (moved == nullptr || moved->reason.empty()));
  }
  EXPECT_EQ(texts(other->new_lead), 0);

  const auto erased = Wait<EraseResult>([&](Done<EraseResult> done) {
    engine_->EraseContact({}, domain::ResourceName(domain::RecordKind::kContact, enquirer), "asked", std::move(done));
  });
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_THAT(Get(own->new_lead).attributes, IsEmpty());
  EXPECT_EQ(texts(own->new_lead), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(Split({.lead = LeadName(before)}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Split({.lead = LeadName(own->new_lead)}).status()));
}

TEST_F(LeadSplitTest, WhatHappensAfterwardsIsEachOnesOwn) {
  const domain::Lead before = Begin();
  const auto split = Split({.lead = LeadName(before), .products = {"suite"}});
  ASSERT_TRUE(split.ok()) << split.status();
  clock_.Advance(kHour);
  const auto act = [&](const domain::Lead& lead, Time time) {
    domain::Activity activity = Did("email", "low", "click", time);
    activity.lead_id = lead.id;
    const auto result = Act(std::move(activity));
    EXPECT_TRUE(result.ok()) << result.status();
  };
  act(split->lead, 0);
  act(split->new_lead, 0);
  act(split->new_lead, 0);
  const auto count = [&](const domain::Lead& lead) {
    const auto read = Get(lead);
    return read.activity_count - before.activity_count;
  };
  EXPECT_EQ(count(split->lead), 1);
  EXPECT_EQ(count(split->new_lead), 2);
}

TEST_F(LeadSplitTest, MergedAgainTheyAreOne) {
  const domain::Lead before = Begin();
  const auto split = Split({.lead = LeadName(before), .products = {"suite"}});
  ASSERT_TRUE(split.ok()) << split.status();
  for (const auto& [survivor, absorbed] :
       {std::pair(split->lead, split->new_lead), std::pair(split->new_lead, split->lead)}) {
    const auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, LeadName(survivor), LeadName(absorbed), "one deal", std::move(done));
    });
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(merged->entity.lead->activity_count, before.activity_count) << "nothing counts twice";
    EXPECT_EQ(merged->entity.lead->score.dimensions.at("behaviour"), before.score.dimensions.at("behaviour"));
    EXPECT_THAT(merged->entity.lead->products, testing::UnorderedElementsAre("platform", "suite"));
    const auto separated = Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merged->merge_id, "two after all", std::move(done)); });
    ASSERT_TRUE(separated.ok()) << separated.status();
    EXPECT_EQ(Get(split->new_lead).activity_count, before.activity_count);
  }
}

// Brothers, and grandchildren with grandparents, repeat the same.
TEST_F(LeadSplitTest, WhateverIsMergedNothingCountsTwice) {
  const domain::Lead before = Begin();
  const auto split = [&](const domain::Lead& lead) {
    const auto made = Split({.lead = LeadName(lead)});
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->new_lead : domain::Lead();
  };
  const domain::Lead first = split(before), second = split(before), grandchild = split(first);
  const auto merged = [&](const domain::Lead& survivor, const domain::Lead& absorbed) {
    const auto one = Wait<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, LeadName(survivor), LeadName(absorbed), "one deal", std::move(done));
    });
    EXPECT_TRUE(one.ok()) << one.status();
    return one.ok() ? *one->entity.lead : domain::Lead();
  };
  for (const auto& [survivor, absorbed] :
       {std::pair(second, grandchild), std::pair(second, first), std::pair(before, second)}) {
    const domain::Lead one = merged(survivor, absorbed);
    EXPECT_EQ(one.activity_count, before.activity_count);
    EXPECT_EQ(one.score.dimensions.at("behaviour"), before.score.dimensions.at("behaviour"));
  }
}

TEST_F(LeadSplitTest, ALeadInAQueueOfNoOpenStatusStaysThere) {
  const domain::Lead before = Begin();
  const auto rejected = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->RejectLead({}, LeadName(before), "wrong_contact_data", "", std::move(done));
  });
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  const domain::Lead held = Get(before);
  ASSERT_EQ(held.hold_queue, "data_quality") << held.status;
  clock_.Advance(kHour);
  const auto split = Split({.lead = LeadName(held)});
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(split->new_lead.hold_queue, "data_quality");
  EXPECT_EQ(split->new_lead.held_by, held.held_by);
  EXPECT_EQ(split->new_lead.status, held.status);
  EXPECT_EQ(split->new_lead.status_since, held.status_since) << "it has been there as long";
}

TEST_F(LeadSplitTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  const domain::Lead before = Begin();
  const auto refused = [&](SplitRequest request, const std::string& words) {
    request.lead = LeadName(before);
    const auto split = Split(std::move(request));
    EXPECT_FALSE(split.ok());
    EXPECT_THAT(std::string(split.status().message()), HasSubstr(words));
  };
  refused({.products = {"press"}}, "the lead has no product \"press\"; it has platform, suite");
  refused({.products = {"suite", "suite"}}, "\"suite\" is named twice");
  refused({.contacts = {{"nobody", ""}}}, "contacts/nobody is not on the lead");
  refused({.contacts = {{second_.substr(9), ""}, {second_.substr(9), "user"}}}, "is named twice");
  refused({.leaving_contacts = {before.contacts.front().contact_id}}, "is who asked for");
  refused({.contacts = {{before.contacts.front().contact_id, ""}}, .leaving_contacts = {second_.substr(9)}},
          "does not go over");
  refused({.etag = "\"1\""}, "etag");
  EXPECT_EQ(Get(before).version, before.version);
  EXPECT_EQ(Wait<SplitResult>([&](Done<SplitResult> done) {
              SplitLead(engine_->options(), {}, {.lead = "leads/nobody", .reason = "r"}, std::move(done));
            })
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST_F(LeadSplitTest, ARetryUnderTheSameNameSplitsOnce) {
  const domain::Lead before = Begin();
  CallContext context;
  context.request_id = "split-1";
  const auto first = Split({.lead = LeadName(before), .products = {"suite"}}, context);
  const auto second = Split({.lead = LeadName(before), .products = {"suite"}}, context);
  ASSERT_TRUE(first.ok() && second.ok()) << second.status();
  EXPECT_EQ(second->new_lead.id, first->new_lead.id);
  EXPECT_THAT(second->decisions, IsEmpty());
  CallContext tried;
  tried.validate_only = true;
  const auto dry = Split({.lead = LeadName(before), .products = {"platform"}}, tried);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_THAT(Get(before).products, ElementsAre("platform"));
}

}  // namespace
}  // namespace leadline::engine
