// The house rules that a compiler does not check: where libraries may be named, what the tree holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "tests/house/source_tree.h"

namespace leadline::house {
namespace {

std::vector<SourceFile> ServerSources() { return SourcesUnder("server", {".h", ".cc"}); }

// Whether the file is anywhere in this folder of server/.
bool In(const SourceFile& file, const std::string& folder) { return file.path.starts_with("server/" + folder + "/"); }

bool Includes(const SourceFile& file, const std::vector<std::string>& prefixes) {
  for (const Include& include : IncludesOf(file.text)) {
    for (const std::string& prefix : prefixes) {
      if (include.path.starts_with(prefix)) return true;
    }
    if (std::find(prefixes.begin(), prefixes.end(), ".pb.h") != prefixes.end() && include.path.ends_with(".pb.h"))
      return true;
  }
  return false;
}

TEST(HouseTest, LibrariesStayWhereTheyBelong) {
  for (const SourceFile& file : ServerSources()) {
    const std::string& path = file.path;
    bool transport = In(file, "rpc") || In(file, "app") || path == "server/main.cc";
    if (!transport) {
      EXPECT_FALSE(Includes(file, {"grpc", "google/", "leadline/v1/", ".pb.h"})) << path << " knows the transport";
    }
    bool yaml = In(file, "packs") || path.starts_with("server/app/config");
    EXPECT_FALSE(!yaml && Includes(file, {"yaml-cpp/"})) << path << " reads YAML";
    EXPECT_FALSE(!In(file, "store") && Includes(file, {"sqlite3.h", "libpq"})) << path << " knows a database";
  }
}

TEST(HouseTest, SqlStandsUnderStoreOnly) {
  const std::regex sql(R"re("(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) )re");
  for (const SourceFile& file : ServerSources()) {
    if (In(file, "store")) continue;
    EXPECT_FALSE(std::regex_search(file.text, sql)) << file.path;
  }
}

std::string WithoutComments(const std::string& text) { return std::regex_replace(text, std::regex("//[^\n]*"), ""); }

TEST(HouseTest, DlopenStandsInOneFile) {
  std::vector<std::string> files;
  for (const SourceFile& file : ServerSources()) {
    if (std::regex_search(WithoutComments(file.text), std::regex(R"(\bdlopen\()"))) files.push_back(file.path);
  }
  EXPECT_EQ(files.size(), 1u) << fmt::format("{}", fmt::join(files, ", "));
}

// A schema is whatever a plugin's author wrote: what reads it may end with it, and so is not the server.
TEST(HouseTest, SchemasOfPluginsAreReadInProcessesOfTheirOwn) {
  for (const SourceFile& file : ServerSources()) {
    EXPECT_FALSE(file.component() != "server/plugin/admit/config_schema" && Includes(file, {"valijson/"})) << file.path;
    const bool apart = In(file, "plugin/worker/program") || In(file, "plugin/check/probe") ||
                       file.component() == "server/plugin/admit/config_schema";
    EXPECT_FALSE(!apart && Includes(file, {"plugin/admit/config_schema.h"})) << file.path << " reads schemas";
  }
}

TEST(HouseTest, OnlyTheInjectedClockTellsTheTime) {
  for (const SourceFile& file : ServerSources()) {
    const std::string& path = file.path;
    // gRPC gives deadlines as moments of the system's clock; no decision is made by them.
    if (path == "server/base/clock.cc" || In(file, "app") || In(file, "rpc")) continue;
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
      EXPECT_TRUE(kept.contains(file.path) || lines <= kLines + kLines / 8) << file.path << " has " << lines;
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
  const std::set<std::string> agreed = {"CMakeLists.txt", "protos", "server",   "plugins",  "rules",
                                        "clients",        "tests",  "findings", "README.md"};
  std::set<std::string> top;
  for (const std::string& path : TreeFiles()) top.insert(path.substr(0, path.find('/')));
  for (const std::string& name : top) EXPECT_TRUE(name.starts_with(".") || agreed.contains(name)) << name;
  EXPECT_TRUE(top.contains("server"));
}

}  // namespace
}  // namespace leadline::house
