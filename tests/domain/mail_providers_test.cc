#include "domain/mail_providers.h"

#include <gtest/gtest.h>

#include <random>

namespace leadline::domain {
namespace {

MailProviders Table() {
  return MailProviders({"web.de", "163.com", "uol.com.br", "xn--bcher-kva.de"}, {"yahoo", "gmail", "live", "co"});
}

void ExpectPublic(const MailProviders& table, bool is_public, std::initializer_list<std::string_view> hosts) {
  for (const std::string_view host : hosts) EXPECT_EQ(table.IsPublic(host), is_public) << host;
}

TEST(MailProviders, KnowsDomainsAndFamilies) {
  ExpectPublic(
      Table(), true,
      {"web.de", "163.com", "uol.com.br", "gmail.com", "yahoo.com", "yahoo.de", "yahoo.co.jp", "yahoo.com.br"});
  ExpectPublic(Table(), false,
               {"acme.com", "web.com", "uol.com", "mygmail.com", "gmail-partners.com", "web.de.acme.com"});
}

TEST(MailProviders, HostsBelowAProvidersDomainAreItsOwn) {
  ExpectPublic(Table(), true, {"vip.163.com", "mail.web.de", "a.b.c.uol.com.br", "uk.yahoo.com", "mail.yahoo.co.jp"});
}

TEST(MailProviders, AFamilyIsTheNameRightBeforeARegistrysSuffix) {
  // A name that a company gave to a host of its own, and a page of somebody at a host of pages.
  ExpectPublic(Table(), false, {"gmail.acme.com", "yahoo.acme.co.uk", "mail.gmail.acme.com", "gmail.github.io"});
  // "co" is a name before "uk", but nobody's: it would make every company of the country a provider.
  ExpectPublic(Table(), false, {"acme.co.uk", "mail.acme.co.uk", "acme.co.jp"});
  ExpectPublic(Table(), true, {"live.com", "live.co.uk"});
  ExpectPublic(Table(), false, {"acme.live", "www.acme.live"});  // .live is a suffix too
}

TEST(MailProviders, ReadsOtherLettersAndScripts) {
  ExpectPublic(Table(), true,
               {"GMAIL.com", "Web.DE", " web.de ", "bücher.de", "BÜCHER.de", "xn--bcher-kva.de", "post.bücher.de",
                "gmail.みんな"});
  ExpectPublic(Table(), false,
               {"", ".", "..", "de", "gmail", "gmail.", ".com", "gmail..com", "büch.de", "gmail.com/x", "http://web.de",
                "ana@web.de", "\xff.de"});
}

TEST(MailProviders, TheEmptyTableKnowsNone) { ExpectPublic(MailProviders(), false, {"gmail.com", "web.de", ""}); }

TEST(MailProviders, WithAddsAndTakesNothingAway) {
  const MailProviders table = Table();
  const MailProviders both = table.With(MailProviders({"correo.es", "web.de"}, {"buzon"}));
  EXPECT_EQ(both.domains(), 5u);
  EXPECT_EQ(both.families(), 5u);
  ExpectPublic(both, true, {"web.de", "correo.es", "buzon.mx", "yahoo.it"});
  ExpectPublic(table, false, {"correo.es", "buzon.mx"});
}

TEST(MailProviders, SurvivesAnything) {
  const MailProviders table = Table();
  std::mt19937_64 random(5);
  const std::string_view bytes = "ab.-@Z \xC3\xA9";
  for (int i = 0; i < 20'000; ++i) {
    std::string host;
    for (uint64_t n = random() % 30; n > 0; --n) host += bytes[random() % bytes.size()];
    EXPECT_FALSE(table.IsPublic(host)) << host;
    table.IsPublic(host + ".gmail.com");
  }
  EXPECT_TRUE(table.IsPublic(std::string(100, 'a') + ".yahoo.co.uk"));
  EXPECT_FALSE(table.IsPublic("yahoo." + std::string(5000, 'a') + ".uk"));
}

}  // namespace
}  // namespace leadline::domain
