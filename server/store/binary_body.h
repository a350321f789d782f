// Bodies of any structure that has a member list; those that all of the store needs are in codec.h.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "store/binary_reader.h"
#include "store/binary_writer.h"

namespace leadline::store {

// DATA_LOSS for a body of another format than kBodyFormat.
absl::Status CheckFormat(std::string_view body);

// Replaces `out`. `T` is a structure, a list or a map. Without a sealer all is in clear.
template <typename T>
void EncodeBody(const T& value, std::string& out, Sealer* sealer = nullptr) {
  out.assign(1, kBodyFormat);
  BinaryWriter::Content(value, out, sealer);
}

// DATA_LOSS for what is damaged; then `value` is unspecified. Without an opener, what is sealed is passed over.
template <typename T>
absl::Status DecodeBody(std::string_view body, T& value, Opener* opener = nullptr) {
  RETURN_IF_ERROR(CheckFormat(body));
  Damage damage(body);
  ValueReader(body, damage, opener).Contents(body.substr(1), value);
  return damage.ToStatus();
}

// Reads what BinaryWriter::Item wrote from the front of `bytes`, which then begins behind it. After an error both are
// unspecified.
template <typename T>
absl::Status TakeItem(std::string_view& bytes, T& value) {
  Damage damage(bytes);
  ValueReader reader(bytes, damage);
  reader.Item(value);
  if (damage.present()) return damage.ToStatus();
  bytes.remove_prefix(bytes.size() - reader.left());
  return absl::OkStatus();
}

}  // namespace leadline::store
