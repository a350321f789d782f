// Checks that what an instance takes goes with it.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "plugin/check/probe/probes.h"

// There when a sanitizer keeps the heap, which mallinfo2() then knows nothing of.
extern "C" __attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes();

namespace leadline::plugin::check {
namespace {

constexpr int kMostCycles = 1'000;

int64_t HeapInUse() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) {
    return static_cast<int64_t>(__sanitizer_get_current_allocated_bytes());
  }
  struct mallinfo2 info = mallinfo2();
  return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

// What the process alone has, in bytes: also that which does not come from the C library's heap.
int64_t DataBytes() {
  std::ifstream file("/proc/self/statm");
  std::array<int64_t, 6> pages{};
  for (int64_t& n : pages) file >> n;
  return pages[5] * sysconf(_SC_PAGESIZE);
}

int64_t CountEntries(const char* folder) {
  std::error_code error;
  int64_t n = 0;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) ++n;
  return n;
}
int64_t OpenDescriptors() { return CountEntries("/proc/self/fd"); }

// Makes an instance, calls each capability once, and ends it.
class Cycle {
 public:
  explicit Cycle(Probe& probe) : probe_(probe) {}

  // False, with a finding, when create() fails.
  bool Run() {
    Instance instance(probe_.subject(), probe_.Settings());
    probe_.Step(Phase::kCreate, "in create(), after many others");
    if (instance.Create() != LEADLINE_OK) {
      probe_.Fail(fmt::format("create() fails after many create() and destroy(): {}", instance.error()));
      return false;
    }
    if (inputs_.empty()) MakeInputs();
    for (const Input& input : inputs_) {
      probe_.Step(Phase::kCall, input.offered.capability->function);
      Call(*input.offered.capability, input.offered.table, instance.self(), input.batch);
    }
    probe_.Destroy(instance);
    return true;
  }

  // As many as fit into about two seconds, at least 20.
  int Affordable() {
    using std::chrono::steady_clock;
    auto start = steady_clock::now();
    for (int i = 0; i < 3; ++i) {
      if (!Run()) return 0;
    }
    auto each = (steady_clock::now() - start) / 3 + std::chrono::nanoseconds(1);
    return static_cast<int>(std::clamp<int64_t>(std::chrono::seconds(2) / each, 20, kMostCycles));
  }

 private:
  struct Input {
    Offered offered;
    Batch batch;
  };
  void MakeInputs() {
    items_ = probe_.Items(21).Make(Flavour::kOrdinary, 4);
    for (const Offered& offered : probe_.subject().Offers()) {
      inputs_.push_back({offered, Batch(*offered.capability, items_, placer_, placer_)});
    }
  }

  Probe& probe_;
  std::vector<Item> items_;
  BlockPlacer placer_;
  std::vector<Input> inputs_;
};

// One lost block of the smallest size in every fourth cycle: less is the heap's own keeping of books.
constexpr int64_t kLeastLoss = 8;

struct Growth {
  int64_t first = 0;   // in the second quarter of the cycles and the third
  int64_t second = 0;  // in the last
};

// Linear growth goes on as it was; caches and pools fill up and stop.
bool IsLinear(const Growth& growth) {
  return growth.first > 0 && growth.second * 2 >= growth.first && growth.second <= growth.first * 2;
}

void JudgeGrowth(Probe& probe, Growth growth, int cycles, int64_t least, std::string_view what,
                 std::string_view remedy) {
  if (growth.second < least) return;
  std::string text = fmt::format("{} grew by {} bytes over {} cycles, and by {} over the {} before; {}", what,
                                 growth.second, cycles, growth.first, cycles, remedy);
  if (IsLinear(growth)) {
    probe.Fail(fmt::format("about {} bytes a cycle are lost: {}", (growth.second + cycles / 2) / cycles, text));
  } else {
    probe.Warn(text);
  }
}

}  // namespace

int64_t Threads() { return CountEntries("/proc/self/task"); }

void ProbeMemory(Probe& probe) {
  Cycle cycle(probe);
  int count = cycle.Affordable();
  if (count == 0) return;
  // A quarter to warm up, then two halves.
  int half = std::max(8, count * 3 / 8);
  auto run = [&](int n) {
    for (int i = 0; i < n; ++i) {
      if (!cycle.Run()) return false;
    }
    return true;
  };
  if (!run(std::max(4, count / 4))) return;
  std::array<int64_t, 3> heap{};
  std::array<int64_t, 3> data{};
  for (size_t i = 0; i < 3; ++i) {
    heap[i] = HeapInUse();
    data[i] = DataBytes();
    if (i < 2 && !run(half)) return;
  }
  constexpr std::string_view kRemedy = "free in destroy() all that create() and the calls took";
  const Growth grown{heap[1] - heap[0], heap[2] - heap[1]};
  // On a busy machine the cycles are few, and a few hundred bytes of the heap's own look like a loss: a loss goes on.
  bool goes_on = true;
  if (grown.second >= half * kLeastLoss && IsLinear(grown)) {
    if (!run(2 * half)) return;
    goes_on = HeapInUse() - heap[2] >= 2 * half * kLeastLoss;
  }
  // Memory outside of the heap comes in large pieces.
  if (goes_on) JudgeGrowth(probe, grown, half, half * kLeastLoss, "the heap", kRemedy);
  if (probe.has_failed()) return;
  JudgeGrowth(probe, {data[1] - data[0], data[2] - data[1]}, half, 1 << 20, "private memory", kRemedy);
}

void ProbeDescriptors(Probe& probe) {
  Cycle cycle(probe);
  int64_t before = OpenDescriptors();
  if (!cycle.Run() || !cycle.Run()) return;
  int64_t warm = OpenDescriptors();
  constexpr int kCycles = 20;
  for (int i = 0; i < kCycles; ++i) {
    if (!cycle.Run()) return;
  }
  int64_t after = OpenDescriptors();
  if (after - warm >= kCycles / 2) {
    probe.Fail(fmt::format("{} descriptors stayed open after {} create() and destroy(); close them in destroy()",
                           after - warm, kCycles));
  } else if (warm > before) {
    probe.Warn(fmt::format("{} descriptor(s) stay open for ever after the first instance", warm - before));
  }
}

void ProbeThreads(Probe& probe) {
  Cycle cycle(probe);
  int64_t at_load = Threads();
  if (!cycle.Run() || !cycle.Run()) return;
  constexpr int kCycles = 10;
  // A thread that was told to end may need a moment.
  auto settled = [](int64_t expected) {
    for (int i = 0; i < 50 && Threads() > expected; ++i) usleep(2'000);
    return Threads();
  };
  int64_t warm = settled(1);
  for (int i = 0; i < kCycles; ++i) {
    if (!cycle.Run()) return;
  }
  int64_t after = settled(warm);
  if (after - warm >= kCycles / 2) {
    probe.Fail(fmt::format("{} threads go on running after {} create() and destroy(); end and join them in destroy()",
                           after - warm, kCycles));
  } else if (warm > 1) {
    probe.Warn(
        fmt::format("{} thread(s) of its own run{}: a plugin with threads can never be unloaded, so run it in a "
                    "worker",
                    warm - 1, at_load > 1 ? " from the moment it is opened" : " on after the last instance"));
  }
}

}  // namespace leadline::plugin::check
