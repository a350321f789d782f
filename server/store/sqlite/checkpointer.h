// Carries the write-ahead log into the database file beside the writer, so that no commit waits for it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/connection.h"

namespace leadline::store {

// SQLite begins the log anew only when all of it is in the file, which never happens by itself while somebody writes on
// and on. So this thread carries over most of it, and the writer does the short rest now and then. Thread-safe.
class Checkpointer {
 public:
  // In pages of the log. From `kBegin` on this thread works; from `kFinish` on the writer does the rest.
  static constexpr int kBegin = 4 * 1024;
  static constexpr int kFinish = 16 * 1024;

  explicit Checkpointer(std::unique_ptr<Connection> connection);
  ~Checkpointer();

  // The log has grown to `pages`. Whether the writer should call Connection::Checkpoint now.
  bool Notice(int pages);

 private:
  void Work();

  const std::unique_ptr<Connection> connection_;  // used by the thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false;
  bool working_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace leadline::store
