// The house rules that a compiler does not check: which way includes point, where libraries may be named, what the tree
// holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "fmt/format.h"

namespace leadline {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LEADLINE_SOURCE_DIR;

// What each folder of server/ may include besides itself: everything right of it in
// app -> rpc -> engine -> {packs, plugin, store} -> {cel, domain} -> base.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"cel", {"base"}},
    {"domain", {"base"}},
    {"packs", {"cel", "domain", "base"}},
    {"plugin", {"cel", "domain", "base"}},
    {"store", {"cel", "domain", "base"}},
    {"engine", {"packs", "plugin", "store", "cel", "domain", "base"}},
    {"rpc", {"engine", "packs", "plugin", "store", "cel", "domain", "base"}},
    {"app", {"rpc", "engine", "packs", "plugin", "store", "cel", "domain", "base"}},
};

struct SourceFile {
  fs::path path;       // from the root
  std::string folder;  // of server/
  std::string text;
};

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<SourceFile> SourcesUnder(const fs::path& top, const std::set<std::string>& endings) {
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / top)) {
    if (!entry.is_regular_file() || !endings.contains(entry.path().extension().string())) continue;
    fs::path relative = fs::relative(entry.path(), kRoot);
    auto part = relative.begin();
    std::string folder = std::distance(relative.begin(), relative.end()) > 2 ? (++part)->string() : "";
    files.push_back({relative, folder, Read(entry.path())});
  }
  return files;
}

std::vector<SourceFile> ServerSources() { return SourcesUnder("server", {".h", ".cc"}); }

std::vector<std::string> IncludesOf(const std::string& text) {
  static const std::regex kInclude(R"re((?:^|\n)\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), kInclude), end; it != end; ++it) out.push_back((*it)[1]);
  return out;
}

TEST(HouseTest, IncludesPointOneWay) {
  int checked = 0;
  for (const SourceFile& file : ServerSources()) {
    if (file.folder.empty()) continue;  // main.cc constructs everything
    ASSERT_TRUE(kMayInclude.contains(file.folder)) << file.path << ": an unknown folder of server/";
    for (const std::string& include : IncludesOf(file.text)) {
      std::string target = include.substr(0, include.find('/'));
      if (!kMayInclude.contains(target) || target == file.folder) continue;
      ++checked;
      EXPECT_TRUE(kMayInclude.at(file.folder).contains(target))
          << file.path << " includes " << include << ", which points the wrong way";
    }
  }
  EXPECT_GT(checked, 100);
}

bool Includes(const SourceFile& file, const std::vector<std::string>& prefixes) {
  for (const std::string& include : IncludesOf(file.text)) {
    for (const std::string& prefix : prefixes) {
      if (include.starts_with(prefix)) return true;
    }
    if (std::find(prefixes.begin(), prefixes.end(), ".pb.h") != prefixes.end() && include.ends_with(".pb.h"))
      return true;
  }
  return false;
}

TEST(HouseTest, LibrariesStayWhereTheyBelong) {
  for (const SourceFile& file : ServerSources()) {
    std::string path = file.path.string();
    bool transport = file.folder == "rpc" || file.folder == "app" || path == "server/main.cc";
    if (!transport) {
      EXPECT_FALSE(Includes(file, {"grpc", "google/", "leadline/v1/", ".pb.h"})) << path << " knows the transport";
    }
    bool yaml = file.folder == "packs" || path.starts_with("server/app/config");
    EXPECT_FALSE(!yaml && Includes(file, {"yaml-cpp/"})) << path << " reads YAML";
    EXPECT_FALSE(file.folder != "store" && Includes(file, {"sqlite3.h", "libpq"})) << path << " knows a database";
  }
}

TEST(HouseTest, SqlStandsUnderStoreOnly) {
  const std::regex sql(R"re("(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) )re");
  for (const SourceFile& file : ServerSources()) {
    if (file.folder == "store") continue;
    EXPECT_FALSE(std::regex_search(file.text, sql)) << file.path;
  }
}

std::string WithoutComments(const std::string& text) { return std::regex_replace(text, std::regex("//[^\n]*"), ""); }

TEST(HouseTest, DlopenStandsInOneFile) {
  std::vector<std::string> files;
  for (const SourceFile& file : ServerSources()) {
    if (std::regex_search(WithoutComments(file.text), std::regex(R"(\bdlopen\()"))) files.push_back(file.path.string());
  }
  EXPECT_EQ(files.size(), 1u) << fmt::format("{}", fmt::join(files, ", "));
}

TEST(HouseTest, OnlyTheInjectedClockTellsTheTime) {
  for (const SourceFile& file : ServerSources()) {
    std::string path = file.path.string();
    // gRPC gives deadlines as moments of the system's clock; no decision is made by them.
    if (path == "server/base/clock.cc" || file.folder == "app" || file.folder == "rpc") continue;
    EXPECT_EQ(file.text.find("system_clock::now"), std::string::npos) << path;
    EXPECT_FALSE(std::regex_search(file.text, std::regex(R"(\b(time\(nullptr\)|gettimeofday\(|rand\())"))) << path;
  }
}

TEST(HouseTest, FilesAreNotTooLong) {
  constexpr long kLines = 400;
  const std::set<std::string> kept = {"server/domain/company.cc"};  // the table of legal forms
  for (const char* top : {"server", "plugins", "clients", "tests"}) {
    for (const SourceFile& file : SourcesUnder(top, {".h", ".cc", ".c", ".hpp"})) {
      long lines = std::count(file.text.begin(), file.text.end(), '\n');
      EXPECT_TRUE(kept.contains(file.path.string()) || lines <= kLines + kLines / 8) << file.path << " has " << lines;
    }
  }
}

TEST(HouseTest, NothingReadsUnfinished) {
  const std::regex unfinished(R"(\b(TODO|FIXME|XXX|HACK)\b|not yet implemented)");
  for (const char* top : {"server", "plugins", "clients", "rules", "protos"}) {
    for (const SourceFile& file : SourcesUnder(top, {".h", ".cc", ".c", ".hpp", ".proto", ".yaml", ".md"})) {
      EXPECT_FALSE(std::regex_search(file.text, unfinished)) << file.path;
    }
  }
}

TEST(HouseTest, TheTopHoldsWhatIsAgreed) {
  const std::set<std::string> agreed = {"CMakeLists.txt", "protos",  "server", "plugins",
                                        "rules",          "clients", "tests",  "README.md"};
  for (const auto& entry : fs::directory_iterator(kRoot)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with(".") || name.starts_with("build")) continue;
    EXPECT_TRUE(agreed.contains(name)) << name;
  }
}

}  // namespace
}  // namespace leadline
