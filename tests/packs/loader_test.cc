// The rules of the repository load, whole and clean.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "packs/iso_codes.h"
#include "packs/rule_set.h"

namespace leadline::packs {
namespace {

const LoadResult& Loaded() {
  static const LoadResult* const result = new LoadResult(LoadRuleSet(LEADLINE_SOURCE_DIR "/rules"));
  return *result;
}

TEST(Loader, TheRepositoryRulesHaveNoDiagnostics) {
  EXPECT_EQ(FormatDiagnostics(Loaded().diagnostics), "");
  ASSERT_NE(Loaded().rules, nullptr);
  EXPECT_EQ(Loaded().rules->regions(), (std::vector<std::string>{"emea", "latam"}));
}

}  // namespace
}  // namespace leadline::packs
