// Whether the cells of reports are what the records give.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "store/report_cells.h"
#include "store/store.h"
#include "store/verify/difference.h"

namespace leadline::store {

// Compares each cell of the tenant with the sum of what its records add to it, and, where the cells are at the head of
// the ledger, those records with what the store tells of them. Where the ledger is another one than that of the cells
// (a backup was put back), or there are none, nothing is compared: the server makes them anew. Working times and first
// touches are taken as they are: they need the packs. Holds the cells of one report at a time.
absl::Status VerifyReports(ReportCells& cells, Reader& reader, std::string_view tenant, const OnDifference& found,
                           VerifyCounts& counts);

}  // namespace leadline::store
