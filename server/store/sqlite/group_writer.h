// Group commit: transactions that wait at the same time share one flush to disk.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "store/sqlite/checkpointer.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/recent_changes.h"
#include "store/sqlite/session/session.h"
#include "store/sqlite/write_health.h"
#include "store/store.h"

namespace leadline::store {

// Owns the only connection that writes. One thread runs the transactions and commits them in batches; another tells
// the results, so that the next batch runs meanwhile. Thread-safe.
class GroupWriter {
 public:
  struct Options {
    int max_batch = 512;
    std::chrono::microseconds max_batch_time{5'000};  // of running a batch's transactions; one is run in any case
    int max_waiting = 8'192;                          // of each class
    std::function<absl::Status()> before_commit;      // may be empty; an error fails the commit
    std::function<void()> on_append;                  // after commits that appended events, before their `done`
    // After commits that erased people, on the writing thread; an error goes to their `done`, though the commit stands.
    std::function<absl::Status(std::span<const ErasedRecord>)> on_erased;
    WriteHealth::Options health;
    Checkpointer::Options checkpoints;
  };

  // `second` is a further connection to the same database, for carrying the log into the file.
  GroupWriter(std::unique_ptr<Connection> connection, std::unique_ptr<Connection> second, SharedTextReader& texts,
              KeyFile& keys, Options options);
  ~GroupWriter();

  // As those of Store.
  void Write(std::string_view tenant, WriteFunction write, WriteDone done, Deadline deadline, WorkClass work);
  void Apply(std::string_view tenant, ChangeSet set, DecidePart decide, WriteDone done, Deadline deadline,
             WorkClass work);
  // Runs what was accepted, tells every result, then stops. Not to be called from `done` or `on_append`. Idempotent.
  void Close();
  // Gives the connections up; after Close.
  void Disconnect() {
    checkpointer_.reset();
    connection_.reset();
  }
  // Whether commits work. Commits a change of no meaning to learn it, seldom and never while others commit; waits no
  // longer than the health's limit.
  absl::Status Check();

 private:
  struct Item {
    std::string tenant;
    WriteFunction write;
    std::optional<ChangeSet> set;  // to be made instead
    DecidePart decide;             // of the set
    WriteDone done;
    Deadline deadline = kNoDeadline;
    WorkClass work = WorkClass::kInteractive;
    absl::Status status;
    std::vector<size_t> left;  // parts of the set that were not made, once the others are
    std::vector<ErasedRecord> erased;
  };
  struct Batch {
    std::vector<Item> items;
    std::vector<Item> left;  // for the next batch, since running the others took long enough
    bool appended = false;
  };
  enum class Attempt { kDone, kAgainWithSavepoints };

  // What the writer knows of one tenant.
  struct Tenant {
    TenantMemory memory;
    std::optional<RecentChanges> changes;  // nothing: to be asked of the database
  };

  void Take(Item item);
  // The next ones that wait: bulk work after the others, and first once in a while. Called with the lock held.
  Batch TakeBatch();
  // Whether a batch whose transactions ran for so long is to be committed.
  bool IsFull(std::chrono::steady_clock::duration ran, bool bulk_alone);
  // What was left of a batch waits again, before whatever came later. Called with the lock held.
  void PutBack(std::vector<Item> left);
  std::deque<Item>& QueueOf(WorkClass work) { return waiting_[static_cast<size_t>(work)]; }
  bool NothingWaits() const { return waiting_[0].empty() && waiting_[1].empty(); }
  void RunWrites();
  void TellResults();

  void RunBatch(Batch& batch);
  Attempt TryBatch(Batch& batch, bool savepoints);
  // Whether the transaction around it can go on.
  bool RunItem(Item& item, bool savepoints, bool& appended, bool& must_repeat);
  absl::Status RunChanges(Item& item, Tenant& tenant, Session& session);
  // Tells the tenants' views, with the transaction, which commit they show.
  absl::Status NumberCommit();
  // Keeps with the transaction how many keys may be in use.
  absl::Status CountSlots();
  void FinishErasures(Batch& batch);
  absl::Status Commit();
  void RunProbe();
  absl::Status ProbeRoom();
  absl::Status ProbeCommit();
  void Abandon();
  void FailAll(Batch& batch, const absl::Status& status);
  Tenant& TenantOf(const std::string& tenant);

  // Used by the writing thread alone while it runs.
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Checkpointer> checkpointer_;
  SharedTextReader& texts_;
  KeyFile& keys_;
  const Options options_;
  std::unordered_map<std::string, Tenant> tenants_;
  int64_t counted_slots_ = 0;  // as the database has it
  int careful_batches_ = 0;    // how many more batches run with savepoints

  WriteHealth health_;

  mutable std::mutex mutex_;
  std::condition_variable wake_writer_, wake_teller_;
  std::array<std::deque<Item>, 2> waiting_;  // by WorkClass
  int batches_before_bulk_ = 0;              // since bulk work was first
  std::vector<Batch> finished_;
  bool probe_wanted_ = false;
  bool closing_ = false;
  bool writer_ended_ = false;
  std::mutex close_mutex_;
  std::thread writer_, teller_;
};

}  // namespace leadline::store
