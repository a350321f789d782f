// Reports from cells, which follow the ledger.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/lifecycle.h"
#include "engine/calls.h"
#include "packs/rule_set.h"
#include "store/report_cells.h"
#include "store/store.h"

namespace leadline::engine {

// Working time of a clock from start to stop, by the calendars on which it counted; 0 while it runs. `region`: the
// lead's.
Duration ResponseOf(const packs::RuleSet& rules, const std::string& region, const domain::SlaClock& clock);

// Keeps the cells at the head of the ledger, and reads them there. What is asked for several tenants is kept apart.
// Thread-safe: one after another.
class CellReports {
 public:
  // A report folds so much itself; where more is left, it does without cells.
  static constexpr int64_t kMostBehind = 2'000;
  static constexpr int kStepTransactions = 2'000;
  // How long records can be read as they were.
  static constexpr Duration kKeptFor = 15 * kMinute;
  static constexpr int64_t kMostKept = 500'000;

  CellReports(store::Store& store, store::ReportCells& cells) : store_(store), cells_(cells) {}

  // Folds at most `most_transactions` of the ledger. Where the rules differ from those that the cells are made with, or
  // the ledger is another one, all is made again.
  absl::StatusOr<ReportFoldStep> Fold(std::string_view tenant, const packs::RuleSet& rules, Time now,
                                      int most_transactions);
  // Folds what is left, and calls `use` with the cells as they are at the head of the ledger. FAILED_PRECONDITION when
  // too much is left.
  using UseCells = std::function<absl::Status(store::ReportCellsSession&, const store::ReportCellsState&)>;
  absl::Status AtHead(std::string_view tenant, const packs::RuleSet& rules, Time now, const UseCells& use);

  // The cells as they are.
  absl::Status Read(std::string_view tenant, const store::UseReportCells& use) { return cells_.Read(tenant, use); }

 private:
  struct Batch;
  // A version whose records are kept as they were before it.
  struct Kept {
    Time time = 0;
    int64_t version = 0;
    int64_t records = 0;
  };
  absl::StatusOr<int64_t> Behind(std::string_view tenant);
  absl::StatusOr<ReportFoldStep> FoldLocked(std::string_view tenant, const packs::RuleSet& rules, Time now, int most);
  // Where the rules or the ledger are others than those of the cells, the batch begins at the beginning.
  static absl::Status Begin(store::Reader& reader, const packs::RuleSet& rules, Batch& batch);
  // By record: what the ledger tells since the batch's beginning; nothing of those that changed without an event.
  using Changes = std::map<domain::RecordRef, store::ReportedChange>;
  static absl::Status AddOtherSources(store::Reader& reader, Changes& changes, Batch& batch);
  absl::Status ReadBatch(store::Reader& reader, std::string_view tenant, const packs::RuleSet& rules, int most,
                         Batch& batch);
  // How many records are kept as they were.
  absl::StatusOr<int64_t> WriteBatch(store::ReportCellsSession& session, Batch& batch);
  absl::Status Forget(store::ReportCellsSession& session, std::string_view tenant, const Kept& added,
                      store::ReportCellsState& state);

  store::Store& store_;
  store::ReportCells& cells_;
  std::mutex mutex_;
  std::map<std::string, std::deque<Kept>, std::less<>> kept_;  // by tenant, oldest first
};

}  // namespace leadline::engine
