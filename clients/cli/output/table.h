// Tables for people: aligned by what a terminal shows, not by bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline::cli {

// Cells that a terminal needs for `utf8`: two for wide characters, none for combining marks.
int DisplayWidth(std::string_view utf8);
// `utf8` cut to `width` cells, ending in an ellipsis when something was cut.
std::string CutToWidth(std::string_view utf8, int width);

// Rows under headings. Not thread-safe.
class Table {
 public:
  enum class Align { kLeft, kRight, kWrap };  // kWrap: left, broken into several lines where the table is too wide
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // Missing cells are empty; there must not be more cells than columns.
  void Add(std::vector<std::string> cells);
  // A line across, such as above a sum.
  void AddLine() { rows_.push_back({}); }
  bool empty() const { return rows_.empty(); }
  // Every line ends with a newline and has no spaces at its end. `width`: cells that the lines should keep within;
  // only kWrap columns give way. `bold`: headings in bold, for terminals.
  std::string ToString(int width, bool bold = false) const;

 private:
  std::vector<int> Widths(int width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace leadline::cli
