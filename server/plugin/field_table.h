// The fields one plugin asked for, and the slots it got.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "plugin/load_options.h"

namespace leadline::plugin {

// Fields that are not to be asked for any more. As many names as slots.
struct FixedFields {
  std::vector<std::string> names;
  std::vector<FieldSlot> slots;
};

// Grows while the first instance is created, then stands still, so that every instance reads the same slots.
// Thread-safe; names() and slots() only after Freeze().
class FieldTable {
 public:
  explicit FieldTable(FieldCatalog catalog) : catalog_(std::move(catalog)) {}
  // One that stands still already, at what another process's first instance asked for.
  FieldTable(FieldCatalog catalog, FixedFields fixed)
      : catalog_(std::move(catalog)), frozen_(true), names_(std::move(fixed.names)), slots_(std::move(fixed.slots)) {}

  // The slot of `name`; NOT_FOUND, INVALID_ARGUMENT or FAILED_PRECONDITION as leadline_host.field_slot says.
  absl::Status Ask(std::string_view name, uint32_t kind, uint32_t& slot);
  void Freeze();

  std::span<const std::string> names() const { return names_; }
  std::span<const FieldSlot> slots() const { return slots_; }
  // Whether the record has every field, each of its kind or NULL.
  bool Fits(const Record& record) const;

 private:
  FieldCatalog catalog_;
  std::mutex mutex_;
  bool frozen_ = false;
  std::vector<std::string> names_;
  std::vector<FieldSlot> slots_;
};

}  // namespace leadline::plugin
