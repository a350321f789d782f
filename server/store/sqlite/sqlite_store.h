// The embedded store.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/write_health.h"
#include "store/store.h"

namespace leadline::store {

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
  // For tests: asked before every commit, on the writing thread; an error fails the commit.
  std::function<absl::Status()> before_commit;
};

// Opens or makes the database and brings its schema up to date. FAILED_PRECONDITION when it was written by a newer
// version or another process has it open for writing; INVALID_ARGUMENT when the file is no database.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options);

}  // namespace leadline::store
