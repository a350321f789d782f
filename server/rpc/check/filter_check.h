// What a list or a report is limited to: a value that nobody knows is a slip, not an empty answer.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/field_path.h"
#include "engine/engine.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

// A value is known when the packs that decide know it, or when a stored record still has it (engine/listing): what
// packs no longer know must be found all the same. An empty value is no filter. Collects all violations, each with the
// nearest name or those that there are. Not thread-safe; lives for one request, and the engine longer.
class FilterCheck {
 public:
  FilterCheck(engine::Engine& engine, const engine::CallContext& context, Time now);

  void Region(const FieldPath& path, const std::string& region) { Check(path, "region", region); }
  void Source(const FieldPath& path, const std::string& source) { Check(path, "source", source); }
  void Product(const FieldPath& path, const std::string& product) { Check(path, "product", product); }

  // INVALID_ARGUMENT with every violation, or why the store could not be read.
  absl::Status ToStatus() const;

 private:
  void Check(const FieldPath& path, std::string_view field, const std::string& value);

  engine::Engine& engine_;
  const engine::CallContext& context_;
  Checker violations_;
  absl::Status read_;
};

}  // namespace leadline::rpc
