// Providers of free mail: the shipped table, and what a region's own list changes and what it cannot.
#include "domain/mail_providers.h"

#include <gtest/gtest.h>

#include "base/ids.h"
#include "domain/matching.h"
#include "fmt/format.h"
#include "packs/accept.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

// The small packs, with the fields that these tests are about.
PackSet BaseWithMail() {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& schema = central.files["schema.yaml"];
  const std::string contact = "  contact:\n";
  schema.insert(schema.find(contact) + contact.size(),
                "    email: {type: string}\n    has_public_mail: {type: bool}\n");
  set.Put(central);
  return set;
}

const std::string kList = "# Ours.\ndomains: [correo.es]\nfamilies: [buzon]\n";

PackSet WithRegionList(PackSet set, const std::string& region, const std::string& text) {
  PackFiles pack = *set.Find(region);
  pack.files["mail_providers.yaml"] = text;
  set.Put(pack);
  return set;
}

PackSet WithAccepted(PackSet set, const std::string& region, const std::string& text) {
  PackFiles central = *set.Find("central");
  central.files["pack.yaml"] = WithAcceptance(central.files["pack.yaml"], region, "mail_providers", Sha256Hex(text));
  set.Put(central);
  return set;
}

PackSet WithRegion(PackSet set, const std::string& region) {
  set.Put({region, {{"pack.yaml", fmt::format("pack: {0}\nextends: central\nversion: 1.0.0\nowner: {0}\n", region)}}});
  return set;
}

std::string Warnings(const LoadResult& result) { return FormatDiagnostics(WithoutPins(result.diagnostics)); }

// What contact.has_public_mail is for the region's leads: "true", "false" or "null".
std::string PublicMail(const RuleSet& rules, const std::string& region, const std::string& email) {
  domain::Contact contact;
  contact.email = email;
  Evaluation evaluation(rules);
  evaluation.Bind(rules.ForRegion(region), {nullptr, &contact, nullptr, {}, kNow});
  return cel::ToDisplayString(evaluation.Field(rules.FieldSlot("contact.has_public_mail")));
}

TEST(ShippedMailProviders, AreThoseThatStoodInTheCode) {
  const domain::MailProviders& table = Rules().ForRegion("").matching.identity->mail_providers;
  EXPECT_GE(table.families(), 21u);
  EXPECT_GE(table.domains(), 192u);
  for (const char* family :
       {"yahoo",       "hotmail", "outlook",    "live",       "gmx",        "ymail",  "rocketmail",
        "windowslive", "msn",     "googlemail", "gmail",      "protonmail", "yandex", "zoho",
        "aol",         "icloud",  "tutanota",   "mailinator", "freenet",    "libero", "virgilio"}) {
    EXPECT_TRUE(table.HasFamily(family)) << family;
  }
  // The first and the last of each group.
  for (const char* domain : {"me.com",         "keemail.me",     "mail.ru",           "bigmir.net",
                             "web.de",         "chello.at",      "orange.fr",         "club-internet.fr",
                             "tiscali.it",     "iol.it",         "terra.es",          "iol.pt",
                             "uol.com.br",     "zipmail.com.br", "prodigy.net.mx",    "adinet.com.uy",
                             "wp.pl",          "vp.pl",          "seznam.cz",         "mail.bg",
                             "telenet.be",     "upcmail.nl",     "online.no",         "luukku.com",
                             "btinternet.com", "eircom.net",     "comcast.net",       "videotron.ca",
                             "bigpond.com",    "xtra.co.nz",     "rediffmail.com",    "sify.com",
                             "qq.com",         "aliyun.com",     "naver.com",         "ocn.ne.jp",
                             "mynet.com",      "webmail.co.za",  "guerrillamail.com", "temp-mail.org"}) {
    EXPECT_TRUE(table.HasDomain(domain)) << domain;
  }
  for (const char* host : {"acme.com", "telefonica.com", "gmail-partners.com", "gmail.acme.com"}) {
    EXPECT_FALSE(table.IsPublic(host)) << host;
  }
}

