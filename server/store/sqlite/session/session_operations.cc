// Long work that clients asked for.
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/compression.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {
namespace {

absl::Status TakeCompressed(std::string_view stored, std::string_view id, std::string& bytes) {
  if (Decompress(stored, bytes) && stored.empty()) return absl::OkStatus();
  return DamagedRecord("operations", id, absl::DataLossError("it cannot be decompressed"));
}

}  // namespace

absl::StatusOr<Operation> Session::GetOperation(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetOperation);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return WithResource(absl::NotFoundError(fmt::format("there is no operation \"{}\"", id)),
                        fmt::format("operations/{}", id));
  }
  Operation out;
  out.id = id;
  out.method = query.String(0);
  out.subject = query.String(1);
  out.actor = query.String(2);
  out.request_id = query.String(3);
  out.validate_only = query.Int(4) != 0;
  out.created_at = query.Int(5);
  out.begun_at = query.Int(6);
  out.ended_at = query.Int(7);
  out.tries = query.Int(8);
  out.cancelled = query.Int(9) != 0;
  out.done = query.Int(10);
  out.total = query.Int(11);
  RETURN_IF_ERROR(TakeCompressed(query.Bytes(12), id, out.request));
  RETURN_IF_ERROR(TakeCompressed(query.Bytes(13), id, out.result));
  return out;
}

absl::Status Session::Put(const Operation& operation) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kOperation, operation.id);
  std::string request, result;
  Compress(operation.request, request);
  Compress(operation.result, result);
  Query put = connection_.Prepare(Sql::kPutOperation);
  return Run(put.Bind(tenant_, operation.id, operation.method, operation.subject, operation.actor, operation.request_id,
                      operation.validate_only, operation.created_at, operation.begun_at, operation.ended_at,
                      operation.tries, operation.cancelled, operation.done, operation.total, Blob{request},
                      Blob{result}));
}

absl::Status Session::DropOperation(std::string_view id) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kOperation, id);
  Query drop = connection_.Prepare(Sql::kDropOperation);
  return Run(drop.Bind(tenant_, id));
}

absl::StatusOr<std::vector<std::string>> Session::OperationIds(std::string_view before, int limit) {
  Query query = connection_.Prepare(Sql::kOperationIds);
  query.Bind(tenant_, before, limit);
  std::vector<std::string> ids;
  while (query.Next()) ids.push_back(query.String(0));
  RETURN_IF_ERROR(Break(query.status()));
  return ids;
}

absl::StatusOr<std::vector<std::string>> Session::UnfinishedOperations(int limit) {
  Query query = connection_.Prepare(Sql::kUnfinishedOperations);
  query.Bind(tenant_, limit);
  std::vector<std::string> ids;
  while (query.Next()) ids.push_back(query.String(0));
  RETURN_IF_ERROR(Break(query.status()));
  return ids;
}

absl::StatusOr<int> Session::ForgetOperations(Time before, int most) {
  std::vector<std::string> gone;
  {
    Query query = connection_.Prepare(Sql::kEndedOperations);
    query.Bind(tenant_);
    for (int kept = 0; query.Next();) {
      if (query.Int(1) >= before && kept < most) {
        ++kept;
      } else {
        gone.push_back(query.String(0));
      }
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  for (const std::string& id : gone) RETURN_IF_ERROR(DropOperation(id));
  return static_cast<int>(gone.size());
}

}  // namespace leadline::store
