// The files of the source tree, as the tests of the house rules read them. Not thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::house {

// What git holds of the tree in `root`: paths from there, sorted, of files that are there (one that was removed and
// not yet committed is not). What a working folder holds besides does not count. Nothing where `root` is not the top
// of a git checkout, or there is no git.
std::optional<std::vector<std::string>> TrackedFiles(const std::filesystem::path& root);

// Every file in `root`, but build folders and what begins with a dot at the top: paths from there, sorted.
std::vector<std::string> FilesInFolder(const std::filesystem::path& root);

// The files of this source tree: what git holds, or, with a line on the standard output that says so, what the folder
// holds. Read once.
const std::vector<std::string>& TreeFiles();

struct SourceFile {
  std::string path;  // from the root: "server/packs/read/schema.cc"
  std::string text;

  // The folder that the file is in: "server/packs/read".
  std::string folder() const;
  // The path without its ending. A header and the source of the same name are one component:
  // "server/packs/read/schema".
  std::string component() const;
};

// The files of this source tree under `top` whose names end in one of `endings` (".h").
std::vector<SourceFile> SourcesUnder(std::string_view top, const std::set<std::string>& endings);

struct Include {
  std::string path;  // between the quotes or brackets
  int line = 0;
};

std::vector<Include> IncludesOf(std::string_view text);

}  // namespace leadline::house
