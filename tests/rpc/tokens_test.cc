// Tokens come back as they were given, or not at all.
#include "rpc/tokens.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/errors.h"

namespace leadline::rpc {
namespace {

constexpr int64_t kPosition = domain::PositionOf(7, 3);

std::string Encoded(const std::string& text) {
  std::string out;
  absl::WebSafeBase64Escape(text, &out);
  return out;
}

TEST(ResumeTokenTest, CarriesThePlace) {
  for (const engine::LedgerPlace& place : {engine::LedgerPlace{}, {1, "x"}, {kPosition, "0198c1f2-2d3e-7a00"}}) {
    Checker check(0);
    EXPECT_EQ(PlaceOf(FieldPath() / "resume_token", ResumeToken(place), check), place);
    EXPECT_TRUE(check.ToStatus().ok());
  }
  Checker check(0);
  EXPECT_EQ(PlaceOf(FieldPath() / "resume_token", "", check), engine::LedgerPlace()) << "no token: from the beginning";
  EXPECT_TRUE(check.ToStatus().ok());
}

TEST(ResumeTokenTest, WhatNoServerGaveIsRefused) {
  const std::string good = ResumeToken({kPosition, "x"});
  for (const std::string& token :
       {std::string("!"), std::string("7"), good + "=", good.substr(1), good + good, Encoded("e2:"), Encoded("e2:7"),
        Encoded("e2:7:"), Encoded("e2:0:x"), Encoded("e2:-7:x"), Encoded("e2:+7:x"), Encoded("e2:007:x"),
        Encoded("e2: 7:x"), Encoded("e2:99999999999999999999:x"), Encoded("p1:7:x"), Encoded("e1:7"),
        Encoded("e2:7:" + std::string(10'000, 'x'))}) {
    Checker check(0);
    EXPECT_EQ(PlaceOf(FieldPath() / "resume_token", token, check), engine::LedgerPlace()) << token;
    const auto violations = FieldViolationsOf(check.ToStatus());
    ASSERT_EQ(violations.size(), 1u) << token;
    EXPECT_EQ(violations[0].field, "resume_token");
  }
}

TEST(PageTokenTest, CarriesTheCursorForOneListAlone) {
  const std::string scope = Scope("ListLeads", {"mia", "status = mql"});
  for (const std::string cursor : {"7", "a:b:c", "\x01\xff"}) {
    Checker check(0);
    EXPECT_EQ(CursorOf(FieldPath() / "page_token", scope, PageToken(scope, cursor), check), cursor);
    EXPECT_TRUE(check.ToStatus().ok());
  }
  EXPECT_EQ(PageToken(scope, ""), "") << "there is no other page";
  Checker check(0);
  EXPECT_EQ(CursorOf(FieldPath() / "page_token", Scope("ListLeads", {"mia", ""}), PageToken(scope, "7"), check), "");
  EXPECT_THAT(std::string(check.ToStatus().message()), testing::HasSubstr("belongs to a list with other arguments"));
}

TEST(PageTokenTest, WhatWasDamagedIsRefused) {
  const std::string scope = Scope("ListQueues", {"mia"}), good = PageToken(scope, "junk");
  std::vector<std::string> damaged = {"!",
                                      good + "A",
                                      good + good,
                                      Encoded("p2:"),
                                      Encoded("p2:" + scope + ":junk"),
                                      Encoded("p2:" + scope + ":00000000:junk"),
                                      Encoded("p1:" + scope + ":junk")};
  for (size_t i = 0; i < good.size(); ++i) {
    damaged.push_back(good.substr(0, i) + good.substr(i + 1));
    damaged.push_back(good);
    damaged.back()[i] = good[i] == 'A' ? 'B' : 'A';
  }
  for (const std::string& token : damaged) {
    Checker check(0);
    EXPECT_EQ(CursorOf(FieldPath() / "page_token", scope, token, check), "") << token;
    EXPECT_FALSE(check.ToStatus().ok()) << token;
  }
}

}  // namespace
}  // namespace leadline::rpc
