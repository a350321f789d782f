// leadline store verify
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/status_macros.h"
#include "cli/commands/store/store_commands.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "store/sqlite/sqlite_snapshot.h"
#include "store/verify/verify.h"
#include "store/verify/verify_reports.h"

namespace leadline::cli {
namespace {

constexpr char kVerifyTeaching[] =
    R"(Reads the whole database, with the sums of reports beside it, and changes nothing. Whatever it finds, it says and leaves.

Examples:
  leadline store verify --db leadline-data/leadline.db          while no server runs on it
  leadline store verify --db leadline-data/leadline.db --live   beside a server: one moment of it

Exit codes: 0 no differences; 1 differences; 2 the database cannot be read.)";

struct VerifyFlags {
  std::string db;
  bool live = false;
  bool json = false;
  int64_t limit = 100;
};

// Takes differences as they are found and shows them at the end, or at once.
class Report {
 public:
  Report(Session& session, const VerifyFlags& options)
      : session_(session), limit_(options.limit), json_(options.json || session.json()) {}

  void Add(const store::Difference& difference, bool name_tenant) {
    ++found_;
    if (limit_ > 0 && found_ > limit_) return;
    if (json_) {
      differences_.push_back({{"tenant", difference.tenant},
                              {"what", difference.what},
                              {"field", difference.field},
                              {"stored", difference.stored},
                              {"told", difference.told}});
    } else {
      session_.Print((name_tenant ? fmt::format("[{}] ", difference.tenant) : "") + Describe(difference) + "\n");
    }
  }

  void End(const store::VerifyCounts& counts) {
    const int64_t left_out = limit_ > 0 && found_ > limit_ ? found_ - limit_ : 0;
    if (json_) return EndJson(counts, left_out);
    if (left_out > 0) {
      session_.Print(fmt::format("... and {} more; see all with --limit 0\n", WithThousands(left_out)));
    }
    session_.Print(fmt::format(
        "looked at: {} tenants, {} events, {} accounts, {} contacts, {} leads, {} activities, {} clocks, {} merges, "
        "{} reps, {} pools\n",
        WithThousands(counts.tenants), WithThousands(counts.events), WithThousands(counts.accounts),
        WithThousands(counts.contacts), WithThousands(counts.leads), WithThousands(counts.activities),
        WithThousands(counts.clocks), WithThousands(counts.merges), WithThousands(counts.reps),
        WithThousands(counts.pools)));
    session_.Print(found_ == 0
                       ? "no differences: everything stored is what the ledger tells\n"
                       : fmt::format("{} differences between what is stored and what the ledger tells; nothing was "
                                     "changed\n",
                                     WithThousands(found_)));
  }

 private:
  void EndJson(const store::VerifyCounts& counts, int64_t left_out) {
    const nlohmann::json out = {{"differences", differences_},
                                {"left_out", left_out},
                                {"looked_at",
                                 {{"tenants", counts.tenants},
                                  {"events", counts.events},
                                  {"accounts", counts.accounts},
                                  {"contacts", counts.contacts},
                                  {"leads", counts.leads},
                                  {"activities", counts.activities},
                                  {"clocks", counts.clocks},
                                  {"merges", counts.merges},
                                  {"reps", counts.reps},
                                  {"pools", counts.pools}}}};
    session_.Print(out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }

  Session& session_;
  const int64_t limit_;
  const bool json_;
  int64_t found_ = 0;
  nlohmann::json differences_ = nlohmann::json::array();
};

absl::Status VerifyAll(store::SqliteSnapshot& snapshot, store::ReportCells* cells, Report& report,
                       store::VerifyCounts& counts) {
  ASSIGN_OR_RETURN(const std::vector<std::string> tenants, snapshot.Tenants());
  for (const std::string& tenant : tenants) {
    const auto found = [&](const store::Difference& difference) { report.Add(difference, tenants.size() > 1); };
    RETURN_IF_ERROR(snapshot.Read(tenant, [&](store::Reader& reader) -> absl::Status {
      RETURN_IF_ERROR(store::VerifyTenant(reader, tenant, found, counts));
      return cells == nullptr ? absl::OkStatus() : store::VerifyReports(*cells, reader, tenant, found, counts);
    }));
  }
  return absl::OkStatus();
}

int VerifyStore(Session& session, const VerifyFlags& options) {
  using Beside = store::SqliteSnapshot::Beside;
  auto snapshot = store::SqliteSnapshot::Open(options.db, options.live ? Beside::kServer : Beside::kAlone);
  if (HasReason(snapshot.status(), ErrorReason::kStoreInUse)) {
    return session.Fail(absl::FailedPreconditionError(
        fmt::format("{}; or look at it beside the server with --live", std::string(snapshot.status().message()))));
  }
  if (!snapshot.ok()) return session.Fail(snapshot.status());
  Report report(session, options);
  store::VerifyCounts counts;
  const auto cells = store::OpenReportCellsToRead(store::ReportCellsPathOf(options.db));
  if (!cells.ok()) return session.Fail(cells.status());
  if (absl::Status status = VerifyAll(**snapshot, cells->get(), report, counts); !status.ok()) {
    return session.Fail(status);
  }
  report.End(counts);
  return counts.differences == 0 ? kExitOk : kExitRefused;
}

}  // namespace

void AddStoreCommands(Command root) {
  Command group = root.AddGroup("store", "Look at a database itself, without asking a server");
  auto options = std::make_shared<VerifyFlags>();
  Command verify = group.AddCommand("verify", "Compare all that is stored with what the ledger tells", kVerifyTeaching,
                                    [options](Session& session) { return VerifyStore(session, *options); });
  AddDatabaseOption(verify, options->db);
  verify.AddFlag("--live", options->live, "Read beside a running server; its log file grows meanwhile");
  verify.AddOption("--limit", options->limit, "Show only so many differences; 0: all").NotNegative().ShowDefault();
  verify.AddFlag("--json", options->json, "For programs (the same as -o json)");
}

}  // namespace leadline::cli
