// Enquiries in bulk: many rows in one transaction, each once.
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "engine/intake/intake.h"
#include "engine/work/enquiry.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// A thousand rows with many faults each must still fit into one answer.
constexpr size_t kMostReasonBytes = 1024;

RejectedRow Reject(int64_t row, const absl::Status& status) {
  RejectedRow rejected;
  rejected.row = row;
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  if (!violations.empty()) rejected.field = violations.front().field;
  rejected.reason = Cut(std::string(status.message()), kMostReasonBytes);
  return rejected;
}

// Whether a row's failure is the row's own fault, so that the others can go on.
bool RowAtFault(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) || absl::IsFailedPrecondition(status) ||
         absl::IsOutOfRange(status) || absl::IsNotFound(status);
}

struct PreparedRow {
  int64_t row = 0;
  absl::StatusOr<PreparedEnquiry> enquiry;
  std::string key;
  std::string fingerprint;

  // The name under which the row acts once.
  std::string RequestId(const std::string& import_id) const {
    return key.empty() ? fmt::format("import/{}/{}", import_id, row) : fmt::format("import/{}/key/{}", import_id, key);
  }
  std::string StoredFingerprint() const { return fmt::format("ImportLeads {}", fingerprint); }
};

absl::StatusOr<ImportResult> ImportPrepared(WriteScope& scope, const std::string& import_id,
                                            const std::vector<PreparedRow>& rows) {
  ImportResult result;
  for (const PreparedRow& row : rows) {
    scope.request_id = row.RequestId(import_id);
    scope.BeginLedgerTransaction();
    ASSIGN_OR_RETURN(auto earlier, scope.tx.FindRequest(scope.request_id));
    if (earlier.has_value()) {
      ++result.already_imported;
      if (earlier->fingerprint != row.StoredFingerprint()) ++result.changed;
      continue;
    }
    if (!row.enquiry.ok()) {
      result.rejects.push_back(Reject(row.row, row.enquiry.status()));
      continue;
    }
    auto submitted = TakeIn(scope, *row.enquiry);
    if (!submitted.ok()) {
      if (!RowAtFault(submitted.status())) return submitted.status();
      result.rejects.push_back(Reject(row.row, submitted.status()));
      continue;
    }
    RETURN_IF_ERROR(
        scope.tx.Put(store::RequestRecord{scope.request_id, row.StoredFingerprint(), scope.request_result, scope.now}));
    ++result.created;
    result.warnings.Add(row.row, row.enquiry->unlisted);
  }
  scope.request_id.clear();
  return result;
}

}  // namespace

void Engine::ImportRows(const CallContext& context, std::string import_id, std::vector<ImportRow> rows,
                        bool validate_only, Done<ImportResult> done) {
  auto prepared = std::make_shared<std::vector<PreparedRow>>();
  const std::shared_ptr<const Deciding> pinned = deciding();
  const Time now = clock().Now();
  for (ImportRow& row : rows) {
    std::string lead_id = options_.ids->NewId(now);
    auto enquiry = PrepareEnquiry(Decider::ForThread(pinned->For(lead_id)), std::move(row.enquiry), now);
    if (enquiry.ok()) {
      enquiry->lead.id = std::move(lead_id);
      unlisted_.Note(enquiry->unlisted);
    }
    prepared->push_back({row.row, std::move(enquiry), std::move(row.key), std::move(row.fingerprint)});
  }
  WriteCase<ImportResult> write;
  write.method = "ImportLeads";
  write.dry_run = validate_only;
  write.deciding = pinned;
  write.body = [prepared, import_id](WriteScope& scope) { return ImportPrepared(scope, import_id, *prepared); };
  CallContext unnamed = context;
  unnamed.request_id.clear();  // the rows carry names of their own
  RunWriteCase(options_, unnamed, std::move(write), std::move(done));
}

}  // namespace leadline::engine
