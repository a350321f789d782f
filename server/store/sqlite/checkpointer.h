// Carries the write-ahead log into the database file beside the writer, so that no commit waits for it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/database/connection.h"

namespace leadline::store {

// SQLite begins the log anew only when all of it is in the file, which never happens by itself while somebody writes on
// and on. So this thread carries over most of it, and the writer does the short rest now and then. Thread-safe.
class Checkpointer {
 public:
  // In pages of the log.
  struct Options {
    int begin = 4 * 1024;    // from here on this thread works
    int finish = 16 * 1024;  // from here on the writer does the rest
  };

  Checkpointer(std::unique_ptr<Connection> connection, Options options);
  ~Checkpointer();

  // The log has grown to `pages`. Whether the writer should call Connection::Checkpoint now.
  bool Notice(int pages);

 private:
  void Work();

  const Options options_;
  const std::unique_ptr<Connection> connection_;  // used by the thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false;
  bool working_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace leadline::store
