#include "rpc/check/filter_check.h"

#include "absl/status/statusor.h"
#include "engine/listing/known_values.h"

namespace leadline::rpc {

FilterCheck::FilterCheck(engine::Engine& engine, const engine::CallContext& context, Time now)
    : engine_(engine), context_(context), violations_(now) {}

void FilterCheck::Check(const FieldPath& path, std::string_view field, const std::string& value) {
  if (value.empty()) return;
  const absl::StatusOr<std::string> unknown = engine::UnknownValue(engine_.options(), context_, field, value);
  if (!unknown.ok()) {
    read_ = unknown.status();
  } else if (!unknown->empty()) {
    violations_.Refuse(path, *unknown);
  }
}

absl::Status FilterCheck::ToStatus() const { return read_.ok() ? violations_.ToStatus() : read_; }

}  // namespace leadline::rpc
