// Records in statuses that are deprecated come to stand in those that the packs name instead.
#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/each_lead.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

constexpr RecordKind kRemapped[] = {RecordKind::kLead, RecordKind::kContact};

absl::Status EnterInstead(WriteScope& scope, RecordKind kind, const std::string& id, const RemappedStatus& row,
                          bool& moved) {
  moved = false;
  if (kind == RecordKind::kLead) {
    scope.DecideFor(id);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
    if (session.lead().status != row.from) return absl::OkStatus();
    moved = true;
    RETURN_IF_ERROR(session.Enter(row.to, scope.now, {"remap", row.from, std::nullopt}));
    return session.Save();
  }
  scope.region.clear();
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  if (person.contact().status != row.from) return absl::OkStatus();
  moved = true;
  person.Enter(row.to, scope.now, {"remap", row.from, std::nullopt});
  return person.Save();
}

class Remapping {
 public:
  Remapping(const EngineOptions& options, const CallContext& context, bool validate_only)
      : options_(options),
        context_(context),
        validate_only_(validate_only),
        deciding_(options.snapshots->GetDeciding()) {}

  absl::StatusOr<std::vector<RemappedStatus>> Run() {
    const domain::Lifecycle& lifecycle = deciding_->active->rules->ForRegion("").lifecycle;
    for (const domain::StatusRemap& remap : lifecycle.remaps) {
      rows_.push_back({remap.from, std::string(lifecycle.Current(remap.from)), 0});
    }
    if (!validate_only_ && context_.progress) RETURN_IF_ERROR(Count());
    for (RemappedStatus& row : rows_) {
      for (const RecordKind kind : kRemapped) RETURN_IF_ERROR(RemapAll(kind, row));
    }
    return std::move(rows_);
  }

 private:
  static constexpr int kBatch = 500;

  // How many there are.
  absl::Status Count() {
    return options_.store->Read(context_.tenant, [&](store::Reader& reader) -> absl::Status {
      total_ = 0;
      for (const RecordKind kind : kRemapped) {
        ASSIGN_OR_RETURN(const auto counts, reader.CountByStatus(kind));
        for (const auto& [status, records] : counts) {
          const auto is_row = [&status = status](const RemappedStatus& row) { return row.from == status; };
          if (std::any_of(rows_.begin(), rows_.end(), is_row)) total_ += records;
        }
      }
      return absl::OkStatus();
    });
  }

  absl::Status RemapAll(RecordKind kind, RemappedStatus& row) {
    std::string after;
    while (true) {
      if (context_.wanted && !context_.wanted()) {
        return absl::CancelledError("nobody waits for it any more; the records that were changed stay so");
      }
      std::vector<std::string> ids;
      RETURN_IF_ERROR(options_.store->Read(context_.tenant, [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(ids, reader.IdsInStatus(kind, row.from, after, kBatch));
        return absl::OkStatus();
      }));
      if (ids.empty()) return absl::OkStatus();
      after = ids.back();
      if (validate_only_) {
        row.records += static_cast<int64_t>(ids.size());
      } else {
        RETURN_IF_ERROR(RemapSome(kind, row, ids));
      }
    }
  }

  absl::Status RemapSome(RecordKind kind, RemappedStatus& row, std::span<const std::string> ids) {
    const auto moved = std::make_unique<bool[]>(ids.size());
    const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
      WriteScope scope(tx, context_, deciding_, *options_.ids, attempt.moment, &attempt.logs.front());
      scope.request_id = context_.request_id;
      return EnterInstead(scope, kind, ids[i], row, moved[i]);
    };
    ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes,
                     DecideEach(options_, context_.tenant, ids, decide, kind));
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!outcomes[i].ok()) {
        return WithMessage(
            outcomes[i], fmt::format("{} cannot leave the status \"{}\": {}; those that were changed stay so",
                                     domain::ResourceName(kind, ids[i]), row.from, std::string(outcomes[i].message())));
      }
      row.records += moved[i] ? 1 : 0;
    }
    done_ += static_cast<int64_t>(ids.size());
    if (context_.progress) context_.progress(done_, total_);
    return absl::OkStatus();
  }

  const EngineOptions& options_;
  const CallContext& context_;
  const bool validate_only_;
  const std::shared_ptr<const Deciding> deciding_;
  std::vector<RemappedStatus> rows_;
  int64_t done_ = 0, total_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<RemappedStatus>> Engine::RemapStatuses(const CallContext& context, bool validate_only) {
  return Remapping(options_, context, validate_only).Run();
}

}  // namespace leadline::engine
