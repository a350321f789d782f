// Service levels by the calendar on which their clocks count.
#include <gtest/gtest.h>

#include <set>

#include "tests/engine/same_reports.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using domain::Measure;
using domain::ReportDimension;
using domain::Section;

using LevelsByCalendarTest = WithCells;

TEST_F(LevelsByCalendarTest, TheyAreWhatTheRecordsGive) {
  using D = ReportDimension;
  OpenCells();
  Begin(13);
  for (int i = 0; i < 250; ++i) Step();
  std::set<std::string> calendars;
  for (const ReportDimensions& by : {ReportDimensions{D::kCalendar},
                                     {D::kCalendar, D::kOwner},
                                     {D::kRegion, D::kCalendar},
                                     {D::kWeek, D::kCalendar}}) {
    ReportMoment moment;
    const auto levels = cells_engine_->GetSlaCompliance({}, {}, by, &moment);
    const auto told = engine_->GetSlaCompliance({}, {}, by);
    ASSERT_TRUE(levels.ok() && told.ok()) << levels.status();
    ExpectSame(*levels, *told);
    EXPECT_GT(moment.version, 0);
    for (const domain::SlaCompliance& level : *levels) {
      for (size_t i = 0; i < by.size(); ++i) {
        if (by[i] == D::kCalendar) calendars.insert(level.group[i]);
      }
      const ReportNumber started{.section = Section::kSla, .measure = Measure::kClock, .first = level.sla_id};
      EXPECT_EQ(ListedSum({.dimensions = by, .values = level.group, .number = started, .moment = moment}),
                level.started);
    }
  }
  EXPECT_GT(calendars.size(), 2U);
}

}  // namespace
}  // namespace leadline::engine
