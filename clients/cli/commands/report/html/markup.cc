#include "cli/commands/report/html/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_replace.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

std::string_view ClassOf(HtmlTable::Kind kind) {
  switch (kind) {
    case HtmlTable::Kind::kText:
      return "text";
    case HtmlTable::Kind::kNumber:
      return "number";
    case HtmlTable::Kind::kPicture:
      return "picture";
  }
  return "";
}

// As text that may break behind each "_": names of statuses and the like have no spaces.
std::string Name(std::string_view text) { return absl::StrReplaceAll(EscapeMarkup(text), {{"_", "_<wbr>"}}); }

// A part of a bar from its left end on. What is not nothing can be seen.
std::string BarPart(std::string_view shade, double share) {
  if (share <= 0) return "";
  return fmt::format("<rect class=\"{}\" width=\"{:.1f}%\" height=\"100%\"/>", shade,
                     std::clamp(share * 100, 0.5, 100.0));
}

std::string Picture(std::string_view parts) {
  return fmt::format(
      "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"100%\"/>{}</svg>", parts);
}

}  // namespace

HtmlCell::HtmlCell(std::string_view text) : markup_(EscapeMarkup(text)) {}
HtmlCell::HtmlCell(const std::string& text) : HtmlCell(std::string_view(text)) {}
HtmlCell::HtmlCell(const char* text) : HtmlCell(std::string_view(text)) {}

HtmlCell HtmlCell::Shaded(std::string_view name) const {
  HtmlCell shaded = *this;
  shaded.shade_ = name;
  return shaded;
}

HtmlCell Bar(int64_t count, int64_t of, std::string_view shade) {
  HtmlCell cell("");
  if (of > 0) cell.markup_ = Picture(BarPart(shade, static_cast<double>(count) / static_cast<double>(of)));
  return cell;
}

HtmlCell RangeBar(Duration median, Duration p75, Duration p95, Duration longest) {
  HtmlCell cell("");
  if (longest <= 0) return cell;
  const auto part = [longest](std::string_view shade, Duration span) {
    return BarPart(shade, static_cast<double>(span) / static_cast<double>(longest));
  };
  cell.markup_ = Picture(part("least", p95) + part("middle", p75) + part("most", median));
  return cell;
}

HtmlTable::HtmlTable(std::string id, std::string caption, std::vector<Column> columns)
    : id_(std::move(id)), caption_(std::move(caption)), columns_(std::move(columns)) {}

void HtmlTable::BeginGroup(std::string_view name) {
  body_ += fmt::format("{}<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\"><span>{}</span></th></tr>\n",
                       body_.empty() ? "" : "</tbody>\n", columns_.size(), EscapeMarkup(name));
}

void HtmlTable::Add(std::string_view name, const std::vector<HtmlCell>& cells) {
  if (body_.empty()) body_ = "<tbody>\n";
  body_ += Row(name, cells);
}

void HtmlTable::AddTotal(std::string_view name, const std::vector<HtmlCell>& cells) {
  foot_ = "<tfoot>\n" + Row(name, cells) + "</tfoot>\n";
}

std::string HtmlTable::Row(std::string_view name, const std::vector<HtmlCell>& cells) const {
  std::string row = fmt::format("<tr><th scope=\"row\"><bdi>{}</bdi></th>", Name(name));
  for (size_t i = 0; i < cells.size() && i + 1 < columns_.size(); ++i) {
    const std::string& shade = cells[i].shade();
    row += fmt::format("<td class=\"{}{}{}\">{}</td>", ClassOf(columns_[i + 1].kind), shade.empty() ? "" : " ", shade,
                       cells[i].markup());
  }
  return row + "</tr>\n";
}

std::string HtmlTable::ToString() const {
  std::string out = fmt::format(
      "<div class=\"scroll{2}\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{0}\">\n<table>\n"
      "<caption id=\"{0}\"><span>{1}</span></caption>\n<thead><tr>",
      id_, EscapeMarkup(caption_), columns_.size() <= 4 ? " few" : "");
  for (const Column& column : columns_) {
    out += fmt::format("<th scope=\"col\" class=\"{}\">{}</th>", ClassOf(column.kind), Name(column.title));
  }
  return out + "</tr></thead>\n" + body_ + (body_.empty() ? "" : "</tbody>\n") + foot_ + "</table>\n</div>\n";
}

std::string HtmlSection(std::string_view id, std::string_view title, std::string_view sentence, std::string_view body) {
  return fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{2}{3}</section>\n", id,
                     EscapeMarkup(title), HtmlParagraph(sentence), body);
}

std::string HtmlParagraph(std::string_view text) { return fmt::format("<p>{}</p>\n", EscapeMarkup(text)); }

std::string HtmlCommand(std::string_view words, std::string_view command) {
  return fmt::format("<p>{} <code>{}</code></p>\n", EscapeMarkup(words), EscapeMarkup(command));
}

std::string SpanInWords(Duration span) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kUnits = {
      {{" d", " day"}, {" h", " hour"}, {" min", " minute"}, {" s", " second"}}};
  const std::string text = FormatSpan(span);
  for (const auto& [unit, word] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const std::string number = text.substr(0, text.size() - unit.size());
    return fmt::format("{}{}{}", number, word, number == "1" || number == "1.0" ? "" : "s");
  }
  return text;
}

std::string Share(int64_t count, int64_t of) {
  return of == 0 ? "–" : FormatPercent(static_cast<double>(count) / static_cast<double>(of));
}

}  // namespace leadline::cli
