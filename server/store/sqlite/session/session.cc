#include "store/sqlite/session/session.h"

#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

absl::Status DamagedRecord(std::string_view kind, std::string_view id, const absl::Status& status) {
  return absl::DataLossError(fmt::format("{}/{}: {}", kind, id, std::string(status.message())));
}

absl::Status NoSuchRecord(std::string_view kind, std::string_view id) {
  return NotFoundResource(fmt::format("{}/{}", kind, id));
}

absl::Status RecordExists(std::string_view kind, std::string_view id) {
  return WithResource(absl::AlreadyExistsError(fmt::format("{}/{} exists already", kind, id)),
                      fmt::format("{}/{}", kind, id));
}

absl::Status VersionMismatch(std::string_view kind, std::string_view id, int64_t given, int64_t stored) {
  const auto conflict = [&](const std::string& message) {
    return WithResource(WithReason(absl::AbortedError(message), ErrorReason::kWriteConflict),
                        fmt::format("{}/{}", kind, id));
  };
  if (stored == 0) {
    return conflict(fmt::format("{}/{} was to be changed from version {} but does not exist", kind, id, given));
  }
  return conflict(fmt::format("{}/{} was changed meanwhile: its version is {}, not {}; read it and try again", kind, id,
                              stored, given));
}

Session::Session(Connection& connection, SharedTextReader& texts, KeyFile& keys, std::string_view tenant,
                 WriteMode mode)
    : connection_(connection), texts_(texts), keys_(keys), tenant_(tenant), mode_(mode) {}

absl::Status Session::Break(absl::Status status) {
  if (!status.ok() && broken_.ok()) {
    broken_ = status;
  }
  return status;
}

absl::Status Session::BeginWriting() {
  RETURN_IF_ERROR(broken_);
  if (mode_.memory == nullptr) {
    return absl::FailedPreconditionError("this view of the store is for reading only");
  }
  if (!wrote_ && mode_.savepoint) {
    Query savepoint = connection_.Prepare(Sql::kSavepoint);
    RETURN_IF_ERROR(Run(savepoint));
  }
  wrote_ = true;
  return absl::OkStatus();
}

absl::Status Session::Keep() {
  RETURN_IF_ERROR(WriteTransaction());
  if (wrote_ && mode_.savepoint) {
    Query release = connection_.Prepare(Sql::kReleaseSavepoint);
    RETURN_IF_ERROR(Run(release));
  }
  if (appended_) {
    mode_.memory->last_position = last_position_;
  }
  if (wrote_) {
    (void)mode_.memory->texts.TakeNew();
  }
  return absl::OkStatus();
}

absl::Status Session::TakeBack() {
  if (!wrote_) {
    return absl::OkStatus();
  }
  if (mode_.memory->texts.TakeNew()) {
    mode_.memory->texts.Forget();
  }
  Query back = connection_.Prepare(Sql::kRollbackToSavepoint);
  RETURN_IF_ERROR(back.Run());
  Query release = connection_.Prepare(Sql::kReleaseSavepoint);
  return release.Run();
}

absl::StatusOr<std::vector<std::string>> Session::SortedIds(Query& query) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids, Ids(query));
  if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::vector<std::string>> Session::Ids(Query& query) {
  std::vector<std::string> ids;
  while (query.Next()) {
    ids.push_back(query.String(0));
  }
  RETURN_IF_ERROR(Break(query.status()));
  return ids;
}

}  // namespace leadline::store
