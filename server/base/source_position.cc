#include "base/source_position.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> previous(b.size() + 1);
  std::vector<size_t> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

// The byte at which code point number `n` (from 0) begins.
size_t ByteOfCodePoint(std::string_view text, size_t n) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0u) != 0x80u && n-- == 0) break;
  }
  return at;
}

// A long line is shown around the fault. Gives what to show, and moves `column` and `length` (code points) with it.
std::string Window(std::string_view line, size_t& column, size_t& length) {
  constexpr size_t kMost = 200, kBefore = 80;
  if (ByteOfCodePoint(line, kMost) == line.size()) return std::string(line);
  const size_t from = column > kBefore ? column - kBefore : 0;
  const std::string_view rest = line.substr(ByteOfCodePoint(line, from));
  const std::string_view shown = rest.substr(0, ByteOfCodePoint(rest, kMost));
  column -= from;
  length = std::min(length, kMost - column);
  std::string out(shown);
  if (shown.size() < rest.size()) out += "...";
  if (from == 0) return out;
  column += 3;
  return "..." + out;
}

}  // namespace

std::string SourcePosition::ToString() const { return known() ? fmt::format("{}:{}:{}", file, line, column) : file; }

std::string FormatDiagnostic(const Diagnostic& d) {
  std::string out = fmt::format("{}: {}[{}]: {}\n", d.position.ToString(),
                                d.severity == Severity::kError ? "error" : "warning", d.code, d.message);
  if (!d.source_line.empty() && d.position.known()) {
    size_t before = static_cast<size_t>(std::max(0, d.position.column - 1));
    size_t length = static_cast<size_t>(std::max(1, d.length));
    out += fmt::format("{:5} | {}\n", d.position.line, Window(d.source_line, before, length));
    std::string pad(before, ' ');
    std::string underline(length, '^');
    out += fmt::format("      | {}{}{}\n", pad, underline, d.hint.empty() ? "" : " " + d.hint);
  } else if (!d.hint.empty()) {
    out += fmt::format("  hint: {}\n", d.hint);
  }
  if (!d.rule.empty() || !d.layer.empty()) {
    out += fmt::format("  rule: {}   layer: {}\n", d.rule.empty() ? "-" : d.rule, d.layer.empty() ? "-" : d.layer);
  }
  if (!d.related_message.empty()) {
    out += fmt::format("  {}: {}\n", d.related.ToString(), d.related_message);
  }
  return out;
}

std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += FormatDiagnostic(d);
  return out;
}

std::string NearestName(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr size_t kLongest = 128;  // nobody's slip of the keyboard
  if (name.size() > kLongest) return "";
  size_t allowed = name.size() <= 3 ? 1 : name.size() <= 7 ? 2 : 3;
  std::string nearest;
  size_t best = allowed + 1;
  for (const std::string& candidate : candidates) {
    size_t distance = EditDistance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace leadline
