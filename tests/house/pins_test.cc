// What is fetched from a package registry is named by its hash in git, so that nobody gets another file by its name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "tests/house/source_tree.h"

namespace leadline::house {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using Problems = std::vector<std::string>;

std::string TextOf(const std::string& path) {
  std::ifstream in(fs::path(LEADLINE_SOURCE_DIR) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> FilesNamed(std::string_view name) {
  std::vector<std::string> files;
  for (const std::string& path : TreeFiles()) {
    if (fs::path(path).filename() == name) files.push_back(path);
  }
  return files;
}

bool IsThere(const std::string& path) { return std::binary_search(TreeFiles().begin(), TreeFiles().end(), path); }

size_t Count(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<size_t>(std::distance(std::sregex_iterator(text.begin(), text.end(), regex), {}));
}

// A requirements file of pip: each package with one version and at least one hash.
Problems ProblemsOfRequirements(const std::string& text) {
  Problems problems;
  // A line that ends in a backslash goes on.
  const std::string whole = std::regex_replace(text, std::regex(R"(\\\n)"), " ");
  static const std::regex kPinned(R"(^[\w.-]+==[\w.]+(\s+--hash=sha256:[0-9a-f]{64})+\s*$)");
  static const std::regex kLine(R"([^\n]+)");
  for (std::sregex_iterator it(whole.begin(), whole.end(), kLine), end; it != end; ++it) {
    const std::string line = it->str();
    if (line.starts_with("#") || std::regex_match(line, kPinned)) continue;
    problems.push_back(fmt::format("\"{}\" has no version and hash", line));
  }
  return problems;
}

// A lock file of npm: every package but the project itself with its hash, and none with the address of a registry.
Problems ProblemsOfNpmLock(const std::string& text) {
  Problems problems;
  const size_t packages = Count(text, R"("node_modules/[^"]+": \{)");
  const size_t hashes = Count(text, R"("integrity": "sha512-[A-Za-z0-9+/=]{88}")");
  if (packages == 0) problems.push_back("it names no package");
  if (packages != hashes) problems.push_back(fmt::format("{} packages and {} hashes", packages, hashes));
  if (Count(text, R"("resolved")") != 0)
    problems.push_back("it names a registry; npm's omit-lockfile-registry-resolved");
  return problems;
}

TEST(PinsTest, FindsWhatIsNotPinned) {
  const std::string hash = " \\\n    --hash=sha256:" + std::string(64, 'a');
  EXPECT_THAT(ProblemsOfRequirements("# wheels\ngrpcio==1.51.1" + hash + hash + "\n"), IsEmpty());
  EXPECT_EQ(ProblemsOfRequirements("grpcio==1.51.1\n").size(), 1u);
  EXPECT_EQ(ProblemsOfRequirements("grpcio>=1.51" + hash + "\n").size(), 1u);
  EXPECT_EQ(ProblemsOfRequirements("a==1\nb==2" + hash + "\nc\n").size(), 2u);

  const std::string integrity = "\"integrity\": \"sha512-" + std::string(86, 'A') + "==\"";
  EXPECT_THAT(ProblemsOfNpmLock("\"node_modules/a\": {" + integrity + "}"), IsEmpty());
  EXPECT_EQ(ProblemsOfNpmLock("\"node_modules/a\": {}").size(), 1u);
  EXPECT_EQ(ProblemsOfNpmLock("\"node_modules/a\": {\"resolved\": \"x\", " + integrity + "}").size(), 1u);
  EXPECT_EQ(ProblemsOfNpmLock("{}").size(), 1u);
}

TEST(PinsTest, PythonPackagesHaveHashes) {
  const std::vector<std::string> files = FilesNamed("requirements.txt");
  EXPECT_FALSE(files.empty());
  for (const std::string& path : files) EXPECT_THAT(ProblemsOfRequirements(TextOf(path)), IsEmpty()) << path;
}

TEST(PinsTest, NpmPackagesHaveHashes) {
  const std::vector<std::string> files = FilesNamed("package.json");
  EXPECT_FALSE(files.empty());
  for (const std::string& path : files) {
    const std::string lock = fs::path(path).replace_filename("package-lock.json");
    ASSERT_TRUE(IsThere(lock)) << path << " has no package-lock.json beside it";
    EXPECT_THAT(ProblemsOfNpmLock(TextOf(lock)), IsEmpty()) << lock;
  }
}

// Crates and modules of this tree have no hash: they are where the path says.
TEST(PinsTest, CratesAndModulesHaveHashes) {
  for (const std::string& path : FilesNamed("Cargo.toml")) {
    const std::string text = TextOf(path);
    if (Count(text, R"(\n\[(dev-|build-)?dependencies\])") == 0) continue;
    const std::string lock = fs::path(path).replace_filename("Cargo.lock");
    ASSERT_TRUE(IsThere(lock)) << path << " has no Cargo.lock beside it";
    const std::string locked = TextOf(lock);
    EXPECT_EQ(Count(locked, R"(\nsource = )"), Count(locked, R"re(\nchecksum = "[0-9a-f]{64}")re")) << lock;
  }
  for (const std::string& path : FilesNamed("go.mod")) {
    const std::string text = TextOf(path);
    // A module with dots in its first part is from the proxy.
    if (Count(text, R"(\n(require |\t)[a-z0-9-]+\.[a-z.]+/)") == 0) continue;
    EXPECT_TRUE(IsThere(fs::path(path).replace_filename("go.sum"))) << path << " has no go.sum beside it";
  }
}

// The commands that fetch are those that look at the hashes.
TEST(PinsTest, OnlyPinnedPackagesAreFetched) {
  static const std::regex kPip(R"(\bpip3? (install|download)\b)");
  static const std::regex kNpm(R"(\bnpm (install|i|add)\b|\bnpx )");
  for (const std::string& path : TreeFiles()) {
    const std::string name = fs::path(path).filename();
    const bool script = name == "run" || name == "CMakeLists.txt" || name.ends_with(".cmake") ||
                        name.ends_with(".sh") || path.starts_with("tests/lint/") || path == ".ci/run";
    // Findings ask for a version of a package, whatever its hash; nothing of theirs comes into the build.
    if (!script || path.starts_with("findings/")) continue;
    const std::string text = TextOf(path);
    for (std::sregex_iterator it(text.begin(), text.end(), kPip), end; it != end; ++it) {
      const std::string after = text.substr(static_cast<size_t>(it->position()), 200);
      EXPECT_NE(after.find("--require-hashes"), std::string::npos) << path << ": " << after.substr(0, 80);
    }
    EXPECT_FALSE(std::regex_search(text, kNpm)) << path << " fetches npm packages otherwise than with npm ci";
  }
}

}  // namespace
}  // namespace leadline::house
