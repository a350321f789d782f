#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MatchPolicy EveryKey() {
  MatchPolicy policy;
  policy.contact_keys = {BlockingKey::kEmail,         BlockingKey::kPhone,          BlockingKey::kEmailLocalPart,
                         BlockingKey::kNameAndDomain, BlockingKey::kNameAndAccount, BlockingKey::kFullName};
  policy.account_keys = {BlockingKey::kAccountDomain, BlockingKey::kAccountName};
  policy.identity =
      std::make_shared<IdentityTables>(IdentityTables{.mail_providers = MailProviders({"web.de"}, {"gmail", "yahoo"})});
  return policy;
}

Contact Ana() {
  return {.given_name = "Ana",
          .family_name = "García",
          .email = "Ana.Garcia@mail.acme.es",
          .phone = "912 345 678",
          .country = "ES"};
}

TEST(ContactKeysTest, EveryKindInPolicyOrder) {
  Account acme{.name = "Acme Software S.L.", .domain = "acme.es"};
  EXPECT_THAT(ContactKeys(EveryKey(), Ana(), &acme),
              ElementsAre("email:ana.garcia@mail.acme.es", "phone:+34912345678", "local:ana.garcia@ma",
                          "name_domain:garcia|a|acme.es", "name_account:krs n|acme", "full_name:ana garcia"));
}

TEST(ContactKeysTest, WithoutAnAccountTheAddressGivesTheDomain) {
  EXPECT_THAT(ContactKeys(EveryKey(), Ana(), nullptr),
              ElementsAre("email:ana.garcia@mail.acme.es", "phone:+34912345678", "local:ana.garcia@ma",
                          "name_domain:garcia|a|acme.es", "full_name:ana garcia"));
}

TEST(ContactKeysTest, PublicMailSaysNothingAboutTheCompany) {
  Contact ana = Ana();
  ana.email = "ana.garcia@gmail.com";
  ana.phone = "";
  EXPECT_THAT(ContactKeys(EveryKey(), ana, nullptr),
              ElementsAre("email:ana.garcia@gmail.com", "local:ana.garcia@gm", "full_name:ana garcia"));
}

TEST(ContactKeysTest, WhatIsUnknownGivesNoKey) {
  EXPECT_THAT(ContactKeys(EveryKey(), Contact{}, nullptr), IsEmpty());
  Contact broken{.given_name = "Ana", .email = "not an address", .phone = "n/a"};
  EXPECT_THAT(ContactKeys(EveryKey(), broken, nullptr), IsEmpty());
  EXPECT_THAT(ContactKeys(MatchPolicy{}, Ana(), nullptr), IsEmpty());
}

TEST(ContactKeysTest, OldAndNewFormOfANumberAreOneKey) {
  MatchPolicy policy;
  policy.contact_keys = {BlockingKey::kPhone};
  auto tables = std::make_shared<IdentityTables>();
  tables->phones.Add({229, *PhoneForm::Parse("x{8}"), *PhoneForm::Parse("01x{8}")});
  policy.identity = tables;
  for (const char* phone : {"+22997123456", "+229 01 97 12 34 56"}) {
    EXPECT_THAT(ContactKeys(policy, {.phone = phone}, nullptr), ElementsAre("phone:+2290197123456")) << phone;
  }
}

TEST(ContactKeysTest, TheNamesOrderAndWritingDoNotMatter) {
  MatchPolicy policy;
  policy.contact_keys = {BlockingKey::kFullName};
  Contact turned{.given_name = "GARCIA", .family_name = "ana"};
  EXPECT_EQ(ContactKeys(policy, Ana(), nullptr), ContactKeys(policy, turned, nullptr));
}

TEST(ContactKeysTest, EachOnce) {
  MatchPolicy policy;
  policy.contact_keys = {BlockingKey::kEmail, BlockingKey::kEmail};
  EXPECT_EQ(ContactKeys(policy, Ana(), nullptr).size(), 1U);
}

TEST(AccountKeysTest, DomainAndName) {
  EXPECT_THAT(AccountKeys(EveryKey(), {.name = "Acme Software, S.L.", .domain = "www.acme.es"}),
              ElementsAre("domain:acme.es", "company:acme software"));
  EXPECT_THAT(AccountKeys(EveryKey(), {.name = "Acme", .domain = "gmail.com"}), ElementsAre("company:acme"));
  EXPECT_THAT(AccountKeys(EveryKey(), {}), IsEmpty());
}

}  // namespace
}  // namespace leadline::domain
