#include "domain/linkage/key_parts.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace leadline::linkage {
namespace {

using Hashes = std::vector<uint64_t>;
using PartOf = std::function<void(const Value& value, Hashes& out)>;

constexpr size_t kSoundLetters = 4;
constexpr size_t kPhoneDigits = 7;
constexpr size_t kRareWords = 3;
constexpr size_t kPairedWords = 4;

// FNV-1a, then mixed: the same everywhere and always, since the order of keys follows from what they find.
uint64_t HashOf(std::string_view text) {
  uint64_t hash = 1469598103934665603U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return Mix(hash, text.size());
}

// The first letter and the next consonants, without doubles: what is left of a name when its vowels are misheard.
std::string SoundOf(std::string_view name) {
  std::string sound;
  for (const char c : name) {
    if (!sound.empty() && std::string_view("aeiouyhw ").find(c) != std::string_view::npos) continue;
    if (sound.empty() || sound.back() != c) sound += c;
  }
  return sound.substr(0, kSoundLetters);
}

class PartMaker {
 public:
  explicit PartMaker(const RecordTable& table) : table_(table) {}

  std::vector<KeyPart> All() {
    for (size_t field = 0; field < table_.fields().size(); ++field) AddField(field);
    return std::move(parts_);
  }

 private:
  void Add(size_t field, std::string_view part, const PartOf& part_of, bool of_name = false) {
    const Column& column = table_.column(field);
    KeyPart& made = parts_.emplace_back();
    made.name = table_.fields()[field].name;
    if (!part.empty()) made.name.append(".").append(part);
    made.field = field;
    made.of_name = of_name;
    made.begin = {0, 0};  // of the value that is none
    for (uint32_t i = 1; i < column.value_count(); ++i) {
      part_of(column.value(i), made.hashes);
      made.begin.push_back(static_cast<uint32_t>(made.hashes.size()));
    }
  }
  // A text of each value; none where it is empty.
  void AddText(size_t field, std::string_view part, const std::function<std::string(const Value&)>& text_of,
               bool of_name = false) {
    Add(
        field, part,
        [&](const Value& value, Hashes& out) {
          if (const std::string text = text_of(value); !text.empty()) out.push_back(HashOf(text));
        },
        of_name);
  }

  void AddField(size_t field) {
    const auto whole = [](const Value& value) { return value.text; };
    switch (table_.fields()[field].type) {
      case FieldType::kGivenName:
      case FieldType::kFamilyName:
        AddText(field, "", whole, true);
        AddText(
            field, "sound", [](const Value& value) { return '~' + SoundOf(value.text); }, true);
        break;
      case FieldType::kPlace:
        AddText(field, "", whole);
        AddText(field, "sound", [](const Value& value) { return SoundOf(value.text); });
        break;
      case FieldType::kDate:
        AddDate(field);
        break;
      case FieldType::kEmail:
        AddText(field, "", whole);
        AddText(field, "letters", [](const Value& value) {
          std::string letters = MailLetters(value);
          return letters.size() < 3 ? "" : letters;
        });
        AddText(field, "domain", [](const Value& value) { return value.text.substr(value.local_size); });
        break;
      case FieldType::kPhone:
        AddText(field, "", [](const Value& value) {
          return value.text.substr(value.text.size() - std::min(value.text.size(), kPhoneDigits));
        });
        break;
      case FieldType::kWebsite:
      case FieldType::kPostcode:
      case FieldType::kIdentifier:
        AddText(field, "", whole);
        break;
      case FieldType::kAddress:
        AddWords(field);
        AddHouse(field);
        break;
      case FieldType::kFullName:
      case FieldType::kCompany:
      case FieldType::kText:
        AddWords(field);
        break;
    }
  }

  void AddDate(size_t field) {
    AddText(field, "", [](const Value& value) { return value.text; });
    const auto digits = [&](std::string_view part, size_t first, size_t second) {
      AddText(field, part, [=](const Value& value) {
        return value.dated ? value.text.substr(first, 4) + value.text.substr(second, 2) : std::string();
      });
    };
    digits("year_month", 0, 4);
    digits("year_day", 0, 6);
    AddText(field, "month_day", [](const Value& value) { return value.dated ? value.text.substr(4) : std::string(); });
  }

  std::vector<uint32_t> RarestWords(const Column& column, const Value& value, size_t most) {
    std::vector<uint32_t> words = value.words;
    std::sort(words.begin(), words.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(column.word(a).values, a) < std::pair(column.word(b).values, b);
    });
    if (words.size() > most) words.resize(most);
    return words;
  }
  void AddWords(size_t field) {
    const Column& column = table_.column(field);
    AddText(field, "", [](const Value& value) { return value.text; });
    Add(field, "rare_words", [&](const Value& value, Hashes& out) {
      for (const uint32_t word : RarestWords(column, value, kRareWords)) out.push_back(HashOf(column.word(word).text));
    });
    Add(field, "two_words", [&](const Value& value, Hashes& out) {
      std::vector<uint32_t> words = RarestWords(column, value, kPairedWords);
      std::sort(words.begin(), words.end());
      for (size_t i = 0; i < words.size(); ++i) {
        for (size_t j = i + 1; j < words.size(); ++j) {
          out.push_back(Mix(HashOf(column.word(words[i]).text), HashOf(column.word(words[j]).text)));
        }
      }
    });
  }
  // The house number with how each longer word sounds.
  void AddHouse(size_t field) {
    const Column& column = table_.column(field);
    Add(field, "house", [&](const Value& value, Hashes& out) {
      if (value.house_number < 0) return;
      for (const uint32_t word : value.words) {
        const std::string& text = column.word(word).text;
        if (text.size() < 3 || (text[0] >= '0' && text[0] <= '9')) continue;
        out.push_back(Mix(static_cast<uint64_t>(value.house_number), HashOf(SoundOf(text))));
      }
    });
  }

  const RecordTable& table_;
  std::vector<KeyPart> parts_;
};

}  // namespace

// The finaliser of MurmurHash3 (Appleby), over both.
uint64_t Mix(uint64_t a, uint64_t b) {
  a ^= b + 0x9e3779b97f4a7c15U + (a << 6) + (a >> 2);
  a ^= a >> 33;
  a *= 0xff51afd7ed558ccdU;
  a ^= a >> 33;
  a *= 0xc4ceb9fe1a85ec53U;
  return a ^ (a >> 33);
}

std::vector<KeyPart> KeyPartsOf(const RecordTable& table) { return PartMaker(table).All(); }

}  // namespace leadline::linkage
