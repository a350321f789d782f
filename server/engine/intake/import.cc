// Enquiries in bulk: many rows at a time, each once and each a transaction of the ledger.
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "engine/intake/intake.h"
#include "engine/work/decided_write.h"
#include "engine/work/enquiry.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// A thousand rows with many faults each must still fit into one answer.
constexpr size_t kMostMessageBytes = 1024;

RejectedRow Reject(int64_t row, const absl::Status& status) {
  RejectedRow rejected;
  rejected.row = row;
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  if (!violations.empty()) rejected.field = violations.front().field;
  rejected.message = Cut(std::string(status.message()), kMostMessageBytes);
  rejected.reason = ReasonOf(status);
  return rejected;
}

// Whether a row's failure is the row's own fault, so that the others can go on.
bool RowAtFault(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) || absl::IsFailedPrecondition(status) ||
         absl::IsOutOfRange(status) || absl::IsNotFound(status);
}

// What became of one row.
struct RowOutcome {
  enum class Kind { kCreated, kKnown, kKnownChanged, kRejected };
  Kind kind = Kind::kRejected;
  RejectedRow reject;
};

// One row on its way in. Worked on by one thread at a time.
struct Row {
  ImportRow given;
  std::string lead_id;
  std::optional<absl::StatusOr<PreparedEnquiry>> prepared;  // nothing: not yet
  RowOutcome outcome;

  // The name under which the row acts once.
  std::string RequestId(const std::string& import_id) const {
    return given.key.empty() ? fmt::format("import/{}/{}", import_id, given.row)
                             : fmt::format("import/{}/key/{}", import_id, given.key);
  }
  std::string StoredFingerprint() const { return fmt::format("ImportLeads {}", given.fingerprint); }
};

absl::StatusOr<RowOutcome> TakeRow(WriteScope& scope, const std::string& import_id, const Row& row) {
  using Kind = RowOutcome::Kind;
  scope.request_id = row.RequestId(import_id);
  ASSIGN_OR_RETURN(auto earlier, scope.tx.FindRequest(scope.request_id));
  if (earlier.has_value()) {
    // What a row said of a person who was erased is not known any more, and the row does not bring them back.
    const bool same = earlier->fingerprint == row.StoredFingerprint() || earlier->fingerprint == store::kErasedRequest;
    return RowOutcome{same ? Kind::kKnown : Kind::kKnownChanged, {}};
  }
  const absl::StatusOr<PreparedEnquiry>& enquiry = *row.prepared;
  if (!enquiry.ok()) return RowOutcome{Kind::kRejected, Reject(row.given.row, enquiry.status())};
  auto submitted = TakeIn(scope, *enquiry);
  if (!submitted.ok()) {
    if (!RowAtFault(submitted.status())) return submitted.status();
    return RowOutcome{Kind::kRejected, Reject(row.given.row, submitted.status())};
  }
  RETURN_IF_ERROR(
      scope.tx.Put(store::RequestRecord{scope.request_id, row.StoredFingerprint(), scope.request_result, scope.now}));
  return RowOutcome{Kind::kCreated, {}};
}

// The rows of one call. They are decided some at a time, on as many threads as there are; rows that name one company or
// person stay together and in their order.
class ImportRun : public std::enable_shared_from_this<ImportRun> {
 public:
  ImportRun(const EngineOptions& options, UnlistedValues& unlisted, CallContext context, std::string import_id,
            bool validate_only, Done<ImportResult> done)
      : options_(options),
        unlisted_(unlisted),
        context_(std::move(context)),
        import_id_(std::move(import_id)),
        validate_only_(validate_only),
        deciding_(options.snapshots->GetDeciding()),
        now_(options.clock->Now()),
        done_(std::move(done)) {}

  void Begin(std::vector<ImportRow> rows) {
    for (ImportRow& row : rows) rows_.push_back({std::move(row), options_.ids->NewId(now_), std::nullopt, {}});
    std::vector<std::vector<size_t>> bunches = Bunches();
    left_ = bunches.size();
    if (bunches.empty()) return End();
    for (std::vector<size_t>& bunch : bunches) Decide(std::move(bunch));
  }

 private:
  // So many rows, or one group if it is larger, are one change set.
  static constexpr size_t kBunch = 16;

