#include "domain/history/merging.h"

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class MergingTest : public EngineTest {
 protected:
  SubmitResult Person(std::string given, std::string email, std::string phone) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = std::move(given);
    e.contact.email = std::move(email);
    e.contact.phone = std::move(phone);
    auto result = Submit(std::move(e));
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  absl::StatusOr<MergeResult> Merge(const std::string& survivor, const std::string& absorbed) {
    return Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge({}, survivor, absorbed, "same", std::move(done)); });
  }
  absl::StatusOr<UnmergeResult> Unmerge(const std::string& id) {
    return Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, id, "not the same", std::move(done)); });
  }
};

// What must be as it was: everything but the marks of the change itself.
template <typename Record>
Record WithoutMarks(Record record) {
  record.version = 0;
  record.updated_at = 0;
  return record;
}

TEST_F(MergingTest, ContactsMergeAndSeparateExactly) {
  SubmitResult one = Person("Ana", "ana@acme.es", "");
  SubmitResult two = Person("Bettina", "bettina@other.es", "+34 600 123 456");
  ASSERT_NE(one.contact.id, two.contact.id);
  auto before_one = engine_->GetEntity({}, ContactName(one.contact));
  auto before_two = engine_->GetEntity({}, ContactName(two.contact));
  auto merged = Merge(ContactName(one.contact), ContactName(two.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->entity.activity_count, before_one->activity_count + before_two->activity_count);
  EXPECT_EQ(merged->entity.contact->phone, two.contact.phone) << "an empty field takes the other's value";
  auto redirected = engine_->GetEntity({}, ContactName(two.contact));
  EXPECT_EQ(redirected->contact->id, one.contact.id) << "the old name leads to the survivor";

  auto separated = Unmerge(merged->merge_id);
  ASSERT_TRUE(separated.ok()) << separated.status();
  EXPECT_EQ(WithoutMarks(*separated->survivor.contact), WithoutMarks(*before_one->contact));
  EXPECT_EQ(WithoutMarks(*separated->restored.contact), WithoutMarks(*before_two->contact));
  EXPECT_EQ(separated->survivor.activity_count, before_one->activity_count);
  auto again = Unmerge(merged->merge_id);
  EXPECT_EQ(ReasonOf(again.status()), "MERGE_UNDONE");
}

TEST_F(MergingTest, LeadsMergeCountOnceAndSeparateExactly) {
  SubmitResult one = Person("Ana", "ana@acme.es", "");
  SubmitResult two = Person("Ana", "ana@acme.es", "");
  auto total = [&] { return engine_->GetFunnel({}, {}, {})->front().total; };
  EXPECT_EQ(total(), 2);
  EXPECT_EQ(OpenLeads(), 2);
  auto merged = Merge(LeadName(one.lead), LeadName(two.lead));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->entity.activity_count, 2);
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(OpenLeads(), 1);
  EXPECT_EQ(engine_->GetLead({}, LeadName(two.lead))->id, one.lead.id);
  auto separated = Unmerge(merged->merge_id);
  ASSERT_TRUE(separated.ok()) << separated.status();
  EXPECT_EQ(total(), 2);
  EXPECT_EQ(OpenLeads(), 2);
  EXPECT_EQ(WithoutMarks(*separated->survivor.lead), WithoutMarks(one.lead));
  EXPECT_EQ(WithoutMarks(*separated->restored.lead), WithoutMarks(two.lead));
}

// Sales gave one back: what it asked for is no new request of the one that it is merged into.
TEST_F(MergingTest, WhatWasAnsweredStaysAnswered) {
  const auto take = [&](const std::string& name, const std::string& response) {
    Enquiry e;
    e.contact.given_name = name;
    e.contact.family_name = "Silva";
    e.contact.email = name + ".silva@gmail.com";
    e.contact.country = "DE";
    e.source = "website";
    e.activities = {Did("website", "low", response)};
    auto taken = Submit(std::move(e));
    EXPECT_TRUE(taken.ok()) << taken.status();
    return *std::move(taken);
  };
  const SubmitResult asked = take("ana", "contact_me");
  ASSERT_EQ(asked.lead.status, "mql");
  clock_.Advance(kHour);
  const auto rejected = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(asked.lead), "timing", "", std::move(done)); });
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  clock_.Advance(kHour);
  const SubmitResult reads = take("bettina", "view");
  ASSERT_EQ(reads.lead.status, "inquiry");

  const auto status_of = [](const Entity& entity) {
    return entity.lead ? entity.lead->status : entity.contact->status;
  };
  const auto handled_at = [](const Entity& entity) {
    return entity.lead ? entity.lead->handled_at : entity.contact->handled_at;
  };
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {LeadName(reads.lead), LeadName(asked.lead)}, {ContactName(reads.contact), ContactName(asked.contact)}};
  for (const auto& [survivor, absorbed] : pairs) {
    const auto before = engine_->GetEntity({}, survivor), other = engine_->GetEntity({}, absorbed);
    ASSERT_NE(handled_at(*other), 0) << absorbed;
    const auto merged = Merge(survivor, absorbed);
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(status_of(merged->entity), "re_market") << survivor << ": sales looked at it";
    EXPECT_EQ(handled_at(merged->entity), handled_at(*other)) << survivor;
    const auto separated = Unmerge(merged->merge_id);
    ASSERT_TRUE(separated.ok()) << separated.status();
    EXPECT_EQ(status_of(separated->survivor), status_of(*before)) << survivor;
    EXPECT_EQ(handled_at(separated->survivor), 0) << survivor;
    EXPECT_EQ(handled_at(separated->restored), handled_at(*other)) << survivor;
  }
  // Who asks again is heard.
  const auto merged = Merge(LeadName(reads.lead), LeadName(asked.lead));
  ASSERT_TRUE(merged.ok()) << merged.status();
  domain::Activity again = Did("website", "low", "chat");
  again.lead_id = reads.lead.id;
  ASSERT_TRUE(Act(again).ok());
  EXPECT_EQ(engine_->GetLead({}, LeadName(reads.lead))->status, "mql");
}

