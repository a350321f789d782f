// The cells of reports in a file of their own.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "store/report_cells.h"

namespace leadline::store {

// leadline.reports for leadline.db. It holds nothing that the database does not have: it can be deleted while no server
// runs, and is made again.
std::string ReportCellsPathOf(const std::string& database);

// Opens or makes the file. One of another version is emptied first, and one that is damaged is replaced.
absl::StatusOr<std::unique_ptr<ReportCells>> OpenReportCells(const std::string& path);
// For whoever only reads, perhaps beside a server; null where there is no such file, or one of another version.
absl::StatusOr<std::unique_ptr<ReportCells>> OpenReportCellsToRead(const std::string& path);

}  // namespace leadline::store
