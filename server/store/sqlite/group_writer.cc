#include "store/sqlite/group_writer.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/part_conflict.h"
#include "store/sqlite/change_parts.h"
#include "store/sqlite/database/storage_failure.h"

namespace leadline::store {

namespace {

// Savepoints cost a copy of every page that a transaction touches. A batch runs without them; when one of its
// transactions fails after it wrote, the whole batch is taken back and run again with them, and so are the next ones,
// since failures come in groups.
constexpr int kCarefulBatches = 64;
// More tenants than this are not remembered from one batch to the next.
constexpr size_t kRememberedTenants = 4096;
// What must find room after an outage before the store counts as writable again: more than most batches write.
constexpr size_t kProbeRoomBytes = 1 << 20;

// Of so many batches, one begins with bulk work.
constexpr int kBatchesBeforeBulk = 4;
// While nobody else waits, bulk work is run for so many times as long before it is committed.
constexpr int kBulkBatches = 4;

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<Connection> connection, std::unique_ptr<Connection> second,
                         SharedTextReader& texts, KeyFile& keys, Options options)
    : connection_(std::move(connection)),
      checkpointer_(std::make_unique<Checkpointer>(std::move(second), options.checkpoints)),
      texts_(texts),
      keys_(keys),
      options_(std::move(options)),
      health_(options_.health) {
  connection_->WatchLog();
  writer_ = std::thread([this] { RunWrites(); });
  teller_ = std::thread([this] { TellResults(); });
}

GroupWriter::~GroupWriter() { Close(); }

void GroupWriter::Write(std::string_view tenant, WriteFunction write, WriteDone done, Deadline deadline,
                        WorkClass work) {
  Take({.tenant = std::string(tenant),
        .write = std::move(write),
        .done = std::move(done),
        .deadline = deadline,
        .work = work});
}

void GroupWriter::Apply(std::string_view tenant, ChangeSet set, DecidePart decide, WriteDone done, Deadline deadline,
                        WorkClass work) {
  Take({.tenant = std::string(tenant),
        .set = std::move(set),
        .decide = std::move(decide),
        .done = std::move(done),
        .deadline = deadline,
        .work = work});
}

void GroupWriter::Take(Item item) {
  bool closing = false;
  {
    const std::lock_guard lock(mutex_);
    closing = closing_;
    std::deque<Item>& queue = QueueOf(item.work);
    if (!closing && queue.size() < static_cast<size_t>(options_.max_waiting)) {
      queue.push_back(std::move(item));
      wake_writer_.notify_one();
      return;
    }
  }
  item.done(closing ? StoreClosed() : Overloaded());
}

GroupWriter::Batch GroupWriter::TakeBatch() {
  Batch batch;
  const auto most = static_cast<size_t>(std::max(1, options_.max_batch));
  const auto take = [&](WorkClass work, size_t count) {
    std::deque<Item>& queue = QueueOf(work);
    for (; count > 0 && !queue.empty() && batch.items.size() < most; --count) {
      batch.items.push_back(std::move(queue.front()));
      queue.pop_front();
    }
  };
  // However much others ask for, bulk work goes on.
  if (++batches_before_bulk_ >= kBatchesBeforeBulk) {
    batches_before_bulk_ = 0;
    take(WorkClass::kBulk, 1);
  }
  take(WorkClass::kInteractive, most);
  take(WorkClass::kBulk, most);
  return batch;
}

bool GroupWriter::IsFull(std::chrono::steady_clock::duration ran, bool bulk_alone) {
  if (ran < options_.max_batch_time) return false;
  if (!bulk_alone || ran >= kBulkBatches * options_.max_batch_time) return true;
  const std::lock_guard lock(mutex_);
  return !QueueOf(WorkClass::kInteractive).empty();
}

void GroupWriter::PutBack(std::vector<Item> left) {
  for (auto item = left.rbegin(); item != left.rend(); ++item) QueueOf(item->work).push_front(std::move(*item));
}

void GroupWriter::Close() {
  const std::lock_guard once(close_mutex_);
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_writer_.notify_one();
  }
  if (writer_.joinable()) {
    writer_.join();
  }
  if (teller_.joinable()) {
    teller_.join();
  }
}

absl::Status GroupWriter::Check() {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      return StoreClosed();
    }
  }
  return health_.Check([this] {
    const std::lock_guard lock(mutex_);
    if (writer_ended_) {
      health_.Probed(StoreClosed());
      return;
    }
    probe_wanted_ = true;
    wake_writer_.notify_one();
  });
}