  // Rows that share an address or a company, directly or through others.
  std::vector<std::vector<size_t>> Groups() const {
    std::vector<size_t> parent(rows_.size());
    std::iota(parent.begin(), parent.end(), size_t{0});
    const auto root = [&](size_t i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    std::unordered_map<uint64_t, size_t> first;
    for (size_t i = 0; i < rows_.size(); ++i) {
      for (uint64_t key : KeysOf(rows_[i].given.enquiry))
        parent[root(i)] = root(first.try_emplace(key, i).first->second);
    }
    std::map<size_t, std::vector<size_t>> groups;
    for (size_t i = 0; i < rows_.size(); ++i) groups[root(i)].push_back(i);
    std::vector<std::vector<size_t>> out;
    for (auto& [at, rows] : groups) out.push_back(std::move(rows));
    return out;
  }

  std::vector<std::vector<size_t>> Bunches() const {
    std::vector<std::vector<size_t>> bunches;
    for (const std::vector<size_t>& group : Groups()) {
      if (bunches.empty() || bunches.back().size() + group.size() > kBunch) bunches.emplace_back();
      bunches.back().insert(bunches.back().end(), group.begin(), group.end());
    }
    return bunches;
  }

  void Prepare(Row& row) {
    row.prepared = PrepareEnquiry(Decider::ForThread(deciding_->For(row.lead_id)), row.given.enquiry, now_);
    if (!row.prepared->ok()) return;
    (*row.prepared)->lead.id = row.lead_id;
    unlisted_.Note((*row.prepared)->unlisted);
  }

  void Decide(std::vector<size_t> bunch) {
    DecidedWrite write;
    write.tenant = context_.tenant;
    write.dry_run = validate_only_;
    write.work = store::WorkClass::kBulk;
    write.deadline = context_.deadline;
    for (size_t i : bunch) {
      for (uint64_t key : KeysOf(rows_[i].given.enquiry)) write.keys.push_back(key);
    }
    write.parts = bunch.size();
    write.decide = [self = shared_from_this(), bunch = std::move(bunch)](store::Transaction& tx, Attempt& attempt,
                                                                         size_t part) {
      return self->TakeNext(self->rows_[bunch[part]], tx, attempt, part);
    };
    RunDecided(options_, std::move(write), [self = shared_from_this()](absl::Status status) { self->Ended(status); });
  }

  absl::Status TakeNext(Row& row, store::Transaction& tx, Attempt& attempt, size_t part) {
    if (!row.prepared.has_value()) Prepare(row);
    WriteScope scope(tx, context_, deciding_, *options_.ids, attempt.moment, &attempt.logs[part]);
    scope.explain = Explain::kKept;
    ASSIGN_OR_RETURN(row.outcome, TakeRow(scope, import_id_, row));
    return absl::OkStatus();
  }

  void Ended(const absl::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (failed_.ok()) failed_ = status;
      if (--left_ > 0) return;
    }
    End();
  }

  void End() {
    if (!failed_.ok()) return done_(failed_);
    ImportResult result;
    for (Row& row : rows_) {
      switch (row.outcome.kind) {
        case RowOutcome::Kind::kCreated:
          ++result.created;
          result.warnings.Add(row.given.row, (*row.prepared)->unlisted);
          break;
        case RowOutcome::Kind::kKnownChanged:
          ++result.changed;
          [[fallthrough]];
        case RowOutcome::Kind::kKnown:
          ++result.already_imported;
          break;
        case RowOutcome::Kind::kRejected:
          result.rejects.push_back(std::move(row.outcome.reject));
          break;
      }
    }
    done_(std::move(result));
  }

  const EngineOptions& options_;
  UnlistedValues& unlisted_;
  const CallContext context_;
  const std::string import_id_;
  const bool validate_only_;
  const std::shared_ptr<const Deciding> deciding_;
  const Time now_;
  Done<ImportResult> done_;
  std::vector<Row> rows_;
  std::mutex mutex_;
  size_t left_ = 0;
  absl::Status failed_;  // the first
};

}  // namespace

void Engine::ImportRows(const CallContext& context, std::string import_id, std::vector<ImportRow> rows,
                        bool validate_only, Done<ImportResult> done) {
  CallContext unnamed = context;
  unnamed.request_id.clear();  // the rows carry names of their own
  std::make_shared<ImportRun>(options_, unlisted_, std::move(unnamed), std::move(import_id), validate_only,
                              std::move(done))
      ->Begin(std::move(rows));
}

}  // namespace leadline::engine
