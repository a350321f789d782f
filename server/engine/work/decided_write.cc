#include "engine/work/decided_write.h"

#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/hash/hash.h"
#include "base/errors.h"
#include "base/executor.h"
#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/work/reservations.h"
#include "store/draft.h"
#include "store/part_conflict.h"

namespace leadline::engine {
namespace {

// So often it is decided beside the writer; then once more in it, where nothing can change meanwhile.
constexpr int kMostAttempts = 4;

class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(const EngineOptions& options, DecidedWrite write, absl::AnyInvocable<void(absl::Status)> done)
      : options_(options), write_(std::move(write)), done_(std::move(done)) {
    attempt_.logs.resize(write_.parts);
    parts_.resize(write_.parts);
    std::iota(parts_.begin(), parts_.end(), size_t{0});
  }

  void Begin() {
    if (write_.in_writer && !write_.dry_run) return DecideInWriter();
    if (deciders() == nullptr) return Reserve();
    // The queue is bounded here, and nowhere on the way after.
    if (!deciders()->TryRun([self = shared_from_this()] { self->Reserve(); })) End(Overloaded());
  }

 private:
  Executor* deciders() const {
    const bool bulk = write_.work == store::WorkClass::kBulk && options_.bulk_deciders != nullptr;
    return bulk ? options_.bulk_deciders : options_.deciders;
  }

  void Reserve() {
    if (options_.reservations == nullptr || write_.keys.empty()) return Try();
    options_.reservations->Acquire(write_.keys, [self = shared_from_this()](Reservations::Hold hold, bool waited) {
      self->hold_ = std::move(hold);
      waited ? self->Again() : self->Try();
    });
  }

  void Again() {
    if (deciders() == nullptr) return Try();
    deciders()->Run([self = shared_from_this()] { self->Try(); });
  }

  // `draft`: the transaction, where it is one.
  absl::Status Decide(store::Transaction& tx, store::Draft* draft) {
    attempt_.moment = options_.clock->Now();
    for (const size_t part : parts_) {
      attempt_.logs[part].Record();
      RETURN_IF_ERROR(write_.decide(tx, attempt_, part));
      if (draft != nullptr) draft->EndPart();
    }
    return absl::OkStatus();
  }
  // `place`: of the part among those that are not made yet.
  absl::Status DecideTurns(store::Transaction& tx, size_t place) {
    const size_t part = parts_[place];
    attempt_.logs[part].PlayBack();
    return write_.decide(tx, attempt_, part);
  }

  void Try() {
    if (Passed(write_.deadline)) return End(DeadlinePassed());
    const CallDeadline until(write_.deadline);
    std::optional<store::ChangeSet> set;
    absl::Status status = options_.store->Read(write_.tenant, [&](store::Reader& reader) -> absl::Status {
      store::Draft draft(reader);
      RETURN_IF_ERROR(Decide(draft, &draft));
      if (write_.dry_run || !draft.changed()) return absl::OkStatus();
      ASSIGN_OR_RETURN(set, draft.Finish());
      return absl::OkStatus();
    });
    // A plugin may not have been heard for want of time: such a decision must not stand.
    if (Passed(write_.deadline)) return End(DeadlinePassed());
    if (!status.ok() || !set.has_value()) return End(std::move(status));
    options_.store->Apply(
        write_.tenant, *std::move(set),
        [self = shared_from_this()](store::Transaction& tx, size_t place) { return self->DecideTurns(tx, place); },
        [self = shared_from_this()](absl::Status applied) { self->Applied(std::move(applied)); }, write_.deadline,
        write_.work);
  }

  void Applied(absl::Status status) {
    if (const auto left = store::PartsLeft(status)) {
      std::vector<size_t> parts;
      for (const size_t place : *left) parts.push_back(parts_[place]);
      parts_ = std::move(parts);
    } else if (!store::IsReadConflict(status)) {
      return End(std::move(status));
    }
    if (++attempts_ < kMostAttempts) return Again();
    DecideInWriter();
  }

  void DecideInWriter() {
    options_.store->Write(
        write_.tenant, [self = shared_from_this()](store::Transaction& tx) { return self->Decide(tx, nullptr); },
        [self = shared_from_this()](absl::Status written) { self->End(std::move(written)); }, write_.deadline,
        write_.work);
  }

  void End(absl::Status status) {
    hold_.Release();
    done_(std::move(status));
  }

  const EngineOptions& options_;
  const DecidedWrite write_;
  absl::AnyInvocable<void(absl::Status)> done_;
  Reservations::Hold hold_;
  Attempt attempt_;
  std::vector<size_t> parts_;  // that are not made yet
  int attempts_ = 0;
};

}  // namespace

uint64_t KeyFor(domain::RecordKind kind, std::string_view name) { return absl::HashOf(kind, name); }

void RunDecided(const EngineOptions& options, DecidedWrite write, absl::AnyInvocable<void(absl::Status)> done) {
  std::make_shared<Run>(options, std::move(write), std::move(done))->Begin();
}

}  // namespace leadline::engine
