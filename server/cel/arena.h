// Memory for what one evaluation makes; freed all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace leadline::cel {

// A bump allocator for trivially destructible things. Allocates nothing until first used; Reset() keeps one block for
// the next round. Not thread-safe: one per thread.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  void* Allocate(size_t bytes, size_t align) {
    const size_t padding = -reinterpret_cast<uintptr_t>(next_) & (align - 1);
    if (bytes + padding > left_ || next_ == nullptr) return AllocateSlow(bytes, align);
    char* at = next_ + padding;
    next_ = at + bytes;
    left_ -= bytes + padding;
    return at;
  }

  template <typename T>
  T* NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(Allocate(count * sizeof(T), alignof(T)));
  }

  template <typename T>
  T* New(const T& value) {
    return new (NewArray<T>(1)) T(value);
  }

  std::string_view Copy(std::string_view text);

  template <typename T>
  std::span<const T> Copy(std::span<const T> items) {
    T* out = NewArray<T>(items.size());
    for (size_t i = 0; i < items.size(); ++i) new (out + i) T(items[i]);
    return {out, items.size()};
  }

  // Invalidates everything given out.
  void Reset();
  // Bytes held from the heap.
  size_t capacity() const { return capacity_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  void* AllocateSlow(size_t bytes, size_t align);

  char* next_ = nullptr;
  size_t left_ = 0;
  size_t capacity_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace leadline::cel
