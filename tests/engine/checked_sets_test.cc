#include "engine/packcheck/checked_sets.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/zones/time_zones.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

namespace fs = std::filesystem;

class CheckedSetsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "leadline-checked-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ / "checked-packs";
  }
  void TearDown() override { fs::remove_all(folder_); }

  using Packs = std::vector<domain::PackRef>;
  static Packs Set(const std::string& text) { return PackRefsOf({"rules", {{"central", {{"pack.yaml", text}}}}}); }

  fs::path folder_;
  std::string path_;
  TimeZones zones_{"2026a"};
};

TEST_F(CheckedSetsTest, KnowsExactlyWhatWasChecked) {
  CheckedSets sets(path_, "1");
  EXPECT_FALSE(sets.Proved(Set("a"), zones_));
  sets.RememberProved(Set("a"), zones_);
  EXPECT_TRUE(sets.Proved(Set("a"), zones_));
  EXPECT_FALSE(sets.Proved(Set("b"), zones_));
  EXPECT_FALSE(sets.Proved(Set("a"), TimeZones("2026b")));
  EXPECT_FALSE(sets.Tested(Set("a"), zones_, {}));
  Packs more = Set("a");
  more.push_back({"emea", "1", "hash"});
  EXPECT_FALSE(sets.Proved(more, zones_));
  sets.RememberProved(more, zones_);
  std::swap(more.front(), more.back());
  more.front().version = "2";
  EXPECT_TRUE(sets.Proved(more, zones_)) << "the hash says which version";

  const std::vector<domain::PluginRef> plugins = {{"org.a", "1", "hash"}}, others = {{"org.a", "1", "other"}};
  sets.RememberTested(Set("b"), zones_, plugins);
  EXPECT_TRUE(sets.Tested(Set("b"), zones_, plugins));
  EXPECT_FALSE(sets.Tested(Set("b"), zones_, others));
  EXPECT_FALSE(sets.Tested(Set("b"), zones_, {}));
  EXPECT_TRUE(sets.Proved(Set("b"), zones_)) << "nothing is tested that was not proved";

  const CheckedSets again(path_, "1"), newer(path_, "2");
  EXPECT_TRUE(again.Proved(Set("a"), zones_));
  EXPECT_TRUE(again.Tested(Set("b"), zones_, plugins));
  EXPECT_FALSE(newer.Proved(Set("a"), zones_)) << "another version of the checker";
}

TEST_F(CheckedSetsTest, APackIsNoPlugin) {
  CheckedSets sets("", "1");
  const Packs one = {{"a", "", "1"}};
  Packs four = one;
  for (const char* name : {"b", "c", "d"}) four.push_back({name, "", std::string(name) + "1"});
  const std::vector<domain::PluginRef> two = {{"b", "b1", "c"}, {"c1", "d", "d1"}};
  sets.RememberTested(four, zones_, {});
  EXPECT_FALSE(sets.Tested(one, zones_, two));
}

TEST_F(CheckedSetsTest, WhatIsRememberedAgainIsForgottenLater) {
  for (const std::string& path : {std::string(), path_}) {
    CheckedSets sets(path, "1");
    const auto fill = [&](const std::string& kind, size_t count) {
      for (size_t i = 0; i < count; ++i) sets.RememberProved(Set(kind + std::to_string(i)), zones_);
    };
    sets.RememberProved(Set("old"), zones_);
    sets.RememberProved(Set("renewed"), zones_);
    fill("a", CheckedSets::kMost / 2);
    sets.RememberProved(Set("renewed"), zones_);
    fill("b", CheckedSets::kMost / 2);
    EXPECT_TRUE(sets.Proved(Set("renewed"), zones_));
    EXPECT_FALSE(sets.Proved(Set("old"), zones_));
  }
  CheckedSets again(path_, "1");
  EXPECT_TRUE(again.Proved(Set("renewed"), zones_)) << "the file tells the order, too";
  EXPECT_FALSE(again.Proved(Set("old"), zones_));
}

TEST_F(CheckedSetsTest, ATornLastLineCostsNoOtherKey) {
  CheckedSets(path_, "1").RememberProved(Set("a"), zones_);
  CheckedSets(path_, "1").RememberProved(Set("b"), zones_);
  fs::resize_file(path_, fs::file_size(path_) - 10);
  CheckedSets(path_, "1").RememberProved(Set("c"), zones_);
  CheckedSets(path_, "1").RememberProved(Set("d"), zones_);
  const CheckedSets again(path_, "1");
  for (const char* known : {"a", "c", "d"}) EXPECT_TRUE(again.Proved(Set(known), zones_)) << known;
  EXPECT_FALSE(again.Proved(Set("b"), zones_));
}

TEST_F(CheckedSetsTest, AFileThatIsDamagedOnlyForgets) {
  CheckedSets(path_, "1").RememberProved(Set("a"), zones_);
  std::string text;
  {
    std::ifstream file(path_);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::ofstream(path_) << "nonsense\n" << text << text.substr(0, 20) << "\n";
  EXPECT_TRUE(CheckedSets(path_, "1").Proved(Set("a"), zones_));
  std::ofstream(path_) << text.substr(1);
  EXPECT_FALSE(CheckedSets(path_, "1").Proved(Set("a"), zones_));
  CheckedSets nowhere(folder_ / "no/such/folder", "1");
  nowhere.RememberProved(Set("a"), zones_);
  EXPECT_TRUE(nowhere.Proved(Set("a"), zones_)) << "until its end";
}

TEST_F(CheckedSetsTest, TheOldestAreForgottenAndTheFileStaysSmall) {
  constexpr size_t kMany = 3 * CheckedSets::kMost;
  CheckedSets sets(path_, "1");
  for (size_t i = 0; i < kMany; ++i) sets.RememberProved(Set(std::to_string(i)), zones_);
  EXPECT_FALSE(sets.Proved(Set("0"), zones_));
  EXPECT_TRUE(sets.Proved(Set(std::to_string(kMany - 1)), zones_));
  EXPECT_LE(fs::file_size(path_), 2 * CheckedSets::kMost * 65);
  const CheckedSets again(path_, "1");
  EXPECT_TRUE(again.Proved(Set(std::to_string(kMany - 1)), zones_));
  EXPECT_FALSE(again.Proved(Set("0"), zones_));
}

}  // namespace
}  // namespace leadline::engine
