// Where the cells of reports are kept, with what they are made of: beside the store, since all of it can be made again
// from there. So a submit neither writes them nor waits for who does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/reports/cell.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/contribution.h"

namespace leadline::store {

// How far a tenant's cells are.
struct ReportCellsState {
  std::string lifecycle;       // domain::LifecycleText that they are made with; empty: there are none
  std::string input_rules;     // fingerprint of the rules that records are read by: calendars, attempts
  int64_t number = 0;          // the last transaction of the ledger that is in them
  std::string transaction_id;  // of it; empty: none is
  int64_t commits = 0;         // Reader::ReadNumber by which changes without events are in them
  int64_t version = 0;         // grows with every fold that changed something
  int64_t oldest_version = 0;  // records can be read as they were at this version or a later one
  std::vector<std::string> names;
  bool operator==(const ReportCellsState&) const = default;
};

struct ReportedInput {
  std::string id;
  domain::ReportInput input;
};

// What one tenant has, in one transaction. Not thread-safe; lives no longer than the function it was given to.
// DATA_LOSS for damaged bytes.
class ReportCellsSession {
 public:
  virtual ~ReportCellsSession() = default;

  // The default where none was ever put.
  virtual absl::StatusOr<ReportCellsState> GetState() = 0;
  virtual absl::Status PutState(const ReportCellsState& state) = 0;
  // The cells of the plan, in the order of their keys within each range. `wanted` says by its values whether a cell is
  // read.
  virtual absl::Status ForEachCell(
      domain::RecordKind kind, const domain::CellPlan& plan, const std::function<bool(std::string_view values)>& wanted,
      const std::function<void(const domain::CellKey&, const domain::Additions&)>& visit) = 0;
  // All cells, in the order of their keys.
  virtual absl::Status ForEachCell(
      const std::function<void(const domain::CellKey&, const domain::Additions&)>& visit) = 0;
  // Adds to the cell what is in the order of its keys; a cell that has nothing any more is gone.
  virtual absl::Status AddToCell(const domain::CellKey& key, const domain::Additions& additions) = 0;
  virtual absl::StatusOr<std::optional<domain::ReportInput>> GetInput(const domain::RecordRef& record) = 0;
  // Replaces it, or with null drops it.
  virtual absl::Status PutInput(const domain::RecordRef& record, const domain::ReportInput* input) = 0;
  // How it is stands from now on as what was before `version`; the first such call for a version counts.
  virtual absl::Status KeepInput(const domain::RecordRef& record, int64_t version) = 0;
  // As they were at version `at`; by id, after `after`; about `limit` records are looked
  // at, and `last` is the last of them; empty: there are no more.
  virtual absl::StatusOr<std::vector<ReportedInput>> InputsAt(int64_t at, domain::RecordKind kind,
                                                              std::string_view after, int limit, std::string& last) = 0;
  // Forgets how records were before versions up to this one.
  virtual absl::Status ForgetBefore(int64_t version) = 0;
  // Drops all that the tenant has.
  virtual absl::Status Clear() = 0;
};

using UseReportCells = std::function<absl::Status(ReportCellsSession&)>;

// Thread-safe: one after another.
class ReportCells {
 public:
  virtual ~ReportCells() = default;
  // In one transaction, which is taken back when `use` fails. What a `kill -9` cuts off did not happen; what the loss
  // of power takes with it is folded again.
  virtual absl::Status Write(std::string_view tenant, const UseReportCells& use) = 0;
  virtual absl::Status Read(std::string_view tenant, const UseReportCells& use) = 0;
};

}  // namespace leadline::store
