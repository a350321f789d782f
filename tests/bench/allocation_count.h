// Counts what the program takes from the heap. Linking the source file replaces operator new.
#pragma once

#include <cstdint>

namespace leadline::bench {

// Calls of operator new by this thread so far.
int64_t AllocationCount();

}  // namespace leadline::bench
