// Checks that compare one call with another.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <list>
#include <mutex>
#include <thread>

#include "plugin/check/probe/probes.h"
#include "plugin/check/subject/watch.h"

namespace leadline::plugin::check {
namespace {

// Each item in a call of its own.
std::vector<CallOutcome> OneByOne(Probe& probe, Instance& instance, const Offered& offered,
                                  std::span<const Item> items) {
  std::vector<CallOutcome> outcomes;
  for (const Item& item : items) outcomes.push_back(probe.Run(instance, offered, {&item, 1}));
  return outcomes;
}

std::vector<Item> MixedItems(Probe& probe, uint64_t salt) {
  ItemSource source = probe.Items(salt);
  std::vector<Item> items = source.Make(Flavour::kOrdinary, 24);
  if (probe.Survives(Flavour::kRandom)) {
    for (Item& item : source.Make(Flavour::kRandom, 16)) items.push_back(std::move(item));
  }
  items.push_back(source.Make(Flavour::kNull));
  return items;
}

constexpr int kThreads = 4;

// Runs `body` on several threads that begin at once.
template <class Body>
void OnThreads(Body body) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      UseFaultStack();
      start.arrive_and_wait();
      body(t);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// A serial outcome that calls at the same time are compared with.
struct Expected {
  Expected(const Offered& o, std::vector<Item> made)
      : offered(o), items(std::move(made)), batch(*o.capability, items, placer, placer) {}
  Offered offered;
  std::vector<Item> items;
  BlockPlacer placer;
  Batch batch;
  CallOutcome outcome;
};

std::list<Expected> Serially(Probe& probe, Instance& instance) {
  std::list<Expected> all;
  for (const Offered& offered : probe.subject().Offers()) {
    for (uint64_t salt = 0; salt < 4; ++salt) {
      std::vector<Item> items = probe.Items(100 + salt).Make(Flavour::kOrdinary, 16);
      if (!probe.IsSettled(instance, offered, items)) break;
      Expected& expected = all.emplace_back(offered, std::move(items));
      expected.outcome = probe.Run(instance, offered, expected.batch);
    }
  }
  return all;
}

// Calls until `rounds` are done; the first difference, or nothing.
std::string Compare(const std::list<Expected>& expected, Instance& instance, int rounds, std::atomic<bool>& stop) {
  for (int round = 0; round < rounds && !stop; ++round) {
    for (const Expected& e : expected) {
      CallOutcome outcome = Call(*e.offered.capability, e.offered.table, instance.self(), e.batch);
      if (std::string text = Difference(e.outcome, outcome); !text.empty()) {
        stop = true;
        return fmt::format("{}(): {}", e.offered.capability->function, text);
      }
    }
  }
  return "";
}

constexpr int kRounds = 150;

}  // namespace

void ProbeBatchIndependent(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  for (const Offered& offered : probe.subject().Offers()) {
    std::vector<Item> items = MixedItems(probe, 11);
    if (!probe.IsSettled(*instance, offered, items)) continue;
    CallOutcome batch = probe.Run(*instance, offered, items);
    std::vector<CallOutcome> single = OneByOne(probe, *instance, offered, items);
    bool any_failed = std::any_of(single.begin(), single.end(), [](const CallOutcome& o) { return !o.ok(); });
    if (batch.ok() == any_failed) {
      probe.Fail(fmt::format("{}(): the batch {}, yet item by item {}", offered.capability->function,
                             batch.ok() ? "succeeds" : "fails", any_failed ? "one fails" : "all succeed"));
    }
    for (size_t i = 0; batch.ok() && i < items.size(); ++i) {
      if (!single[i].ok()) continue;
      std::string text = Difference(batch.items[i], single[i].items[0]);
      if (text.empty()) continue;
      probe.Fail(fmt::format("{}(): item {} gives in its batch of {} and by itself: {}; judge each item by itself",
                             offered.capability->function, i, items.size(), text));
      break;
    }
  }
  probe.Destroy(*instance);
}

void ProbeRepeatable(Probe& probe) {
  bool pure = (probe.subject().Describe().flags & LEADLINE_FLAG_PURE) != 0;
  auto first = probe.Make();
  auto second = first == nullptr ? nullptr : probe.Make();
  if (second == nullptr) return;
  for (const Offered& offered : probe.subject().Offers()) {
    std::vector<Item> items = MixedItems(probe, 12);
    std::vector<CallOutcome> once = OneByOne(probe, *first, offered, items);
    auto compare = [&](const std::vector<CallOutcome>& other, std::string_view how) {
      for (size_t i = 0; i < items.size(); ++i) {
        std::string text = Difference(once[i], other[i]);
        if (text.empty()) continue;
        std::string message = fmt::format("{}() gives other results {}: {}", offered.capability->function, how, text);
        if (pure) {
          probe.Fail(message + "; outputs may depend on config, items and now() alone: else take out PURE");
        } else {
          probe.Warn(message + "; a decision that cannot be repeated cannot be explained");
        }
        return false;
      }
      return true;
    };
    std::vector<Item> reversed(items.rbegin(), items.rend());
    std::vector<CallOutcome> backwards = OneByOne(probe, *first, offered, reversed);
    std::reverse(backwards.begin(), backwards.end());
    if (!compare(OneByOne(probe, *first, offered, items), "the second time")) continue;
    if (!compare(backwards, "in another order")) continue;
    compare(OneByOne(probe, *second, offered, items), "on another instance");
  }
  probe.Destroy(*first);
  probe.Destroy(*second);
}

void ProbeSymmetric(Probe& probe) {
  const std::vector<Offered>& offers = probe.subject().Offers();
  auto merge = std::find_if(offers.begin(), offers.end(),
                            [](const Offered& o) { return o.capability->id == LEADLINE_MERGE_V1; });
  if (merge == offers.end()) return probe.Skip("it does not offer leadline.merge/1");
  auto instance = probe.Make();
  if (instance == nullptr) return;
  std::vector<Item> items = MixedItems(probe, 13);
  if (!probe.IsSettled(*instance, *merge, items)) return;
  std::vector<Item> swapped = items;
  for (Item& item : swapped) std::swap(item.record, item.right);
  std::vector<CallOutcome> one = OneByOne(probe, *instance, *merge, items);
  std::vector<CallOutcome> other = OneByOne(probe, *instance, *merge, swapped);
  for (size_t i = 0; i < items.size(); ++i) {
    // Reasons may say left and right.
    bool same = one[i].code == other[i].code && (!one[i].ok() || one[i].items[0].output == other[i].items[0].output);
    if (same) continue;
    std::string a = one[i].ok() ? one[i].items[0].output : CodeName(one[i].code);
    std::string b = other[i].ok() ? other[i].items[0].output : CodeName(other[i].code);
    probe.Fail(
        fmt::format("compare() gives {}, and {} with left and right swapped; the order of a pair means nothing", a, b));
    break;
  }
  probe.Destroy(*instance);
}

void ProbeParallelInstances(Probe& probe) {
  auto serial = probe.Make();
  if (serial == nullptr) return;
  std::list<Expected> expected = Serially(probe, *serial);
  probe.Step(Phase::kCall, "with one instance on each of several threads");
  std::atomic<bool> stop{false};
  std::mutex mutex;
  OnThreads([&](int) {
    CreateSettings settings = probe.Settings();
    for (int generation = 0; generation < 3 && !stop; ++generation) {
      Instance instance(probe.subject(), settings);
      std::string text = instance.Create() == LEADLINE_OK ? Compare(expected, instance, kRounds / 3, stop)
                                                          : "create() failed: " + instance.error();
      instance.Destroy();
      std::lock_guard lock(mutex);
      if (text.empty() || probe.has_failed()) continue;
      probe.Fail(text + " when other instances are called at the same time; instances may share nothing that changes");
      return;
    }
  });
  probe.Destroy(*serial);
}

void ProbeConcurrent(Probe& probe) {
  if ((probe.subject().Describe().flags & LEADLINE_FLAG_CONCURRENT) == 0) {
    return probe.Skip("it does not claim CONCURRENT: the host calls an instance from one thread at a time");
  }
  auto instance = probe.Make();
  if (instance == nullptr) return;
  std::list<Expected> expected = Serially(probe, *instance);
  probe.Step(Phase::kCall, "with one instance called by several threads at once");
  std::atomic<bool> stop{false};
  std::mutex mutex;
  OnThreads([&](int) {
    std::string text = Compare(expected, *instance, kRounds, stop);
    std::lock_guard lock(mutex);
    if (text.empty() || probe.has_failed()) return;
    probe.Fail(text +
               " when the instance is called by other threads at the same time; protect what it alters, or take "
               "out CONCURRENT");
  });
  probe.Destroy(*instance);
}

}  // namespace leadline::plugin::check
