// Which packs decide, and the files of packs.
#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<domain::Rollout> Session::GetRollout() {
  domain::Rollout rollout;
  Query query = connection_.Prepare(Sql::kGetRollout);
  if (query.Bind(tenant_).Next()) {
    rollout.version = query.Int(0);
    if (absl::Status status = Decode(query.Bytes(1), rollout); !status.ok()) {
      return DamagedRecord("rollout", tenant_, status);
    }
  }
  RETURN_IF_ERROR(Break(query.status()));
  return rollout;
}

absl::Status Session::Put(domain::Rollout& rollout) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRollout, "");
  Encode(rollout, body_);
  if (rollout.version == 0) {
    Query insert = connection_.Prepare(Sql::kInsertRollout);
    RETURN_IF_ERROR(Run(insert.Bind(tenant_, Blob{body_})));
    if (connection_.changes() == 0) {
      return RecordExists("rollout", tenant_);
    }
    rollout.version = 1;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(UpdateRollout(Sql::kUpdateRollout, rollout.version));
  ++rollout.version;
  return absl::OkStatus();
}

absl::Status Session::PutProgress(const domain::Rollout& rollout) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRollout, "");
  Encode(rollout, body_);
  return UpdateRollout(Sql::kUpdateRolloutProgress, rollout.version);
}

absl::Status Session::UpdateRollout(Sql statement, int64_t version) {
  Query update = connection_.Prepare(statement);
  RETURN_IF_ERROR(Run(update.Bind(tenant_, version, Blob{body_})));
  if (connection_.changes() != 0) return absl::OkStatus();
  Query state = connection_.Prepare(Sql::kGetRollout);
  const int64_t stored = state.Bind(tenant_).Next() ? state.Int(0) : 0;
  RETURN_IF_ERROR(Break(state.status()));
  return VersionMismatch("rollout", tenant_, version, stored);
}

absl::StatusOr<domain::PackContent> Session::GetPackContent(std::string_view sha256) {
  Query query = connection_.Prepare(Sql::kGetPackContent);
  if (!query.Bind(tenant_, sha256).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return WithResource(absl::NotFoundError(fmt::format("no version of a pack with the hash \"{}\" is kept", sha256)),
                        "PackVersion", sha256);
  }
  domain::PackContent content;
  content.sha256 = sha256;
  content.pack = query.String(0);
  content.stored_at = query.Int(1);
  if (absl::Status status = Decode(query.Bytes(2), content); !status.ok()) {
    return DamagedRecord("pack_contents", sha256, status);
  }
  return content;
}

absl::Status Session::Put(const domain::PackContent& content) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kPackContent, content.sha256);
  Encode(content, body_);
  Query insert = connection_.Prepare(Sql::kInsertPackContent);
  return Run(insert.Bind(tenant_, content.sha256, content.pack, content.stored_at, Blob{body_}));
}

absl::Status Session::DropPackContent(std::string_view sha256) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kPackContent, sha256);
  Query drop = connection_.Prepare(Sql::kDropPackContent);
  return Run(drop.Bind(tenant_, sha256));
}

}  // namespace leadline::store
