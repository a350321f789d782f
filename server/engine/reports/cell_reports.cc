#include "engine/reports/cell_reports.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/status_macros.h"
#include "base/zones/time_zones.h"
#include "domain/event.h"
#include "domain/history/person_status.h"
#include "domain/reports/cell_sums.h"
#include "domain/reports/hand_over.h"
#include "domain/sla.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::CellKey;
using domain::RecordKind;
using domain::RecordRef;

// Of one step; more than one commit can have.
constexpr int kMostOtherSources = 20'000;

// What records are read by: what is no touch, and, of all regions and the centre, what working times are counted with.
std::string InputRules(const packs::RuleSet& rules) {
  std::string text = rules.time_zones() == nullptr ? "" : rules.time_zones()->fingerprint();
  text += fmt::format(" {}", fmt::join(rules.ForRegion("").lifecycle.attempts, " "));
  text += fmt::format("\n{}", domain::TextOf(*rules.ForRegion("").buying_groups));
  for (const domain::StatusDef& status : rules.ForRegion("").lifecycle.statuses) {
    text += fmt::format(" {}", domain::PlaceOnWay(rules.ForRegion("").lifecycle, status.id));
  }
  std::vector<std::string> regions = rules.regions();
  regions.emplace_back();
  for (const std::string& region : regions) {
    const domain::SlaPolicy& policy = rules.ForRegion(region).sla;
    text += fmt::format("\n{}:", region);
    for (const domain::BusinessCalendar& calendar : policy.calendars) {
      text += fmt::format("; {} {}", calendar.id, calendar.time_zone);
      for (const auto& day : calendar.week) {
        text += ",";
        for (const auto& hours : day) text += fmt::format(" {}-{}", hours.from_minute, hours.to_minute);
      }
      text += fmt::format(" {}", fmt::join(calendar.holidays, " "));
    }
  }
  return text;
}

// Rounded down, so that kWholeGroup is all of it.
std::optional<int64_t> CompletenessOfGroup(const domain::BuyingGroups& groups, const domain::Lead& lead) {
  const std::vector<domain::RoleNeed> needs = NeedsOf(groups, lead);
  if (needs.empty()) return std::nullopt;
  return static_cast<int64_t>(CompletenessOf(needs) * static_cast<double>(domain::kWholeGroup));
}

// Adds the contacts of accounts that changed: the region of a contact is that of its account.
absl::Status AddContacts(store::Reader& reader, std::map<RecordRef, store::ReportedChange>& changes) {
  std::vector<std::string> accounts;
  for (const auto& [ref, change] : changes) {
    if (ref.kind == RecordKind::kAccount) accounts.push_back(ref.id);
  }
  for (const std::string& account : accounts) {
    changes.erase({RecordKind::kAccount, account});
    ASSIGN_OR_RETURN(std::vector<std::string> contacts, reader.ContactsOfAccount(account));
    for (std::string& id : contacts) changes.try_emplace({RecordKind::kContact, std::move(id)});
  }
  return absl::OkStatus();
}

// What was kept of the record, and what is told of it since.
void AddHistory(const domain::ReportInput& before, store::ReportHistory& history) {
  history.steps.insert(history.steps.begin(), before.steps.begin(), before.steps.end());
  history.enquirer_status = before.enquirer_status;
  if (before.touched_at != 0 && (history.touched_at == 0 || before.touched_at < history.touched_at)) {
    history.touched_at = before.touched_at;
  }
}

}  // namespace

Duration ResponseOf(const packs::RuleSet& rules, const std::string& region, const domain::SlaClock& clock) {
  if (clock.stopped == 0) return 0;
  const domain::BusinessCalendar* calendar = rules.ForRegion(region).sla.FindCalendar(clock.calendar);
  const Time from = clock.since != 0 ? clock.since : clock.start;
  if (calendar == nullptr) return clock.counted + clock.stopped - from;
  return clock.counted + domain::BusinessTimeBetween(*calendar, from, clock.stopped);
}

// One step's records, as the store has them at one moment.
struct CellReports::Batch {
  struct Record {
    RecordRef ref;
    std::optional<domain::ReportInput> before, now;
  };
  store::ReportCellsState state;  // of the cells before; then after
  bool anew = false;
  bool at_head = false;
  std::vector<Record> records;
};

