// How language tags are built: the grammar of BCP 47 (RFC 5646, section 2.1), without its registry. Pure and
// thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadline::domain {

// Length of the longest beginning of `text` that is a well-formed tag and ends where a part ends; 0 when not even the
// first part can be a language. Parts are separated by "-" or "_". In order: a language, up to three extended
// languages, a script, a region, variants, extensions, private use ("zh-Hant-TW", "de-CH-1996",
// "en-u-ca-gregory-x-ours"). No variant and no extension comes twice. Tags of private use alone ("x-ours") and those
// that RFC 5646 only keeps ("i-klingon", "en-GB-oed") have no such beginning, or a shorter one.
size_t WellFormedLength(std::string_view text);

}  // namespace leadline::domain
