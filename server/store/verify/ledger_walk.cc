#include "store/verify/ledger_walk.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::ResourceName;

bool HasRows(RecordKind kind) {
  return kind == RecordKind::kAccount || kind == RecordKind::kContact || kind == RecordKind::kLead;
}

absl::Status GetStatus(Reader& reader, const domain::RecordRef& ref) {
  if (ref.kind == RecordKind::kAccount) return reader.GetAccount(ref.id).status();
  if (ref.kind == RecordKind::kContact) return reader.GetContact(ref.id).status();
  return reader.GetLead(ref.id).status();
}

class LedgerWalk {
 public:
  LedgerWalk(Reader& reader, Findings& findings, const Tally& tally)
      : reader_(reader), findings_(findings), tally_(tally) {}

  absl::Status Run() {
    bool whole = true;
    RETURN_IF_ERROR(ForEachEvent(whole, [this](const domain::Event& event) {
      ++findings_.counts().events;
      Take(event);
      return absl::OkStatus();
    }));
    if (!whole) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t last, reader_.LastPosition());
    findings_.CompareCount("ledger", "last position", last, last_position_);
    if (!(events_ == tally_.events)) RETURN_IF_ERROR(NameOrphans());
    RETURN_IF_ERROR(CheckReps());
    RETURN_IF_ERROR(CheckPools());
    return CheckRollout();
  }

 private:
  template <typename Visit>
  absl::Status ForEachEvent(bool& whole, Visit visit) {
    int64_t after = 0;
    while (true) {
      auto events = reader_.EventsAfter(after, kVerifyPage);
      if (absl::IsDataLoss(events.status())) {
        findings_.Add("ledger", fmt::format("what follows position {}", after), std::string(events.status().message()),
                      "");
        whole = false;
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(events.status());
      for (const domain::Event& event : *events) RETURN_IF_ERROR(visit(event));
      if (events->size() < kVerifyPage) return absl::OkStatus();
      after = events->back().position;
    }
  }

  void Take(const domain::Event& event) {
    const int64_t next = domain::PositionOf(domain::TransactionAt(last_position_) + 1, 0);
    if (event.position != last_position_ + 1 && event.position != next) {
      findings_.Add("ledger", "position", fmt::format("{}", event.position),
                    fmt::format("{} or {}", last_position_ + 1, next));
    }
    last_position_ = event.position;
    if (HasRows(event.record.kind)) {
      events_.Add(EventName(event.record, event.sequence, event.position));
    } else {
      int64_t& sequence = sequences_[event.record];
      findings_.CompareCount(ResourceName(event.record), fmt::format("sequence at position {}", event.position),
                             event.sequence, sequence + 1);
      sequence = event.sequence;
    }
    std::visit([&](const auto& payload) { TakePayload(event, payload); }, event.payload);
  }

  void TakePayload(const domain::Event& event, const domain::AvailabilityChanged& changed) {
    (void)Fold(event, reps_[changed.rep]);
  }
  void TakePayload(const domain::Event& event, const domain::Assigned& assigned) {
    if (domain::GivesOneMore(assigned)) domain::NoteGiven(event.append_time, reps_[assigned.rep]);
    for (const domain::PoolState& turn : assigned.turns) pools_[assigned.pool].insert_or_assign(turn.rep_id, turn);
  }
  void TakePayload(const domain::Event&, const domain::PackChanged& changed) {
    const bool decides =
        changed.action == "activated" || changed.action == "rolled_back" || changed.action == "canary_started";
    if (decides && !changed.sha256.empty()) packs_that_decided_.insert(changed.sha256);
    TakeRollout(changed.rollout);
  }
  void TakePayload(const domain::Event&, const domain::PluginChanged& changed) { TakeRollout(changed.rollout); }
  template <typename Other>
  void TakePayload(const domain::Event&, const Other&) {}

  void TakeRollout(const std::optional<domain::Rollout>& rollout) {
    if (rollout.has_value()) rollout_ = *rollout;
  }

  // Records whose events stand in the ledger, and which are not there.
  absl::Status NameOrphans() {
    const int64_t before = findings_.counts().differences;
    bool whole = true;
    RETURN_IF_ERROR(ForEachEvent(whole, [this](const domain::Event& event) -> absl::Status {
      if (!HasRows(event.record.kind) || event.sequence != 1) return absl::OkStatus();
      const absl::Status status = GetStatus(reader_, event.record);
      if (!absl::IsNotFound(status)) return absl::IsDataLoss(status) ? absl::OkStatus() : status;
      findings_.Add(ResourceName(event.record), "row", "", fmt::format("there since position {}", event.position));
      return absl::OkStatus();
    }));
    if (findings_.counts().differences == before) {
      findings_.CompareCount("ledger", "events in the histories of accounts, contacts and leads", tally_.events.count(),
                             events_.count());
    }
    return absl::OkStatus();
  }

  absl::Status CheckReps() {
    for (const auto& [rep, open] : tally_.open_leads) reps_[rep].open_leads = open;
    for (std::string after;;) {
      ASSIGN_OR_RETURN(std::vector<std::string> ids, reader_.RecordIds(RecordKind::kRep, after, kVerifyPage));
      for (const std::string& id : ids) reps_[id];
      if (ids.size() < kVerifyPage) break;
      after = ids.back();
    }
    for (const auto& [id, told] : reps_) {
      ++findings_.counts().reps;
      ASSIGN_OR_RETURN(const domain::RepState stored, reader_.GetRepState(id));
      findings_.Compare(ResourceName(RecordKind::kRep, id), stored, told);
    }
    return absl::OkStatus();
  }

  absl::Status CheckPools() {
    int64_t members = 0;
    for (auto& [pool, places] : pools_) {
      ++findings_.counts().pools;
      ASSIGN_OR_RETURN(const std::vector<domain::PoolState> stored, reader_.GetPool(pool));
      const std::string what = "pools/" + pool;
      for (const domain::PoolState& place : stored) {
        auto told = places.find(place.rep_id);
        findings_.Compare(what, ResourceName(RecordKind::kRep, place.rep_id), &place,
                          told == places.end() ? nullptr : &told->second);
        if (told != places.end()) places.erase(told);
      }
      for (const auto& [rep, place] : places) {
        findings_.Compare(what, ResourceName(RecordKind::kRep, rep), nullptr, &place);
      }
      members += static_cast<int64_t>(stored.size());
    }
    ASSIGN_OR_RETURN(const RowCounts rows, reader_.CountRows());
    findings_.CompareCount("pools", "members", rows.pool_members, members);
    return absl::OkStatus();
  }

  absl::Status CheckRollout() {
    auto stored = reader_.GetRollout();
    if (absl::IsDataLoss(stored.status())) {
      findings_.Add("rollout", "row", std::string(stored.status().message()), "");
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(stored.status());
    findings_.Compare("rollout", domain::WithoutProgress(*stored), rollout_);
    std::set<std::string> kept;
    for (const domain::ActivePack& pack : stored->active) {
      kept.insert(pack.ref.sha256);
      for (const domain::PackRef& ref : pack.before) kept.insert(ref.sha256);
    }
    for (const domain::PackCandidate& candidate : stored->candidates) kept.insert(candidate.ref.sha256);
    if (stored->trial.has_value()) kept.insert(stored->trial->ref.sha256);
    kept.insert(packs_that_decided_.begin(), packs_that_decided_.end());  // decisions may name them
    int64_t there = 0;
    for (const std::string& sha256 : kept) {
      const absl::Status status = reader_.GetPackContent(sha256).status();
      there += absl::IsNotFound(status) ? 0 : 1;
      if (status.ok()) continue;
      if (!absl::IsNotFound(status) && !absl::IsDataLoss(status)) return status;
      findings_.Add("rollout", "files of pack " + sha256.substr(0, 12),
                    absl::IsNotFound(status) ? "" : std::string(status.message()), "there");
    }
    // Files that nothing names.
    ASSIGN_OR_RETURN(const RowCounts rows, reader_.CountRows());
    findings_.CompareCount("rollout", "versions of packs with files", rows.pack_contents, there);
    return absl::OkStatus();
  }

  Reader& reader_;
  Findings& findings_;
  const Tally& tally_;
  int64_t last_position_ = 0;
  SetSum events_;
  std::map<domain::RecordRef, int64_t> sequences_;  // the last, of reps, packs and plugins
  std::map<std::string, domain::RepState> reps_;
  std::map<std::string, std::map<std::string, domain::PoolState>> pools_;
  domain::Rollout rollout_;
  std::set<std::string> packs_that_decided_;  // hashes
};

}  // namespace

absl::Status WalkLedger(Reader& reader, Findings& findings, const Tally& tally) {
  return LedgerWalk(reader, findings, tally).Run();
}

}  // namespace leadline::store
