// Work on several threads. Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace leadline::linkage {

// Calls `work(begin, end)` for ranges that are [0, size) together, on at most so many threads, and waits for all. A
// range has `at_a_time` at most; which thread takes which one is not said.
template <typename Work>
void InParallel(size_t size, size_t at_a_time, int threads, const Work& work) {
  std::atomic<size_t> next{0};
  const auto run = [&] {
    for (size_t begin = next.fetch_add(at_a_time); begin < size; begin = next.fetch_add(at_a_time)) {
      work(begin, std::min(size, begin + at_a_time));
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads && static_cast<size_t>(i) * at_a_time < size; ++i) others.emplace_back(run);
  run();
  for (std::thread& thread : others) thread.join();
}

}  // namespace leadline::linkage
