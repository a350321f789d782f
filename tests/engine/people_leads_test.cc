// Who is on a lead, and leads changed field by field.
#include <gmock/gmock.h>

#include "engine/leads/lead_update.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using domain::ContactRole;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PeopleLeadsTest : public PeopleTest {
 protected:
  static Enquiry Person(int number) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@acme.es", number);
    return e;
  }
  absl::StatusOr<UpdateResult> Add(const SubmitResult& lead, const SubmitResult& person, std::string role,
                                   std::string etag = "", CallContext context = {}) {
    return Wait<UpdateResult>([&](Done<UpdateResult> done) {
      AddLeadContact(options_, context,
                     {LeadName(lead.lead), ContactName(person.contact), std::move(role), std::move(etag)},
                     std::move(done));
    });
  }
  absl::StatusOr<UpdateResult> Remove(const SubmitResult& lead, const SubmitResult& person, std::string etag = "") {
    return Wait<UpdateResult>([&](Done<UpdateResult> done) {
      RemoveLeadContact(options_, {}, {LeadName(lead.lead), ContactName(person.contact), "", std::move(etag)},
                        std::move(done));
    });
  }
  absl::StatusOr<UpdateResult> Update(domain::Lead lead, std::vector<std::string> paths, bool validate_only = false) {
    CallContext context;
    context.validate_only = validate_only;
    return Wait<UpdateResult>([&](Done<UpdateResult> done) {
      UpdateLead(options_, context, {std::move(lead), std::move(paths)}, nullptr, std::move(done));
    });
  }
};

TEST_F(PeopleLeadsTest, APersonIsAddedGivenAnotherRoleAndTakenOff) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  const auto added = Add(one, two, "decision_maker", EtagOf(one.lead.version));
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_THAT(added->lead.contacts,
              ElementsAre(ContactRole{one.contact.id, "enquirer"}, ContactRole{two.contact.id, "decision_maker"}));
  EXPECT_EQ(Stored(one.lead), added->lead);
  const int64_t position = Position();
  const auto same = Add(one, two, "decision_maker");
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(Position(), position) << "who is there with the same role changes nothing";
  const auto other = Add(one, two, "influencer");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_THAT(other->lead.contacts,
              ElementsAre(ContactRole{one.contact.id, "enquirer"}, ContactRole{two.contact.id, "influencer"}));
  const auto removed = Remove(one, two);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_THAT(removed->lead.contacts, ElementsAre(ContactRole{one.contact.id, "enquirer"}));
  EXPECT_EQ(ReasonOf(Remove(one, two).status()), "NOT_ON_LEAD");
}

TEST_F(PeopleLeadsTest, TheEnquirerStays) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  const auto refused = Remove(one, one);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_EQ(ReasonOf(refused.status()), "ENQUIRER");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("UpdateLead"));
  // As the message says.
  domain::Lead to;
  to.id = one.lead.id;
  to.contacts = {{two.contact.id, "enquirer"}, {one.contact.id, "influencer"}};
  ASSERT_TRUE(Update(to, {"contacts"}).ok());
  EXPECT_TRUE(Remove(one, one).ok());
}

TEST_F(PeopleLeadsTest, WhoWasMergedIsOnTheLeadAsTheSurvivor) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2)), three = Take(Person(3));
  ASSERT_TRUE(Add(one, two, "influencer").ok());
  ASSERT_TRUE(Merge(ContactName(three.contact), ContactName(two.contact)).ok());
  const int64_t position = Position();
  ASSERT_TRUE(Add(one, three, "influencer").ok());
  EXPECT_EQ(Position(), position) << "the person is there already";
  EXPECT_EQ(Stored(one.lead).contacts.size(), 2u);
  EXPECT_TRUE(Remove(one, three).ok());
  EXPECT_EQ(Stored(one.lead).contacts.size(), 1u);
}

TEST_F(PeopleLeadsTest, WhatIsWrongIsRefused) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  EXPECT_THAT(FieldsAtFault(Add(one, two, "").status()), ElementsAre("role"));
  EXPECT_THAT(FieldsAtFault(Add(one, two, std::string(65, 'r')).status()), ElementsAre("role"));
  SubmitResult nobody = two;
  nobody.contact.id = "none";
  EXPECT_THAT(FieldsAtFault(Add(one, nobody, "influencer").status()), ElementsAre("contact"));
  EXPECT_EQ(ReasonOf(Remove(one, nobody).status()), "NOT_ON_LEAD");
  SubmitResult nothing = one;
  nothing.lead.id = "none";
  EXPECT_TRUE(absl::IsNotFound(Add(nothing, two, "influencer").status()));
  EXPECT_EQ(ReasonOf(Add(one, two, "influencer", "\"99\"").status()), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Remove(one, two, "\"99\"").status()), "ETAG_MISMATCH");
  ASSERT_TRUE(Erase(ContactName(two.contact)).ok());
  EXPECT_EQ(ReasonOf(Add(one, two, "influencer").status()), "ERASED");
  EXPECT_EQ(Stored(one.lead).contacts.size(), 1u);
}

