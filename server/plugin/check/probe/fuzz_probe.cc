// Random batches against everything that must always hold. A case depends on the seed and its number alone.
#include <chrono>

#include "plugin/check/probe/probes.h"

namespace leadline::plugin::check {
namespace {

constexpr Flavour kFlavours[] = {Flavour::kOrdinary, Flavour::kRandom,  Flavour::kRandom, Flavour::kRandom,
                                 Flavour::kExtreme,  Flavour::kNotUtf8, Flavour::kNull,   Flavour::kEmpty,
                                 Flavour::kNoChoice, Flavour::kLong};

// One case: a fresh instance, one capability, one batch.
class FuzzCase {
 public:
  FuzzCase(Probe& probe, int64_t number) : probe_(probe), number_(number) {}

  // False when something was found.
  bool Run() {
    Instance instance(probe_.subject(), probe_.Settings());
    Step(Phase::kCreate, "create");
    if (instance.Create() != LEADLINE_OK) return Found("create() failed: " + instance.error());
    ItemSource source(probe_.subject().wanted_fields(),
                      probe_.job().seed * 0x9E3779B97F4A7C15 + static_cast<uint64_t>(number_) * 0xD1B54A32D192ED03);
    const auto& offers = probe_.subject().Offers();
    const Offered& offered = offers[source.Below(offers.size())];
    std::vector<Item> items;
    size_t count = source.Below(20) == 0 ? 1 + source.Below(LEADLINE_MAX_BATCH) : 1 + source.Below(12);
    Flavour flavour = kFlavours[source.Below(std::size(kFlavours))];
    if (flavour == Flavour::kLong) count = std::min<size_t>(count, 2);
    bool mixed = source.Below(2) == 0 && flavour != Flavour::kLong;
    while (items.size() < count) {
      if (mixed) flavour = kFlavours[source.Below(std::size(kFlavours) - 1)];
      has_bad_text_ = has_bad_text_ || flavour == Flavour::kNotUtf8;
      items.push_back(source.Make(flavour));
    }
    bool good = RunCalls(instance, offered, items);
    Step(Phase::kDestroy, "destroy");
    instance.Destroy();
    return good;
  }

 private:
  void Step(Phase phase, std::string_view what) {
    probe_.Step(phase, fmt::format("in {}(), case {} of seed {} (--seed {} --case {})", what, number_,
                                   probe_.job().seed, probe_.job().seed, number_));
  }

  bool Found(std::string_view text) {
    probe_.Fail(fmt::format("case {} of seed {}: {}; run it again with --seed {} --case {}", number_, probe_.job().seed,
                            text, probe_.job().seed, number_));
    return false;
  }

  CallOutcome CallWith(Instance& instance, const Offered& offered, std::span<const Item> items) {
    Step(Phase::kCall, offered.capability->function);
    // Small batches have every piece beside an untouchable page.
    if (items.size() <= 12) {
      GuardedPlacer placer(Edge::kAfter);
      Batch batch(*offered.capability, items, placer, placer);
      Edge edge = Edge::kAfter;
      CallSettings settings;
      settings.output_edge = &edge;
      return Call(*offered.capability, offered.table, instance.self(), batch, settings);
    }
    BlockPlacer pieces;
    GuardedPlacer array(Edge::kAfter);
    Batch batch(*offered.capability, items, array, pieces);
    return Call(*offered.capability, offered.table, instance.self(), batch);
  }

  bool RunCalls(Instance& instance, const Offered& offered, std::span<const Item> items) {
    std::string_view function = offered.capability->function;
    CallOutcome batch = CallWith(instance, offered, items);
    for (const Fault& fault : batch.faults) {
      // Who is given no text need not give any.
      bool excused = has_bad_text_ && (fault.check == "reason-broken" || fault.check == "output-not-text");
      if (fault.check != "score-reasons" && !excused)
        return Found(fmt::format("{}(): {} ({})", function, fault.text, fault.check));
    }
    std::string text = Difference(batch, CallWith(instance, offered, items));
    if (!text.empty()) return Found(fmt::format("{}() gives other results the second time: {}", function, text));
    size_t some = std::min<size_t>(items.size(), 4);
    for (size_t i = 0; batch.ok() && i < some; ++i) {
      CallOutcome single = CallWith(instance, offered, items.subspan(i, 1));
      if (!single.ok()) return Found(fmt::format("{}(): item {} fails by itself, its batch does not", function, i));
      text = Difference(batch.items[i], single.items[0]);
      if (!text.empty()) return Found(fmt::format("{}(): item {} in its batch and by itself: {}", function, i, text));
    }
    return true;
  }

  Probe& probe_;
  int64_t number_;
  bool has_bad_text_ = false;
};

}  // namespace

void ProbeFuzz(Probe& probe) {
  // The first instance settles which fields there are.
  auto first = probe.Make();
  if (first == nullptr) return;
  probe.Destroy(*first);
  if (probe.job().fuzz_case >= 0) {
    FuzzCase(probe, probe.job().fuzz_case).Run();
    return;
  }
  using std::chrono::steady_clock;
  auto end = steady_clock::now() + std::chrono::duration<double>(probe.job().fuzz_seconds);
  int64_t number = 0;
  while (steady_clock::now() < end) {
    if (!FuzzCase(probe, number++).Run()) return;
  }
  PostFinding(probe.board(), {Outcome::kPassed, fmt::format("{} cases of seed {}", number, probe.job().seed)});
}

}  // namespace leadline::plugin::check
