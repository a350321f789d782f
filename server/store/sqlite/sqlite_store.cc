#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "base/errors.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/erasure/erase_contact.h"
#include "store/sqlite/beside_database.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/database/schema.h"
#include "store/sqlite/database/storage_failure.h"
#include "store/sqlite/database/version.h"
#include "store/sqlite/file_lock.h"
#include "store/sqlite/group_writer.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr int kPageBytes = 8192;  // records of usual size stay on their page
constexpr int64_t kReaderCacheMib = 64;
constexpr int64_t kCheckpointCacheMib = 2;

// Connections for reading; each serves one caller at a time. Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> connections)
      : size_(connections.size()), free_(std::move(connections)) {}

  // Waits for a free one; null after Close.
  std::unique_ptr<Connection> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !free_.empty(); });
    if (closed_) {
      return nullptr;
    }
    std::unique_ptr<Connection> connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }
  // Null when none is free now.
  std::unique_ptr<Connection> TryTake(bool& closed) {
    const std::lock_guard lock(mutex_);
    closed = closed_;
    if (closed_ || free_.empty()) {
      return nullptr;
    }
    std::unique_ptr<Connection> connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }
  void GiveBack(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
    changed_.notify_all();
  }
  // Waits until all are back.
  void Close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return free_.size() == size_; });
    free_.clear();
    size_ = 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t size_;
  std::vector<std::unique_ptr<Connection>> free_;
  bool closed_ = false;
};

// Who wants to know of new events. Thread-safe.
class Listeners {
 public:
  int Add(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listeners_.emplace(++last_, std::move(listener));
    return last_;
  }
  // Waits for a call under way.
  void Remove(int id) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(id);
  }
  void Call() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, listener] : listeners_) {
      listener();
    }
  }

 private:
  std::mutex mutex_;
  std::map<int, std::function<void()>> listeners_;
  int last_ = 0;
};

// Thread-safe.
class SqliteStore final : public Store {
 public:
  SqliteStore(const SqliteOptions& options, std::unique_ptr<FileLock> lock, BesideDatabase beside,
              std::unique_ptr<Connection> writer, std::unique_ptr<Connection> second,
              std::vector<std::unique_ptr<Connection>> readers)
      : beside_(std::move(beside)),
        on_erasure_(options.on_erasure),
        lock_(std::move(lock)),
        readers_(std::move(readers)),
        writer_(std::make_unique<GroupWriter>(
            std::move(writer), std::move(second), texts_, *beside_.keys,
            GroupWriter::Options{
                .max_batch = options.max_batch,
                .max_batch_time = options.max_batch_time,
                .max_waiting = options.max_waiting,
                .before_commit = options.before_commit,
                .on_append = [this] { listeners_.Call(); },
                .on_erased = [this](std::span<const ErasedRecord> erased) { return FinishErasure(erased); },
                .health = options.health,
                .checkpoints = options.checkpoints})) {}
  ~SqliteStore() override { Close(); }

  void Write(std::string_view tenant, WriteFunction write, WriteDone done, Deadline deadline, WorkClass work) override {
    writer_->Write(tenant, std::move(write), std::move(done), deadline, work);
  }

  void Apply(std::string_view tenant, ChangeSet set, DecidePart decide, WriteDone done, Deadline deadline,
             WorkClass work) override {
    writer_->Apply(tenant, std::move(set), std::move(decide), std::move(done), deadline, work);
  }

  absl::Status Read(std::string_view tenant, const ReadFunction& read, const StillWanted& wanted) override {
    std::unique_ptr<Connection> connection = readers_.Take();
    if (connection == nullptr) {
      return StoreClosed();
    }
    absl::Status status = ReadOn(*connection, tenant, read, wanted);
    readers_.GiveBack(std::move(connection));
    return status;
  }

  // What a crash, or a copy of the database from before, has left undone. Before anything else is done with the store.
  absl::Status CatchUp(std::span<const ErasedRecord> erased) {
    std::vector<ErasedRecord> unfinished;
    for (const ErasedRecord& record : erased) {
      Key key;
      const bool destroyed = beside_.keys->Get(record.slot, key) != KeyFile::State::kThere;
      if (destroyed && beside_.log->Has(record)) continue;
      unfinished.push_back(record);
      ASSIGN_OR_RETURN(unfinished.back().time, LastChangeOf(record));
    }
    if (!unfinished.empty()) RETURN_IF_ERROR(FinishErasure(unfinished));
    for (const ErasedRecord& record : std::vector(beside_.log->entries())) RETURN_IF_ERROR(EraseAgain(record));
    return absl::OkStatus();
  }

