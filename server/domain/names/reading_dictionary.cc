#include "domain/names/reading_dictionary.h"

#include "domain/reference_versions.h"
#include "fmt/format.h"

#ifdef LEADLINE_MECAB
#include <mecab.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#endif

namespace leadline::domain {

#ifdef LEADLINE_MECAB
namespace {

constexpr size_t kLongestText = 100;
// Neither the machine's nor the user's settings: everywhere the same words.
constexpr const char* kDictionary = "/var/lib/mecab/dic/ipadic-utf8";
constexpr size_t kReadingColumn = 7;

struct Dictionary {
  std::unique_ptr<MeCab::Model> model;
  std::string version;
};

Dictionary Open() {
  Dictionary opened;
  opened.model.reset(MeCab::createModel(fmt::format("-r /dev/null -d {}", kDictionary).c_str()));
  if (opened.model == nullptr) {
    opened.version = fmt::format("none: no dictionary in {}; install mecab-ipadic-utf8", kDictionary);
    return opened;
  }
  const MeCab::DictionaryInfo* words = opened.model->dictionary_info();
  if (words == nullptr || absl::AsciiStrToUpper(words->charset) != "UTF-8") {
    opened.model.reset();
    opened.version = fmt::format("none: the dictionary in {} is not in UTF-8", kDictionary);
    return opened;
  }
  opened.version = fmt::format("IPADIC of {} words (MeCab {})", words->size, MeCab::Model::version());
  return opened;
}

const Dictionary& TheDictionary() {
  static const Dictionary kDictionaryOfThisMachine = Open();
  return kDictionaryOfThisMachine;
}

// MeCab's working memory for one text.
struct Desk {
  std::unique_ptr<MeCab::Tagger> tagger;
  std::unique_ptr<MeCab::Lattice> lattice;
};

Desk& ThreadDesk() {
  thread_local Desk desk{std::unique_ptr<MeCab::Tagger>(TheDictionary().model->createTagger()),
                         std::unique_ptr<MeCab::Lattice>(TheDictionary().model->createLattice())};
  return desk;
}

bool ReadColumns(const MeCab::Node* node, DictionaryReading& out) {
  for (; node != nullptr && node->next != nullptr; node = node->next) {
    const std::vector<std::string> columns = absl::StrSplit(node->feature, ',');
    if (columns.size() <= kReadingColumn || columns[kReadingColumn] == "*") return false;
    out.words.emplace_back(node->surface, node->length);
    out.kana.push_back(columns[kReadingColumn]);
    if (columns[2] == "人名") ++out.names;
  }
  return !out.words.empty();
}

}  // namespace

std::vector<DictionaryReading> DictionaryReadings(const std::string& text, size_t most) {
  std::vector<DictionaryReading> readings;
  if (text.empty() || text.size() > kLongestText || TheDictionary().model == nullptr) return readings;
  Desk& desk = ThreadDesk();
  if (desk.tagger == nullptr || desk.lattice == nullptr) return readings;
  desk.lattice->clear();
  desk.lattice->set_request_type(MECAB_NBEST);
  desk.lattice->set_sentence(text.data(), text.size());
  if (!desk.tagger->parse(desk.lattice.get())) return readings;
  // The first call of next() gives the best reading, which parse() has left there, a second time.
  for (size_t i = 0; i < most && desk.lattice->next(); ++i) {
    DictionaryReading reading;
    if (ReadColumns(desk.lattice->bos_node()->next, reading)) readings.push_back(std::move(reading));
  }
  return readings;
}

std::string JapaneseReadingsVersion() { return TheDictionary().version; }

#else

std::vector<DictionaryReading> DictionaryReadings(const std::string&, size_t) { return {}; }

std::string JapaneseReadingsVersion() { return "none: built without MeCab (libmecab-dev)"; }

#endif

}  // namespace leadline::domain
