// What is worth how many points, on one page: for the meeting where marketing and sales agree on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "packs/rule_set.h"

namespace leadline::cli {

// One rule, one cell of a matrix or one plugin.
struct PointsRow {
  std::string dimension, rule;
  std::string layer;                          // "central" or the region
  std::string what;                           // the description, or else the condition, in words where they do
  std::string condition;                      // CEL; empty for cells and plugins
  std::string channel, investment, response;  // of a cell
  double points = 0;                          // a plugin: the most that it may give
  std::optional<double> least;                // a plugin: the least
  std::optional<double> half_life_days;
  std::optional<double> most;  // all contributions together never give more, either way
  bool each_activity = false;
  bool regional = false;  // counts into the adjustment, never towards the bar
};

struct PointsSheet {
  packs::SalesReady sales_ready;
  bool review_overdue = false;
  double mql = 0, maql = 0, cap = 0;
  std::vector<std::string> contact_requests;  // responses by which somebody asks to be contacted
  int64_t request_days = 0;                   // and for how long that counts
  std::optional<domain::AccountScorePolicy> account_score;
  std::vector<PointsRow> rows;  // the centre's by dimension, as the packs have them; then each region's
};

// `now` tells whether the review is overdue.
PointsSheet PointsSheetOf(const packs::RuleSet& rules, Time now);

// For a terminal of `width` cells; cells of a matrix are gathered by channel and investment.
std::string PointsAsText(const PointsSheet& sheet, int width, bool bold);
// One line of headings, then a line for each row (RFC 4180).
std::string PointsAsCsv(const PointsSheet& sheet);
// One file without anything from elsewhere, to be printed or mailed.
std::string PointsAsHtml(const PointsSheet& sheet);
std::string PointsAsJson(const PointsSheet& sheet);

}  // namespace leadline::cli
