// Any bytes as a file of a pack: the packs load, or they are refused with diagnostics that have a place. The first byte
// of the input says which file of the small packs of the tests (tests/packs/base) it stands for, and how.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "packs/accept.h"
#include "packs/loader.h"
#include "packs/pack_files.h"
#include "packs/pin.h"

namespace leadline::fuzz {
namespace {

void Require(bool holds, const char* what, const Diagnostic* d = nullptr) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n%s\n", what, d == nullptr ? "" : FormatDiagnostic(*d).c_str());
  std::abort();
}

const packs::PackSet& Base() {
  static const packs::PackSet* const set = [] {
    auto* read = new packs::ReadPacksResult(packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base"));
    read->set.root = "rules";
    Require(packs::LoadRuleSet(read->set).rules != nullptr, "the packs to start from load");
    return &read->set;
  }();
  return *set;
}

struct Place {
  std::string pack, file;
};
const std::vector<Place>& Places() {
  static const auto* const places = [] {
    auto* out = new std::vector<Place>;
    for (const packs::PackFiles& pack : Base().packs) {
      for (const auto& [file, text] : pack.files) out->push_back({pack.name, file});
    }
    return out;
  }();
  return *places;
}

// `edit` 0: the input is the file. 1: it is put behind the file. 2: it replaces a line. 3: it replaces the rest of a
// line, so that it stands where a value does.
std::string Edited(const std::string& base, std::string_view input, size_t edit) {
  if (edit == 0) return std::string(input);
  if (edit == 1) return base + std::string(input);
  if (input.empty()) return base;
  const size_t skip = static_cast<unsigned char>(input[0]);
  input.remove_prefix(1);
  size_t begin = 0;
  for (size_t i = 0; i < skip; ++i) {
    const size_t next = base.find('\n', begin);
    if (next == std::string::npos || next + 1 >= base.size()) break;
    begin = next + 1;
  }
  const size_t end = base.find('\n', begin);
  if (edit == 3) {
    const size_t colon = base.find(": ", begin);
    if (colon < end) begin = colon + 2;
  }
  return base.substr(0, begin) + std::string(input) + base.substr(end);
}

void CheckDiagnostic(const Diagnostic& d, const packs::PackSet& set) {
  Require(d.code.size() == 6 && d.code.starts_with("LL"), "a code", &d);
  Require(!d.message.empty(), "a message", &d);
  Require(d.position.file.starts_with("rules/"), "a file", &d);
  Require(IsUtf8(FormatDiagnostic(d)), "a text", &d);
  if (!d.position.known()) return;
  Require(d.position.column >= 1 && d.length >= 1, "a column and a length", &d);
  int lines = 1;
  for (const packs::PackFiles& pack : set.packs) {
    for (const auto& [file, text] : pack.files) {
      if (!d.position.file.ends_with("/" + pack.name + "/" + file)) continue;
      for (const char c : text) lines += c == '\n' ? 1 : 0;
    }
  }
  Require(d.position.line <= lines, "a line of the file", &d);
}

void Load(std::string_view input) {
  if (input.empty()) return;
  const size_t kind = static_cast<unsigned char>(input[0]);
  const Place& place = Places()[kind / 4 % Places().size()];
  packs::PackSet set = Base();
  packs::PackFiles pack = *set.Find(place.pack);
  std::string& text = pack.files[place.file];
  text = Edited(text, input.substr(1), kind % 4);
  const std::string pinned = packs::WithPin(text, std::string(64, 'a'));
  Require(pinned == text || pinned.find(std::string(64, 'a')) != std::string::npos, "a pin");
  const std::string accepted = packs::WithAcceptance(text, "emea", "mail_providers", std::string(64, 'a'));
  Require(accepted == text || accepted.find(std::string(64, 'a')) != std::string::npos, "an acceptance");
  set.Put(pack);
  const packs::LoadResult result = packs::LoadRuleSet(set);
  bool errors = false;
  for (const Diagnostic& d : result.diagnostics) {
    CheckDiagnostic(d, set);
    errors = errors || d.severity == Severity::kError;
  }
  Require((result.rules == nullptr) == errors, "rules or errors");
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadline::fuzz::Load({reinterpret_cast<const char*>(data), size});
  return 0;
}
