// People read and corrected.
#include <gmock/gmock.h>

#include "base/executor.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PeopleContactsTest : public PeopleTest {
 protected:
  // Whose address was taken down wrongly, by telephone: nothing but it and a first name is known.
  static Enquiry Mistyped() {
    Enquiry e;
    e.contact.given_name = "Ana";
    e.contact.email = "ana.sliva@gmial.com";
    e.contact.country = "ES";
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  static Enquiry Right() {
    Enquiry e = Mistyped();
    e.contact.email = "ana.silva@gmail.com";
    return e;
  }
  static domain::Contact Of(const SubmitResult& taken) {
    domain::Contact contact;
    contact.id = taken.contact.id;
    return contact;
  }
};

TEST_F(PeopleContactsTest, AMergedNameGivesTheSurvivor) {
  const SubmitResult one = Take(Mistyped());
  Enquiry other = HotEnquiry();
  const SubmitResult two = Take(other);
  EXPECT_EQ(GetContact(options_, {}, ContactName(one.contact))->email, "ana.sliva@gmial.com");
  ASSERT_TRUE(Merge(ContactName(two.contact), ContactName(one.contact)).ok());
  EXPECT_EQ(GetContact(options_, {}, ContactName(one.contact))->id, two.contact.id);
  EXPECT_TRUE(absl::IsNotFound(GetContact(options_, {}, "contacts/none").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(GetContact(options_, {}, "leads/none").status()));
}

TEST_F(PeopleContactsTest, ACorrectedAddressIsFoundByTheNextEnquiry) {
  const SubmitResult first = Take(Mistyped());
  const SubmitResult before = Take(Right());
  ASSERT_TRUE(before.contact_created) << "the mistyped address is another person's";
  domain::Contact fixed = Of(first);
  fixed.email = " Ana.Silva2@Gmail.com ";
  const auto corrected = Correct(fixed, {"email"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->contact.email, "ana.silva2@gmail.com") << "in the form that is kept";
  EXPECT_EQ(corrected->contact.given_name, "Ana") << "what the mask does not name stays";
  EXPECT_THAT(LastChanges(ContactName(first.contact)),
              ElementsAre("email: ana.sliva@gmial.com > ana.silva2@gmail.com"));
  Enquiry next = Mistyped();
  next.contact.email = "ana.silva2@gmail.com";
  const SubmitResult found = Take(next);
  EXPECT_FALSE(found.contact_created);
  EXPECT_EQ(found.contact.id, first.contact.id);
  const SubmitResult wrong = Take(Mistyped());
  EXPECT_NE(wrong.contact.id, first.contact.id) << "nobody is found by the address that was wrong";
}

TEST_F(PeopleContactsTest, WhatTheCorrectedRecordMatchesIsToldAndNothingMerged) {
  const SubmitResult known = Take(Right());
  const SubmitResult mistyped = Take(Mistyped());
  ASSERT_NE(known.contact.id, mistyped.contact.id);
  domain::Contact fixed = Of(mistyped);
  fixed.email = "ana.silva@gmail.com";
  const auto corrected = Correct(fixed, {"email"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  ASSERT_THAT(corrected->duplicates, SizeIs(1));
  EXPECT_EQ(corrected->duplicates[0].name, ContactName(known.contact));
  EXPECT_EQ(corrected->duplicates[0].verdict, domain::DuplicateVerdict::kMatch);
  const auto asked = engine_->FindDuplicates({}, ContactName(mistyped.contact), 10);
  ASSERT_THAT(*asked, SizeIs(1));
  EXPECT_EQ((*asked)[0].pair.weight, corrected->duplicates[0].pair.weight);
  EXPECT_TRUE(Stored(mistyped.contact).merged_into.empty());
}

TEST_F(PeopleContactsTest, AtMostTenDuplicatesAreTold) {
  std::vector<SubmitResult> taken;
  for (int i = 0; i < 13; ++i) {
    Enquiry e = Mistyped();
    e.contact.given_name = fmt::format("Given{}", i);
    e.contact.family_name = fmt::format("Family{}", i);
    e.contact.email = fmt::format("p{}@gmail.com", i);
    taken.push_back(Take(e));
  }
  size_t told = 0;
  for (const SubmitResult& person : taken) {
    domain::Contact same = Of(person);
    same.given_name = "Ana María";
    same.family_name = "Silva";
    const auto corrected = Correct(same, {"given_name", "family_name"});
    ASSERT_TRUE(corrected.ok()) << corrected.status();
    EXPECT_LE(corrected->duplicates.size(), static_cast<size_t>(kMostDuplicatesTold));
    told = corrected->duplicates.size();
  }
  EXPECT_EQ(told, static_cast<size_t>(kMostDuplicatesTold)) << "of twelve others";
}

TEST_F(PeopleContactsTest, EveryFieldCanBeCorrected) {
  const SubmitResult first = Take(HotEnquiry());
  Enquiry other = HotEnquiry();
  other.account.name = "Quite Another AG";
  other.account.domain = "another.ch";
  other.account.country = "CH";
  other.contact.given_name = "Urs";
  other.contact.family_name = "Meier";
  other.contact.email = "urs@another.ch";
  const SubmitResult elsewhere = Take(other);
  domain::Contact to = Of(first);
  to.given_name = "Anna";
  to.family_name = "Silber";
  to.email = "anna@another.ch";
  to.phone = "044 668 18 00";
  to.title = "CEO";
  to.language = "de_ch";
  to.country = "ch";
  to.account_id = elsewhere.account.id;
  to.attributes["department"] = std::string("Einkauf");
  const auto corrected = Correct(to, {});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  const domain::Contact stored = Stored(first.contact);
  EXPECT_EQ(stored.given_name, "Anna");
  EXPECT_EQ(stored.family_name, "Silber");
  EXPECT_EQ(stored.email, "anna@another.ch");
  EXPECT_EQ(stored.phone, "+41446681800");
  EXPECT_EQ(stored.title, "CEO");
  EXPECT_EQ(stored.language, "de-CH");
  EXPECT_EQ(stored.country, "CH");
  EXPECT_EQ(stored.account_id, elsewhere.account.id);
  EXPECT_EQ(stored.attributes.size(), 1u);
  EXPECT_EQ(stored, corrected->contact);
  const int64_t position = Position();
  const auto again = Correct(to, {});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Position(), position) << "the same values once more write nothing";
  EXPECT_EQ(again->contact.version, stored.version);
}

TEST_F(PeopleContactsTest, AnAttributeIsChangedAndTakenAwayAlone) {
  const SubmitResult first = Take(HotEnquiry());
  domain::Contact to = Of(first);
  to.attributes["department"] = std::string("Compras");
  ASSERT_TRUE(Correct(to, {"attributes.department"}).ok());
  EXPECT_EQ(Stored(first.contact).attributes.size(), 1u);
  EXPECT_EQ(Stored(first.contact).title, first.contact.title);
  ASSERT_TRUE(Correct(Of(first), {"attributes.department"}).ok());
  EXPECT_THAT(Stored(first.contact).attributes, IsEmpty());
  const auto slip = Correct(Of(first), {"attributes.departmnet"});
  EXPECT_THAT(FieldsAtFault(slip.status()), ElementsAre("contact.attributes[\"departmnet\"]"));
}

TEST_F(PeopleContactsTest, AStarEmptiesWhatIsNotGiven) {
  const SubmitResult first = Take(HotEnquiry());
  domain::Contact to = Of(first);
  to.email = first.contact.email;
  const auto corrected = Correct(to, {"*"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->contact.given_name, "");
  EXPECT_EQ(corrected->contact.title, "");
  EXPECT_EQ(corrected->contact.account_id, "");
  EXPECT_EQ(corrected->contact.email, first.contact.email);
  EXPECT_EQ(corrected->contact.status, first.contact.status) << "what is decided is no field of the mask";
  EXPECT_THAT(FieldsAtFault(Correct(to, {"*", "email"}).status()), ElementsAre("update_mask"));
  EXPECT_THAT(FieldsAtFault(Correct(Of(first), {"*"}).status()), ElementsAre("contact"))
      << "nobody could be found by nothing";
}

TEST_F(PeopleContactsTest, WhatIsWrongIsRefusedWholeAndChangesNothing) {
  const SubmitResult first = Take(HotEnquiry());
  const int64_t position = Position();
  domain::Contact to = Of(first);
  to.email = "ana.silva";
  to.country = "Spanien";
  to.language = "spanisch!";
  to.title = std::string(129, 't');
  to.account_id = "none";
  to.attributes["depratment"] = std::string("x");
  const auto refused = Correct(to, {});
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
  EXPECT_THAT(FieldsAtFault(refused.status()),
              ElementsAre("contact.email", "contact.title", "contact.language", "contact.country",
                          "contact.attributes[\"depratment\"]", "contact.account"));
  const auto unknown = Correct(to, {"status"});
  EXPECT_THAT(FieldsAtFault(unknown.status()), ElementsAre("update_mask.paths[0]"));
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("given_name, family_name, email"));
  EXPECT_TRUE(absl::IsNotFound(Correct(domain::Contact{.id = "none", .email = "a@b.de"}, {"email"}).status()));
  EXPECT_EQ(Position(), position);
}

TEST_F(PeopleContactsTest, WhatStandsAndIsSentBackIsNotHeldAgainstTheSender) {
  Enquiry e = HotEnquiry();
  e.contact.phone = "call the desk";
  const SubmitResult first = Take(e);
  domain::Contact echo = Stored(first.contact);
  echo.title = "CEO";
  const auto corrected = Correct(echo, {});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_THAT(LastChanges(ContactName(first.contact)), ElementsAre("title: Gerente de Compras > CEO"));
}

TEST_F(PeopleContactsTest, ThePersonIsScoredAndTheirLeadsFollow) {
  Enquiry e = Mistyped();
  const SubmitResult first = Take(e);
  const SubmitResult second = Take(e);
  ASSERT_EQ(first.contact.id, second.contact.id);
  domain::Contact to = Of(first);
  to.title = "CEO";
  const auto corrected = Correct(to, {"title"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_GT(corrected->contact.score.total, first.contact.score.total);
  ASSERT_FALSE(corrected->decisions.empty());
  EXPECT_EQ(corrected->decisions[0].kind, domain::DecisionKind::kScore);
  EXPECT_EQ(corrected->decisions[0].record, ContactName(first.contact));
  FollowAll();
  EXPECT_GT(Stored(first.lead).score.total, first.lead.score.total);
  EXPECT_GT(Stored(second.lead).score.total, second.lead.score.total);
}

TEST_F(PeopleContactsTest, AnotherCompanyOfThePersonCountsForThem) {
  const SubmitResult first = Take(HotEnquiry());
  Enquiry other = HotEnquiry();
  other.account.name = "Quite Another AG";
  other.account.domain = "another.ch";
  other.account.country = "CH";
  other.account.employees = 1500;
  other.account.industry = "manufacturing";
  other.contact.given_name = "Urs";
  other.contact.family_name = "Meier";
  other.contact.email = "urs@another.ch";
  const SubmitResult elsewhere = Take(other);
  domain::Contact to = Of(first);
  to.account_id = elsewhere.account.id;
  const auto corrected = Correct(to, {"account"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_GT(corrected->contact.score.total, first.contact.score.total) << "by what is known of the new company";
  const auto away = Correct(Of(first), {"account"});
  ASSERT_TRUE(away.ok()) << away.status();
  EXPECT_EQ(away->contact.account_id, "");
  EXPECT_LT(away->contact.score.total, corrected->contact.score.total);
}

TEST_F(PeopleContactsTest, AnEtagGuardsTheChange) {
  const SubmitResult first = Take(HotEnquiry());
  domain::Contact to = Of(first);
  to.version = first.contact.version;
  to.title = "CEO";
  ASSERT_TRUE(Correct(to, {"title"}).ok());
  to.title = "CFO";
  const auto late = Correct(to, {"title"});
  EXPECT_TRUE(absl::IsAborted(late.status())) << late.status();
  EXPECT_EQ(ReasonOf(late.status()), "ETAG_MISMATCH");
  EXPECT_EQ(Stored(first.contact).title, "CEO");
  to.version = 0;
  EXPECT_TRUE(Correct(to, {"title"}).ok());
}

TEST_F(PeopleContactsTest, OfTwoUpdatesWithOneEtagOneWins) {
  Executor deciders(4, 4096);
  UseOptions(&deciders);
  const SubmitResult first = Take(HotEnquiry());
  for (int round = 0; round < 10; ++round) {
    domain::Contact to = Stored(first.contact);
    std::vector<std::future<absl::StatusOr<ContactUpdated>>> answers;
    for (const char* title : {"CEO", "CFO", "CTO", "CIO"}) {
      to.title = fmt::format("{} {}", title, round);
      auto promise = std::make_shared<std::promise<absl::StatusOr<ContactUpdated>>>();
      UpdateContact(options_, {}, {to, {"title"}},
                    [promise](absl::StatusOr<ContactUpdated> result) { promise->set_value(std::move(result)); });
      answers.push_back(promise->get_future());
    }
    std::vector<std::string> won;
    for (auto& answer : answers) {
      const auto result = answer.get();
      if (result.ok()) {
        won.push_back(result->contact.title);
      } else {
        EXPECT_EQ(ReasonOf(result.status()), "ETAG_MISMATCH") << result.status();
      }
    }
    ASSERT_THAT(won, SizeIs(1));
    EXPECT_EQ(Stored(first.contact).title, won[0]);
  }
  deciders.Stop();
}

TEST_F(PeopleContactsTest, ValidateOnlyDecidesAndStoresNothing) {
  const SubmitResult first = Take(Mistyped());
  const int64_t position = Position();
  domain::Contact to = Of(first);
  to.title = "CEO";
  const auto tried = Correct(to, {"title"}, {}, /*validate_only=*/true);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->contact.title, "CEO");
  EXPECT_GT(tried->contact.score.total, first.contact.score.total);
  EXPECT_EQ(Position(), position);
  EXPECT_EQ(Stored(first.contact).title, "");
  to.email = "x";
  EXPECT_TRUE(absl::IsInvalidArgument(Correct(to, {"email"}, {}, true).status()));
}

TEST_F(PeopleContactsTest, ARequestActsOnce) {
  const SubmitResult first = Take(Mistyped());
  CallContext call;
  call.request_id = "fix-1";
  call.fingerprint = "a";
  domain::Contact to = Of(first);
  to.title = "CEO";
  ASSERT_TRUE(Correct(to, {"title"}, call).ok());
  const int64_t position = Position();
  const auto again = Correct(to, {"title"}, call);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->contact.title, "CEO");
  EXPECT_EQ(Position(), position);
  call.fingerprint = "b";
  EXPECT_EQ(ReasonOf(Correct(to, {"title"}, call).status()), "REQUEST_ID_REUSED");
}

TEST_F(PeopleContactsTest, WhoWasErasedIsNotBroughtBack) {
  const SubmitResult first = Take(HotEnquiry());
  ASSERT_TRUE(Erase(ContactName(first.contact)).ok());
  domain::Contact to = Of(first);
  to.email = "ana.silva@acme.es";
  const auto refused = Correct(to, {"email"});
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_EQ(ReasonOf(refused.status()), "ERASED");
}

TEST_F(PeopleContactsTest, AMergedIdChangesTheSurvivor) {
  const SubmitResult one = Take(Mistyped());
  const SubmitResult two = Take(HotEnquiry());
  ASSERT_TRUE(Merge(ContactName(two.contact), ContactName(one.contact)).ok());
  domain::Contact to = Of(one);
  to.title = "CEO";
  const auto corrected = Correct(to, {"title"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->contact.id, two.contact.id);
  EXPECT_EQ(Stored(two.contact).title, "CEO");
}

}  // namespace
}  // namespace leadline::engine
