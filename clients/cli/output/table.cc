#include "cli/output/table.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cassert>

#include "cli/output/text.h"

namespace leadline::cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeastWrapWidth = 24;

// Reads one code point; broken bytes count as one cell each.
UChar32 NextCodePoint(std::string_view text, int32_t& at) {
  UChar32 c;
  U8_NEXT(text.data(), at, static_cast<int32_t>(text.size()), c);
  return c;
}

int CodePointWidth(UChar32 c) {
  if (c < 0) return 1;
  if (c < 0x20 || c == 0x7f) return 0;
  if (c < 0x300) return 1;
  int8_t type = u_charType(c);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Bytes of `text` that fit into `width` cells; at least one code point.
size_t BytesWithin(std::string_view text, int width) {
  int32_t at = 0;
  int used = 0;
  while (at < static_cast<int32_t>(text.size())) {
    int32_t before = at;
    used += CodePointWidth(NextCodePoint(text, at));
    if (used > width && before > 0) return static_cast<size_t>(before);
  }
  return text.size();
}

// Breaks at spaces where there are any.
std::vector<std::string> Wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  while (DisplayWidth(text) > width) {
    size_t end = BytesWithin(text, width);
    size_t space = text.substr(0, std::min(end + 1, text.size())).rfind(' ');
    if (space != std::string_view::npos && space > 0) end = space;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

void AppendPadded(std::string& out, const std::string& cell, int width, bool right) {
  std::string padding(static_cast<size_t>(std::max(0, width - DisplayWidth(cell))), ' ');
  out += right ? padding + cell : cell + padding;
}

void EndLine(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

}  // namespace

int DisplayWidth(std::string_view utf8) {
  int width = 0;
  for (int32_t at = 0; at < static_cast<int32_t>(utf8.size());) width += CodePointWidth(NextCodePoint(utf8, at));
  return width;
}

std::string CutToWidth(std::string_view utf8, int width) {
  if (DisplayWidth(utf8) <= width || width < 1) return std::string(utf8);
  std::string out(width == 1 ? "" : utf8.substr(0, BytesWithin(utf8, width - 1)));
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out + "…";
}

void Table::Add(std::vector<std::string> cells) {
  assert(cells.size() <= columns_.size());
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = WithoutControls(OneLine(std::move(cell)));
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::Widths(int width) const {
  std::vector<int> widths;
  int total = -kGap;
  int wrapping = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    int widest = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) {
      if (!row.empty()) widest = std::max(widest, DisplayWidth(row[i]));
    }
    widths.push_back(widest);
    total += widest + kGap;
    if (columns_[i].align == Align::kWrap) ++wrapping;
  }
  // The wrapping columns share what is missing, the widest first.
  for (int excess = total - width; excess > 0 && wrapping > 0;) {
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].align != Align::kWrap) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widths[widest] <= kLeastWrapWidth) break;
    int taken = std::min(excess, std::max(1, (widths[widest] - kLeastWrapWidth + wrapping - 1) / wrapping));
    widths[widest] -= taken;
    excess -= taken;
  }
  return widths;
}

std::string Table::ToString(int width, bool bold) const {
  std::vector<int> widths = Widths(width);
  std::string out;
  auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      AppendPadded(line, cells[i], widths[i], columns_[i].align == Align::kRight);
    }
    EndLine(line);
    return line;
  };
  auto rule = [&] {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      for (int n = 0; n < widths[i]; ++n) line += "─";
    }
    EndLine(line);
    return line;
  };
  std::vector<std::string> titles;
  bool any_title = false;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    any_title = any_title || !column.title.empty();
  }
  if (any_title) {
    out += bold ? "\033[1m" + line_of(titles) + "\033[0m" : line_of(titles);
    out += rule();
  }
  for (const auto& row : rows_) {
    if (row.empty()) {
      out += rule();
      continue;
    }
    std::vector<std::vector<std::string>> wrapped;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      wrapped.push_back(columns_[i].align == Align::kWrap ? Wrap(row[i], widths[i]) : std::vector{row[i]});
      height = std::max(height, wrapped.back().size());
    }
    for (size_t n = 0; n < height; ++n) {
      std::vector<std::string> cells;
      for (const auto& lines : wrapped) cells.push_back(n < lines.size() ? lines[n] : "");
      out += line_of(cells);
    }
  }
  return out;
}

}  // namespace leadline::cli
