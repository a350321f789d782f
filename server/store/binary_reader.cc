#include "store/binary_reader.h"

#include <bit>
#include <limits>

#include "fmt/format.h"

namespace leadline::store {

void Damage::Set(const char* at, std::string_view what) {
  if (present()) return;
  offset_ = static_cast<size_t>(at - body_.data());
  what_ = what;
}

void Damage::In(std::string_view member) {
  const bool joined = path_.empty() || path_.front() == '[';
  path_ = fmt::format("{}{}{}", member, joined ? "" : ".", path_);
}

void Damage::InItem(size_t index) { In(fmt::format("[{}]", index)); }

absl::Status Damage::ToStatus() const {
  if (!present()) return absl::OkStatus();
  return absl::DataLossError(fmt::format("the stored body is damaged at byte {} of {}: {} {}", offset_, body_.size(),
                                         path_.empty() ? "it" : fmt::format("member \"{}\"", path_), what_));
}

bool ValueReader::Varint(uint64_t& value) {
  if (cursor_.Varint(value)) return true;
  Fail("holds a number that is cut off or longer than 64 bits");
  return false;
}

bool ValueReader::Tag(uint64_t& number, Wire& wire) {
  uint64_t tag = 0;
  if (!Varint(tag)) return false;
  number = tag >> kWireBits;
  wire = static_cast<Wire>(tag & ((1U << kWireBits) - 1));
  return true;
}

bool ValueReader::Sized(std::string_view& content) {
  const char* at = cursor_.at();
  if (cursor_.Sized(content)) return true;
  damage_.Set(at, "is longer than what is there");
  return false;
}

bool ValueReader::Content(Wire wire, std::string_view& content) {
  if (wire == Wire::kBytes) return Sized(content);
  Fail("is a number, not what has a length");
  return false;
}

void ValueReader::End() {
  if (!damage_.present() && left() != 0) Fail("goes on behind its end");
}

void ValueReader::Skip(Wire wire) {
  uint64_t number = 0;
  std::string_view bytes;
  bool whole = false;
  switch (wire) {
    case Wire::kVarint:
      whole = cursor_.Varint(number);
      break;
    case Wire::kEight:
      whole = cursor_.Eight(number);
      break;
    case Wire::kBytes:
      whole = cursor_.Sized(bytes);
      break;
    case Wire::kUuid:
      whole = cursor_.Bytes(kUuidBytes, bytes);
      break;
  }
  if (!whole) Fail("is cut off");
}

void ValueReader::Text(std::string_view content, std::string& value) {
  if (!GetText(content, value)) damage_.Set(content.data(), "is a text of a form that this version does not know");
}

void ValueReader::Read(Wire wire, std::string& value) {
  std::string_view content;
  if (wire == Wire::kBytes) {
    if (Sized(content)) Text(content, value);
  } else if (wire != Wire::kUuid) {
    Fail("is not a text");
  } else if (!cursor_.Bytes(kUuidBytes, content)) {
    Fail("is cut off");
  } else {
    value.clear();
    AppendUuidText(content, value);
  }
}

void ValueReader::Read(Wire wire, int64_t& value) {
  uint64_t number = 0;
  if (wire != Wire::kVarint) return Fail("is not a whole number");
  if (Varint(number)) value = UnZigZag(number);
}

void ValueReader::Read(Wire wire, int32_t& value) {
  const char* at = cursor_.at();
  int64_t number = 0;
  Read(wire, number);
  if (number < std::numeric_limits<int32_t>::min() || number > std::numeric_limits<int32_t>::max()) {
    return damage_.Set(at, "is not a 32-bit number");
  }
  value = static_cast<int32_t>(number);
}

void ValueReader::Read(Wire wire, double& value) {
  if (wire == Wire::kVarint) {
    int64_t whole = 0;
    Read(wire, whole);
    value = static_cast<double>(whole);
  } else if (uint64_t bits = 0; wire != Wire::kEight) {
    Fail("is not a number");
  } else if (!cursor_.Eight(bits)) {
    Fail("is cut off");
  } else {
    value = std::bit_cast<double>(bits);
  }
}

void ValueReader::Read(Wire wire, bool& value) {
  const char* at = cursor_.at();
  uint64_t number = 0;
  if (wire != Wire::kVarint) return Fail("is neither true nor false");
  if (!Varint(number)) return;
  if (number > 1) return damage_.Set(at, "is neither true nor false");
  value = number == 1;
}

int ValueReader::Enum(Wire wire, int first, int last) {
  const char* at = cursor_.at();
  uint64_t number = 0;
  if (wire == Wire::kVarint && !Varint(number)) return first;
  if (wire != Wire::kVarint || number < static_cast<uint64_t>(first) || number > static_cast<uint64_t>(last)) {
    damage_.Set(at, fmt::format("is not a number from {} to {}", first, last));
    return first;
  }
  return static_cast<int>(number);
}

void ValueReader::UnknownKind(uint64_t kind, size_t last) {
  Fail(fmt::format("is of kind {}, and this version knows 0 to {}", kind, last));
}

size_t ValueReader::CountSized(std::string_view content) {
  Cursor cursor(content);
  size_t count = 0;
  for (std::string_view item; cursor.left() != 0 && cursor.Sized(item);) ++count;
  return count;
}

void BinaryReader::Begin() {
  const char* at = values_.at();
  if (values_.left() == 0 || !values_.Tag(next_, wire_)) return;
  if (next_ == kSealedPart && wire_ == Wire::kBytes) {
    OpenSealedPart();
    if (!damage_.present()) Next();
  } else if (next_ == 0) {
    damage_.Set(at, "has a member with the number 0");
  }
}

void BinaryReader::OpenSealedPart() {
  std::string_view content;
  const char* at = values_.at();
  if (!values_.Sized(content)) return;
  sealed_ = std::make_unique<Sealed>();
  sealed_->at = at;
  const Opened opened = opener_ == nullptr ? Opened::kErased : opener_->Open(content, sealed_->plain);
  if (opened == Opened::kFailed) {
    damage_.Set(at, "has a sealed part that its key does not open");
    return;
  }
  sealed_->readable = opened == Opened::kOpened;
  sealed_->damage.emplace(sealed_->plain);
  sealed_->members = std::make_unique<BinaryReader>(sealed_->plain, *sealed_->damage);
}

void BinaryReader::Next() {
  const uint64_t last = next_;
  const char* at = values_.at();
  next_ = 0;
  if (values_.left() == 0 || !values_.Tag(next_, wire_)) return;
  if (next_ <= last) {
    damage_.Set(at, fmt::format("has its member {} behind its member {}", next_, last));
  }
}

void BinaryReader::PassOverTheRest() {
  while (next_ != 0 && !damage_.present()) {
    values_.Skip(wire_);
    if (!damage_.present()) Next();
  }
}

}  // namespace leadline::store
