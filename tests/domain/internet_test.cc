#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

TEST(NormalizeEmailTest, LowerCaseAndTrimmed) {
  EXPECT_EQ(NormalizeEmail(" Ana.Silva@ACME.com "), "ana.silva@acme.com");
  EXPECT_EQ(NormalizeEmail("o'brien+news@mail.acme.co.uk"), "o'brien+news@mail.acme.co.uk");
  EXPECT_EQ(NormalizeEmail("JOSÉ@acme.com"), "josé@acme.com");
}

TEST(NormalizeEmailTest, OtherFormsAreEmpty) {
  for (std::string_view text : {"",
                                "ana",
                                "ana@",
                                "@acme.com",
                                "ana@acme",
                                "ana@@acme.com",
                                "ana silva@acme.com",
                                "ana@acme..com",
                                "ana@.acme.com",
                                "ana@acme.com.",
                                "ana@-acme.com",
                                ".ana@acme.com",
                                "ana.@acme.com",
                                "a..b@acme.com",
                                "ana@10.0.0.1",
                                "ana@ac me.com",
                                "ana@acme.com,luis@acme.com",
                                "<ana@acme.com>",
                                "n/a",
                                "none"}) {
    EXPECT_EQ(NormalizeEmail(text), "") << text;
  }
  EXPECT_EQ(NormalizeEmail(std::string(65, 'a') + "@acme.com"), "");
  EXPECT_EQ(NormalizeEmail("a@" + std::string(300, 'a') + ".com"), "");
}

TEST(RegistrableDomainTest, HostsUrlsAndAddresses) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"acme.com", "acme.com"},
      {"WWW.Acme.COM", "acme.com"},
      {"shop.eu.acme.co.uk", "acme.co.uk"},
      {"https://www.acme.com.br/contato?x=a@b.org#top", "acme.com.br"},
      {"http://user:secret@sub.acme.de:8080/x", "acme.de"},
      {"acme.com/about", "acme.com"},
      {"acme.com:443", "acme.com"},
      {"acme.com.", "acme.com"},
      {"Ana.Silva@mail.acme.es", "acme.es"},
      {"https://bücher.example.de", "example.de"},
      {"www.bücher.de", "xn--bcher-kva.de"},
      {"www.xn--bcher-kva.de", "xn--bcher-kva.de"},
      {"acme.github.io", "acme.github.io"},
  };
  for (const auto& [text, domain] : kCases) EXPECT_EQ(RegistrableDomain(text), domain) << text;
}

TEST(RegistrableDomainTest, NothingToRegister) {
  for (std::string_view text : {"", "com", "co.uk", "localhost", "10.0.0.1", "http://[::1]/", "http://", "not a host",
                                "https:///path", "github.io", "@", "..", "a..com"}) {
    EXPECT_EQ(RegistrableDomain(text), "") << text;
  }
}

// A thread keeps its last answers; one that has none yet says the same.
TEST(RegistrableDomainTest, AnswersGoByTheHostAlone) {
  std::vector<std::string> texts;
  for (const char* suffix : {"com", "co.uk", "com.br", "de", "github.io", "nowhere"}) {
    for (const char* name : {"acme", "www.acme", "mail.acme", "ana@acme", "https://shop.acme"}) {
      texts.push_back(std::string(name) + "." + suffix);
    }
  }
  for (const char* text : {"", "acme", "co.uk", "com", "-.com", "1.2.3.4"}) texts.emplace_back(text);
  std::vector<std::string> alone;
  for (const std::string& text : texts) std::thread([&] { alone.push_back(RegistrableDomain(text)); }).join();
  std::mt19937_64 random(53);
  for (int i = 0; i < 2000; ++i) {
    // Mostly one of a few, so that what is known is asked for, and sometimes any.
    const size_t at = random() % (random() % 4 == 0 ? texts.size() : size_t{6});
    ASSERT_EQ(RegistrableDomain(texts[at]), alone[at]) << texts[at];
  }
}

TEST(RegistrableDomainTest, IsStableAndSurvivesAnything) {
  std::mt19937_64 random(31);
  const std::string_view kBytes = "ab.-/:@?#[]% \xC3\xA9";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (uint64_t n = random() % 25; n > 0; --n) text += kBytes[random() % kBytes.size()];
    std::string domain = RegistrableDomain(text);
    if (!domain.empty()) {
      EXPECT_EQ(RegistrableDomain(domain), domain) << text;
    }
    NormalizeEmail(text);
  }
}

}  // namespace
}  // namespace leadline::domain
