#include "packs/pack_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/ids.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

namespace fs = std::filesystem;

Diagnostic FileProblem(std::string path, const std::string& layer, std::string message, std::string hint) {
  Diagnostic d;
  d.code = "LL1008";
  d.position.file = std::move(path);
  d.layer = layer;
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}

std::optional<std::string> ReadWhole(const fs::path& path, const std::string& layer, std::vector<Diagnostic>& out) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (!error && size > kMaxPackFileBytes) {
    out.push_back(FileProblem(path.string(), layer,
                              fmt::format("the file is larger than {} MiB", kMaxPackFileBytes >> 20),
                              "take out what no rule needs"));
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.good() && !in.eof()) {
    out.push_back(FileProblem(path.string(), layer, "the file cannot be read", "check its permissions"));
    return std::nullopt;
  }
  return text.str();
}

// Every YAML file below the folder, by path in it: what else lies there is not the pack's.
void ReadFiles(const std::string& directory, PackFiles& pack, std::vector<Diagnostic>& diagnostics) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    std::string path = fs::relative(it->path(), directory, error).generic_string();
    if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".ics")) continue;
    std::optional<std::string> text = ReadWhole(directory + "/" + path, pack.name, diagnostics);
    if (text) pack.files.emplace(std::move(path), *std::move(text));
  }
}

// Names of the folders in `directory`, sorted; empty when there is none.
std::vector<std::string> FoldersIn(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) out.push_back(it->path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

std::string HashOf(const PackFiles& pack) {
  std::string hashed;
  // Lengths in front keep different sets of files from giving the same bytes.
  for (const auto& [path, text] : pack.files) {
    hashed += fmt::format("{}:{}\n{}:{}\n", path.size(), path, text.size(), text);
  }
  return Sha256Hex(hashed);
}

const PackFiles* PackSet::Find(std::string_view name) const {
  const auto it = std::find_if(packs.begin(), packs.end(), [&](const PackFiles& p) { return p.name == name; });
  return it == packs.end() ? nullptr : &*it;
}

void PackSet::Put(PackFiles pack) {
  const auto before = [](const PackFiles& a, const PackFiles& b) {
    const bool a_central = a.name == "central";
    const bool b_central = b.name == "central";
    return a_central != b_central ? a_central : a.name < b.name;
  };
  const auto it = std::lower_bound(packs.begin(), packs.end(), pack, before);
  if (it != packs.end() && it->name == pack.name) {
    *it = std::move(pack);
  } else {
    packs.insert(it, std::move(pack));
  }
}

ReadPacksResult ReadPack(const std::string& directory, const std::string& name) {
  ReadPacksResult result;
  result.set.root = WithoutTrailingSlash(directory);
  PackFiles pack{name, {}};
  if (fs::is_directory(directory)) {
    ReadFiles(result.set.root, pack, result.diagnostics);
    result.set.Put(std::move(pack));
  } else {
    result.diagnostics.push_back(FileProblem(directory, name, "the folder is missing", "check the path"));
  }
  return result;
}

ReadPacksResult ReadPackSet(const std::string& root) {
  ReadPacksResult result;
  result.set.root = WithoutTrailingSlash(root);
  const std::string& base = result.set.root;
  if (!fs::is_directory(base + "/central")) {
    result.diagnostics.push_back(FileProblem(base + "/central", "", "the folder is missing",
                                             "name the folder that holds central/ and regions/"));
    return result;
  }
  PackFiles central{"central", {}};
  ReadFiles(base + "/central", central, result.diagnostics);
  result.set.packs.push_back(std::move(central));
  for (const std::string& region : FoldersIn(base + "/regions")) {
    if (region == "central") {
      Diagnostic d = FileProblem(base + "/regions/central", region, "\"central\" is not a name for a region",
                                 "the central pack belongs beside regions/");
      d.code = "LL1107";
      result.diagnostics.push_back(std::move(d));
      continue;
    }
    PackFiles pack{region, {}};
    ReadFiles(base + "/regions/" + region, pack, result.diagnostics);
    result.set.packs.push_back(std::move(pack));
  }
  return result;
}

}  // namespace leadline::packs
