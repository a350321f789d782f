// Companies read and corrected.
#include <gmock/gmock.h>

#include "base/executor.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PeopleAccountsTest : public PeopleTest {
 protected:
  // Person `number` of the company; three things are known of it.
  static Enquiry Visitor(int number, const std::string& name = "Stale GmbH", const std::string& domain = "stale.de") {
    Enquiry e;
    e.account.name = name;
    e.account.domain = domain;
    e.account.country = "DE";
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("p{}@{}", number, domain);
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  static domain::Account Of(const SubmitResult& taken) {
    domain::Account account;
    account.id = taken.account.id;
    return account;
  }
  domain::Account Stored(const domain::Account& of) { return *GetAccount(options_, {}, AccountName(of)); }
  using PeopleTest::Stored;
};

TEST_F(PeopleAccountsTest, AMergedNameGivesTheSurvivor) {
  const SubmitResult one = Take(Visitor(1));
  const SubmitResult two = Take(Visitor(2, "Quite Another AG", "another.ch"));
  ASSERT_NE(one.account.id, two.account.id);
  EXPECT_EQ(Stored(one.account).name, "Stale GmbH");
  ASSERT_TRUE(Merge(AccountName(two.account), AccountName(one.account)).ok());
  EXPECT_EQ(Stored(one.account).id, two.account.id);
  EXPECT_TRUE(absl::IsNotFound(GetAccount(options_, {}, "accounts/none").status()));
}

