#include "packs/problems.h"

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

std::string DidYouMean(std::string_view name, const std::vector<std::string>& names) {
  const std::string nearest = NearestName(name, names);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  return names.empty() ? std::string() : fmt::format("use one of: {}", OneOf(names));
}

}  // namespace leadline::packs
