#include "app/verify_store.h"

#include <memory>
#include <vector>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "store/sqlite/sqlite_snapshot.h"
#include "store/verify/verify.h"
#include "store/verify/verify_reports.h"

namespace leadline::app {

absl::Status VerifyStore(const std::string& path, const Log& log) {
  constexpr int64_t kNamed = 3;
  log.Info("comparing the store with its ledger", {{"path", path}});
  ASSIGN_OR_RETURN(std::unique_ptr<store::SqliteSnapshot> snapshot, store::SqliteSnapshot::Open(path));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::ReportCells> cells,
                   store::OpenReportCellsToRead(store::ReportCellsPathOf(path)));
  ASSIGN_OR_RETURN(const std::vector<std::string> tenants, snapshot->Tenants());
  store::VerifyCounts counts;
  std::string first;
  const auto found = [&](const store::Difference& difference) {
    if (counts.differences <= kNamed) first += (first.empty() ? "" : "; ") + Describe(difference);
  };
  for (const std::string& tenant : tenants) {
    RETURN_IF_ERROR(snapshot->Read(tenant, [&](store::Reader& reader) -> absl::Status {
      RETURN_IF_ERROR(store::VerifyTenant(reader, tenant, found, counts));
      return cells == nullptr ? absl::OkStatus() : store::VerifyReports(*cells, reader, tenant, found, counts);
    }));
  }
  if (counts.differences > 0) {
    return absl::DataLossError(
        fmt::format("the database {0} differs from what its ledger tells, in {1} places: {2}{3}. Look at all of them "
                    "with: leadline store verify --db {0}. Nothing was changed; restore a backup, or start without "
                    "--verify to serve it as it is",
                    path, counts.differences, first, counts.differences > kNamed ? "; ..." : ""));
  }
  log.Info("the store is what its ledger tells", {{"tenants", counts.tenants},
                                                  {"events", counts.events},
                                                  {"accounts", counts.accounts},
                                                  {"contacts", counts.contacts},
                                                  {"leads", counts.leads}});
  return absl::OkStatus();
}

}  // namespace leadline::app
