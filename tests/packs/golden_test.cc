// Broken packs and what the loader says about them. Each folder of broken/ has edits.txt, changes to the small packs in
// base/, and expected.txt, every diagnostic. With LEADLINE_UPDATE_GOLDEN=1 in the environment expected.txt is written
// anew: read the difference before you keep it.
//
// edits.txt: "@@ FILE" chooses a file; then blocks of lines to remove ("-line", found as they stand) followed by those
// to put in their place ("+line"). A block without "-" is put at the end. "@@ FILE delete" removes the file.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = fs::path(LEADLINE_SOURCE_DIR) / "tests" / "packs";

void WriteFile(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Block {
  std::string removed, added;
};

void Apply(const fs::path& file, const Block& block) {
  if (block.removed.empty() && block.added.empty()) return;
  std::string text = fs::exists(file) ? ReadFile(file) : "";
  if (block.removed.empty()) {
    WriteFile(file, text + block.added);
    return;
  }
  const size_t at = text.find(block.removed);
  ASSERT_NE(at, std::string::npos) << file << " has no\n" << block.removed;
  WriteFile(file, text.replace(at, block.removed.size(), block.added));
}

void ApplyEdits(const fs::path& root, const std::string& edits) {
  std::istringstream in(edits);
  fs::path file;
  Block block;
  for (std::string line; std::getline(in, line);) {
    const bool header = line.starts_with("@@ ");
    if (header || (line.starts_with("-") && !block.added.empty())) {
      Apply(file, block);
      block = {};
    }
    if (header && line.ends_with(" delete")) {
      fs::remove(root / line.substr(3, line.size() - 10));
    } else if (header) {
      file = root / line.substr(3);
    } else if (line.starts_with("-")) {
      block.removed += line.substr(1) + "\n";
    } else if (line.starts_with("+")) {
      block.added += line.substr(1) + "\n";
    }
  }
  Apply(file, block);
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class Broken : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string pattern = (fs::temp_directory_path() / "leadline-packs-XXXXXX").string();
    std::vector<char> name(pattern.begin(), pattern.end());
    name.push_back('\0');
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name.data();
    fs::copy(kHere / "base", root_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path root_;
};

TEST_P(Broken, SaysWhatIsWrongAndWhere) {
  const fs::path place = kHere / "broken" / GetParam();
  ApplyEdits(root_, ReadFile(place / "edits.txt"));
  ASSERT_FALSE(HasFatalFailure());
  const LoadResult result = LoadRuleSet(root_.string());
  const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::kError; };
  EXPECT_EQ(result.rules == nullptr, std::any_of(result.diagnostics.begin(), result.diagnostics.end(), is_error));
  const std::string actual = Replaced(FormatDiagnostics(result.diagnostics), root_.string(), "rules");
  if (std::getenv("LEADLINE_UPDATE_GOLDEN") != nullptr) WriteFile(place / "expected.txt", actual);
  EXPECT_FALSE(actual.empty());
  EXPECT_EQ(actual, ReadFile(place / "expected.txt"));
}

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kHere / "broken")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Packs, Broken, testing::ValuesIn(Cases()), [](const auto& param) { return param.param; });

TEST(Base, IsWithoutFault) {
  const LoadResult result = LoadRuleSet((kHere / "base").string());
  EXPECT_EQ(FormatDiagnostics(WithoutPins(result.diagnostics)), "");
  EXPECT_NE(result.rules, nullptr);
}

}  // namespace
}  // namespace leadline::packs