void GroupWriter::RunWrites() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_writer_.wait(lock, [this] { return closing_ || probe_wanted_ || !NothingWaits(); });
    if (std::exchange(probe_wanted_, false)) {
      lock.unlock();
      RunProbe();
      lock.lock();
      continue;
    }
    if (NothingWaits()) {
      break;
    }
    Batch batch = TakeBatch();
    lock.unlock();
    RunBatch(batch);
    lock.lock();
    PutBack(std::exchange(batch.left, {}));
    finished_.push_back(std::move(batch));
    wake_teller_.notify_one();
  }
  writer_ended_ = true;
  wake_teller_.notify_one();
}

void GroupWriter::TellResults() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_teller_.wait(lock, [this] { return writer_ended_ || !finished_.empty(); });
    if (finished_.empty()) {
      return;
    }
    std::vector<Batch> batches = std::exchange(finished_, {});
    lock.unlock();
    for (Batch& batch : batches) {
      if (batch.appended && options_.on_append) {
        options_.on_append();
      }
      for (Item& item : batch.items) {
        item.done(item.status.ok() && !item.left.empty() ? PartConflict(item.left) : std::move(item.status));
      }
    }
    batches.clear();
    lock.lock();
  }
}

void GroupWriter::RunBatch(Batch& batch) {
  const bool careful = careful_batches_ > 0;
  careful_batches_ -= careful ? 1 : 0;
  if (TryBatch(batch, careful) == Attempt::kAgainWithSavepoints) {
    careful_batches_ = kCarefulBatches;
    (void)TryBatch(batch, true);
  }
}

GroupWriter::Attempt GroupWriter::TryBatch(Batch& batch, bool savepoints) {
  batch.appended = false;
  if (tenants_.size() >= kRememberedTenants) {
    tenants_.clear();
  }
  if (absl::Status begun = connection_->Prepare(Sql::kBegin).Run(); !begun.ok()) {
    health_.Failed(begun);
    FailAll(batch, begun);
    return Attempt::kDone;
  }
  const auto begun_at = std::chrono::steady_clock::now();
  bool bulk_alone = true;
  for (size_t i = 0; i < batch.items.size(); ++i) {
    if (i > 0 && IsFull(std::chrono::steady_clock::now() - begun_at, bulk_alone)) {
      const auto rest = batch.items.begin() + static_cast<std::ptrdiff_t>(i);
      batch.left.insert(batch.left.begin(), std::make_move_iterator(rest), std::make_move_iterator(batch.items.end()));
      batch.items.erase(rest, batch.items.end());
      break;
    }
    Item& item = batch.items[i];
    bulk_alone = bulk_alone && item.work == WorkClass::kBulk;
    bool must_repeat = false;
    const bool sound = RunItem(item, savepoints, batch.appended, must_repeat);
    if (IsStorageFailure(item.status)) {
      health_.Failed(item.status);
    }
    if (must_repeat && batch.items.size() > 1) {
      Abandon();
      return Attempt::kAgainWithSavepoints;
    }
    if (!sound || must_repeat) {
      // Alone in its batch, or the database itself gave up: nothing stands.
      const absl::Status status = item.status;
      Abandon();
      FailAll(batch, status);
      batch.appended = false;
      return Attempt::kDone;
    }
  }
  if (absl::Status committed = Commit(); committed.ok()) {
    health_.Committed();
    FinishErasures(batch);
  } else {
    health_.Failed(committed);
    FailAll(batch, committed);
    batch.appended = false;
  }
  return Attempt::kDone;
}

absl::Status GroupWriter::RunChanges(Item& item, Tenant& tenant, Session& session) {
  if (!tenant.changes.has_value()) {
    ASSIGN_OR_RETURN(const int64_t number, session.ReadNumber());
    tenant.changes.emplace(number);
  }
  ASSIGN_OR_RETURN(item.left, MakeChanges(*item.set, item.decide, *tenant.changes, session));
  return absl::OkStatus();
}

absl::Status GroupWriter::NumberCommit() {
  for (auto& [name, tenant] : tenants_) {
    if (!tenant.changes.has_value() || tenant.changes->Pending() == 0) {
      continue;
    }
    Query put = connection_->Prepare(Sql::kPutCommitNumber);
    RETURN_IF_ERROR(put.Bind(name, tenant.changes->Pending()).Run());
  }
  return absl::OkStatus();
}

