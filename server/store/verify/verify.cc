#include "store/verify/verify.h"

#include <limits>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/verify/findings.h"
#include "store/verify/ledger_walk.h"
#include "store/verify/list_check.h"
#include "store/verify/record_walk.h"
#include "store/verify/tally.h"

namespace leadline::store {

namespace {

// Numbers by a text, such as leads by status.
void CompareNumbers(Findings& findings, const std::string& what,
                    const std::vector<std::pair<std::string, int64_t>>& stored, Counts told,
                    std::string_view number = "count") {
  for (const auto& [name, count] : stored) {
    findings.CompareCount(what, fmt::format("{} of \"{}\"", number, name), count, told[name]);
    told.erase(name);
  }
  for (const auto& [name, count] : told)
    findings.CompareCount(what, fmt::format("{} of \"{}\"", number, name), 0, count);
}

absl::Status CheckCounts(Reader& reader, Findings& findings, Tally& tally) {
  RETURN_IF_ERROR(CheckScores(reader, findings, tally));
  ASSIGN_OR_RETURN(auto leads, reader.CountByStatus(domain::RecordKind::kLead));
  CompareNumbers(findings, "leads by status", leads, tally.leads_by_status);
  ASSIGN_OR_RETURN(auto contacts, reader.CountByStatus(domain::RecordKind::kContact));
  CompareNumbers(findings, "contacts by status", contacts, tally.contacts_by_status);
  ASSIGN_OR_RETURN(auto regions, reader.CountByRegion(std::numeric_limits<int>::max()));
  CompareNumbers(findings, "leads by region", regions, tally.leads_by_region);
  ASSIGN_OR_RETURN(const std::vector<QueueCount> queues, reader.CountByQueue(0));
  std::vector<std::pair<std::string, int64_t>> held, longest;
  for (const QueueCount& queue : queues) {
    held.emplace_back(queue.queue, queue.leads);
    longest.emplace_back(queue.queue, queue.held_since);
  }
  CompareNumbers(findings, "leads by queue", held, tally.leads_by_queue);
  CompareNumbers(findings, "leads by queue", longest, tally.longest_in_queue, "oldest hold, in microseconds,");
  // What no record leads to.
  ASSIGN_OR_RETURN(const RowCounts rows, reader.CountRows());
  findings.CompareCount("activities", "rows", rows.activities, tally.activities);
  findings.CompareCount("counted activities", "rows", rows.activity_tallies, tally.activity_tallies);
  findings.CompareCount("merges", "rows", rows.merges, tally.merges);
  findings.CompareCount("contacts of leads", "rows", rows.lead_contacts, tally.contacts_of_leads.listed.count());
  findings.CompareCount("external ids of leads", "rows", rows.external_ids, tally.external_ids);
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyTenant(Reader& reader, std::string_view tenant, const OnDifference& found, VerifyCounts& counts) {
  Findings findings(tenant, found, counts);
  Tally tally;
  ++counts.tenants;
  RETURN_IF_ERROR(WalkRecords(reader, findings, tally));
  RETURN_IF_ERROR(CheckLists(reader, findings, tally));
  RETURN_IF_ERROR(CheckCounts(reader, findings, tally));
  return WalkLedger(reader, findings, tally);
}

}  // namespace leadline::store
