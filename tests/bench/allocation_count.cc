#include "tests/bench/allocation_count.h"

#include <cstdlib>
#include <new>

namespace leadline::bench {
namespace {
thread_local int64_t allocations = 0;
}  // namespace

int64_t AllocationCount() { return allocations; }

}  // namespace leadline::bench

// The other forms of new and delete come down to these by the standard's own defaults, except the aligned ones, which
// nothing here uses. The one that does not throw is here because AddressSanitizer has its own.
void* operator new(size_t bytes) {
  ++leadline::bench::allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  ++leadline::bench::allocations;
  return std::malloc(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
