#include "base/suggestion.h"

#include <algorithm>

#include "base/source_position.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace leadline {
namespace {

// Names are written in small letters with _ between the words.
std::string AsName(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return out;
}

// Without “ ” ‘ ’ and no-break spaces, which text programs put in.
std::string WithoutTypography(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool quote = text.substr(i).starts_with("\xE2\x80") && i + 2 < text.size() &&
                       static_cast<unsigned char>(text[i + 2]) >= 0x98 &&
                       static_cast<unsigned char>(text[i + 2]) <= 0x9F;
    const bool space = text.substr(i).starts_with("\xC2\xA0");
    if (!quote && !space) out += text[i];
    i += quote ? 3 : space ? 2 : 1;
  }
  return out;
}

}  // namespace

std::string OneOf(const std::vector<std::string>& names) {
  constexpr size_t kShown = 16;
  std::string out;
  const size_t shown = std::min(names.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  if (names.size() > shown) out += fmt::format(", ... ({} in all)", names.size());
  return out;
}

std::string LikelyName(std::string_view name, const std::vector<std::string>& names) {
  std::string nearest = NearestName(name, names);
  if (!nearest.empty()) return nearest;
  if (const std::string plain = AsName(name); plain != name) nearest = NearestName(plain, names);
  if (!nearest.empty() || name.size() < 3) return nearest;
  for (const std::string& candidate : names) {
    if (!candidate.starts_with(name)) continue;
    if (!nearest.empty()) return "";
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string>& names) {
  const std::string plain = WithoutTypography(name);
  if (plain != name && std::find(names.begin(), names.end(), plain) != names.end()) {
    return fmt::format("write {} with straight quotes or none, and ordinary spaces", plain);
  }
  const std::string nearest = LikelyName(name, names);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  return names.empty() ? std::string() : fmt::format("use one of: {}", OneOf(names));
}

std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  size_t end = 0;
  for (size_t next = 0; next <= most - 3;) {
    end = next;
    next += std::max<size_t>(1, Utf8Length(text.substr(next)));
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string Quoted(std::string_view text) { return fmt::format("\"{}\"", Cut(text, 64)); }

}  // namespace leadline
