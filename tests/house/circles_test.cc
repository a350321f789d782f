// No two files, modules or rooms use each other, directly or by others.
#include "tests/house/circles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "tests/house/source_tree.h"

namespace leadline::house {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CirclesTest, OneWayIsNoCircle) {
  UseGraph graph;
  graph.Add("a", "b", "1");
  graph.Add("a", "c", "2");
  graph.Add("b", "c", "3");
  graph.Add("c", "c", "itself");
  EXPECT_THAT(graph.Circles(), IsEmpty());
  EXPECT_EQ(graph.edge_count(), 3u);
}

TEST(CirclesTest, NamesTheMembersAndAShortestWayRound) {
  UseGraph graph;
  graph.Add("a", "b", "a.cc:1");
  graph.Add("b", "c", "b.cc:2");
  graph.Add("c", "a", "c.cc:3");
  graph.Add("c", "b", "c.cc:4");
  graph.Add("c", "d", "outside");
  graph.Add("x", "a", "outside");
  graph.Add("y", "z", "y.cc:5");
  graph.Add("z", "y", "z.cc:6");
  auto circles = graph.Circles();
  ASSERT_EQ(circles.size(), 2u);
  EXPECT_THAT(circles[0].members, ElementsAre("a", "b", "c"));
  EXPECT_THAT(circles[0].path, ElementsAre("b -> c: b.cc:2", "c -> b: c.cc:4"));
  EXPECT_THAT(circles[1].members, ElementsAre("y", "z"));
  EXPECT_EQ(circles[1].Text(), "y, z use each other:\n  y -> z: y.cc:5\n  z -> y: z.cc:6\n");
}

// Every quoted include of a file of ours, resolved as the compiler does it.
template <typename Visit>
void VisitIncludes(const std::vector<SourceFile>& files, Visit visit) {
  std::map<std::string, const SourceFile*> by_path;
  for (const SourceFile& file : files) by_path[file.path] = &file;
  for (const SourceFile& file : files) {
    for (const Include& include : IncludesOf(file.text)) {
      for (const fs::path& base : {fs::path(file.folder()), fs::path("server"), fs::path("clients"),
                                   fs::path("plugins/include"), fs::path("plugins/sdk")}) {
        auto target = by_path.find((base / include.path).lexically_normal().string());
        if (target == by_path.end()) continue;
        visit(file, *target->second, fmt::format("{}:{}: #include \"{}\"", file.path, include.line, include.path));
        break;
      }
    }
  }
}

std::vector<SourceFile> FilesOf(const std::vector<std::string>& tops) {
  std::vector<SourceFile> files;
  for (const std::string& top : tops) {
    for (SourceFile& file : SourcesUnder(top, {".h", ".hpp", ".cc", ".c"})) files.push_back(std::move(file));
  }
  return files;
}

void ExpectNoCircles(const UseGraph& graph, size_t at_least) {
  EXPECT_GE(graph.edge_count(), at_least) << "the test finds too little to mean anything";
  for (const UseGraph::Circle& circle : graph.Circles()) ADD_FAILURE() << circle.Text();
}

// A component is a header and the source of the same name.
TEST(CirclesTest, ComponentsIncludeOneWay) {
  UseGraph graph;
  VisitIncludes(FilesOf({"server", "clients/cli", "plugins"}),
                [&graph](const SourceFile& from, const SourceFile& to, const std::string& where) {
                  graph.Add(from.component(), to.component(), where);
                });
  ExpectNoCircles(graph, 500);
}

// What a file belongs to: a room, which is a folder inside a folder of server/ or of clients/cli, or, directly in such
// a folder, its component.
std::string RoomOf(const SourceFile& file) {
  fs::path folder = file.folder();
  return std::distance(folder.begin(), folder.end()) > 2 ? folder.string() : file.component();
}

TEST(CirclesTest, RoomsIncludeOneWay) {
  UseGraph graph;
  VisitIncludes(FilesOf({"server", "clients/cli"}),
                [&graph](const SourceFile& from, const SourceFile& to, const std::string& where) {
                  graph.Add(RoomOf(from), RoomOf(to), where);
                });
  ExpectNoCircles(graph, 300);
}

// The names by which Rust text speaks of things of its own crate, each with its line: "error" for crate::error::Code,
// super::error::Code, for the first of crate::{error::Code, abi} and for `mod error;`. Comments do not count.
std::vector<std::pair<std::string, int>> CrateNamesIn(const std::string& text) {
  // Every line ends where it did, so that lines can be counted.
  std::string code = std::regex_replace(text, std::regex("//[^\n]*"), "");
  std::vector<std::pair<std::string, int>> names;
  auto add = [&](const std::string& name, size_t at) {
    auto begin = code.begin();
    names.emplace_back(name, 1 + std::count(begin, begin + static_cast<ptrdiff_t>(at), '\n'));
  };
  static const std::regex kCrate(R"(\b(?:(?:crate|super)\s*::\s*(\w+|\{)|mod\s+(\w+)\s*;))");
  for (std::sregex_iterator it(code.begin(), code.end(), kCrate), end; it != end; ++it) {
    const int group = (*it)[1].matched ? 1 : 2;
    auto at = static_cast<size_t>(it->position(group));
    if ((*it)[group] != "{") {
      add((*it)[group], at);
      continue;
    }
    // The first name of each member of the outermost braces.
    int depth = 0;
    bool first = true;
    for (; at < code.size(); ++at) {
      if (code[at] == '}' && --depth == 0) break;
      if (code[at] == '{') {
        ++depth;
      } else if (code[at] == ',' && depth == 1) {
        first = true;
      } else if (first && depth == 1 && std::isalpha(static_cast<unsigned char>(code[at]))) {
        size_t past = at;
        while (past < code.size() && (std::isalnum(static_cast<unsigned char>(code[past])) || code[past] == '_'))
          ++past;
        add(code.substr(at, past - at), at);
        first = false;
        at = past - 1;
      }
    }
  }
  return names;
}

TEST(CirclesTest, FindsWhatRustUses) {
  EXPECT_THAT(CrateNamesIn("use crate::abi;\n// use crate::no;\nlet x = crate::error::Code::Internal;\n"
                           "use crate::{call::{Call, Other}, setup,\n  record::Slot};\nuse std::io;\npub mod "
                           "config;\nmod tests {\n  use super::*;\n}\n"
                           "use super::glue::batch;\n"),
              ElementsAre(std::pair("abi", 1), std::pair("error", 3), std::pair("call", 4), std::pair("setup", 4),
                          std::pair("record", 5), std::pair("config", 7), std::pair("glue", 11)));
}

// A module is a file of a crate. A name that is no file's is the crate's own, from lib.rs: what lib.rs takes from a
// module to give it to users, no module takes from lib.rs.
TEST(CirclesTest, RustModulesUseOneWay) {
  const std::vector<SourceFile> files = SourcesUnder("plugins", {".rs"});
  std::set<std::string> modules;
  for (const SourceFile& file : files) modules.insert(file.component());
  UseGraph graph;
  for (const SourceFile& file : files) {
    if (fs::path(file.folder()).filename() != "src") continue;
    for (const auto& [name, line] : CrateNamesIn(file.text)) {
      std::string module = fmt::format("{}/{}", file.folder(), name);
      if (!modules.contains(module)) module = file.folder() + "/lib";
      graph.Add(file.component(), module, fmt::format("{}:{}: crate::{}", file.path, line, name));
    }
  }
  ExpectNoCircles(graph, 20);
}

}  // namespace
}  // namespace leadline::house
