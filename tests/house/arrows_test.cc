// Which way includes point: between the folders of server/, and between the rooms inside of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "fmt/format.h"
#include "tests/house/source_tree.h"

namespace leadline::house {
namespace {

namespace fs = std::filesystem;
using Arrows = std::map<std::string, std::set<std::string>>;

// What each folder of server/ may include besides itself: everything right of it in
// app -> rpc -> engine -> {packs, plugin, store} -> {cel, domain} -> base.
const Arrows kMayInclude = {
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

// A room is a folder inside a folder of server/. What each may include of the other rooms of its folder; what is
// directly in the folder is for all of them, and the circles test says which way.
const Arrows kRoomMayInclude = {
    // What time it is where: the system's tables, and how they are read anew.
    {"base/zones", {}},
    // What the built-in functions do; what to write instead of the forms that other languages have.
    {"cel/functions", {}},
    {"cel/hints", {}},
    // What an account's people come to together.
    {"domain/account", {"domain/activities"}},
    // Days, and what happened on them: listed, counted.
    {"domain/activities", {}},
    // Working hours, and the time that passes in them.
    {"domain/calendars", {}},
    // How codes are built, without any table of them.
    {"domain/codes", {}},
    // What a purchase needs, and how far it is.
    {"domain/deals", {}},
    // Values of fields by name; what a history comes to; records joined; decisions as the ledger keeps them.
    {"domain/history", {}},
    // Records of one kind, compared with each other: which of them are the same, learned from the records alone.
    {"domain/linkage", {}},
    // Which addresses are nobody's own; what two records' comparisons come to together.
    {"domain/mailboxes", {}},
    {"domain/pairs", {}},
    // Names of people across scripts and spellings: how they may be read, and how alike they are.
    {"domain/names", {}},
    // What reports say, folded from the ledger.
    {"domain/reports", {}},
    // Text to tree; what a condition says; what is computed of a record; what conditions mean together; tree to
    // policies;
    // proofs into diagnostics; what is told of a decision; the packs' own tests; a set of packs, read and checked.
    {"packs/yaml", {}},
    {"packs/condition", {}},
    {"packs/run", {"packs/condition"}},
    {"packs/prove", {"packs/condition"}},
    {"packs/values", {"packs/yaml"}},
    {"packs/read", {"packs/values", "packs/yaml", "packs/condition", "packs/run"}},
    {"packs/check", {"packs/read", "packs/yaml", "packs/run", "packs/prove", "packs/condition"}},
    {"packs/explain", {"packs/run", "packs/prove", "packs/condition"}},
    {"packs/cases", {"packs/yaml", "packs/condition"}},
    {"packs/load", {"packs/check", "packs/read", "packs/values", "packs/yaml", "packs/run"}},
    // Nothing is opened that was not admitted. Plugins in the server and apart from it know nothing of each other, but
    // the workers' program runs its plugin as a local one. The checker looks at files, and runs each dynamic check (a
    // probe) on a subject of its own.
    {"plugin/admit", {}},
    {"plugin/local", {"plugin/admit"}},
    {"plugin/worker", {"plugin/admit"}},
    {"plugin/worker/program", {"plugin/worker", "plugin/local", "plugin/admit"}},
    {"plugin/check", {"plugin/check/probe", "plugin/check/subject", "plugin/admit"}},
    {"plugin/check/probe", {"plugin/check/subject", "plugin/admit"}},
    {"plugin/check/subject", {"plugin/local", "plugin/admit"}},
    // What may be said of a record; what is decided, of records as they are given to it; who is told of it; how records
    // are read and changed inside a transaction.
    {"engine/input", {}},
    {"engine/decide", {"engine/input"}},
    {"engine/notify", {"engine/decide", "engine/input"}},
    {"engine/work", {"engine/notify", "engine/decide", "engine/input"}},
    // What requests give and name: fields, reps, records that stored ones are like.
    {"engine/given", {"engine/work", "engine/decide", "engine/input"}},
    // One for each service or duty, which know nothing of each other: what they share is in the rooms above, or
    // directly in engine/.
    {"engine/intake", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/leads", {"engine/given", "engine/work", "engine/decide", "engine/input"}},
    {"engine/people", {"engine/given", "engine/work", "engine/decide", "engine/input"}},
    {"engine/batch", {}},
    {"engine/listing", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/lifecycle", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/scoring", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/routing", {"engine/given", "engine/work", "engine/decide", "engine/input"}},
    {"engine/merge", {"engine/given", "engine/work", "engine/decide", "engine/input"}},
    {"engine/reports", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/explain", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/replay", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/operations", {"engine/work", "engine/decide", "engine/input"}},
    // What is still to be told to somebody outside.
    {"engine/outbox", {"engine/work", "engine/notify", "engine/decide", "engine/input"}},
    // Long work that outlives the call that asks for it.
    {"engine/longrunning", {"engine/work", "engine/decide", "engine/input"}},
    {"engine/packtest", {"engine/work", "engine/decide", "engine/input"}},
    // A candidate is checked, and its tests run, before it may be activated; of what clients send, in a program apart.
    {"engine/packcheck", {"engine/packtest", "engine/decide", "engine/input"}},
    {"engine/packcheck/program", {"engine/packcheck", "engine/packtest", "engine/decide", "engine/input"}},
    {"engine/rollout", {"engine/packcheck", "engine/packtest", "engine/work", "engine/decide", "engine/input"}},
    {"store/verify", {}},
    // How bytes are sealed, and with whose keys; what an erasure changes, and who was erased.
    {"store/sealing", {}},
    {"store/erasure", {}},
    {"store/sqlite", {"store/sqlite/session", "store/sqlite/database", "store/erasure", "store/sealing"}},
    {"store/sqlite/session", {"store/sqlite/database", "store/erasure", "store/sealing"}},
    {"store/sqlite/database", {}},
    // What requests say is checked before anything is made of it.
    {"rpc/check", {}},
    // Messages of the contract from and to what the engine takes and gives.
    {"rpc/convert", {"rpc/check"}},
    // Pages of lists.
    {"rpc/lists", {"rpc/convert", "rpc/check"}},
    // New events, read once for all who watch, and handed over; streams that take them. The first knows no gRPC.
    {"rpc/tail", {}},
    {"rpc/watch", {"rpc/tail", "rpc/convert", "rpc/check"}},
    {"rpc/longrunning", {"rpc/convert", "rpc/check"}},
    // The outbox as operators see it.
    {"rpc/outbox", {"rpc/lists", "rpc/convert", "rpc/check"}},
    // Who outside is told of events, over HTTP.
    {"app/webhook", {}},
};

// The room of a path from server/: "packs/read" of packs/read/schema.cc, "packs" of packs/rule_set.h.
std::string RoomOf(const std::string& path) { return fs::path(path).parent_path().string(); }

std::string FromServer(const std::string& path) { return path.substr(std::string("server/").size()); }

std::string FolderOf(const std::string& room) { return room.substr(0, room.find('/')); }

TEST(ArrowsTest, FoldersIncludeToTheRight) {
  int checked = 0;
  for (const SourceFile& file : SourcesUnder("server", {".h", ".cc"})) {
    if (FromServer(file.path) == "main.cc") continue;  // constructs everything
    const std::string folder = FolderOf(FromServer(file.path));
    ASSERT_TRUE(kMayInclude.contains(folder)) << file.path << ": an unknown folder of server/";
    for (const Include& include : IncludesOf(file.text)) {
      const std::string target = FolderOf(include.path);
      if (!kMayInclude.contains(target) || target == folder) continue;
      ++checked;
      EXPECT_TRUE(kMayInclude.at(folder).contains(target))
          << file.path << ":" << include.line << " includes " << include.path << ", which points the wrong way";
    }
  }
  EXPECT_GT(checked, 100);
}

TEST(ArrowsTest, RoomsIncludeToTheRight) {
  std::set<std::string> seen;
  int checked = 0;
  for (const SourceFile& file : SourcesUnder("server", {".h", ".cc"})) {
    const std::string room = RoomOf(FromServer(file.path));
    if (room.find('/') == std::string::npos) continue;  // directly in the folder
    ASSERT_TRUE(kRoomMayInclude.contains(room))
        << file.path << ": the room " << room << " is unknown; say in this test what it may include";
    seen.insert(room);
    const std::set<std::string>& may_include = kRoomMayInclude.at(room);
    for (const Include& include : IncludesOf(file.text)) {
      const std::string target = RoomOf(include.path);
      if (!kRoomMayInclude.contains(target) || target == room || FolderOf(target) != FolderOf(room)) continue;
      ++checked;
      EXPECT_TRUE(may_include.contains(target))
          << file.path << ":" << include.line << " includes " << include.path << ", which points the wrong way: of the "
          << "other rooms, " << room << " may include " << fmt::format("[{}]", fmt::join(may_include, ", "));
    }
  }
  EXPECT_GT(checked, 50);
  for (const auto& [room, targets] : kRoomMayInclude) {
    EXPECT_TRUE(seen.contains(room)) << room << " is no room any more; take it out of this test";
    for (const std::string& target : targets) {
      EXPECT_FALSE(kRoomMayInclude.at(target).contains(room)) << room << " and " << target << " may include each other";
    }
  }
}

}  // namespace
}  // namespace leadline::house
