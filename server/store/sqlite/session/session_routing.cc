// Reps, pools, merges and requests.
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<domain::MergeRecord> Session::ReadMerge(const Query& query) {
  domain::MergeRecord merge;
  merge.id = query.String(0);
  const int64_t kind = query.Int(1);
  if (kind < static_cast<int64_t>(domain::RecordKind::kAccount) ||
      kind > static_cast<int64_t>(domain::RecordKind::kLead)) {
    return DamagedRecord("merges", merge.id, absl::DataLossError(fmt::format("record kind {} is unknown", kind)));
  }
  merge.kind = static_cast<domain::RecordKind>(kind);
  merge.survivor_id = query.String(2);
  merge.absorbed_id = query.String(3);
  merge.time = query.Int(4);
  merge.undone = query.Int(5) != 0;
  KeyOpener opener(keys_, PlaceOf("merges", merge.id));
  if (absl::Status status = Decode(query.Bytes(6), merge, &opener); !status.ok()) {
    return DamagedRecord("merges", merge.id, status);
  }
  return merge;
}

absl::StatusOr<domain::RepState> Session::GetRepState(std::string_view rep_id) {
  domain::RepState rep{.rep_id = std::string(rep_id)};
  Query query = connection_.Prepare(Sql::kGetRep);
  if (query.Bind(tenant_, rep_id).Next()) {
    rep.available = query.Int(0) != 0;
    rep.unavailable_until = query.Int(1);
    rep.open_leads = query.Int(2);
    rep.version = query.Int(3);
    if (absl::Status status = Decode(query.Bytes(4), rep); !status.ok()) {
      return DamagedRecord("reps", rep.rep_id, status);
    }
  }
  RETURN_IF_ERROR(Break(query.status()));
  return rep;
}

absl::Status Session::Put(domain::RepState& rep) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRep, rep.rep_id);
  Encode(rep, body_);
  if (rep.version == 0) {
    Query insert = connection_.Prepare(Sql::kInsertRep);
    RETURN_IF_ERROR(
        Run(insert.Bind(tenant_, rep.rep_id, rep.available, rep.unavailable_until, rep.open_leads, Blob{body_})));
    if (connection_.changes() == 0) {
      return RecordExists("reps", rep.rep_id);
    }
    rep.version = 1;
    return absl::OkStatus();
  }
  Query update = connection_.Prepare(Sql::kUpdateRep);
  RETURN_IF_ERROR(Run(update.Bind(tenant_, rep.rep_id, rep.version, rep.available, rep.unavailable_until,
                                  rep.open_leads, Blob{body_})));
  if (connection_.changes() == 0) {
    Query state = connection_.Prepare(Sql::kRepState);
    const int64_t stored = state.Bind(tenant_, rep.rep_id).Next() ? state.Int(0) : 0;
    RETURN_IF_ERROR(Break(state.status()));
    return VersionMismatch("reps", rep.rep_id, rep.version, stored);
  }
  ++rep.version;
  return absl::OkStatus();
}

absl::Status Session::AddOpenLeads(std::string_view rep_id, int64_t change, std::span<const Time> given) {
  RETURN_IF_ERROR(BeginWriting());
  ASSIGN_OR_RETURN(domain::RepState rep, GetRepState(rep_id));
  rep.open_leads = std::max<int64_t>(0, rep.open_leads + change);
  for (const Time at : given) domain::NoteGiven(at, rep);
  return Put(rep);
}

absl::StatusOr<std::vector<domain::PoolState>> Session::GetPool(std::string_view pool) {
  Query query = connection_.Prepare(Sql::kGetPool);
  query.Bind(tenant_, pool);
  std::vector<domain::PoolState> members;
  while (query.Next()) {
    members.push_back({.rep_id = query.String(0),
                       .turns_owed = query.Real(1),
                       .assigned = query.Int(2),
                       .last_assigned = query.Int(3)});
  }
  RETURN_IF_ERROR(Break(query.status()));
  return members;
}

