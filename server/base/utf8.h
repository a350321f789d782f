// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing past U+10FFFF. The one place that knows the form
// of a sequence.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadline {

// How many bytes the well-formed sequence at the start of `text` takes, 1 to 4; 0 when none stands there: the text is
// empty, or its first byte begins no whole sequence.
size_t Utf8Length(std::string_view text);

// Whether all of `text` is well-formed. The empty text is.
bool IsUtf8(std::string_view text);

// How many code points well-formed text has. Of other text: the bytes that continue no sequence.
size_t CountCodePoints(std::string_view text);

}  // namespace leadline