TEST_F(PeopleLeadsTest, ALeadHasAtMostAHundredPeople) {
  const SubmitResult one = Take(Person(1));
  domain::Lead to;
  to.id = one.lead.id;
  to.contacts = {{one.contact.id, "enquirer"}};
  std::vector<SubmitResult> others;
  for (int i = 2; i <= 102; ++i) others.push_back(Take(Person(i)));
  for (size_t i = 0; i + 2 < others.size(); ++i) to.contacts.push_back({others[i].contact.id, "user"});
  ASSERT_EQ(to.contacts.size(), kMostLeadContacts);
  ASSERT_TRUE(Update(to, {"contacts"}).ok());
  const auto refused = Add(one, others.back(), "user");
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_LEAD_CONTACTS") << refused.status();
  EXPECT_TRUE(Add(one, others.front(), "influencer").ok()) << "another role takes no more room";
  to.contacts.push_back({others.back().contact.id, "user"});
  EXPECT_THAT(FieldsAtFault(Update(to, {"contacts"}).status()), ElementsAre("lead.contacts"));
  ASSERT_TRUE(Remove(one, others.front()).ok());
  EXPECT_TRUE(Add(one, others.back(), "user").ok());
}

TEST_F(PeopleLeadsTest, ARequestActsOnce) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  CallContext call;
  call.request_id = "add-1";
  call.fingerprint = "a";
  ASSERT_TRUE(Add(one, two, "influencer", "", call).ok());
  ASSERT_TRUE(Remove(one, two).ok());
  ASSERT_TRUE(Add(one, two, "influencer", "", call).ok());
  EXPECT_EQ(Stored(one.lead).contacts.size(), 1u);
}

TEST_F(PeopleLeadsTest, WithoutAMaskWhatIsGivenIsChangedAndAStarEmptiesTheRest) {
  Enquiry e = Person(1);
  e.products = {"platform"};
  e.attributes["budget"] = std::string("approved");
  const SubmitResult one = Take(e);
  domain::Lead to;
  to.id = one.lead.id;
  to.source = "event";
  const auto updated = Update(to, {});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->lead.source, "event");
  EXPECT_EQ(updated->lead.products, one.lead.products);
  EXPECT_EQ(updated->lead.contacts, one.lead.contacts);
  EXPECT_THAT(FieldsAtFault(Update(to, {"*"}).status()), ElementsAre("lead.contacts"));
  to.contacts = one.lead.contacts;
  const auto emptied = Update(to, {"*"});
  ASSERT_TRUE(emptied.ok()) << emptied.status();
  EXPECT_THAT(emptied->lead.products, IsEmpty());
  EXPECT_THAT(emptied->lead.attributes, IsEmpty());
  EXPECT_EQ(emptied->lead.account_id, "");
  EXPECT_THAT(FieldsAtFault(Update(to, {"status"}).status()), ElementsAre("update_mask.paths[0]"));
}

TEST_F(PeopleLeadsTest, ValidateOnlyDecidesAndStoresNothing) {
  const SubmitResult one = Take(Person(1));
  const int64_t position = Position();
  domain::Lead to;
  to.id = one.lead.id;
  to.source = "event";
  const auto tried = Update(to, {"source"}, /*validate_only=*/true);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->lead.source, "event");
  EXPECT_EQ(Position(), position);
  EXPECT_EQ(Stored(one.lead).source, "website");
}

TEST_F(PeopleLeadsTest, APersonIsOnALeadOnceAndNobodyComesWhoWasErased) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2)), gone = Take(Person(3));
  domain::Lead to;
  to.id = one.lead.id;
  to.contacts = {{one.contact.id, "enquirer"}, {two.contact.id, "user"}, {one.contact.id, "user"}};
  const absl::Status twice = Update(to, {"contacts"}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(twice)) << twice;
  EXPECT_THAT(std::string(twice.message()), HasSubstr("names " + ContactName(one.contact) + " twice"));
  const auto erase = [&](const domain::Contact& contact) {
    return Wait<EraseResult>(
        [&](Done<EraseResult> done) { engine_->EraseContact({}, ContactName(contact), "asked", std::move(done)); });
  };
  ASSERT_TRUE(erase(gone.contact).ok());
  to.contacts = {{one.contact.id, "enquirer"}, {gone.contact.id, "user"}};
  const absl::Status erased = Update(to, {"contacts"}).status();
  EXPECT_TRUE(HasReason(erased, ErrorReason::kErased)) << erased;
  // Who was on the lead before may stay.
  ASSERT_TRUE(Add(one, two, "user").ok());
  ASSERT_TRUE(erase(two.contact).ok());
  to.contacts = {{one.contact.id, "enquirer"}, {two.contact.id, "champion"}};
  EXPECT_TRUE(Update(to, {"contacts"}).ok());
}

TEST_F(PeopleLeadsTest, NothingIsRecordedOfWhoWasErased) {
  const SubmitResult taken = Take(Person(1));
  CallContext wrong;
  wrong.etag = EtagOf(99);
  const auto erase = [&](const CallContext& context) {
    return Wait<EraseResult>([&](Done<EraseResult> done) {
             engine_->EraseContact(context, ContactName(taken.contact), "asked", std::move(done));
           })
        .status();
  };
  EXPECT_TRUE(HasReason(erase(wrong), ErrorReason::kEtagMismatch));
  ASSERT_TRUE(erase({}).ok());
  const auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->Transition({}, ContactName(taken.contact), "disqualified", "because", std::move(done));
  });
  EXPECT_TRUE(HasReason(moved.status(), ErrorReason::kErased)) << moved.status();
  const auto noted = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->RecordDisposition({}, ContactName(taken.contact), "left_voicemail", "who it was", std::move(done));
  });
  EXPECT_TRUE(HasReason(noted.status(), ErrorReason::kErased)) << noted.status();
}

}  // namespace
}  // namespace leadline::engine
