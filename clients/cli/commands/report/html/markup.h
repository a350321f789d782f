// Pieces of an HTML page. What comes as text is escaped here, and only here: a cell takes markup from this file alone.
// Pure functions; classes are not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace leadline::cli {

// What stands in a cell: text, or a picture made here.
class HtmlCell {
 public:
  HtmlCell(std::string_view text);               // NOLINT: a text is a cell
  HtmlCell(const std::string& text);             // NOLINT
  HtmlCell(const char* text);                    // NOLINT
  HtmlCell Shaded(std::string_view name) const;  // with a class of the style sheet

  const std::string& markup() const { return markup_; }
  const std::string& shade() const { return shade_; }

 private:
  friend HtmlCell Bar(int64_t count, int64_t of, std::string_view shade);
  friend HtmlCell RangeBar(Duration median, Duration p75, Duration p95, Duration longest);

  std::string markup_, shade_;
};

// `count` as a part of `of`, as a picture; without a picture where there is nothing of anything. The number stands in
// another cell: those who cannot see the picture do without it.
HtmlCell Bar(int64_t count, int64_t of, std::string_view shade = "most");
// Three lengths of time from the same start, on a scale that ends at `longest`.
HtmlCell RangeBar(Duration median, Duration p75, Duration p95, Duration longest);

// A table that scrolls by itself where the page is narrow.
class HtmlTable {
 public:
  enum class Kind { kText, kNumber, kPicture };
  struct Column {
    std::string title;
    Kind kind = Kind::kNumber;
  };

  // `id` is unique on the page. The first column names the row.
  HtmlTable(std::string id, std::string caption, std::vector<Column> columns);

  // Rows that follow belong to it.
  void BeginGroup(std::string_view name);
  void Add(std::string_view name, const std::vector<HtmlCell>& cells);
  // The last row, apart from the others.
  void AddTotal(std::string_view name, const std::vector<HtmlCell>& cells);
  std::string ToString() const;

 private:
  std::string Row(std::string_view name, const std::vector<HtmlCell>& cells) const;

  const std::string id_, caption_;
  const std::vector<Column> columns_;
  std::string body_, foot_;
};

// A part of the page with its heading. `sentence` is text: what the numbers mean. `body` is markup.
std::string HtmlSection(std::string_view id, std::string_view title, std::string_view sentence, std::string_view body);
// `text` is text.
std::string HtmlParagraph(std::string_view text);
// A command line to copy, after words that lead to it.
std::string HtmlCommand(std::string_view words, std::string_view command);

// "3.2 days", "1 minute": as FormatSpan, with the unit in full.
std::string SpanInWords(Duration span);
// "60.5 %"; "–" of nothing.
std::string Share(int64_t count, int64_t of);

}  // namespace leadline::cli
