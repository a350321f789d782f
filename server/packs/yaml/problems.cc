#include "packs/yaml/problems.h"

#include <algorithm>
#include <tuple>

#include "fmt/format.h"

namespace leadline::packs {

Diagnostic& Problems::Add(const YamlRange& range, std::string code, std::string message, std::string hint) {
  Diagnostic d = range.file->At(range.begin, range.end, std::move(code), std::move(message), std::move(hint));
  d.layer = layer_;
  d.rule = rule_;
  list_.push_back(std::move(d));
  return list_.back();
}

Diagnostic& Problems::AddFile(std::string path, std::string code, std::string message, std::string hint) {
  Diagnostic d;
  d.code = std::move(code);
  d.position.file = std::move(path);
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.layer = layer_;
  list_.push_back(std::move(d));
  return list_.back();
}

bool Problems::has_errors() const {
  return std::any_of(list_.begin(), list_.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

bool Problems::Names(const std::string& file) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Diagnostic& d) { return d.position.file == file; });
}

std::vector<Diagnostic> Problems::Take() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.position.file, a.position.line, a.position.column, a.code) <
           std::tie(b.position.file, b.position.line, b.position.column, b.code);
  });
  // Two readers of one value may both find it wrong.
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.position == b.position && a.code == b.code && a.message == b.message;
  };
  list_.erase(std::unique(list_.begin(), list_.end(), same), list_.end());
  return std::move(list_);
}

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
  if (!nearest.empty() || name.size() < 3) return nearest;
  for (const std::string& candidate : names) {
    if (!candidate.starts_with(name)) continue;
    if (!nearest.empty()) return "";
    nearest = candidate;
  }
  return nearest;
}

namespace {

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

std::string DidYouMean(std::string_view name, const std::vector<std::string>& names) {
  const std::string plain = WithoutTypography(name);
  if (plain != name && std::find(names.begin(), names.end(), plain) != names.end()) {
    return fmt::format("write {} with straight quotes or none, and ordinary spaces", plain);
  }
  const std::string nearest = LikelyName(name, names);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  return names.empty() ? std::string() : fmt::format("use one of: {}", OneOf(names));
}

}  // namespace leadline::packs
