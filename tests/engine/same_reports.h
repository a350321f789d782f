// Reports from cells beside those that reading every record gives: counts are the same, medians and percentiles within
// 1 %, ages of what is still open within a day.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>
#include <vector>

#include "engine/engine.h"

namespace leadline::engine {

inline void ExpectSame(const std::vector<domain::Funnel>& cells, const std::vector<domain::Funnel>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i].group, scan[i].group);
    EXPECT_EQ(cells[i].total, scan[i].total);
    EXPECT_EQ(cells[i].jumps, scan[i].jumps);
    EXPECT_EQ(cells[i].steps_back, scan[i].steps_back);
    ASSERT_EQ(cells[i].stages.size(), scan[i].stages.size());
    for (size_t s = 0; s < cells[i].stages.size(); ++s) {
      const domain::FunnelStage &a = cells[i].stages[s], &b = scan[i].stages[s];
      EXPECT_EQ(std::tie(a.status, a.entered, a.current, a.advanced, a.conversion),
                std::tie(b.status, b.entered, b.current, b.advanced, b.conversion));
    }
  }
}

inline void ExpectNear(Duration cells, Duration scan, Duration within = 0) {
  EXPECT_LE(std::abs(cells - scan), scan / 100 + within) << cells << " " << scan;
}

inline void ExpectSame(const domain::DurationStats& cells, const domain::DurationStats& scan) {
  EXPECT_EQ(std::tie(cells.status, cells.count, cells.open), std::tie(scan.status, scan.count, scan.open));
  EXPECT_EQ(cells.mean, scan.mean);
  ExpectNear(cells.median, scan.median);
  ExpectNear(cells.p75, scan.p75);
  ExpectNear(cells.p90, scan.p90);
  ExpectNear(cells.p95, scan.p95);
  ExpectNear(cells.open_median, scan.open_median, kDay);
}

inline void ExpectSame(const std::vector<domain::Velocity>& cells, const std::vector<domain::Velocity>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i].group, scan[i].group);
    EXPECT_EQ(cells[i].total, scan[i].total);
    ASSERT_EQ(cells[i].stages.size(), scan[i].stages.size());
    for (size_t s = 0; s < cells[i].stages.size(); ++s) ExpectSame(cells[i].stages[s], scan[i].stages[s]);
    ExpectSame(cells[i].creation_to_customer, scan[i].creation_to_customer);
  }
}

inline void ExpectSame(const std::vector<domain::SlaCompliance>& cells,
                       const std::vector<domain::SlaCompliance>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const domain::SlaCompliance &a = cells[i], &b = scan[i];
    EXPECT_EQ(std::tie(a.sla_id, a.group, a.started, a.met, a.breached, a.running, a.cancelled, a.compliance),
              std::tie(b.sla_id, b.group, b.started, b.met, b.breached, b.running, b.cancelled, b.compliance));
    ASSERT_EQ(a.median_response.has_value(), b.median_response.has_value());
    if (a.median_response) ExpectNear(*a.median_response, *b.median_response);
  }
}

inline void ExpectSame(const domain::HandOverCounts& cells, const domain::HandOverCounts& scan) {
  EXPECT_EQ(std::tie(cells.waiting, cells.rejected, cells.withdrawn, cells.accepted, cells.won, cells.rejected_later),
            std::tie(scan.waiting, scan.rejected, scan.withdrawn, scan.accepted, scan.won, scan.rejected_later));
  ASSERT_EQ(cells.rejections.size(), scan.rejections.size());
  for (size_t i = 0; i < cells.rejections.size(); ++i) {
    const domain::RejectionCount &a = cells.rejections[i], &b = scan.rejections[i];
    EXPECT_EQ(std::tie(a.reason, a.rejected, a.rejected_later), std::tie(b.reason, b.rejected, b.rejected_later));
  }
}

inline void ExpectSame(const FeedbackReport& cells, const FeedbackReport& scan) {
  ASSERT_EQ(cells.feedbacks.size(), scan.feedbacks.size());
  for (size_t i = 0; i < cells.feedbacks.size(); ++i) {
    const domain::Feedback &a = cells.feedbacks[i], &b = scan.feedbacks[i];
    EXPECT_EQ(a.group, b.group);
    ExpectSame(a.total, b.total);
    ASSERT_EQ(a.rules.size(), b.rules.size());
    for (size_t r = 0; r < a.rules.size(); ++r) {
      EXPECT_EQ(std::tie(a.rules[r].rule_id, a.rules[r].layer), std::tie(b.rules[r].rule_id, b.rules[r].layer));
      ExpectSame(a.rules[r].counts, b.rules[r].counts);
    }
    ASSERT_EQ(a.bands.size(), b.bands.size());
    for (size_t band = 0; band < a.bands.size(); ++band) {
      EXPECT_EQ(a.bands[band].band, b.bands[band].band);
      ExpectSame(a.bands[band].counts, b.bands[band].counts);
    }
  }
}

}  // namespace leadline::engine
