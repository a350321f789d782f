// The five capabilities behind one shape: put items into memory, call, read the outputs, judge them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/plugin.h"
#include "plugin/check/subject/guarded.h"
#include "plugin/check/subject/items.h"
#include "plugin/plugin.h"

namespace leadline::plugin::check {

// A rule of the interface that an output breaks. `check` is the id of the check that proves the rule.
struct Fault {
  std::string_view check;
  std::string text;
};

// What came out for one item, written so that equal texts mean equal outcomes.
struct ItemOutcome {
  std::string output;
  std::string reasons;
  bool operator==(const ItemOutcome&) const = default;
};

// What an output is read from.
struct OutputView {
  const Item& item;
  const char* bytes;
  const std::vector<Reason>& reasons;
  const BlockPlacer* inputs;  // null: not known where the inputs are
  uint32_t index;
};

// A table of functions; there is one for each capability of this host.
struct Capability {
  std::string_view id;
  std::string_view function;  // as the header calls it: "score"
  size_t table_bytes;
  size_t item_bytes;
  size_t output_bytes;
  // Puts one item at `at`, and what it points at through `pieces`.
  void (*write)(const Item& item, Placer& pieces, char* at);
  void (*unset)(char* output);
  int32_t (*call)(const void* table, void* self, const char* items, uint32_t n, char* outputs, leadline_call* call,
                  const leadline_call_api* api);
  // The output as text; adds to `faults` which rules it breaks.
  std::string (*read)(const OutputView& output, std::vector<Fault>& faults);
};

std::span<const Capability> Capabilities();
// Null when this host knows none of that id.
const Capability* FindKnown(std::string_view id);

// The inputs of a call, in memory.
class Batch {
 public:
  // `items` must outlive it. The array goes through `array`, everything else through `pieces`; both must outlive it.
  Batch(const Capability& capability, std::span<const Item> items, Placer& array, Placer& pieces);

  const char* data() const { return data_; }
  uint32_t count() const { return static_cast<uint32_t>(items_.size()); }
  std::span<const Item> items() const { return items_; }

 private:
  std::span<const Item> items_;
  char* data_ = nullptr;
};

// How a call is made.
struct CallSettings {
  CallOptions options{.now = 1'760'000'000'000'000, .deadline = {}, .cancelled = nullptr};
  const Edge* output_edge = nullptr;    // not null: the outputs lie beside an untouchable page
  bool guard_api = false;               // the call table does
  const BlockPlacer* inputs = nullptr;  // for OutputView
};

// What became of a call.
struct CallOutcome {
  int32_t code = 0;
  std::string error;               // what the plugin said, when the code is not LEADLINE_OK
  std::vector<ItemOutcome> items;  // when it is
  std::vector<Fault> faults;
  bool ok() const { return code == LEADLINE_OK; }
};

CallOutcome Call(const Capability& capability, const void* table, void* self, const Batch& batch,
                 const CallSettings& settings = {});

}  // namespace leadline::plugin::check