absl::Status CellReports::Begin(store::Reader& reader, const packs::RuleSet& rules, Batch& batch) {
  store::ReportCellsState& state = batch.state;
  const std::string wanted = domain::LifecycleText(rules.ForRegion("").lifecycle), input_rules = InputRules(rules);
  ASSIGN_OR_RETURN(const std::optional<std::string> transaction, reader.TransactionIdAt(state.number));
  batch.anew =
      state.lifecycle != wanted || state.input_rules != input_rules || transaction.value_or("") != state.transaction_id;
  if (!batch.anew) return absl::OkStatus();
  state = {.lifecycle = wanted, .input_rules = input_rules, .version = state.version};
  // Whatever changed without an event until now is read as it is.
  ASSIGN_OR_RETURN(state.commits, reader.ReadNumber());
  return absl::OkStatus();
}

absl::Status CellReports::AddOtherSources(store::Reader& reader, Changes& changes, Batch& batch) {
  store::ReportCellsState& state = batch.state;
  ASSIGN_OR_RETURN(const std::vector<store::RecordChange> leads,
                   reader.LeadsOfOtherSource(state.commits, kMostOtherSources));
  for (const store::RecordChange& lead : leads) changes.try_emplace({RecordKind::kLead, lead.id});
  // The rest of those of the last commit come again.
  batch.at_head = static_cast<int>(leads.size()) < kMostOtherSources || leads.back().number == state.commits;
  if (!batch.at_head) {
    state.commits = leads.back().number;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(state.commits, reader.ReadNumber());
  return absl::OkStatus();
}

absl::Status CellReports::ReadBatch(store::Reader& reader, std::string_view tenant, const packs::RuleSet& rules,
                                    int most, Batch& batch) {
  RETURN_IF_ERROR(Begin(reader, rules, batch));
  store::ReportReading reading{
      .attempts = rules.ForRegion("").lifecycle.attempts,
      .response = [&](const std::string& region,
                      const domain::SlaClock& clock) { return ResponseOf(rules, region, clock); },
      .is_sales = domain::IsSales(rules.ForRegion("").lifecycle),
      .lifecycle = &rules.ForRegion("").lifecycle};
  if (const domain::BuyingGroups& groups = *rules.ForRegion("").buying_groups; !groups.empty()) {
    reading.completeness = [&groups](const domain::Lead& lead) { return CompletenessOfGroup(groups, lead); };
  }
  ASSIGN_OR_RETURN(store::ReportedChanges told, reader.ReportedChangesAfter(batch.state.number, most, reading));
  reading.through = told.through;
  Changes changes;
  for (store::ReportedChange& change : told.records) changes.emplace_hint(changes.end(), change.ref, std::move(change));
  RETURN_IF_ERROR(AddContacts(reader, changes));
  if (told.end) RETURN_IF_ERROR(AddOtherSources(reader, changes, batch));
  batch.records.reserve(changes.size());
  for (const auto& [ref, change] : changes) batch.records.push_back({ref, {}, {}});
  if (!batch.anew) {
    RETURN_IF_ERROR(cells_.Read(tenant, [&](store::ReportCellsSession& session) -> absl::Status {
      for (Batch::Record& record : batch.records) {
        ASSIGN_OR_RETURN(record.before, session.GetInput(record.ref));
      }
      return absl::OkStatus();
    }));
  }
  auto change = changes.begin();
  for (Batch::Record& record : batch.records) {
    store::ReportedChange& since = change++->second;
    if (record.before) AddHistory(*record.before, since.history);
    // Of a record that was merged, or is of an older account, what was before is not kept.
    // And a lead may come to sales by a score of before.
    const bool known = !since.history.merges && (since.from_first || (record.before && !since.history.lacks_score));
    ASSIGN_OR_RETURN(record.now, reader.GetReportInput(record.ref, reading, known ? &since.history : nullptr));
  }
  if (told.through == batch.state.number) return absl::OkStatus();
  batch.state.number = told.through;
  ASSIGN_OR_RETURN(const std::optional<std::string> id, reader.TransactionIdAt(told.through));
  batch.state.transaction_id = id.value_or("");
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CellReports::WriteBatch(store::ReportCellsSession& session, Batch& batch) {
  store::ReportCellsState& state = batch.state;
  if (batch.anew) {
    RETURN_IF_ERROR(session.Clear());
  }
  ++state.version;
  // Before they were at the head once, nobody has seen the cells.
  const bool seen = state.oldest_version != 0;
  const domain::Lifecycle lifecycle = domain::LifecycleOfText(state.lifecycle);
  domain::Names names;
  for (const std::string& name : state.names) names.CodeOf(name);
  domain::CellSums sums;
  int64_t kept = 0;
  for (const Batch::Record& record : batch.records) {
    if (record.before == record.now) continue;
    if (record.before) sums.Add(*record.before, lifecycle, names, -1);
    if (record.now) sums.Add(*record.now, lifecycle, names, 1);
    if (seen) {
      RETURN_IF_ERROR(session.KeepInput(record.ref, state.version));
      ++kept;
    }
    RETURN_IF_ERROR(session.PutInput(record.ref, record.now ? &*record.now : nullptr));
  }
  if (names.overflowed()) return absl::ResourceExhaustedError("the reports' cells have no room for more statuses");
  state.names = names.all();
  for (const domain::CellAdditions& cell : sums.Take()) RETURN_IF_ERROR(session.AddToCell(cell.key, cell.additions));
  if (batch.at_head && !seen) {
    state.oldest_version = state.version;
    RETURN_IF_ERROR(session.ForgetBefore(state.version));
  }
  return kept;
}

// What was long ago, or is too much, is no longer kept.
absl::Status CellReports::Forget(store::ReportCellsSession& session, std::string_view tenant, const Kept& added,
                                 store::ReportCellsState& state) {
  if (state.oldest_version == 0) return absl::OkStatus();  // nobody has seen them yet
  auto found = kept_.find(tenant);
  // Of those before the program began, nothing is known here.
  if (found == kept_.end()) found = kept_.emplace(tenant, std::deque{Kept{.version = added.version - 1}}).first;
  std::deque<Kept>& kept = found->second;
  kept.push_back(added);
  int64_t records = 0;
  for (const Kept& version : kept) records += version.records;
  int64_t forgotten = 0;
  while (!kept.empty() && (kept.front().time + kKeptFor < added.time || records > kMostKept)) {
    forgotten = kept.front().version;
    records -= kept.front().records;
    kept.pop_front();
  }
  if (forgotten <= state.oldest_version) return absl::OkStatus();
  state.oldest_version = forgotten;
  return session.ForgetBefore(forgotten);
}

absl::StatusOr<ReportFoldStep> CellReports::FoldLocked(std::string_view tenant, const packs::RuleSet& rules, Time now,
                                                       int most) {
  Batch batch;
  RETURN_IF_ERROR(cells_.Read(tenant, [&](store::ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(batch.state, session.GetState());
    return absl::OkStatus();
  }));
  const int64_t number = batch.state.number;
  RETURN_IF_ERROR(
      store_.Read(tenant, [&](store::Reader& reader) { return ReadBatch(reader, tenant, rules, most, batch); }));
  ReportFoldStep step{
      .records = static_cast<int64_t>(batch.records.size()), .began = batch.anew, .at_head = batch.at_head};
  const bool first = batch.at_head && batch.state.oldest_version == 0;
  if (!batch.anew && !first && batch.records.empty() && batch.state.number == number) return step;
  RETURN_IF_ERROR(cells_.Write(tenant, [&](store::ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t kept, WriteBatch(session, batch));
    RETURN_IF_ERROR(Forget(session, tenant, {now, batch.state.version, kept}, batch.state));
    return session.PutState(batch.state);
  }));
  return step;
}

absl::StatusOr<ReportFoldStep> CellReports::Fold(std::string_view tenant, const packs::RuleSet& rules, Time now,
                                                 int most_transactions) {
  const std::lock_guard lock(mutex_);
  return FoldLocked(tenant, rules, now, most_transactions);
}

// Transactions of the ledger that are left to fold.
absl::StatusOr<int64_t> CellReports::Behind(std::string_view tenant) {
  int64_t folded = 0, last = 0;
  RETURN_IF_ERROR(cells_.Read(tenant, [&](store::ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(const store::ReportCellsState state, session.GetState());
    folded = state.number;
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(store_.Read(tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t position, reader.LastPosition());
    last = domain::TransactionAt(position);
    return absl::OkStatus();
  }));
  return last - folded;
}

absl::Status CellReports::AtHead(std::string_view tenant, const packs::RuleSet& rules, Time now, const UseCells& use) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(int64_t behind, Behind(tenant));
  bool at_head = false;
  while (!at_head && behind <= kMostBehind) {
    ASSIGN_OR_RETURN(const ReportFoldStep step, FoldLocked(tenant, rules, now, kStepTransactions));
    at_head = step.at_head;
    // Made anew, they are further behind than they were.
    if (step.began) {
      ASSIGN_OR_RETURN(behind, Behind(tenant));
    }
  }
  if (!at_head) return absl::FailedPreconditionError("the sums of reports are being made; ask again in a while");
  return cells_.Read(tenant, [&](store::ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(const store::ReportCellsState state, session.GetState());
    return use(session, state);
  });
}

}  // namespace leadline::engine