TEST(CentralMailProviders, ALineOfYamlMakesAProviderForScoringAndMatching) {
  PackSet set = BaseWithMail();
  domain::Account account;
  account.domain = "correo.es";
  const auto keys = [&account](const RuleSet& rules) {
    return domain::AccountKeys(rules.ForRegion("").matching, account);
  };
  const LoadResult before = LoadRuleSet(set);
  ASSERT_NE(before.rules, nullptr) << Warnings(before);
  EXPECT_EQ(PublicMail(*before.rules, "", "ana@correo.es"), "false");
  EXPECT_EQ(keys(*before.rules), std::vector<std::string>{"domain:correo.es"});
  PackFiles central = *set.Find("central");
  central.files["mail_providers.yaml"] += "  - correo.es\n";
  set.Put(central);
  const LoadResult after = LoadRuleSet(set);
  ASSERT_NE(after.rules, nullptr) << Warnings(after);
  for (const std::string region : {"", "emea"}) {
    EXPECT_EQ(PublicMail(*after.rules, region, "ana@correo.es"), "true");
    EXPECT_EQ(PublicMail(*after.rules, region, "ana@web.de"), "true");
    EXPECT_EQ(PublicMail(*after.rules, region, "ana@acme.es"), "false");
    EXPECT_EQ(PublicMail(*after.rules, region, ""), "null");
  }
  EXPECT_EQ(keys(*after.rules), std::vector<std::string>());
}

TEST(RegionalMailProviders, AListThatIsNotAcceptedDoesNotCountAndSaysSo) {
  const LoadResult result = LoadRuleSet(WithRegionList(BaseWithMail(), "emea", kList));
  ASSERT_NE(result.rules, nullptr);
  for (const std::string region : {"", "emea"}) {
    EXPECT_EQ(PublicMail(*result.rules, region, "ana@correo.es"), "false");
    EXPECT_EQ(PublicMail(*result.rules, region, "ana@buzon.com.mx"), "false");
  }
  const std::vector<Diagnostic> warnings = WithoutPins(result.diagnostics);
  ASSERT_EQ(warnings.size(), 1u) << Warnings(result);
  EXPECT_EQ(warnings[0].code, "LL2311");
  EXPECT_EQ(warnings[0].severity, Severity::kWarning);
  EXPECT_EQ(warnings[0].layer, "emea");
  EXPECT_TRUE(warnings[0].position.file.ends_with("regions/emea/mail_providers.yaml"));
  EXPECT_EQ(warnings[0].position.line, 2);
  EXPECT_NE(warnings[0].hint.find(fmt::format("{{pack: emea, mail_providers: {}}}", Sha256Hex(kList))),
            std::string::npos)
      << warnings[0].hint;
}

TEST(RegionalMailProviders, AnAcceptedListCountsForItsRegionAlone) {
  const PackSet set = WithRegion(WithAccepted(WithRegionList(BaseWithMail(), "emea", kList), "emea", kList), "latam");
  const LoadResult result = LoadRuleSet(set);
  ASSERT_NE(result.rules, nullptr) << Warnings(result);
  EXPECT_EQ(Warnings(result), "");
  for (const char* email : {"ana@correo.es", "ana@buzon.com.mx", "ana@mail.correo.es"}) {
    EXPECT_EQ(PublicMail(*result.rules, "emea", email), "true") << email;
    EXPECT_EQ(PublicMail(*result.rules, "latam", email), "false") << email;
    EXPECT_EQ(PublicMail(*result.rules, "", email), "false") << email;
    EXPECT_EQ(PublicMail(*result.rules, "apac", email), "false") << email;
  }
  // What the centre knows stays known.
  for (const std::string region : {"", "apac", "emea", "latam", "north_america"}) {
    EXPECT_EQ(PublicMail(*result.rules, region, "ana@gmail.com"), "true");
  }
}

