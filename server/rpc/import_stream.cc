#include "rpc/import_stream.h"

#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "rpc/convert/requests.h"

namespace leadline::rpc {

void ImportStream::Handle() {
  // Checking a thousand rows takes too long for gRPC's own thread.
  env().executor->Run([this] {
    if (absl::Status status = Begin(); !status.ok()) Reply(status);
  });
}

absl::Status ImportStream::Begin() {
  Checker check(env().engine->clock().Now());
  const FieldPath root;
  engine::CallContext context = ContextOf(call(), check);
  std::string import_id = check.RequiredKey(root / "import_id", request().import_id());
  if (!import_id_.empty() && import_id != import_id_) {
    check.Refuse(root / "import_id", "must be the same in all messages of a stream");
  }
  if (!import_id_.empty() && request().validate_only() != validate_only_) {
    check.Refuse(root / "validate_only", "must be the same in all messages of a stream");
  }
  check.Count(root / "rows", request().rows_size(), kMaxBatch);
  RETURN_IF_ERROR(check.ToStatus());
  import_id_ = std::move(import_id);
  validate_only_ = request().validate_only();

  std::vector<engine::ImportRow> rows;
  rows.reserve(request().rows_size());
  for (const v1::ImportRow& row : request().rows()) rows.push_back(ImportRowFrom(row, check.now()));
  env().engine->ImportRows(context, import_id_, std::move(rows), validate_only_,
                           [this](absl::StatusOr<engine::ImportResult> result) {
                             env().answers->Run([this, result = std::move(result)] {
                               if (result.ok()) Progress(*result);
                               Reply(result.status());
                             });
                           });
  return absl::OkStatus();
}

void ImportStream::Progress(const engine::ImportResult& result) {
  received_ += request().rows_size();
  created_ += result.created;
  already_imported_ += result.already_imported;
  changed_ += result.changed;
  rejected_ += static_cast<int64_t>(result.rejects.size());
  response().set_received_count(received_);
  response().set_created_count(created_);
  response().set_already_imported_count(already_imported_);
  response().set_already_imported_changed_count(changed_);
  response().set_rejected_count(rejected_);
  for (const engine::RejectedRow& row : result.rejects) {
    v1::RejectedRow* added = response().add_rejects();
    added->set_row(row.row);
    added->set_message(row.message);
    added->set_reason(row.reason);
    added->set_field(row.field);
  }
  for (const engine::RowsWarning& warning : result.warnings.ToList()) {
    v1::ImportWarning* added = response().add_warnings();
    added->set_field(warning.field);
    added->set_value(warning.value);
    added->set_nearest(warning.nearest);
    added->set_row_count(warning.rows);
    added->set_first_row(warning.first_row);
  }
  response().set_left_out_warning_count(result.warnings.left_out());
  response().set_validate_only(validate_only_);
}

}  // namespace leadline::rpc
