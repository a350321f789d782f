#include "domain/codes/language_tag.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace leadline::domain {
namespace {

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLetterOrDigit(char c) { return IsLetter(c) || IsDigit(c); }

bool AllOf(std::string_view part, bool (*is)(char), size_t least, size_t most) {
  return part.size() >= least && part.size() <= most && std::all_of(part.begin(), part.end(), is);
}

bool IsLanguage(std::string_view part) { return AllOf(part, IsLetter, 2, 8); }
bool IsExtendedLanguage(std::string_view part) { return AllOf(part, IsLetter, 3, 3); }
bool IsScript(std::string_view part) { return AllOf(part, IsLetter, 4, 4); }
bool IsRegion(std::string_view part) { return AllOf(part, IsLetter, 2, 2) || AllOf(part, IsDigit, 3, 3); }
bool IsVariant(std::string_view part) {
  return AllOf(part, IsLetterOrDigit, 5, 8) || (AllOf(part, IsLetterOrDigit, 4, 4) && IsDigit(part[0]));
}
bool IsPrivateUse(std::string_view part) { return part == "x" || part == "X"; }
bool IsSingleton(std::string_view part) { return AllOf(part, IsLetterOrDigit, 1, 1) && !IsPrivateUse(part); }
bool IsOfExtension(std::string_view part) { return AllOf(part, IsLetterOrDigit, 2, 8); }
bool IsOfPrivateUse(std::string_view part) { return AllOf(part, IsLetterOrDigit, 1, 8); }

// Walks over the parts as far as each is at its place.
class Walk {
 public:
  explicit Walk(std::string_view text) {
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find_first_of("-_", at), text.size());
      parts_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }

  bool At(bool (*is)(std::string_view)) const { return at_ < parts_.size() && is(parts_[at_]); }
  void Take(bool (*is)(std::string_view), size_t most) {
    for (; most > 0 && At(is); --most) ++at_;
  }
  // Parts that all differ, capitals or not.
  void TakeDistinct(bool (*is)(std::string_view)) {
    for (const size_t first = at_; At(is) && !Has(first, parts_[at_]); ++at_) {
    }
  }
  // A part and all that belongs to it: one at least.
  bool TakeGroup(bool (*head)(std::string_view), bool (*is)(std::string_view)) {
    const size_t first = at_;
    if (!At(head)) return false;
    ++at_;
    Take(is, parts_.size());
    if (at_ == first + 1) at_ = first;
    return at_ > first;
  }
  // Extensions with different singletons.
  void TakeExtensions() {
    std::vector<std::string_view> seen;
    while (At(IsSingleton) && !HasPart(seen, parts_[at_])) {
      seen.push_back(parts_[at_]);
      if (!TakeGroup(IsSingleton, IsOfExtension)) return;
    }
  }

  size_t length() const {
    if (at_ == 0) return 0;
    const std::string_view last = parts_[at_ - 1];
    return static_cast<size_t>(last.data() + last.size() - parts_[0].data());
  }
  std::string_view last() const { return parts_[at_ - 1]; }

 private:
  static bool HasPart(const std::vector<std::string_view>& parts, std::string_view part) {
    return std::any_of(parts.begin(), parts.end(), [part](std::string_view other) {
      return absl::EqualsIgnoreCase({part.data(), part.size()}, {other.data(), other.size()});
    });
  }
  bool Has(size_t first, std::string_view part) const {
    return HasPart(
        {parts_.begin() + static_cast<std::ptrdiff_t>(first), parts_.begin() + static_cast<std::ptrdiff_t>(at_)}, part);
  }

  std::vector<std::string_view> parts_;
  size_t at_ = 0;
};

}  // namespace

size_t WellFormedLength(std::string_view text) {
  Walk walk(text);
  walk.Take(IsLanguage, 1);
  if (walk.length() == 0) return 0;
  if (walk.last().size() <= 3) walk.Take(IsExtendedLanguage, 3);
  walk.Take(IsScript, 1);
  walk.Take(IsRegion, 1);
  walk.TakeDistinct(IsVariant);
  walk.TakeExtensions();
  walk.TakeGroup(IsPrivateUse, IsOfPrivateUse);
  return walk.length();
}

}  // namespace leadline::domain
