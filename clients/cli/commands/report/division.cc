#include "cli/commands/report/division.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "absl/strings/str_split.h"
#include "base/suggestion.h"

namespace leadline::cli {
namespace {

constexpr std::array<std::pair<std::string_view, v1::ReportDimension>, 8> kWords = {{
    {"source", v1::REPORT_DIMENSION_SOURCE},
    {"region", v1::REPORT_DIMENSION_REGION},
    {"product", v1::REPORT_DIMENSION_PRODUCT},
    {"owner", v1::REPORT_DIMENSION_OWNER},
    {"team", v1::REPORT_DIMENSION_TEAM},
    {"week", v1::REPORT_DIMENSION_WEEK},
    {"month", v1::REPORT_DIMENSION_MONTH},
    {"calendar", v1::REPORT_DIMENSION_CALENDAR},
}};

std::vector<std::string> AllWords() {
  std::vector<std::string> words;
  for (const auto& [word, dimension] : kWords) words.emplace_back(word);
  return words;
}

absl::StatusOr<v1::ReportDimension> ParseDimension(std::string_view text) {
  for (const auto& [word, dimension] : kWords) {
    if (word == text) return dimension;
  }
  const std::string nearest = LikelyName(text, AllWords());
  return absl::InvalidArgumentError(
      fmt::format("--by: a report is not divided by \"{}\"; {}use one or more of {}, separated by commas", text,
                  nearest.empty() ? "" : fmt::format("did you mean {}? Else ", nearest), DimensionWords()));
}

}  // namespace

std::string DimensionWords() { return fmt::format("{}", fmt::join(AllWords(), ", ")); }

absl::StatusOr<std::vector<v1::ReportDimension>> ParseDimensions(std::string_view text) {
  std::vector<v1::ReportDimension> dimensions;
  if (text.empty()) return dimensions;
  for (const auto word : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    absl::StatusOr<v1::ReportDimension> dimension = ParseDimension({word.data(), word.size()});
    if (!dimension.ok()) return dimension.status();
    dimensions.push_back(*dimension);
  }
  return dimensions;
}

std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\,") || rest.starts_with("\\\\")) {
      parts.back() += text[++i];
    } else if (text[i] == ',') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string_view WordOf(v1::ReportDimension dimension) {
  for (const auto& [word, known] : kWords) {
    if (known == dimension) return word;
  }
  return "?";
}

std::vector<std::string> GroupCells(const google::protobuf::RepeatedPtrField<v1::DimensionValue>& group, bool remainder,
                                    size_t count) {
  std::vector<std::string> cells(count);
  if (remainder && count > 0) cells.front() = "(the rest)";
  for (int i = 0; i < group.size() && i < static_cast<int>(count); ++i) {
    cells[static_cast<size_t>(i)] = group[i].value().empty() ? "(none)" : group[i].value();
  }
  return cells;
}

std::string GroupTitle(const google::protobuf::RepeatedPtrField<v1::DimensionValue>& group, bool remainder,
                       const std::vector<v1::ReportDimension>& by) {
  if (by.empty()) return "";
  if (remainder) return "all other groups\n";
  std::string title;
  const std::vector<std::string> cells = GroupCells(group, remainder, by.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    title += fmt::format("{}{} {}", i == 0 ? "" : ", ", WordOf(by[i]), cells[i]);
  }
  return title + "\n";
}

}  // namespace leadline::cli
