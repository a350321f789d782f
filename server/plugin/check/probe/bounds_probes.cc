// Checks of how far the plugin reads and writes, and for how long.
#include <cstring>
#include <list>

#include "plugin/check/probe/probes.h"

namespace leadline::plugin::check {
namespace {

constexpr size_t kSizes[] = {1, 7, 64, LEADLINE_MAX_BATCH};
constexpr Edge kEdges[] = {Edge::kAfter, Edge::kBefore};

}  // namespace

void ProbeReadBounds(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  // Kept until the end: what a plugin keeps of them is another check's business.
  std::list<GuardedPlacer> arrays;
  std::list<BlockPlacer> all_pieces;
  for (const Offered& offered : probe.subject().Offers()) {
    for (size_t count : kSizes) {
      for (Edge edge : kEdges) {
        std::vector<Item> items = probe.Items(count).Make(Flavour::kOrdinary, count);
        BlockPlacer& pieces = all_pieces.emplace_back();
        GuardedPlacer& array = arrays.emplace_back(edge);
        Batch batch(*offered.capability, items, array, pieces);
        probe.Run(*instance, offered, batch);
      }
    }
  }
}

void ProbeWriteBounds(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  for (const Offered& offered : probe.subject().Offers()) {
    for (size_t count : kSizes) {
      for (const Edge& edge : kEdges) {
        std::vector<Item> items = probe.Items(count).Make(Flavour::kOrdinary, count);
        CallSettings settings;
        settings.output_edge = &edge;
        probe.Run(*instance, offered, items, settings);
      }
    }
  }
}

void ProbeTextBounds(Probe& probe) {
  constexpr Flavour kFlavours[] = {Flavour::kOrdinary, Flavour::kNull,    Flavour::kEmpty,
                                   Flavour::kRandom,   Flavour::kNotUtf8, Flavour::kNoChoice};
  auto first = probe.Make();
  if (first == nullptr) return;
  for (const Offered& offered : probe.subject().Offers()) {
    // The instance and all that it was lent go together.
    std::list<GuardedPlacer> placers;
    std::list<BlockPlacer> arrays;
    auto instance = probe.Make();
    if (instance == nullptr) return;
    for (Flavour flavour : kFlavours) {
      if (!probe.Survives(flavour)) continue;
      for (Edge edge : kEdges) {
        std::vector<Item> items = probe.Items(static_cast<uint64_t>(flavour)).Make(flavour, 8);
        GuardedPlacer& placer = placers.emplace_back(edge);
        Batch batch(*offered.capability, items, arrays.emplace_back(), placer);
        probe.Run(*instance, offered, batch);
      }
    }
  }
}

void ProbeCallTableBounds(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  CallSettings settings;
  settings.guard_api = true;
  for (const Offered& offered : probe.subject().Offers()) {
    for (Flavour flavour : {Flavour::kOrdinary, Flavour::kNull, Flavour::kNoChoice}) {
      if (!probe.Survives(flavour)) continue;
      probe.Run(*instance, offered, probe.Items().Make(flavour, 16), settings);
    }
  }
}

void ProbeKeptPointers(Probe& probe) {
  CreateSettings settings = probe.Settings();
  settings.forget_config = true;
  auto instance = probe.Make(settings);
  if (instance == nullptr) return;
  // Kept until the end, so that no later memory takes their place.
  std::list<BlockPlacer> gone;
  for (const Offered& offered : probe.subject().Offers()) {
    std::vector<Item> items = probe.Items(3).Make(Flavour::kOrdinary, 24);
    if (!probe.IsSettled(*instance, offered, items)) continue;
    CallOutcome first;
    for (int round = 0; round < 3; ++round) {
      BlockPlacer& placer = gone.emplace_back();
      Batch batch(*offered.capability, items, placer, placer);
      CallSettings known;
      known.inputs = &placer;
      CallOutcome outcome = probe.Run(*instance, offered, batch, known);
      placer.Forbid();
      for (const Fault& fault : outcome.faults) {
        if (fault.check == "keeps-pointers") return probe.Fail(fault.text);
      }
      if (round == 0) {
        first = std::move(outcome);
      } else if (std::string text = Difference(first, outcome); !text.empty()) {
        return probe.Fail(
            fmt::format("{}() gives other results once the memory of the call before is gone: {}; copy "
                        "what you need later",
                        offered.capability->function, text));
      }
    }
  }
  probe.Destroy(*instance);
}

}  // namespace leadline::plugin::check
