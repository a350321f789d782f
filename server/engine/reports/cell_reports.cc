#include "engine/reports/cell_reports.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/status_macros.h"
#include "base/zones/time_zones.h"
#include "domain/event.h"
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
  std::vector<std::string> regions = rules.regions();
  regions.emplace_back();
  for (const std::string& region : regions) {
    const domain::SlaPolicy& policy = rules.ForRegion(region).sla;
    text += fmt::format("\n{}:", region);
    for (const domain::SlaDef& level : policy.levels) text += fmt::format(" {}={}", level.id, level.calendar);
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

struct CellHash {
  size_t operator()(const CellKey& key) const {
    const size_t small = (static_cast<size_t>(key.section) << 24) ^ (static_cast<size_t>(key.grouping) << 16) ^
                         (static_cast<size_t>(key.level) << 8) ^ static_cast<size_t>(key.kind);
    return std::hash<std::string>()(key.values) * 31 + small * 0x9E3779B97F4A7C15ULL +
           static_cast<size_t>(key.period) * 0xC2B2AE3D27D4EB4FULL;
  }
};
using CellChanges = std::unordered_map<CellKey, domain::Additions, CellHash>;

void AddContribution(const domain::ReportInput& input, const domain::Lifecycle& lifecycle, domain::Names& names,
                     int64_t times, CellChanges& changes) {
  domain::Contribute(input, lifecycle, names, [&](const CellKey& key, const domain::Additions& additions) {
    domain::Additions& cell = changes[key];
    for (const domain::Addition& addition : additions) {
      domain::Sum sum;
      sum.Add(addition.sum, times);
      cell.push_back({addition.key, sum});
    }
  });
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
  store::ReportCellsState state;  // of the cells before; then after
  bool anew = false;
  bool at_head = false;
  std::vector<std::pair<RecordRef, std::optional<domain::ReportInput>>> records;
};

absl::Status CellReports::ReadBatch(store::Reader& reader, const packs::RuleSet& rules, int most, Batch& batch) {
  const domain::Lifecycle& lifecycle = rules.ForRegion("").lifecycle;
  store::ReportCellsState& state = batch.state;
  const std::string wanted = domain::LifecycleText(lifecycle), input_rules = InputRules(rules);
  ASSIGN_OR_RETURN(const std::optional<std::string> transaction, reader.TransactionIdAt(state.number));
  batch.anew =
      state.lifecycle != wanted || state.input_rules != input_rules || transaction.value_or("") != state.transaction_id;
  if (batch.anew) {
    state = {.lifecycle = wanted, .input_rules = input_rules, .version = state.version};
    // Whatever changed without an event until now is read as it is.
    ASSIGN_OR_RETURN(state.commits, reader.ReadNumber());
  }
  ASSIGN_OR_RETURN(const store::ReportedChanges changes, reader.ReportedChangesAfter(state.number, most));
  std::set<RecordRef> records;
  for (const RecordRef& ref : changes.records) {
    if (ref.kind != RecordKind::kAccount) {
      records.insert(ref);
      continue;
    }
    // The region of a contact is that of its account.
    ASSIGN_OR_RETURN(std::vector<std::string> contacts, reader.ContactsOfAccount(ref.id));
    for (std::string& id : contacts) records.insert({RecordKind::kContact, std::move(id)});
  }
  batch.at_head = changes.end;
  if (changes.end) {
    ASSIGN_OR_RETURN(const std::vector<store::RecordChange> leads,
                     reader.LeadsOfOtherSource(state.commits, kMostOtherSources));
    for (const store::RecordChange& lead : leads) records.insert({RecordKind::kLead, lead.id});
    // The rest of those of the last commit come again.
    const bool all = static_cast<int>(leads.size()) < kMostOtherSources || leads.back().number == state.commits;
    batch.at_head = all;
    if (all) {
      ASSIGN_OR_RETURN(state.commits, reader.ReadNumber());
    } else {
      state.commits = leads.back().number;
    }
  }
  const store::ReportReading reading{.attempts = lifecycle.attempts,
                                     .response = [&](const std::string& region, const domain::SlaClock& clock) {
                                       return ResponseOf(rules, region, clock);
                                     }};
  for (const RecordRef& ref : records) {
    ASSIGN_OR_RETURN(std::optional<domain::ReportInput> input, reader.GetReportInput(ref, reading));
    batch.records.emplace_back(ref, std::move(input));
  }
  if (changes.through == state.number) return absl::OkStatus();
  state.number = changes.through;
  ASSIGN_OR_RETURN(const std::optional<std::string> id, reader.TransactionIdAt(state.number));
  state.transaction_id = id.value_or("");
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
  CellChanges changes;
  int64_t kept = 0;
  for (const auto& [ref, input] : batch.records) {
    ASSIGN_OR_RETURN(const std::optional<domain::ReportInput> before, session.GetInput(ref));
    if (before == input) continue;
    if (before) AddContribution(*before, lifecycle, names, -1, changes);
    if (input) AddContribution(*input, lifecycle, names, 1, changes);
    if (seen || !input) {
      RETURN_IF_ERROR(session.PutInput(ref, input ? &*input : nullptr, state.version));
      ++kept;
    } else {
      RETURN_IF_ERROR(session.PutNewInput(ref, *input));
    }
  }
  if (names.overflowed()) return absl::ResourceExhaustedError("the reports' cells have no room for more statuses");
  state.names = names.all();
  std::vector<CellChanges::value_type*> ordered;
  for (auto& change : changes) ordered.push_back(&change);
  std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (CellChanges::value_type* change : ordered) {
    domain::Combine(change->second);
    if (!change->second.empty()) RETURN_IF_ERROR(session.AddToCell(change->first, change->second));
  }
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
  RETURN_IF_ERROR(store_.Read(tenant, [&](store::Reader& reader) { return ReadBatch(reader, rules, most, batch); }));
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