  int AddListener(std::function<void()> listener) override { return listeners_.Add(std::move(listener)); }
  void RemoveListener(int id) override { listeners_.Remove(id); }

  StoreHealth Check() override { return {.reads = CheckReads(), .writes = writer_->Check()}; }

  void Close() override {
    const std::lock_guard once(close_mutex_);
    if (lock_ == nullptr) {
      return;
    }
    writer_->Close();
    readers_.Close();
    writer_->Disconnect();
    lock_.reset();
  }

 private:
  // A read of the store's own, which is always wanted.
  absl::Status ReadForItself(std::string_view tenant, const ReadFunction& read) { return Read(tenant, read, {}); }

  // Of people whose erasure is committed. In this order, whatever cuts it off is finished by CatchUp.
  absl::Status FinishErasure(std::span<const ErasedRecord> erased) {
    const auto at = [this](ErasureStep step) {
      if (on_erasure_) on_erasure_(step);
    };
    at(ErasureStep::kCommitted);
    absl::Status status = beside_.log->Append(erased);
    if (status.ok()) {
      at(ErasureStep::kLogged);
      std::vector<int64_t> slots;
      for (const ErasedRecord& record : erased) slots.push_back(record.slot);
      status = beside_.keys->Destroy(slots);
    }
    if (status.ok()) {
      at(ErasureStep::kDestroyed);
      return status;
    }
    return WithReason(
        absl::UnavailableError(fmt::format("the person is erased in the database, but the data key is not destroyed "
                                           "yet: {}; it is tried again when the "
                                           "same erasure is asked for again, and when the store is opened",
                                           std::string(status.message()))),
        ErrorReason::kErasureUnfinished);
  }

  // The erasure, if nothing came after it.
  absl::StatusOr<Time> LastChangeOf(const ErasedRecord& erased) {
    Time time = 0;
    RETURN_IF_ERROR(ReadForItself(erased.tenant, [&](Reader& reader) -> absl::Status {
      if (erased.record.kind == domain::RecordKind::kLead) {
        ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(erased.record.id));
        time = lead.updated_at;
      } else {
        ASSIGN_OR_RETURN(const domain::Contact contact, reader.GetContact(erased.record.id));
        time = contact.erased_at != 0 ? contact.erased_at : contact.updated_at;
      }
      return absl::OkStatus();
    }));
    return time;
  }

  absl::Status EraseAgain(const ErasedRecord& erased) {
    const bool lead = erased.record.kind == domain::RecordKind::kLead;
    bool needed = false;
    RETURN_IF_ERROR(ReadForItself(erased.tenant, [&](Reader& reader) -> absl::Status {
      const absl::Status there =
          lead ? reader.GetLead(erased.record.id).status() : reader.GetContact(erased.record.id).status();
      if (absl::IsNotFound(there)) return absl::OkStatus();  // the copy is of before the record
      RETURN_IF_ERROR(there);
      ASSIGN_OR_RETURN(const bool known, reader.IsErased(erased.record.kind, erased.record.id));
      needed = !known;
      return absl::OkStatus();
    }));
    if (!needed) return absl::OkStatus();
    UuidV7Source ids;
    return WriteAndWait(*this, erased.tenant, [&](Transaction& tx) {
      const Erasure erasure{.id = erased.record.id,
                            .reason = "erased before, as the erasure log says; the database was an older copy",
                            .actor = "leadline",
                            .request_id = "",
                            .transaction_id = ids.NewId(erased.time),
                            .now = erased.time};
      return (lead ? EraseLead(tx, erasure) : EraseContact(tx, erasure)).status();
    });
  }

  absl::Status CheckReads() {
    bool closed = false;
    std::unique_ptr<Connection> connection = readers_.TryTake(closed);
    if (connection == nullptr) {
      // All of them are busy reading.
      return closed ? StoreClosed() : absl::OkStatus();
    }
    absl::Status status = connection->Prepare(Sql::kProbeRead).Run();
    readers_.GiveBack(std::move(connection));
    return status;
  }

  absl::Status ReadOn(Connection& connection, std::string_view tenant, const ReadFunction& read,
                      const StillWanted& wanted) {
    RETURN_IF_ERROR(connection.Prepare(Sql::kBeginRead).Run());
    absl::Status status;
    {
      // Ends before the transaction is ended: that must not be interrupted.
      const Interruption interruption(connection, wanted);
      Session session(connection, texts_, *beside_.keys, tenant, {});
      status = read(session);
      if (status.ok()) {
        status = session.broken();
      }
      if (interruption.happened()) {
        status = absl::CancelledError("nobody waits for the answer any more, so it was not read to the end");
      }
    }
    const absl::Status ended = connection.Prepare(Sql::kCommit).Run();
    return status.ok() ? ended : status;
  }

  const BesideDatabase beside_;
  const std::function<void(ErasureStep)> on_erasure_;
  SharedTextReader texts_;
  Listeners listeners_;
  std::mutex close_mutex_;
  std::unique_ptr<FileLock> lock_;
  ReaderPool readers_;
  std::unique_ptr<GroupWriter> writer_;
};

