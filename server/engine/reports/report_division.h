// What the reports of one service ask of the domain.
#pragma once

#include "absl/status/statusor.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/division.h"
#include "engine/calls.h"
#include "engine/decide/snapshot.h"

namespace leadline::engine {

// `other` is the one basis, beside the creation, that the report knows. INVALID_ARGUMENT for another one, and for
// contacts where only leads have what is asked.
absl::StatusOr<domain::Division> DivisionOf(const Snapshot& snapshot, const ReportFilter& filter,
                                            const ReportDimensions& dimensions, domain::TimeBasis other);
domain::CellFilter CellFilterOf(const ReportFilter& filter);

}  // namespace leadline::engine