bool GroupWriter::RunItem(Item& item, bool savepoints, bool& appended, bool& must_repeat) {
  if (Passed(item.deadline)) {
    item.status = DeadlinePassed();
    return true;
  }
  Tenant& tenant = TenantOf(item.tenant);
  Session session(*connection_, texts_, keys_, item.tenant, {.memory = &tenant.memory, .savepoint = savepoints});
  item.erased.clear();
  item.left.clear();
  try {
    item.status = item.set.has_value() ? RunChanges(item, tenant, session) : item.write(session);
  } catch (const std::exception& error) {
    item.status = absl::InternalError(fmt::format("a transaction ended with an exception: {}", error.what()));
  }
  if (item.status.ok()) {
    item.status = session.broken();
  }
  if (item.status.ok() && session.wrote() && !tenant.changes.has_value()) {
    const absl::StatusOr<int64_t> number = session.ReadNumber();
    item.status = number.status();
    if (number.ok()) {
      tenant.changes.emplace(*number);
    }
  }
  if (item.status.ok()) {
    item.status = session.Keep();
  }
  if (!connection_->in_transaction()) {
    if (item.status.ok()) {
      item.status = WithReason(absl::UnavailableError("the database rolled the transaction back; try again"),
                               ErrorReason::kStoreBusy);
    }
    return false;
  }
  if (item.status.ok()) {
    appended |= session.appended();
    if (session.wrote()) {
      tenant.changes->Note(session.changed_scopes());
      item.erased.assign(session.erased().begin(), session.erased().end());
    }
    return true;
  }
  if (!session.wrote()) {
    return true;
  }
  if (!savepoints) {
    must_repeat = true;
    return true;
  }
  return session.TakeBack().ok();
}

absl::Status GroupWriter::CountSlots() {
  const int64_t slots = keys_.slots();
  if (slots == counted_slots_) return absl::OkStatus();
  Query count = connection_->Prepare(Sql::kUpdateKeysFile);
  RETURN_IF_ERROR(count.Bind(slots).Run());
  counted_slots_ = slots;
  return absl::OkStatus();
}

void GroupWriter::FinishErasures(Batch& batch) {
  std::vector<ErasedRecord> erased;
  for (const Item& item : batch.items) erased.insert(erased.end(), item.erased.begin(), item.erased.end());
  if (erased.empty() || !options_.on_erased) return;
  const absl::Status status = options_.on_erased(erased);
  if (status.ok()) return;
  for (Item& item : batch.items) {
    if (!item.erased.empty()) item.status = status;
  }
}

absl::Status GroupWriter::Commit() {
  absl::Status status = NumberCommit();
  if (status.ok()) status = CountSlots();
  if (status.ok() && options_.before_commit) {
    status = options_.before_commit();
  }
  if (status.ok()) {
    status = connection_->Prepare(Sql::kCommit).Run();
  }
  if (!status.ok()) {
    Abandon();
    return status;
  }
  for (auto& [name, tenant] : tenants_) {
    if (tenant.changes.has_value()) {
      tenant.changes->Committed();
    }
  }
  if (checkpointer_->Notice(connection_->wal_pages())) {
    // The commit stands, whatever becomes of this: what fails is tried again after the next one.
    (void)connection_->Checkpoint();
  }
  return status;
}

void GroupWriter::RunProbe() {
  absl::Status status = health_.failing() ? ProbeRoom() : absl::OkStatus();
  if (status.ok()) {
    status = ProbeCommit();
  }
  health_.Probed(status);
}

// Writes into the log what a batch could write, and takes it back.
absl::Status GroupWriter::ProbeRoom() {
  RETURN_IF_ERROR(connection_->Prepare(Sql::kBegin).Run());
  const std::string filler(kProbeRoomBytes, '0');
  absl::Status status = connection_->Prepare(Sql::kProbeInsert).Bind(filler).Run();
  if (status.ok()) {
    status = connection_->FlushCache();
  }
  Abandon();
  return status;
}

// Commits pages that were written and say the same as before. SQLite writes nothing for an update to the same value, so
// a row comes and goes.
absl::Status GroupWriter::ProbeCommit() {
  RETURN_IF_ERROR(connection_->Prepare(Sql::kBegin).Run());
  absl::Status status = connection_->Prepare(Sql::kProbeInsert).Bind(std::string()).Run();
  if (status.ok()) {
    status = connection_->Prepare(Sql::kProbeDelete).Run();
  }
  if (!status.ok()) {
    Abandon();
    return status;
  }
  return Commit();
}

// Rolls everything back, and forgets what was only true with it.
void GroupWriter::Abandon() {
  if (connection_->in_transaction()) {
    (void)connection_->Prepare(Sql::kRollback).Run();
  }
  counted_slots_ = 0;
  tenants_.clear();
}

void GroupWriter::FailAll(Batch& batch, const absl::Status& status) {
  for (Item& item : batch.items) {
    item.status = status;
  }
}

GroupWriter::Tenant& GroupWriter::TenantOf(const std::string& tenant) { return tenants_[tenant]; }

}  // namespace leadline::store
