#include "engine/reports/report_division.h"

#include <algorithm>

namespace leadline::engine {
namespace {

using domain::ReportDimension;
using domain::TimeBasis;

bool OnlyOfLeads(ReportDimension dimension) {
  return dimension != ReportDimension::kRegion && dimension != ReportDimension::kWeek &&
         dimension != ReportDimension::kMonth;
}

}  // namespace

absl::StatusOr<domain::Division> DivisionOf(const Snapshot& snapshot, const ReportFilter& filter,
                                            const ReportDimensions& dimensions, TimeBasis other) {
  if (filter.basis != TimeBasis::kCreation && filter.basis != other) {
    return absl::InvalidArgumentError("the report does not go by this time; use that of the creation");
  }
  if (filter.contacts && std::any_of(dimensions.begin(), dimensions.end(), OnlyOfLeads)) {
    return absl::InvalidArgumentError("contacts are divided by region, week and month alone");
  }
  domain::Division division{.dimensions = dimensions, .basis = filter.basis};
  if (filter.basis != TimeBasis::kCreation) {
    division.start = filter.start;
    division.end = filter.end;
  }
  if (division.Has(ReportDimension::kTeam)) {
    for (const domain::Rep& rep : snapshot.rules->reps()) division.teams.emplace(rep.id, rep.team);
  }
  return division;
}

domain::CellFilter CellFilterOf(const ReportFilter& filter) {
  return {.kind = filter.contacts ? domain::RecordKind::kContact : domain::RecordKind::kLead,
          .start = filter.start,
          .end = filter.end,
          .region = filter.region,
          .source = filter.source,
          .product = filter.product};
}

}  // namespace leadline::engine
