#include "packs/run/text_codes.h"

#include <bit>
#include <cstring>

namespace leadline::packs {
namespace {

uint64_t Load(const char* bytes, size_t count) {
  uint64_t out = 0;
  std::memcpy(&out, bytes, count);
  return out;
}

}  // namespace

// Eight bytes at a time, the last ones overlapping: all of the text counts, and short ones take two steps.
uint32_t TextCodes::Hash(std::string_view text) {
  constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  uint64_t hash = text.size() * kMultiplier;
  const char* at = text.data();
  size_t left = text.size();
  for (; left > 8; at += 8, left -= 8) hash = std::rotl((hash ^ Load(at, 8)) * kMultiplier, 29);
  uint64_t rest = 0;
  if (text.size() >= 8) {
    rest = Load(at + left - 8, 8);
  } else if (left >= 4) {
    rest = Load(at, 4) | Load(at + left - 4, 4) << 32;
  } else if (left > 0) {
    rest = Load(at, 1) | Load(at + left / 2, 1) << 8 | Load(at + left - 1, 1) << 16;
  }
  hash = (hash ^ rest) * kMultiplier;
  return static_cast<uint32_t>(hash >> 32);
}

uint32_t TextCodes::Intern(std::string_view text) {
  if (const uint32_t known = Find(text); known != kOther) return known;
  if (2 * texts_.size() >= table_.size()) Grow(4 * texts_.size());
  texts_.emplace_back(text);
  const uint32_t code = size() - 1;
  Insert(code);
  return code;
}

void TextCodes::Insert(uint32_t code) {
  const uint32_t hash = Hash(texts_[code - 2]);
  size_t at = hash & mask_;
  while (table_[at].code != 0) at = (at + 1) & mask_;
  table_[at] = {hash, code};
}

void TextCodes::Grow(size_t places) {
  const size_t size = std::bit_ceil(places);
  if (size <= table_.size()) return;
  table_.assign(size, {});
  mask_ = size - 1;
  for (uint32_t code = kOther + 1; code < this->size(); ++code) Insert(code);
}

}  // namespace leadline::packs
