// What somebody likely meant who wrote a name that does not exist, and how to say so. See NearestName in
// base/source_position.h for slips of the keyboard alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The name that was likely meant: a slip of the keyboard away, the same but for capitals and for - and blanks in the
// place of _, or the only one that begins so. Empty when there is none, or more than one.
std::string LikelyName(std::string_view name, const std::vector<std::string>& names);
// "a, b or c"; of very many only the first.
std::string OneOf(const std::vector<std::string>& names);
// A hint that says what was likely meant, or else what there is. Empty when there is nothing.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& names);

// What somebody wrote, in quotes and short enough to be shown: a text of more than 64 bytes is cut.
std::string Quoted(std::string_view text);
// At most `most` bytes (4 or more), cut between two characters of UTF-8, with "..." where something was cut.
std::string Cut(std::string_view text, size_t most);

}  // namespace leadline