absl::Status CheckOptions(const SqliteOptions& options) {
  if (options.path.empty() || options.path == ":memory:" || options.path.starts_with("file:")) {
    return absl::InvalidArgumentError(
        fmt::format("the database path is \"{}\"; it must name a file, since nothing else is durable", options.path));
  }
  if (options.readers < 1 || options.readers > 1000) {
    return absl::InvalidArgumentError(fmt::format("readers is {}; it must be 1 to 1000", options.readers));
  }
  if (options.cache_mib < 1 || options.max_batch < 1 || options.max_waiting < 1) {
    return absl::InvalidArgumentError(
        fmt::format("cache_mib is {}, max_batch {} and max_waiting {}; each must be at least 1", options.cache_mib,
                    options.max_batch, options.max_waiting));
  }
  return absl::OkStatus();
}

// SQLite's negative cache_size counts KiB.
std::string CachePragma(int64_t mib) { return fmt::format("PRAGMA cache_size = -{}", mib * 1024); }

absl::StatusOr<std::unique_ptr<Connection>> OpenWriter(const SqliteOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(options.path, true));
  // The page size is taken only by a new file.
  RETURN_IF_ERROR(connection->Execute(fmt::format("PRAGMA page_size = {}", kPageBytes)));
  ASSIGN_OR_RETURN(const int64_t tables, connection->QueryInt("SELECT COUNT(*) FROM sqlite_schema"));
  if (tables > 0) {
    // A file of another program or version is refused before anything in it is changed, its journal mode included.
    RETURN_IF_ERROR(MakeSchema(*connection));
  }
  RETURN_IF_ERROR(connection->Execute("PRAGMA journal_mode = WAL"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous = FULL"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA temp_store = MEMORY"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA secure_delete = FAST"));
  RETURN_IF_ERROR(connection->Execute(CachePragma(options.cache_mib)));
  RETURN_IF_ERROR(MakeSchema(*connection));
  return connection;
}

// For carrying the write-ahead log into the file; its settings of durability are the writer's.
absl::StatusOr<std::unique_ptr<Connection>> OpenSecond(const SqliteOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(options.path, false));
  RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous = FULL"));
  RETURN_IF_ERROR(connection->Execute(CachePragma(kCheckpointCacheMib)));
  // SQLite learns that the file has a log when it first reads it.
  RETURN_IF_ERROR(connection->Prepare(Sql::kProbeRead).Run());
  return connection;
}

absl::StatusOr<std::unique_ptr<Connection>> OpenReader(const SqliteOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(options.path, false));
  RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = ON"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA temp_store = MEMORY"));
  RETURN_IF_ERROR(connection->Execute(CachePragma(std::min(options.cache_mib, kReaderCacheMib))));
  return connection;
}

absl::Status In(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), fmt::format("database {}: {}", path, std::string(status.message())));
}

absl::StatusOr<std::unique_ptr<Store>> OpenLocked(const SqliteOptions& options, std::unique_ptr<FileLock> lock) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> writer, OpenWriter(options));
  ASSIGN_OR_RETURN(BesideDatabase beside, OpenBeside(*writer, options.path, options.random));
  ASSIGN_OR_RETURN(const std::vector<ErasedRecord> erased, ErasedRecords(*writer));
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> second, OpenSecond(options));
  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    ASSIGN_OR_RETURN(std::unique_ptr<Connection> reader, OpenReader(options));
    readers.push_back(std::move(reader));
  }
  auto store = std::make_unique<SqliteStore>(options, std::move(lock), std::move(beside), std::move(writer),
                                             std::move(second), std::move(readers));
  RETURN_IF_ERROR(store->CatchUp(erased));
  return store;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckLinkedSqlite());
  ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock, FileLock::Take(options.path + ".lock"));
  absl::StatusOr<std::unique_ptr<Store>> store = OpenLocked(options, std::move(lock));
  if (!store.ok()) return In(options.path, store.status());
  return store;
}

}  // namespace leadline::store
