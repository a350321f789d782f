#include "store/sealing/sealed_blocks.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "store/codec_wire.h"
#include "store/compression.h"

namespace leadline::store {

namespace {

// Which part of the body a block is, for its place.
constexpr std::string_view kBlock = "b";

}  // namespace

void SealedBlocks::Add(Slots slots, std::string_view plain, std::string& reference) {
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  if (slots.empty() || slots.front() < 1) return PutVarint(0, reference);
  auto block = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.slots == slots; });
  if (block == blocks_.end()) block = blocks_.insert(block, {.slots = std::move(slots)});
  PutVarint(static_cast<uint64_t>(block - blocks_.begin()) + 1, reference);
  PutVarint(block->plain.size(), reference);
  PutVarint(plain.size(), reference);
  block->plain.append(plain);
}

absl::Status SealedBlocks::Write(KeyFile& keys, SealedPlace place, std::string& out) const {
  PutVarint(blocks_.size(), out);
  place.index = 0;
  place.in = kBlock;
  std::string compressed, sealed;
  for (const Block& block : blocks_) {
    compressed.clear();
    sealed.clear();
    Compress(block.plain, compressed);
    RETURN_IF_ERROR(SealWith(keys, block.slots, place, compressed, sealed));
    PutVarint(sealed.size(), out);
    out.append(sealed);
    ++place.index;
  }
  return absl::OkStatus();
}

bool TakeBlocks(std::string_view& bytes, std::vector<std::string_view>& blocks) {
  blocks.clear();
  Cursor cursor(bytes);
  uint64_t count = 0;
  if (!cursor.Varint(count)) return false;
  for (; count > 0; --count) {
    if (!cursor.Sized(blocks.emplace_back())) return false;
  }
  bytes = {cursor.at(), cursor.left()};
  return true;
}

OpenedBlocks::OpenedBlocks(const KeyFile& keys, const SealedPlace& place, const std::vector<std::string_view>& blocks)
    : keys_(keys), place_(place), blocks_(blocks.size()) {
  for (size_t i = 0; i < blocks.size(); ++i) blocks_[i].sealed = blocks[i];
}

Opened OpenedBlocks::Open(std::string_view reference, std::string& plain) {
  plain.clear();
  Cursor cursor(reference);
  uint64_t number = 0, offset = 0, length = 0;
  if (!cursor.Varint(number) || number > blocks_.size()) return Opened::kFailed;
  if (number == 0) return cursor.left() == 0 ? Opened::kErased : Opened::kFailed;
  if (!cursor.Varint(offset) || !cursor.Varint(length) || cursor.left() != 0) return Opened::kFailed;
  Block& block = blocks_[number - 1];
  if (!block.opened.has_value()) {
    SealedPlace place = place_;
    place.index = static_cast<int64_t>(number) - 1;
    place.in = kBlock;
    std::string content;
    block.opened = OpenWith(keys_, place, block.sealed, content);
    std::string_view compressed = content;
    if (block.opened == Opened::kOpened && (!Decompress(compressed, block.plain) || !compressed.empty())) {
      block.opened = Opened::kFailed;
    }
  }
  if (block.opened != Opened::kOpened) return *block.opened;
  if (offset > block.plain.size() || length > block.plain.size() - offset) return Opened::kFailed;
  plain.assign(block.plain, offset, length);
  return Opened::kOpened;
}

void BlockSealer::Seal(std::string_view plain, std::string& out) {
  if (!slots_.has_value()) {
    absl::StatusOr<Slots> slots = whose_();
    if (!slots.ok()) status_ = slots.status();
    slots_ = slots.ok() ? *std::move(slots) : Slots();
  }
  blocks_.Add(*slots_, plain, out);
  size_ += plain.size();
}

bool BlockSealer::SealsImage(std::string_view field) const { return domain::IsPersonal(field); }

Opened BlockOpener::Open(std::string_view sealed, std::string& plain) {
  const Opened opened = blocks_.Open(sealed, plain);
  met_erased_ |= opened == Opened::kErased;
  return opened;
}

}  // namespace leadline::store
