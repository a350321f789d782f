// Record fields in the form that plugins read.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "cel/type.h"
#include "packs/run/evaluation.h"
#include "plugin/plugin.h"

namespace leadline::engine {

// The plugin interface's kind for a field's type; LEADLINE_NULL when plugins cannot read such a field.
uint32_t PluginKindOf(const cel::Type& type);

// The fields one plugin asked for (BoundPlugin::field_slots), taken from a bound record. The values live as long as
// this object and the evaluation's record. Not thread-safe.
class PluginRecord {
 public:
  PluginRecord(std::span<const int> field_slots, packs::Evaluation& evaluation);
  plugin::Record record() const { return plugin::RecordOf(values_); }

 private:
  std::vector<plugin::Value> values_;
  std::deque<std::vector<plugin::Value>> lists_;
};

}  // namespace leadline::engine
