// Which company an enquiry is of, when what it says of the company is little, by the packs that ship.
#include <gmock/gmock.h>

#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

class KnownCompanyTest : public PeopleTest {
 protected:
  // Nothing but an address.
  static Enquiry MailOnly(std::string email) {
    Enquiry e;
    e.contact.email = std::move(email);
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  static Enquiry Of(const std::string& company, const std::string& email, const std::string& country = "DE") {
    Enquiry e = MailOnly(email);
    e.account.name = company;
    e.account.country = country;
    e.contact.given_name = "Otto";
    e.contact.family_name = "Vogt";
    return e;
  }
};

TEST_F(KnownCompanyTest, OfAMailAddressAlone) {
  const SubmitResult known = Take(Of("Klein Maschinenbau GmbH", "otto.vogt@klein.de"));
  const SubmitResult next = Take(MailOnly("anna@klein.de"));
  EXPECT_EQ(next.account.id, known.account.id);
  EXPECT_FALSE(next.account_created);
  EXPECT_TRUE(next.contact_created);
  EXPECT_EQ(next.account.name, "Klein Maschinenbau GmbH");
  EXPECT_EQ(Take(MailOnly("info@klein.de")).account.id, known.account.id);
  EXPECT_EQ(Take(MailOnly("bernd@mail.berlin.klein.de")).account.id, known.account.id) << "a subdomain is its own";
  Enquiry abroad = MailOnly("carmen@klein.de");
  abroad.contact.country = "ES";
  EXPECT_EQ(Take(abroad).account.id, known.account.id) << "where a person sits says little of the company";
}

TEST_F(KnownCompanyTest, ANamelessOneIsTheSameAndGetsItsName) {
  const SubmitResult first = Take(MailOnly("anna@klein.de"));
  EXPECT_TRUE(first.account_created);
  EXPECT_EQ(Take(MailOnly("bernd@klein.de")).account.id, first.account.id);
  const SubmitResult named = Take(Of("Klein Maschinenbau GmbH", "otto.vogt@klein.de"));
  EXPECT_EQ(named.account.id, first.account.id);
  EXPECT_EQ(named.account.name, "Klein Maschinenbau GmbH");
}

TEST_F(KnownCompanyTest, ADifferingNameSpeaksAgainstIt) {
  const SubmitResult known = Take(Of("Klein Maschinenbau GmbH", "otto.vogt@klein.de"));
  Enquiry other = Of("Hansa Logistik AG", "eva@klein.de");
  other.contact.given_name = "Eva";
  other.contact.family_name = "Roth";
  const SubmitResult second = Take(other);
  EXPECT_NE(second.account.id, known.account.id) << "a holding with two brands on one domain";
  // Of the two the one that is known for longer.
  clock_.Advance(kHour);
  const SubmitResult third = Take(MailOnly("carl@klein.de"));
  EXPECT_FALSE(third.account_created) << "no third one without a name";
  EXPECT_EQ(third.account.id, known.account.id);
  EXPECT_EQ(Take(Of("Hansa Logistik", "frida@klein.de")).account.id, second.account.id) << "by its name";
}

TEST_F(KnownCompanyTest, ADomainOfManyIsNobodysOwn) {
  int accounts = 0;
  for (int i = 0; i < 40; ++i) {
    // Names that have little in common.
    const auto word = [i](int step) {
      std::string text;
      for (int k = 0; k < 6; ++k) text += static_cast<char>('a' + (i * step + k * (i % 11 + 3)) % 26);
      return text;
    };
    Enquiry e = Of(word(7), fmt::format("shop{}@mall.example", i));
    e.contact.given_name = word(3);
    e.contact.family_name = word(5);
    if (Take(e).account_created) ++accounts;
  }
  EXPECT_GT(accounts, 30);
  EXPECT_TRUE(Take(MailOnly("new@mall.example")).account_created);
}

TEST_F(KnownCompanyTest, FreeMailIsOfNoCompany) {
  Take(Of("Klein Maschinenbau GmbH", "otto.vogt@gmail.com"));
  EXPECT_EQ(Take(MailOnly("anna@gmail.com")).account.id, "");
  EXPECT_EQ(Take(MailOnly("anna@mail.web.de")).account.id, "");
}

}  // namespace
}  // namespace leadline::engine