TEST_F(PeopleAccountsTest, ItsIndustryCountsForAllItsLeads) {
  const SubmitResult one = Take(Visitor(1));
  const SubmitResult two = Take(Visitor(2));
  ASSERT_EQ(one.account.id, two.account.id);
  domain::Account to = Of(one);
  to.industry = "manufacturing";
  const auto corrected = Correct(to, {"industry"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_THAT(LastChanges(AccountName(one.account)), ElementsAre("industry:  > manufacturing"));
  FollowAll();
  EXPECT_EQ(Stored(one.lead).score.total, one.lead.score.total + 12);
  EXPECT_EQ(Stored(two.lead).score.total, two.lead.score.total + 12);
  to.industry = "government";
  ASSERT_TRUE(Correct(to, {}).ok());
  FollowAll();
  EXPECT_LT(Stored(one.lead).score.total, one.lead.score.total);
}

TEST_F(PeopleAccountsTest, EveryFieldCanBeCorrected) {
  const SubmitResult one = Take(Visitor(1));
  domain::Account to = Of(one);
  to.name = "Fresh AG";
  to.domain = "https://www.fresh.ch/about";
  to.country = "ch";
  to.region = "emea";
  to.industry = "software";
  to.employees = 250;
  to.owner = "emea-anna-weber";
  to.attributes["technologies"] = std::vector<std::string>{"sap"};
  const auto corrected = Correct(to, {});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  const domain::Account stored = Stored(one.account);
  EXPECT_EQ(stored.name, "Fresh AG");
  EXPECT_EQ(stored.domain, "fresh.ch");
  EXPECT_EQ(stored.country, "CH");
  EXPECT_EQ(stored.region, "emea");
  EXPECT_EQ(stored.industry, "software");
  EXPECT_EQ(stored.employees, 250);
  EXPECT_EQ(stored.owner, "emea-anna-weber");
  EXPECT_EQ(stored.attributes.size(), 1u);
  EXPECT_EQ(stored, corrected->account);
  const int64_t position = Position();
  ASSERT_TRUE(Correct(to, {}).ok());
  EXPECT_EQ(Position(), position) << "the same values once more write nothing";
  to = Of(one);
  to.name = "Fresh AG";
  const auto emptied = Correct(to, {"*"});
  ASSERT_TRUE(emptied.ok()) << emptied.status();
  EXPECT_EQ(emptied->account.owner, "");
  EXPECT_EQ(emptied->account.employees, 0);
  EXPECT_THAT(emptied->account.attributes, IsEmpty());
}

TEST_F(PeopleAccountsTest, WhatIsWrongIsRefusedWholeAndChangesNothing) {
  const SubmitResult one = Take(Visitor(1));
  const int64_t position = Position();
  domain::Account to = Of(one);
  to.name = std::string(257, 'n');
  to.domain = "not a domain";
  to.country = "Deutschland";
  to.region = "emeaa";
  to.employees = -1;
  to.owner = "emea-anna-webber";
  const auto refused = Correct(to, {});
  EXPECT_THAT(FieldsAtFault(refused.status()),
              ElementsAre("account.display_name", "account.country", "account.region", "account.domain",
                          "account.employee_count", "account.owner"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("did you mean \"emea-anna-weber\"?"));
  EXPECT_THAT(FieldsAtFault(Correct(Of(one), {"*"}).status()), ElementsAre("account"));
  EXPECT_THAT(FieldsAtFault(Correct(to, {"score"}).status()), ElementsAre("update_mask.paths[0]"));
  EXPECT_TRUE(absl::IsNotFound(Correct(domain::Account{.id = "none"}, {"owner"}).status()));
  EXPECT_EQ(Position(), position);
}

TEST_F(PeopleAccountsTest, ItIsFoundByItsRightNameAndToldWhomItIsLike) {
  const SubmitResult wrong = Take(Visitor(1, "Stael Werke GmbH", "stael-werke.de"));
  const SubmitResult known = Take(Visitor(2, "Stahlbau Nord GmbH", "stahlbau-nord.de"));
  ASSERT_NE(wrong.account.id, known.account.id);
  domain::Account to = Of(wrong);
  to.name = "Stahlbau Nord GmbH";
  to.domain = "stahlbau-nord.de";
  const auto corrected = Correct(to, {});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  ASSERT_THAT(corrected->duplicates, SizeIs(1));
  EXPECT_EQ(corrected->duplicates[0].name, AccountName(known.account));
  to.name = "Fresh Werke AG";
  to.domain = "fresh-werke.de";
  ASSERT_TRUE(Correct(to, {}).ok());
  const SubmitResult next = Take(Visitor(3, "Fresh Werke AG", "fresh-werke.de"));
  EXPECT_FALSE(next.account_created);
  EXPECT_EQ(next.account.id, wrong.account.id);
}

TEST_F(PeopleAccountsTest, ItsPeopleAreFoundByItsRightName) {
  Enquiry e = Visitor(1);
  e.contact.email = "";
  e.account.domain = "";
  const SubmitResult one = Take(e);
  domain::Account to = Of(one);
  to.name = "Fresh Werke";
  ASSERT_TRUE(Correct(to, {"display_name"}).ok());
  std::vector<std::string> keys;
  const absl::Status read = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
    const domain::MatchPolicy& policy = BuildOnce()->rules->ForRegion("").matching;
    const domain::Account renamed = *reader.GetAccount(one.account.id);
    for (const std::string& key : ContactKeys(policy, one.contact, &renamed)) {
      const auto found = reader.RecordsOfKey(domain::RecordKind::kContact, key);
      if (!found.ok() || *found != std::vector<std::string>{one.contact.id}) keys.push_back(key);
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(read.ok()) << read;
  EXPECT_THAT(keys, IsEmpty()) << "keys under which the person does not stand";
}

TEST_F(PeopleAccountsTest, AnEtagGuardsTheChangeAlsoOfTwoAtOnce) {
  Executor deciders(4, 4096);
  UseOptions(&deciders);
  const SubmitResult one = Take(Visitor(1));
  std::vector<std::future<absl::StatusOr<AccountUpdated>>> answers;
  domain::Account to = Stored(one.account);
  for (int i = 1; i <= 4; ++i) {
    to.employees = i;
    auto promise = std::make_shared<std::promise<absl::StatusOr<AccountUpdated>>>();
    UpdateAccount(options_, {}, {to, {"employee_count"}},
                  [promise](absl::StatusOr<AccountUpdated> result) { promise->set_value(std::move(result)); });
    answers.push_back(promise->get_future());
  }
  int won = 0;
  for (auto& answer : answers) {
    const auto result = answer.get();
    won += result.ok() ? 1 : 0;
    EXPECT_TRUE(result.ok() || ReasonOf(result.status()) == "ETAG_MISMATCH") << result.status();
  }
  EXPECT_EQ(won, 1);
  deciders.Stop();
}

TEST_F(PeopleAccountsTest, ValidateOnlyStoresNothingAndARequestActsOnce) {
  const SubmitResult one = Take(Visitor(1));
  const int64_t position = Position();
  domain::Account to = Of(one);
  to.industry = "software";
  const auto tried = Correct(to, {"industry"}, {}, /*validate_only=*/true);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->account.industry, "software");
  EXPECT_EQ(Position(), position);
  CallContext call;
  call.request_id = "fix-1";
  call.fingerprint = "a";
  ASSERT_TRUE(Correct(to, {"industry"}, call).ok());
  EXPECT_TRUE(Correct(to, {"industry"}, call)->replayed);
  call.fingerprint = "b";
  EXPECT_EQ(ReasonOf(Correct(to, {"industry"}, call).status()), "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace leadline::engine
