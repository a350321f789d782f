// The texts that rules compare one field with, numbered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::packs {

// A record's value is looked up once; every comparison of the field is then a bit, and rules are found by it. Code 0:
// absent, 1: another text, from 2 on the constants. Immutable, and so thread-safe, once all constants are in.
class TextCodes {
 public:
  static constexpr uint32_t kAbsent = 0;
  static constexpr uint32_t kOther = 1;

  // The constant's code, new or known.
  uint32_t Intern(std::string_view text);
  // Spreads the table out, so that most values are found or missed at once: call when all constants are in.
  void Index() { Grow(4 * texts_.size()); }

  uint32_t Find(std::string_view text) const {
    const uint32_t hash = Hash(text);
    for (size_t at = hash & mask_; table_[at].code != 0; at = (at + 1) & mask_) {
      if (table_[at].hash == hash && texts_[table_[at].code - 2] == text) return table_[at].code;
    }
    return kOther;
  }
  // One more than the highest code.
  uint32_t size() const { return static_cast<uint32_t>(texts_.size()) + 2; }

 private:
  struct Place {
    uint32_t hash = 0;
    uint32_t code = 0;  // 0: free
  };
  static uint32_t Hash(std::string_view text);
  // Makes the table at least so large.
  void Grow(size_t places);
  void Insert(uint32_t code);

  std::vector<std::string> texts_;
  std::vector<Place> table_ = std::vector<Place>(16);
  size_t mask_ = 15;
};

}  // namespace leadline::packs
