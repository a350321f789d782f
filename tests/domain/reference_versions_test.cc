#include "domain/reference_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadline::domain {
namespace {

using ::testing::ContainsRegex;

TEST(ReferenceVersionsTest, NameTheTablesThatDecide) {
  EXPECT_THAT(PhoneMetadataVersion(), ContainsRegex("[0-9]+\\.[0-9]+"));
  EXPECT_THAT(PublicSuffixListVersion(), ContainsRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]"));
  EXPECT_THAT(CountryCodesVersion(), ContainsRegex("ISO 3166-1"));
  EXPECT_THAT(JapaneseReadingsVersion(), ContainsRegex("IPADIC of [0-9]+ words|none: ."));
}

}  // namespace
}  // namespace leadline::domain
