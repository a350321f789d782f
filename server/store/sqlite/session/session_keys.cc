// What the blocking keys were made with.
#include "base/status_macros.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<KeyBuild> Session::GetKeyBuild() {
  KeyBuild build;
  Query query = connection_.Prepare(Sql::kGetKeyBuild);
  if (query.Bind(tenant_).Next()) {
    build.made_with = query.String(0);
    build.target = query.String(1);
    if (absl::Status status = Decode(query.Bytes(2), build.phone_rules); !status.ok()) {
      return DamagedRecord("key_build", tenant_, status);
    }
    build.kind = static_cast<domain::RecordKind>(query.Int(3));
    build.after = query.String(4);
    build.done = query.Int(5);
    build.started_at = query.Int(6);
  }
  RETURN_IF_ERROR(Break(query.status()));
  return build;
}

absl::StatusOr<int64_t> Session::ReadNumber() {
  Query query = connection_.Prepare(Sql::kGetCommitNumber);
  const int64_t number = query.Bind(tenant_).Next() ? query.Int(0) : 0;
  RETURN_IF_ERROR(Break(query.status()));
  return number;
}

absl::Status Session::Put(const KeyBuild& build) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kKeyBuild, "");
  Encode(build.phone_rules, body_);
  Query put = connection_.Prepare(Sql::kPutKeyBuild);
  return Run(put.Bind(tenant_, build.made_with, build.target, Blob{body_}, static_cast<int64_t>(build.kind),
                      build.after, build.done, build.started_at));
}

}  // namespace leadline::store
