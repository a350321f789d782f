#include "packs/yaml/problems.h"

#include <algorithm>
#include <tuple>

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

}  // namespace leadline::packs
