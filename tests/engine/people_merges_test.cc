// Merges as resources, and duplicates of what is not stored yet.
#include <gmock/gmock.h>

#include "engine/merge/duplicates.h"
#include "engine/merge/merges.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PeopleMergesTest : public PeopleTest {
 protected:
  static Enquiry Person(int number) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@acme.es", number);
    return e;
  }
  absl::StatusOr<std::vector<DuplicateCandidate>> Find(DuplicateQuery query, int most = 10) {
    return FindDuplicates(options_, {}, std::move(query), most);
  }
};

TEST_F(PeopleMergesTest, UndoneMergesAreListedWithTheTimeOfTheirUndoing) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2)), three = Take(Person(3));
  const std::string name = ContactName(one.contact);
  EXPECT_THAT(ListMerges(options_, {}, name)->merges, IsEmpty());
  const auto first = Merge(name, ContactName(two.contact));
  ASSERT_TRUE(first.ok()) << first.status();
  clock_.Advance(kHour);
  ASSERT_TRUE(Unmerge(first->merge_id).ok());
  const Time undone = clock_.Now();
  clock_.Advance(kHour);
  const auto second = Merge(name, ContactName(three.contact));
  ASSERT_TRUE(second.ok()) << second.status();
  const auto listed = ListMerges(options_, {}, name);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_FALSE(listed->more);
  ASSERT_THAT(listed->merges, SizeIs(2));
  EXPECT_EQ(listed->merges[0].merge.id, first->merge_id);
  EXPECT_TRUE(listed->merges[0].merge.undone);
  EXPECT_EQ(listed->merges[0].undone_at, undone);
  EXPECT_EQ(listed->merges[1].merge.absorbed_id, three.contact.id);
  EXPECT_FALSE(listed->merges[1].merge.undone);
  EXPECT_EQ(listed->merges[1].undone_at, 0);

  const auto got = GetMerge(options_, {}, first->merge_id);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->merge, listed->merges[0].merge);
  EXPECT_EQ(got->undone_at, undone);
  EXPECT_EQ(GetMerge(options_, {}, second->merge_id)->undone_at, 0);
  EXPECT_EQ(GetMerge(options_, {}, second->merge_id)->merge.reason, "same");
  EXPECT_THAT(ListMerges(options_, {}, ContactName(three.contact))->merges, IsEmpty())
      << "it is the absorbed one of its merge";
}

TEST_F(PeopleMergesTest, WhatIsNotThereIsSaid) {
  EXPECT_TRUE(absl::IsNotFound(GetMerge(options_, {}, "none").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(GetMerge(options_, {}, "").status()));
  EXPECT_TRUE(absl::IsNotFound(ListMerges(options_, {}, "contacts/none").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ListMerges(options_, {}, "reps/none").status()));
}

TEST_F(PeopleMergesTest, LeadsAndAccountsHaveTheirsToo) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  const auto merged = Merge(LeadName(one.lead), LeadName(two.lead));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_THAT(ListMerges(options_, {}, LeadName(one.lead))->merges, SizeIs(1));
  ASSERT_TRUE(Unmerge(merged->merge_id).ok());
  EXPECT_EQ(ListMerges(options_, {}, LeadName(one.lead))->merges[0].undone_at, clock_.Now());
}

TEST_F(PeopleMergesTest, AFormFindsThePersonBeforeItIsSent) {
  const SubmitResult one = Take(Person(1));
  Take(Person(2));
  const int64_t position = Position();
  DuplicateQuery query;
  query.contact = domain::Contact{.given_name = "Given1", .family_name = "Family1", .email = " P1@ACME.ES "};
  const auto found = Find(query);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_FALSE(found->empty());
  EXPECT_EQ((*found)[0].name, ContactName(one.contact));
  EXPECT_EQ((*found)[0].verdict, domain::DuplicateVerdict::kMatch);
  EXPECT_EQ(Position(), position);
  query.region = "emea";
  EXPECT_EQ((*Find(query))[0].name, ContactName(one.contact));
  query.contact->email = "somebody@else.com";
  query.contact->given_name = "Some";
  query.contact->family_name = "Body";
  EXPECT_THAT(*Find(query), IsEmpty());
}

TEST_F(PeopleMergesTest, AFormFindsTheCompanyAndThePersonThere) {
  const SubmitResult one = Take(Person(1));
  DuplicateQuery query;
  query.account = domain::Account{.name = "Acme Iberica", .domain = "www.acme.es", .country = "es"};
  const auto company = Find(query);
  ASSERT_TRUE(company.ok()) << company.status();
  ASSERT_THAT(*company, SizeIs(1));
  EXPECT_EQ((*company)[0].name, AccountName(one.account));
  query.contact = domain::Contact{.given_name = "Given1", .family_name = "Family1"};
  const auto both = Find(query);
  ASSERT_TRUE(both.ok()) << both.status();
  ASSERT_THAT(*both, SizeIs(2));
  EXPECT_GE((*both)[0].pair.weight, (*both)[1].pair.weight);
  EXPECT_THAT(*Find(query, 1), SizeIs(1));
  // The same by the company that is stored.
  query.account.reset();
  query.contact->account_id = one.account.id;
  ASSERT_THAT(*Find(query), SizeIs(1));
  EXPECT_EQ((*Find(query))[0].name, ContactName(one.contact));
}

TEST_F(PeopleMergesTest, AFormIsCheckedAsAnEnquiryIs) {
  EXPECT_THAT(FieldsAtFault(Find({}).status()), ElementsAre("contact"));
  DuplicateQuery query;
  query.contact = domain::Contact{.email = "nobody", .country = "Spanien"};
  query.account = domain::Account{};
  query.region = "emeaa";
  EXPECT_THAT(FieldsAtFault(Find(query).status()),
              ElementsAre("region", "account", "contact.country", "contact.email"));
  query = {};
  query.contact = domain::Contact{.account_id = "none", .given_name = "Ana"};
  EXPECT_THAT(FieldsAtFault(Find(query).status()), ElementsAre("contact.account"));
}

}  // namespace
}  // namespace leadline::engine
