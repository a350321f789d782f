#include "store/sealing/key_sealer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/history/record_fields.h"
#include "store/codec_wire.h"

namespace leadline::store {

namespace {

// A sealed part names the people of one merge at most.
constexpr uint64_t kMostSlots = 16;

}  // namespace

std::string SealedPlace::ToString() const {
  std::string text;
  text.reserve(table.size() + tenant.size() + id.size() + in.size() + 16);
  text.append(table).append(1, '/').append(tenant).append(1, '/').append(id);
  if (index >= 0) text.append(1, '.').append(std::to_string(index)).append(in);
  return text;
}

absl::Status SealWith(KeyFile& keys, Slots slots, const SealedPlace& place, std::string_view plain, std::string& out) {
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  if (slots.size() > kMostSlots) return absl::InternalError("more people in one sealed part than a merge has");
  std::array<Key, kMostSlots> needed;
  bool kept = !slots.empty() && slots.front() > 0;
  for (size_t i = 0; kept && i < slots.size(); ++i) {
    const KeyFile::State state = keys.Get(slots[i], needed[i]);
    if (state == KeyFile::State::kMissing) return keys.Missing(slots[i]);
    kept = state == KeyFile::State::kThere;
  }
  PutVarint(kept ? slots.size() : 0, out);
  if (!kept) return absl::OkStatus();
  for (const int64_t slot : slots) PutVarint(static_cast<uint64_t>(slot), out);
  const Nonce nonce = keys.NextNonce();
  out.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  Encrypt(slots.size() == 1 ? needed.front() : JoinKeys({needed.data(), slots.size()}), nonce, place.ToString(), plain,
          out);
  return absl::OkStatus();
}

Opened OpenWith(const KeyFile& keys, const SealedPlace& place, std::string_view sealed, std::string& plain) {
  plain.clear();
  Cursor cursor(sealed);
  uint64_t count = 0;
  if (!cursor.Varint(count) || count > kMostSlots) return Opened::kFailed;
  if (count == 0) return cursor.left() == 0 ? Opened::kErased : Opened::kFailed;
  std::array<Key, kMostSlots> needed;
  bool destroyed = false, missing = false;
  for (size_t i = 0; i < count; ++i) {
    uint64_t slot = 0;
    if (!cursor.Varint(slot)) return Opened::kFailed;
    const KeyFile::State state = keys.Get(static_cast<int64_t>(slot), needed[i]);
    destroyed |= state == KeyFile::State::kDestroyed;
    missing |= state == KeyFile::State::kMissing;
  }
  if (destroyed) return Opened::kErased;
  std::string_view bytes;
  if (missing || !cursor.Bytes(kNonceBytes, bytes)) return Opened::kFailed;
  Nonce nonce;
  std::memcpy(nonce.data(), bytes.data(), nonce.size());
  const std::string_view content(cursor.at(), cursor.left());
  const bool opened =
      Decrypt(count == 1 ? needed.front() : JoinKeys({needed.data(), count}), nonce, place.ToString(), content, plain);
  return opened ? Opened::kOpened : Opened::kFailed;
}

void KeySealer::Seal(std::string_view plain, std::string& out) {
  if (!asked_) {
    asked_ = true;
    absl::StatusOr<Slots> slots = whose_();
    if (slots.ok()) {
      slots_ = *std::move(slots);
    } else {
      status_ = slots.status();
    }
  }
  if (!status_.ok()) return;
  status_ = SealWith(keys_, slots_, place_, plain, out);
}

bool KeySealer::SealsImage(std::string_view field) const { return domain::IsPersonal(field); }

Opened KeyOpener::Open(std::string_view sealed, std::string& plain) {
  const Opened opened = OpenWith(keys_, place_, sealed, plain);
  met_erased_ |= opened == Opened::kErased;
  return opened;
}

}  // namespace leadline::store
