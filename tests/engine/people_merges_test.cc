// Merges as resources, and duplicates of what is not stored yet.
#include <gmock/gmock.h>

#include "base/status_macros.h"
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
  absl::StatusOr<MergePage> List(const std::string& survivor, const std::string& cursor = "", int limit = 1000) {
    return ListMerges(options_, {}, survivor, cursor, limit);
  }
  static std::vector<std::string> Ids(const MergePage& page) {
    std::vector<std::string> ids;
    for (const domain::MergeRecord& merge : page.merges) ids.push_back(merge.id);
    return ids;
  }
  absl::StatusOr<std::vector<DuplicateCandidate>> Find(DuplicateQuery query, int most = 10) {
    return FindDuplicates(options_, {}, std::move(query), most);
  }
};

TEST_F(PeopleMergesTest, AnUndoneMergeTellsWhenAndIsListedNoMore) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2)), three = Take(Person(3));
  const std::string name = ContactName(one.contact);
  EXPECT_THAT(List(name)->merges, IsEmpty());
  const auto first = Merge(name, ContactName(two.contact));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(List(name)->merges, SizeIs(1));
  clock_.Advance(kHour);
  ASSERT_TRUE(Unmerge(first->merge_id).ok());
  const Time undone = clock_.Now();
  clock_.Advance(kHour);
  const auto second = Merge(name, ContactName(three.contact));
  ASSERT_TRUE(second.ok()) << second.status();
  const auto listed = List(name);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_THAT(listed->merges, SizeIs(1));
  EXPECT_EQ(listed->merges[0].absorbed_id, three.contact.id);
  EXPECT_FALSE(listed->scan_limit_reached);
  EXPECT_EQ(listed->next, "");

  const auto got = GetMerge(options_, {}, first->merge_id);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->merge.absorbed_id, two.contact.id);
  EXPECT_TRUE(got->merge.undone);
  EXPECT_EQ(got->undone_at, undone);
  EXPECT_EQ(GetMerge(options_, {}, second->merge_id)->undone_at, 0);
  EXPECT_EQ(GetMerge(options_, {}, second->merge_id)->merge, listed->merges[0]);
  EXPECT_EQ(listed->merges[0].reason, "same");
  EXPECT_THAT(List(ContactName(three.contact))->merges, IsEmpty()) << "it is the absorbed one of its merge";
}

TEST_F(PeopleMergesTest, PagesLeadThroughAllThatStand) {
  const SubmitResult one = Take(Person(1));
  const std::string name = ContactName(one.contact);
  std::vector<std::string> merges;
  for (int i = 2; i <= 6; ++i) {
    const auto merged = Merge(name, ContactName(Take(Person(i)).contact));
    ASSERT_TRUE(merged.ok()) << merged.status();
    merges.push_back(merged->merge_id);
    if (i % 2 == 0) clock_.Advance(kHour);  // some are of one moment
  }
  // The last one can be undone; it is the end of the list that has none after it.
  ASSERT_TRUE(Unmerge(merges.back()).ok());
  merges.pop_back();
  std::vector<std::string> whole = Ids(*List(name));
  EXPECT_THAT(whole, testing::UnorderedElementsAreArray(merges));
  for (const int size : {1, 2, 3, 4}) {
    std::vector<std::string> paged;
    std::string cursor;
    do {
      const auto page = List(name, cursor, size);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_LE(page->merges.size(), static_cast<size_t>(size));
      ASSERT_FALSE(page->merges.empty()) << "an undone one is no reason for a page of its own";
      for (const std::string& id : Ids(*page)) paged.push_back(id);
      cursor = page->next;
    } while (!cursor.empty());
    EXPECT_EQ(paged, whole) << size;
  }
  // A page ends before what does not fit, but never without any.
  const auto small = ListMerges(options_, {}, name, "", 10, [](const domain::MergeRecord&) { return false; });
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_THAT(Ids(*small), ElementsAre(whole[0]));
  EXPECT_EQ(Ids(*List(name, small->next))[0], whole[1]);
}

TEST_F(PeopleMergesTest, APageEndsWhenManyWereUndone) {
  // Of another tenant, whose ledger nobody compares.
  CallContext other;
  other.tenant = "other";
  const auto written = Wait<bool>([&](Done<bool> done) {
    const auto write = [](store::Transaction& tx) -> absl::Status {
      domain::Account account{.id = "a1", .name = "Acme"};
      RETURN_IF_ERROR(tx.Put(account));
      for (int i = 0; i < kMostMergesLookedAt + 2; ++i) {
        const domain::MergeRecord merge{.id = fmt::format("m{:06}", i),
                                        .kind = domain::RecordKind::kAccount,
                                        .survivor_id = "a1",
                                        .absorbed_id = "a2",
                                        .time = 1 + i / 3,
                                        .undone = i < kMostMergesLookedAt};
        RETURN_IF_ERROR(tx.Put(merge));
      }
      return absl::OkStatus();
    };
    store_->Write(other.tenant, write, [done = std::move(done)](const absl::Status& status) mutable {
      if (status.ok()) return done(true);
      done(status);
    });
  });
  ASSERT_TRUE(written.ok()) << written.status();
  const auto first = ListMerges(options_, other, "accounts/a1", "", 10);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->merges, IsEmpty());
  EXPECT_TRUE(first->scan_limit_reached);
  const auto second = ListMerges(options_, other, "accounts/a1", first->next, 10);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_THAT(second->merges, SizeIs(2));
  EXPECT_FALSE(second->scan_limit_reached);
  EXPECT_EQ(second->next, "");
}

TEST_F(PeopleMergesTest, WhatIsNotThereIsSaid) {
  EXPECT_TRUE(absl::IsNotFound(GetMerge(options_, {}, "none").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(GetMerge(options_, {}, "").status()));
  EXPECT_TRUE(absl::IsNotFound(List("contacts/none").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(List("reps/none").status()));
  const std::string name = ContactName(Take(Person(1)).contact);
  EXPECT_THAT(FieldsAtFault(List(name, "", 0).status()), ElementsAre("page_size"));
  EXPECT_THAT(FieldsAtFault(List(name, "", kMostMergesInPage + 1).status()), ElementsAre("page_size"));
  for (const char* cursor : {"5", ":m1", "5:", "05:m1", "x:m1", "5:No Id", "99999999999999999999:m1"}) {
    EXPECT_THAT(FieldsAtFault(List(name, cursor).status()), ElementsAre("page_token")) << cursor;
  }
}

TEST_F(PeopleMergesTest, LeadsAndAccountsHaveTheirsToo) {
  const SubmitResult one = Take(Person(1)), two = Take(Person(2));
  const auto merged = Merge(LeadName(one.lead), LeadName(two.lead));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(Ids(*List(LeadName(one.lead))), ElementsAre(merged->merge_id));
  ASSERT_TRUE(Unmerge(merged->merge_id).ok());
  EXPECT_EQ(GetMerge(options_, {}, merged->merge_id)->undone_at, clock_.Now());
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
