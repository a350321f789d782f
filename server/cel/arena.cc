#include "cel/arena.h"

#include <algorithm>
#include <cstring>

namespace leadline::cel {

namespace {
constexpr size_t kFirstBlock = 4096;
constexpr size_t kLargestBlock = 1 << 20;
}  // namespace

void* Arena::AllocateSlow(size_t bytes, size_t align) {
  const size_t grown = blocks_.empty() ? kFirstBlock : std::min(blocks_.back().size * 2, kLargestBlock);
  const size_t size = std::max(bytes + align, grown);
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  capacity_ += size;
  next_ = blocks_.back().bytes.get();
  left_ = size;
  return Allocate(bytes, align);
}

std::string_view Arena::Copy(std::string_view text) {
  char* out = NewArray<char>(text.size());
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return {out, text.size()};
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  if (blocks_.size() == 1) {
    next_ = blocks_.front().bytes.get();
    left_ = capacity_;
    return;
  }
  // The largest block is the one worth keeping.
  auto largest =
      std::max_element(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) { return a.size < b.size; });
  std::swap(*largest, blocks_.front());
  blocks_.resize(1);
  capacity_ = blocks_.front().size;
  next_ = blocks_.front().bytes.get();
  left_ = capacity_;
}

}  // namespace leadline::cel
