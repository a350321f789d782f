#include "tests/house/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "fmt/format.h"

namespace leadline::house {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::Optional;

class SourceTreeTest : public ::testing::Test {
 protected:
  SourceTreeTest() {
    std::string name = (fs::temp_directory_path() / "source_tree_XXXXXX").string();
    root_ = mkdtemp(name.data());
    Write("CMakeLists.txt");
    Write("server/main.cc");
  }
  ~SourceTreeTest() override { fs::remove_all(root_); }

  void Write(const std::string& path) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << "text\n";
  }
  void Git(const std::string& arguments) {
    ASSERT_EQ(std::system(fmt::format("git -C '{}' {} >/dev/null", root_.string(), arguments).c_str()), 0);
  }

  fs::path root_;
};

TEST_F(SourceTreeTest, WhatGitDoesNotHoldDoesNotCount) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "git is not installed";
  Git("init -q");
  Git("add CMakeLists.txt server");
  Write("notes.txt");
  Write("server/scratch.cc");
  EXPECT_THAT(TrackedFiles(root_), Optional(ElementsAre("CMakeLists.txt", "server/main.cc")));
  fs::remove(root_ / "server/main.cc");
  EXPECT_THAT(TrackedFiles(root_), Optional(ElementsAre("CMakeLists.txt")));
}

TEST_F(SourceTreeTest, WithoutGitTheFolderCounts) {
  EXPECT_EQ(TrackedFiles(root_), std::nullopt);
  Write("build/main.o");
  Write(".cache/index");
  EXPECT_THAT(FilesInFolder(root_), ElementsAre("CMakeLists.txt", "server/main.cc"));
}

// Such as an unpacked archive in a folder that somebody's own checkout ignores.
TEST_F(SourceTreeTest, SomebodyElsesCheckoutIsNotOurs) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "git is not installed";
  Git("init -q");
  Git("add CMakeLists.txt");
  EXPECT_EQ(TrackedFiles(root_ / "server"), std::nullopt);
}

TEST(IncludesTest, AreFoundWithTheirLines) {
  auto includes = IncludesOf("// #include \"no.h\"\n#include <vector>\n\n  #  include \"a/b.h\"\nint include;\n");
  ASSERT_EQ(includes.size(), 2u);
  EXPECT_EQ(includes[0].path, "vector");
  EXPECT_EQ(includes[0].line, 2);
  EXPECT_EQ(includes[1].path, "a/b.h");
  EXPECT_EQ(includes[1].line, 4);
}

TEST(SourceFileTest, HeaderAndSourceAreOneComponent) {
  SourceFile header{"server/packs/read/schema.h", ""};
  EXPECT_EQ(header.folder(), "server/packs/read");
  EXPECT_EQ(header.component(), "server/packs/read/schema");
  EXPECT_EQ(header.component(), (SourceFile{"server/packs/read/schema.cc", ""}).component());
}

}  // namespace
}  // namespace leadline::house
