#include "domain/names/name_words.h"

#include "absl/container/flat_hash_map.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr std::string_view kTitles[] = {
    "dr",   "prof", "professor", "doctor", "mr",  "mrs", "ms",  "miss", "mx",  "sir", "dame",  "lord",
    "lady", "herr", "frau",      "dipl",   "mag", "msc", "bsc", "phd",  "md",  "mba", "rev",   "mme",
    "mlle", "sra",  "srta",      "dott",   "dra", "drs", "mgr", "llm",  "esq", "cpa", "senor", "senora"};
// Of what: "Dr. med.", "Dipl.-Ing.". By themselves they may be names, as Ing-wen and Phil are.
constexpr std::string_view kFields[] = {"ing",   "med", "jur", "phil", "nat", "rer",
                                        "habil", "hc",  "h",   "c",    "kfm", "oec"};
constexpr std::string_view kGenerations[] = {"jr", "junior", "sr", "senior", "ii", "iii", "iv"};
constexpr std::string_view kParticles[] = {"van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "dos",
                                           "das", "do", "du", "des", "la", "le", "lo", "el", "al", "af", "av", "zu",
                                           "zum", "zur", "ten", "ter", "te", "bin", "ben", "ibn", "bint", "ul", "y",
                                           "e", "t", "het", "d", "st",
                                           // As Arabic and Hebrew write bin, ibn and bint.
                                           "bn", "abn", "bnt"};

enum class Kind { kTitle, kField, kGeneration, kParticle };

using Kinds = absl::flat_hash_map<std::string_view, Kind>;

const Kinds& KindsOfWords() {
  static const Kinds kTable = [] {
    Kinds table;
    for (const std::string_view word : kTitles) table.emplace(word, Kind::kTitle);
    for (const std::string_view word : kFields) table.emplace(word, Kind::kField);
    for (const std::string_view word : kGenerations) table.emplace(word, Kind::kGeneration);
    for (const std::string_view word : kParticles) table.emplace(word, Kind::kParticle);
    return table;
  }();
  return kTable;
}

bool Is(std::string_view word, Kind kind) {
  const auto found = KindsOfWords().find(word);
  return found != KindsOfWords().end() && found->second == kind;
}

std::vector<std::string_view> WithoutTitles(const std::vector<std::string_view>& words, std::string_view& generation) {
  if (words.size() < 2) return words;
  std::vector<std::string_view> out;
  bool after_title = false;
  for (size_t i = 0; i < words.size(); ++i) {
    after_title = Is(words[i], Kind::kTitle) || (after_title && Is(words[i], Kind::kField));
    // Nobody is called by a number or an age alone, so these come behind a name.
    if (i > 0 && Is(words[i], Kind::kGeneration)) {
      generation = words[i].starts_with('j') ? "jr" : words[i].starts_with('s') ? "sr" : words[i];
    } else if (!after_title) {
      out.push_back(words[i]);
    }
  }
  return out.empty() ? words : out;
}

}  // namespace

NameWords WordsOfName(const PersonName& folded) {
  NameWords out;
  out.given = WithoutTitles(Words(folded.given), out.generation);
  out.family = WithoutTitles(Words(folded.family), out.generation);
  std::vector<std::string_view>& whole = out.given.empty() ? out.family : out.given;
  if ((out.given.empty() || out.family.empty()) && whole.size() >= 2) {
    const std::vector<std::string_view> words = whole;
    auto cut = words.end() - 1;
    while (cut - 1 != words.begin() && IsParticle(*(cut - 1))) --cut;
    out.given.assign(words.begin(), cut);
    out.family.assign(cut, words.end());
  }
  return out;
}

bool IsParticle(std::string_view word) { return Is(word, Kind::kParticle); }

std::string InOne(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) out += word;
  return out;
}

std::string InOneWithoutParticles(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!IsParticle(word)) out += word;
  }
  return out.empty() ? InOne(words) : out;
}

}  // namespace leadline::domain