TEST(RegionalMailProviders, MatchingNeverGoesByARegionsList) {
  const LoadResult result = LoadRuleSet(WithAccepted(WithRegionList(BaseWithMail(), "emea", kList), "emea", kList));
  ASSERT_NE(result.rules, nullptr) << Warnings(result);
  domain::Account account;
  account.domain = "correo.es";
  const domain::MatchPolicy& centre = result.rules->ForRegion("").matching;
  const domain::MatchPolicy& region = result.rules->ForRegion("emea").matching;
  EXPECT_EQ(domain::AccountKeys(region, account), std::vector<std::string>{"domain:correo.es"});
  EXPECT_EQ(region.identity, centre.identity);
  EXPECT_FALSE(region.identity->mail_providers.IsPublic("correo.es"));
}

TEST(RegionalMailProviders, AChangedListMustBeAcceptedAnew) {
  const std::string changed = kList + "# and one more thought\n";
  const LoadResult result = LoadRuleSet(WithAccepted(WithRegionList(BaseWithMail(), "emea", changed), "emea", kList));
  ASSERT_NE(result.rules, nullptr);
  EXPECT_EQ(PublicMail(*result.rules, "emea", "ana@correo.es"), "false");
  const std::vector<Diagnostic> warnings = WithoutPins(result.diagnostics);
  ASSERT_EQ(warnings.size(), 1u) << Warnings(result);
  EXPECT_EQ(warnings[0].code, "LL2311");
  EXPECT_TRUE(warnings[0].related.file.ends_with("central/pack.yaml"));
  EXPECT_NE(warnings[0].hint.find(Sha256Hex(changed)), std::string::npos);
}

TEST(RegionalMailProviders, AcceptingOneRegionsListAcceptsNoOthers) {
  PackSet set = WithRegion(WithRegionList(BaseWithMail(), "emea", kList), "latam");
  set = WithAccepted(WithRegionList(set, "latam", kList), "latam", kList);
  const LoadResult result = LoadRuleSet(set);
  ASSERT_NE(result.rules, nullptr) << Warnings(result);
  EXPECT_EQ(PublicMail(*result.rules, "latam", "ana@correo.es"), "true");
  EXPECT_EQ(PublicMail(*result.rules, "emea", "ana@correo.es"), "false");
}

TEST(RegionalMailProviders, AnAcceptedListThatIsGoneNoLongerCounts) {
  const LoadResult result = LoadRuleSet(WithAccepted(BaseWithMail(), "emea", kList));
  ASSERT_NE(result.rules, nullptr) << Warnings(result);
  EXPECT_EQ(Warnings(result), "");
  EXPECT_EQ(PublicMail(*result.rules, "emea", "ana@correo.es"), "false");
}

TEST(MailProvidersFile, IsBounded) {
  const auto codes = [](const std::string& text) {
    PackSet set = BaseWithMail();
    PackFiles central = *set.Find("central");
    central.files["mail_providers.yaml"] = text;
    set.Put(central);
    std::string out;
    for (const Diagnostic& d : WithoutPins(LoadRuleSet(set).diagnostics)) {
      out += fmt::format("{}:{} ", d.code, d.position.line);
    }
    return out;
  };
  std::string domains = "domains:\n", families = "families:\n";
  for (int i = 0; i < 20'000; ++i) domains += fmt::format("- a{}.com\n", i);
  for (int i = 0; i < 500; ++i) families += fmt::format("- b{}\n", i);
  EXPECT_EQ(codes(domains + families), "");
  EXPECT_EQ(codes(families + "- one\n"), "LL1105:502 ");
  EXPECT_EQ(codes(domains + "- one.com\n"), "LL1105:20002 ");
  EXPECT_EQ(codes("domains: [" + std::string(60, 'a') + ".com]\n"), "");
  EXPECT_EQ(codes("domains: [" + std::string(64, 'a') + ".com]\n"), "LL2901:1 ");
  EXPECT_EQ(codes("families: [" + std::string(64, 'a') + "]\n"), "LL2903:1 ");
  EXPECT_EQ(codes("domains: [" + std::string(100'000, 'a') + "]\n"), "LL2901:1 ");
}

}  // namespace
}  // namespace leadline::packs
