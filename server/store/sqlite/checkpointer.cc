#include "store/sqlite/checkpointer.h"

namespace leadline::store {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection, Options options)
    : options_(options), connection_(std::move(connection)) {
  thread_ = std::thread([this] { Work(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

bool Checkpointer::Notice(int pages) {
  if (pages < options_.begin) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  // Just after this thread's round, when little is left to do.
  const bool finish = pages >= options_.finish && !working_ && !wanted_;
  if (!finish && !working_) {
    wanted_ = true;
    wake_.notify_one();
  }
  return finish;
}

void Checkpointer::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closing_ || wanted_; });
    if (closing_) {
      return;
    }
    wanted_ = false;
    working_ = true;
    lock.unlock();
    // What fails here fails again where the writer tries it; the log keeps everything meanwhile.
    (void)connection_->Checkpoint();
    lock.lock();
    working_ = false;
  }
}

}  // namespace leadline::store