absl::Status Session::PutPool(std::string_view pool, std::span<const domain::PoolState> members) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kPool, pool);
  for (const domain::PoolState& member : members) {
    Query put = connection_.Prepare(Sql::kPutPoolMember);
    RETURN_IF_ERROR(
        Run(put.Bind(tenant_, pool, member.rep_id, member.turns_owed, member.assigned, member.last_assigned)));
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::MergeRecord> Session::GetMerge(std::string_view merge_id) {
  Query query = connection_.Prepare(Sql::kGetMerge);
  if (!query.Bind(tenant_, merge_id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return NoSuchRecord("merges", merge_id);
  }
  return ReadMerge(query);
}

absl::Status Session::Put(const domain::MergeRecord& merge) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kMerge, merge.id);
  Changes(ScopeKind::kMergesInto, merge.survivor_id, merge.kind);
  KeySealer sealer(keys_, PlaceOf("merges", merge.id), [&] { return SlotsOfMerge(merge); });
  Encode(merge, body_, merge.kind == domain::RecordKind::kAccount ? nullptr : &sealer);
  RETURN_IF_ERROR(sealer.status());
  Query put = connection_.Prepare(Sql::kPutMerge);
  return Run(put.Bind(tenant_, merge.id, static_cast<int64_t>(merge.kind), merge.survivor_id, merge.absorbed_id,
                      merge.time, merge.undone, Blob{body_}));
}

absl::StatusOr<std::vector<domain::MergeRecord>> Session::MergesInto(domain::RecordKind kind,
                                                                     std::string_view survivor_id) {
  Query query = connection_.Prepare(Sql::kMergesInto);
  query.Bind(tenant_, static_cast<int64_t>(kind), survivor_id);
  return ReadMerges(query);
}

absl::StatusOr<std::vector<domain::MergeRecord>> Session::MergesAfter(domain::RecordKind kind,
                                                                      std::string_view survivor_id,
                                                                      const MergePlace& after, int limit) {
  Query query = connection_.Prepare(Sql::kMergesAfter);
  query.Bind(tenant_, static_cast<int64_t>(kind), survivor_id, after.time, after.id, limit);
  return ReadMerges(query);
}

absl::StatusOr<std::vector<domain::MergeRecord>> Session::ReadMerges(Query& query) {
  std::vector<domain::MergeRecord> merges;
  while (query.Next()) {
    ASSIGN_OR_RETURN(domain::MergeRecord merge, ReadMerge(query));
    merges.push_back(std::move(merge));
  }
  RETURN_IF_ERROR(Break(query.status()));
  return merges;
}

absl::StatusOr<std::optional<RequestRecord>> Session::FindRequest(std::string_view request_id) {
  Query query = connection_.Prepare(Sql::kGetRequest);
  std::optional<RequestRecord> request;
  if (query.Bind(tenant_, request_id).Next()) {
    request = {.request_id = std::string(request_id),
               .fingerprint = query.String(0),
               .result = std::string(query.Bytes(1)),
               .time = query.Int(2)};
  }
  RETURN_IF_ERROR(Break(query.status()));
  return request;
}

absl::Status Session::Put(const RequestRecord& request) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRequest, request.request_id);
  Query insert = connection_.Prepare(Sql::kInsertRequest);
  RETURN_IF_ERROR(
      Run(insert.Bind(tenant_, request.time, request.request_id, request.fingerprint, Blob{request.result})));
  if (connection_.changes() == 0) {
    return RecordExists("requests", request.request_id);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Session::ForgetRequests(Time before, int limit) {
  if (limit < 1) return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  RETURN_IF_ERROR(BeginWriting());
  std::vector<std::pair<Time, std::string>> oldest;
  {
    Query query = connection_.Prepare(Sql::kOldestRequests);
    query.Bind(tenant_, before, limit);
    while (query.Next()) oldest.emplace_back(query.Int(0), query.String(1));
    RETURN_IF_ERROR(Break(query.status()));
  }
  for (const auto& [time, id] : oldest) {
    Query forget = connection_.Prepare(Sql::kDeleteRequest);
    RETURN_IF_ERROR(Run(forget.Bind(tenant_, time, id)));
  }
  return static_cast<int>(oldest.size());
}

}  // namespace leadline::store