TEST_F(MergingTest, MergesAreUndoneInAnyOrder) {
  SubmitResult a = Person("Ana", "ana@acme.es", "");
  SubmitResult b = Person("Bettina", "bettina@b.es", "");
  SubmitResult c = Person("Carla", "carla@c.es", "");
  auto first = Merge(ContactName(a.contact), ContactName(b.contact));
  clock_.Advance(kMinute);
  auto second = Merge(ContactName(a.contact), ContactName(c.contact));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(Unmerge(first->merge_id).ok());
  EXPECT_EQ(engine_->GetEntity({}, ContactName(c.contact))->contact->id, a.contact.id);
  EXPECT_TRUE(Unmerge(second->merge_id).ok());
}

TEST_F(MergingTest, ASurvivorThatWasMergedItselfIsSeparatedFirst) {
  SubmitResult a = Person("Ana", "ana@acme.es", "");
  SubmitResult b = Person("Bettina", "bettina@b.es", "+34 600 123 456");
  SubmitResult c = Person("Carla", "carla@c.es", "");
  Enquiry other = HotEnquiry(), third = HotEnquiry();
  other.account.name = other.account.domain = "other.de";
  third.account.name = third.account.domain = "third.com";
  auto company = [&](Enquiry e) {
    e.contact.email = "office@" + e.account.domain;
    auto submitted = Submit(std::move(e));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return domain::ResourceName(domain::RecordKind::kAccount, submitted->account.id);
  };
  const std::vector<std::vector<std::string>> chains = {
      {ContactName(a.contact), ContactName(b.contact), ContactName(c.contact)},
      {LeadName(a.lead), LeadName(b.lead), LeadName(c.lead)},
      {domain::ResourceName(domain::RecordKind::kAccount, a.account.id), company(other), company(third)}};
  for (const std::vector<std::string>& chain : chains) {
    auto before = engine_->GetEntity({}, chain[2]);
    auto first = Merge(chain[0], chain[1]);
    ASSERT_TRUE(first.ok()) << chain[0] << ": " << first.status();
    clock_.Advance(kMinute);
    auto second = Merge(chain[2], chain[0]);
    ASSERT_TRUE(second.ok()) << second.status();
    const absl::Status refused = Unmerge(first->merge_id).status();
    EXPECT_EQ(ReasonOf(refused), "LATER_MERGE_STANDS") << chain[0];
    EXPECT_NE(std::string(refused.message()).find(second->merge_id), std::string::npos) << refused;
    EXPECT_TRUE(Unmerge(second->merge_id).ok());
    auto separated = Unmerge(first->merge_id);
    ASSERT_TRUE(separated.ok()) << separated.status();
    EXPECT_TRUE(separated->survivor.merges.empty());
    EXPECT_EQ(engine_->GetEntity({}, chain[2])->activity_count, before->activity_count);
  }
}

TEST_F(MergingTest, WhatCannotBeMergedIsRefused) {
  SubmitResult one = Person("Ana", "ana@acme.es", "");
  EXPECT_TRUE(absl::IsInvalidArgument(Merge(ContactName(one.contact), ContactName(one.contact)).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Merge(ContactName(one.contact), LeadName(one.lead)).status()));
  EXPECT_TRUE(absl::IsNotFound(Merge(ContactName(one.contact), "contacts/nobody").status()));
}

TEST_F(MergingTest, ALikelyDuplicateIsFoundAndExplained) {
  auto person = [&](std::string given, std::string email) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = std::move(given);
    e.contact.family_name = "Nowakowska";
    e.contact.email = std::move(email);
    e.contact.title = "";
    auto result = Submit(std::move(e));
    EXPECT_TRUE(result.ok()) << result.status();
    return result->contact;
  };
  domain::Contact one = person("Katarzyna", "k.nowakowska@acme.es");
  domain::Contact two = person("Kasia", "sales7@acme.es");
  ASSERT_NE(one.id, two.id);
  auto found = engine_->FindDuplicates({}, ContactName(one), 10);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_FALSE(found->empty());
  EXPECT_EQ(found->front().name, ContactName(two));
  EXPECT_GT(found->front().pair.probability, 0);
  bool name_compared = false;
  for (const domain::ComparisonResult& c : found->front().pair.comparisons) {
    name_compared = name_compared || (c.field.find("name") != std::string::npos && c.weight > 0);
  }
  EXPECT_TRUE(name_compared);
}

}  // namespace
}  // namespace leadline::engine
