// Bytes made smaller (LZ4), where that is possible. Functions are thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace leadline::store {

// compressed := size count bytes. `size` is how many bytes there were, `count` how many stand here, both varints; a
// count of 0: the bytes stand as they are. The bytes are a block of LZ4.
void Compress(std::string_view bytes, std::string& out);
// Takes what Compress appended from the front; replaces `bytes`. False for what is damaged; then both are unspecified.
// Takes no more memory than 255 bytes for each that is there.
bool Decompress(std::string_view& compressed, std::string& bytes);

}  // namespace leadline::store
