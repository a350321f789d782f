#include "tests/house/source_tree.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <regex>
#include <sstream>

#include "fmt/format.h"

namespace leadline::house {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// What a command writes; nothing when it fails.
std::optional<std::string> OutputOf(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  char buffer[4096];
  for (size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  if (pclose(pipe) != 0) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> TrackedFiles(const fs::path& root) {
  // The tree may belong to another user (a container's mount): that is no reason not to list it.
  auto listed =
      OutputOf(fmt::format("git -c safe.directory='*' -C '{}' ls-files -z --full-name 2>/dev/null", root.string()));
  if (!listed.has_value()) return std::nullopt;
  std::vector<std::string> files;
  bool top = false;
  for (size_t begin = 0; begin < listed->size();) {
    size_t end = listed->find('\0', begin);
    std::string path = listed->substr(begin, end - begin);
    if (path == "CMakeLists.txt") top = true;
    if (fs::is_regular_file(root / path)) files.push_back(std::move(path));
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  // A folder inside of somebody else's checkout lists nothing, or paths of that one.
  if (!top) return std::nullopt;
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> FilesInFolder(const fs::path& root) {
  std::vector<std::string> files;
  for (const auto& top : fs::directory_iterator(root)) {
    std::string name = top.path().filename().string();
    if (name.starts_with(".") || name.starts_with("build")) continue;
    if (top.is_regular_file()) files.push_back(name);
    if (!top.is_directory()) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top.path())) {
      if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), root).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

const std::vector<std::string>& TreeFiles() {
  static const std::vector<std::string> kFiles = [] {
    if (auto tracked = TrackedFiles(LEADLINE_SOURCE_DIR)) return *std::move(tracked);
    std::printf("%s is no git checkout: the rules are checked on all the files in the folder\n", LEADLINE_SOURCE_DIR);
    return FilesInFolder(LEADLINE_SOURCE_DIR);
  }();
  return kFiles;
}

std::string SourceFile::folder() const { return fs::path(path).parent_path().string(); }

std::string SourceFile::component() const { return fs::path(path).replace_extension().string(); }

std::vector<SourceFile> SourcesUnder(std::string_view top, const std::set<std::string>& endings) {
  std::vector<SourceFile> files;
  const std::string prefix = fmt::format("{}/", top);
  for (const std::string& path : TreeFiles()) {
    if (!path.starts_with(prefix) || !endings.contains(fs::path(path).extension().string())) continue;
    files.push_back({path, Read(fs::path(LEADLINE_SOURCE_DIR) / path)});
  }
  return files;
}

std::vector<Include> IncludesOf(std::string_view text) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<Include> out;
  int number = 0;
  std::string line;
  for (std::istringstream lines{std::string(text)}; std::getline(lines, line);) {
    ++number;
    if (std::smatch match; line.find("include") != std::string::npos && std::regex_search(line, match, kInclude))
      out.push_back({match[1], number});
  }
  return out;
}

}  // namespace leadline::house
