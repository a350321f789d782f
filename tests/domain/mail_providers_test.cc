#include "domain/mail_providers.h"

#include <gtest/gtest.h>

namespace leadline::domain {
namespace {

TEST(MailProvidersTest, DomainsAndFamilies) {
  const MailProviders providers = BuiltInMailProviders();
  for (std::string_view domain : {"gmail.com", "GMAIL.com", "yahoo.com.br", "hotmail.es", "outlook.de", "web.de",
                                  "gmx.net", "uol.com.br", "qq.com", "proton.me", "icloud.com", "orange.fr"}) {
    EXPECT_TRUE(providers.IsPublic(domain)) << domain;
  }
  for (std::string_view domain : {"", "acme.com", "mygmail.com", "gmail-partners.com", "telefonica.com"}) {
    EXPECT_FALSE(providers.IsPublic(domain)) << domain;
  }
}

TEST(MailProvidersTest, NoneByDefault) { EXPECT_FALSE(MailProviders().IsPublic("gmail.com")); }

}  // namespace
}  // namespace leadline::domain
