#include "domain/names/name_keys.h"

#include <algorithm>

#include "domain/names/given_names.h"
#include "domain/names/name_words.h"
#include "domain/names/part_readings.h"
#include "domain/names/readings.h"
#include "domain/names/sounds.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

class KeyWriter {
 public:
  void Put(const std::string& given, const std::string& family) {
    if (keys_.size() == kMostNameKeys || given.empty() || family.empty()) return;
    const auto [first, second] = std::minmax(given, family);
    AddDistinct(keys_, first + ' ' + second);
  }
  std::vector<std::string> Take() { return std::move(keys_); }

 private:
  std::vector<std::string> keys_;
};

// The given name as it is, without what follows its first word, and the full names that this one is short for.
void PutLatin(const PersonName& folded, KeyWriter& keys) {
  const NameWords words = WordsOfName(folded);
  if (words.given.empty() || words.family.empty()) return;
  const std::string family = Skeleton(InOneWithoutParticles(words.family));
  const std::string given = Skeleton(InOneWithoutParticles(words.given));
  keys.Put(given, family);
  if (words.given.size() > 1) keys.Put(Skeleton(words.given[0]), family);
  if (words.family.size() > 1) {
    keys.Put(given, Skeleton(InOne(words.family)));
    if (!IsParticle(words.family[0])) keys.Put(given, Skeleton(words.family[0]));
  }
  for (const std::string_view full : FullForms(words.given[0])) keys.Put(Skeleton(full), family);
}

}  // namespace

std::vector<std::string> NameKeys(const PersonName& name) {
  KeyWriter keys;
  if (IsAscii(name.given) && IsAscii(name.family)) {
    PutLatin({FoldText(name.given), FoldText(name.family)}, keys);
    return keys.Take();
  }
  const std::shared_ptr<const ReadName> read = ReadPersonName(name);
  size_t most = 1;
  for (const NameReading& reading : read->readings) most = std::max(most, reading.given.size() + reading.family.size());
  // The likeliest readings of all languages first.
  for (size_t sum = 0; sum < most; ++sum) {
    for (const NameReading& reading : read->readings) {
      for (size_t g = 0; g <= sum && g < reading.given.size(); ++g) {
        if (sum - g < reading.family.size()) PutLatin({reading.given[g], reading.family[sum - g]}, keys);
      }
    }
  }
  return keys.Take();
}

}  // namespace leadline::domain
