// Any bytes as what the store keeps: each is refused or read within its bounds, and what was read is written and read
// again as the same. The first byte of the input says as what it is read.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/codec.h"
#include "store/sqlite/session/ledger_body.h"

namespace leadline::fuzz {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void CheckStatus(const absl::Status& status, std::string_view bytes) {
  Require(status.ok() || status.code() == absl::StatusCode::kDataLoss, "a status that is DATA_LOSS");
  // A path holds keys of maps, each byte of which is there at most once for each message.
  Require(status.message().size() < 1000 + 2 * bytes.size(), "a message within bounds");
}

// Compared as bytes: a number that is none does not equal itself.
template <typename T>
void ReadBody(std::string_view bytes) {
  T value;
  const absl::Status status = store::Decode(bytes, value);
  CheckStatus(status, bytes);
  if (!status.ok()) return;
  std::string body, again;
  store::Encode(value, body);
  T read;
  Require(store::Decode(body, read).ok(), "a body that can be read again");
  store::Encode(read, again);
  Require(body == again, "the same value");
}

// As one of several values, from the front.
template <typename T>
void ReadFront(std::string_view bytes) {
  T value;
  std::string_view left = bytes;
  const absl::Status status = store::Take(left, value);
  CheckStatus(status, bytes);
  if (!status.ok()) return;
  Require(left.size() < bytes.size() && left.data() + left.size() == bytes.data() + bytes.size(), "a place behind it");
  std::string body, again;
  store::Append(value, body);
  const size_t size = body.size();
  store::Append(int64_t{7}, body);
  left = body;
  T read;
  int64_t seven = 0;
  Require(store::Take(left, read).ok() && store::Take(left, seven).ok(), "values that can be read again");
  Require(seven == 7 && left.empty(), "the place of the next");
  store::Append(read, again);
  Require(std::string_view(body).substr(0, size) == again, "the same value");
}

void ReadPayload(int64_t type, std::string_view bytes) {
  domain::EventPayload value;
  const absl::Status status = store::DecodePayload(type, bytes, value);
  CheckStatus(status, bytes);
  if (!status.ok()) return;
  std::string body, again;
  store::Encode(value, body);
  domain::EventPayload read;
  Require(store::DecodePayload(type, body, read).ok(), "a payload that can be read again");
  store::Encode(read, again);
  Require(body == again, "the same payload");
  Require(!store::ToJson(value).empty(), "a text for people");
}

// A row of the ledger, and everything in it.
void ReadRow(std::string_view bytes) {
  const absl::StatusOr<store::LedgerRow> row = store::OpenLedgerRow(bytes);
  CheckStatus(row.status(), bytes);
  if (!row.ok()) return;
  absl::StatusOr<store::LedgerBodyReader> reader = store::LedgerBodyReader::Open(row->content);
  CheckStatus(reader.status(), bytes);
  if (!reader.ok()) return;
  while (reader->Next()) {
    const absl::StatusOr<store::LedgerEntry> entry = reader->Entry();
    CheckStatus(entry.status(), bytes);
    if (entry.ok()) ReadPayload(entry->type, entry->payload);
  }
  CheckStatus(reader->status(), bytes);
}

template <typename T>
void ReadBoth(bool front, std::string_view bytes) {
  front ? ReadFront<T>(bytes) : ReadBody<T>(bytes);
}

void Read(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const uint8_t as = data[0] & 0x7f;
  const bool front = data[0] >= 0x80;
  // Exactly as long as it is, so that a step too far is seen.
  std::unique_ptr<char[]> copy(new char[size - 1]);
  std::memcpy(copy.get(), data + 1, size - 1);
  const std::string_view bytes(copy.get(), size - 1);
  switch (as) {
    case 0:
      return ReadBoth<domain::Account>(front, bytes);
    case 1:
      return ReadBoth<domain::Contact>(front, bytes);
    case 2:
      return ReadBoth<domain::Lead>(front, bytes);
    case 3:
      return ReadBoth<domain::MergeRecord>(front, bytes);
    case 4:
      return ReadBoth<domain::SnapshotRef>(front, bytes);
    case 5:
      return ReadBoth<domain::StoredDecision>(front, bytes);
    case 6:
      return ReadBoth<domain::Rollout>(front, bytes);
    case 7:
      return ReadBoth<domain::PackContent>(front, bytes);
    case 8:
      return ReadBoth<std::vector<std::string>>(front, bytes);
    case 9:
      ReadFront<std::string>(bytes);
      return ReadFront<int64_t>(bytes);
    case 10:
      return ReadFront<domain::EventPayload>(bytes);
    case 126:
      return ReadRow(bytes);
    default:
      return ReadPayload(as - 11, bytes);
  }
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadline::fuzz::Read(data, size);
  return 0;
}
