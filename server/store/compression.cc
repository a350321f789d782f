#include "store/compression.h"

#include <lz4.h>

#include "store/codec_wire.h"

namespace leadline::store {

namespace {

// Fewer bytes have next to nothing in common.
constexpr size_t kLeast = 32;
// The most that one byte can stand for.
constexpr uint64_t kMostRatio = 255;

// What LZ4 remembers of what it has seen: 16 KiB, which are not cleared for each small input.
class Compressor {
 public:
  Compressor() { LZ4_initStream(&stream_, sizeof(stream_)); }
  int Compress(std::string_view bytes, std::string& out) {
    LZ4_resetStream_fast(&stream_);
    return LZ4_compress_fast_continue(&stream_, bytes.data(), out.data(), static_cast<int>(bytes.size()),
                                      static_cast<int>(out.size()), /*acceleration=*/1);
  }

 private:
  LZ4_stream_t stream_;
};

}  // namespace

void Compress(std::string_view bytes, std::string& out) {
  PutVarint(bytes.size(), out);
  if (bytes.size() >= kLeast && bytes.size() <= LZ4_MAX_INPUT_SIZE) {
    // With so much room it never fails: after a failure all would have to be cleared.
    std::string smaller(static_cast<size_t>(LZ4_compressBound(static_cast<int>(bytes.size()))), '\0');
    thread_local Compressor compressor;
    const int count = compressor.Compress(bytes, smaller);
    if (count > 0 && static_cast<size_t>(count) < bytes.size()) {
      PutVarint(static_cast<uint64_t>(count), out);
      out.append(smaller, 0, static_cast<size_t>(count));
      return;
    }
  }
  PutVarint(0, out);
  out.append(bytes);
}

bool Decompress(std::string_view& compressed, std::string& bytes) {
  Cursor cursor(compressed);
  uint64_t size = 0, count = 0;
  std::string_view content;
  if (!cursor.Varint(size) || !cursor.Varint(count) || !cursor.Bytes(count == 0 ? size : count, content)) return false;
  compressed = {cursor.at(), cursor.left()};
  if (count == 0) {
    bytes.assign(content);
    return true;
  }
  if (size > LZ4_MAX_INPUT_SIZE || count > LZ4_MAX_INPUT_SIZE || size > count * kMostRatio) return false;
  bytes.resize(size);
  return LZ4_decompress_safe(content.data(), bytes.data(), static_cast<int>(count), static_cast<int>(size)) ==
         static_cast<int>(size);
}

}  // namespace leadline::store
