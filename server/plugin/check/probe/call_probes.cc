// Checks of single calls: that they come back, and what they give.
#include <algorithm>
#include <atomic>
#include <chrono>

#include "plugin/check/probe/probes.h"

namespace leadline::plugin::check {
namespace {

// Not kNotUtf8: who is given no text need not give any.
constexpr Flavour kAllFlavours[] = {Flavour::kOrdinary, Flavour::kNull,    Flavour::kRandom,
                                    Flavour::kEmpty,    Flavour::kExtreme, Flavour::kNoChoice};

// Calls every capability with items of `flavour`. Errors are no failure: a plugin may refuse what no record holds.
void Survive(Probe& probe, Instance& instance, Flavour flavour, size_t count, std::string_view what) {
  ItemSource source = probe.Items();
  for (const Offered& offered : probe.subject().Offers()) {
    CallOutcome outcome = probe.Run(instance, offered, source.Make(flavour, count));
    // Text is UTF-8 by contract: who is given anything else may say so.
    if (outcome.ok() || flavour == Flavour::kNotUtf8) continue;
    probe.Warn(
        fmt::format("{}() fails the whole batch with {} for {}: {}; answer for such an item instead of failing its "
                    "neighbours",
                    offered.capability->function, CodeName(outcome.code), what, outcome.error));
  }
}

// The faults of one rule, over inputs of every flavour.
template <class Report>
void CollectFaults(Probe& probe, std::string_view rule, Report report) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  ItemSource source = probe.Items();
  for (const Offered& offered : probe.subject().Offers()) {
    for (Flavour flavour : kAllFlavours) {
      if (!probe.Survives(flavour)) continue;
      CallOutcome outcome = probe.Run(*instance, offered, source.Make(flavour, 16));
      auto fault =
          std::find_if(outcome.faults.begin(), outcome.faults.end(), [&](const Fault& f) { return f.check == rule; });
      if (fault == outcome.faults.end()) continue;
      report(offered, *fault);
      break;
    }
  }
  if (rule == "interface-use" && !instance->fault().empty()) probe.Fail(instance->fault());
  probe.Destroy(*instance);
}

}  // namespace

void ProbeCall(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  if (probe.subject().Offers().empty()) return probe.Fail("it has none of the capabilities that its manifest names");
  ItemSource source = probe.Items();
  for (const Offered& offered : probe.subject().Offers()) {
    CallOutcome outcome = probe.Run(*instance, offered, source.Make(Flavour::kFull, 8));
    if (outcome.ok()) continue;
    probe.Fail(fmt::format("{}() fails ordinary items with {}: {}; see which input it refuses, and whether it should",
                           offered.capability->function, CodeName(outcome.code), outcome.error));
  }
  probe.Destroy(*instance);
}

void ProbeOutputs(Probe& probe) {
  CollectFaults(probe, probe.job().check, [&](const Offered& offered, const Fault& fault) {
    probe.Fail(fmt::format("{}(): {}", offered.capability->function, fault.text));
  });
}

void ProbeScoreReasons(Probe& probe) {
  CollectFaults(probe, "score-reasons", [&](const Offered&, const Fault& fault) {
    probe.Warn(fmt::format("{}; people are shown the reasons as the account of the points", fault.text));
  });
}

void ProbeNullFields(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  Survive(probe, *instance, Flavour::kNull, 16, "records without any value");
  probe.Destroy(*instance);
}

void ProbeRandomFields(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  Survive(probe, *instance, Flavour::kRandom, 64, "values at random, each of its kind");
  probe.Destroy(*instance);
}

void ProbeOddTexts(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  Survive(probe, *instance, Flavour::kEmpty, 8, "empty texts and lists");
  Survive(probe, *instance, Flavour::kLong, 2, "texts of 16 KiB");
  Survive(probe, *instance, Flavour::kNotUtf8, 32, "texts that are not UTF-8");
  probe.Destroy(*instance);
}

void ProbeExtremes(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  Survive(probe, *instance, Flavour::kExtreme, 64, "the ends of each range");
  Survive(probe, *instance, Flavour::kNoChoice, 16, "requests in which nobody is free");
  probe.Destroy(*instance);
}

void ProbeBatchSizes(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  ItemSource source = probe.Items();
  for (const Offered& offered : probe.subject().Offers()) {
    for (size_t count : {size_t{1}, size_t{64}, size_t{LEADLINE_MAX_BATCH}}) {
      CallOutcome outcome = probe.Run(*instance, offered, source.Make(Flavour::kOrdinary, count));
      if (outcome.ok()) continue;
      probe.Fail(fmt::format("{}() fails {} ordinary items with {}: {}", offered.capability->function, count,
                             CodeName(outcome.code), outcome.error));
    }
  }
  probe.Destroy(*instance);
}

void ProbeDeadline(Probe& probe) {
  using std::chrono::steady_clock;
  constexpr auto kSoon = std::chrono::milliseconds(250);
  auto instance = probe.Make();
  if (instance == nullptr) return;
  std::atomic<bool> cancelled{true};
  for (const Offered& offered : probe.subject().Offers()) {
    std::vector<Item> items = probe.Items().Make(Flavour::kOrdinary, LEADLINE_MAX_BATCH);
    CallSettings late;
    late.options.deadline = steady_clock::now() - std::chrono::seconds(1);
    CallSettings unwanted;
    unwanted.options.cancelled = &cancelled;
    for (const CallSettings& settings : {late, unwanted}) {
      // The least of three: a machine that is busy otherwise is not the plugin's fault.
      auto took = std::chrono::milliseconds::max();
      for (int i = 0; i < 3 && took > kSoon; ++i) {
        auto start = steady_clock::now();
        probe.Run(*instance, offered, items, settings);
        took = std::min(took, std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start));
      }
      if (took <= kSoon) continue;
      probe.Warn(fmt::format("{}() worked on for {} ms on {} items though {}; ask {}() between items and give up",
                             offered.capability->function, took.count(), items.size(),
                             settings.options.deadline ? "time_left() was 0" : "cancelled() was 1",
                             settings.options.deadline ? "time_left" : "cancelled"));
    }
  }
}

}  // namespace leadline::plugin::check
