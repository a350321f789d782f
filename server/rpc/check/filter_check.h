// What a list or a report is limited to: a value that nobody knows is a slip, not an empty answer.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/field_path.h"
#include "engine/engine.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

// A value is known when the packs that decide know it, or when a stored record still has it: what packs no longer know
// must be found all the same. Fields for which no closed list exists take every value; an empty value is no filter.
// Collects all violations, each with the nearest name or those that there are. What the packs know costs no look at the
// store. Not thread-safe; lives for one request, and the engine longer.
class FilterCheck {
 public:
  FilterCheck(engine::Engine& engine, const engine::CallContext& context, Time now);

  void Status(const FieldPath& path, const std::string& status);
  void Region(const FieldPath& path, const std::string& region);
  void Rep(const FieldPath& path, const std::string& rep);
  void Source(const FieldPath& path, const std::string& source);
  void Queue(const FieldPath& path, const std::string& queue);
  void Product(const FieldPath& path, const std::string& product);

  // INVALID_ARGUMENT with every violation, or why the store could not be read.
  absl::Status ToStatus() const;

 private:
  bool Stored(const store::LeadFilter& filter);
  bool StoredProduct(const std::string& product);
  void Refuse(const FieldPath& path, std::string_view what, const std::string& value,
              const std::vector<std::string>& known);

  engine::Engine& engine_;
  const engine::CallContext& context_;
  std::shared_ptr<const engine::Snapshot> snapshot_;
  Checker violations_;
  absl::Status read_;
};

}  // namespace leadline::rpc
