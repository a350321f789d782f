#include "store/part_conflict.h"

#include <string>

#include "absl/strings/cord.h"
#include "base/errors.h"
#include "fmt/format.h"
#include "store/codec_wire.h"

namespace leadline::store {

namespace {

constexpr char kPayload[] = "leadline.store/parts_left";

}  // namespace

absl::Status PartConflict(const std::vector<size_t>& left) {
  std::string numbers;
  for (const size_t part : left) PutVarint(part, numbers);
  absl::Status status =
      WithReason(absl::AbortedError(
                     fmt::format("what {} of the parts rest on was changed meanwhile; try these again", left.size())),
                 ErrorReason::kWriteConflict);
  status.SetPayload(kPayload, absl::Cord(numbers));
  return status;
}

std::optional<std::vector<size_t>> PartsLeft(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return std::nullopt;
  const std::string numbers(*payload);
  std::vector<size_t> left;
  Cursor cursor(numbers);
  for (uint64_t part = 0; cursor.Varint(part);) left.push_back(static_cast<size_t>(part));
  return left;
}

}  // namespace leadline::store
