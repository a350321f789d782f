// The embedded store.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sealing/key_file.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/write_health.h"
#include "store/store.h"

namespace leadline::store {

enum class ErasureStep { kCommitted, kLogged, kDestroyed };

struct SqliteOptions {
  std::string path;         // file; ":memory:" is refused, since nothing in it is durable
  int readers = 4;          // connections for reading
  int64_t cache_mib = 256;  // page cache of the writer
  int max_batch = 512;      // transactions that share one commit, at most
  // A commit takes no further transaction once those in it took so long to run: the first does not wait for the last.
  std::chrono::microseconds max_batch_time{5'000};
  int max_waiting = 8'192;  // transactions that wait for the writer, at most; more are refused
  WriteHealth::Options health;
  Checkpointer::Options checkpoints;
  // Of the keys and nonces; the operating system's by default. For tests.
  KeyFile::Random random = FillRandom;
  // For tests: asked before every commit, on the writing thread; an error fails the commit.
  std::function<absl::Status()> before_commit;
  // For tests: called on the way of an erasure that is committed: before it is logged, before the keys are destroyed,
  // and behind that.
  std::function<void(ErasureStep)> on_erasure;
};

// Opens or makes the database, with the files beside it (beside_database.h). Erasures that a crash cut short are
// finished before it answers, and people that the log knows as erased and the database, put back from a backup, does
// not, are erased again. FAILED_PRECONDITION when another version wrote it, another process has it open for writing, or
// the keys file or the erasure log is missing or another store's; INVALID_ARGUMENT when the file is no database.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options);

}  // namespace leadline::store
