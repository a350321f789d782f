// A disk for SQLite that is full, fails or hangs when a test says so. What was written is in real files.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

namespace leadline::store {

// SQLite's default file system from here to its end, for every database that is opened meanwhile; these must be closed
// before. One at a time. Thread-safe.
class FailingDisk {
 public:
  FailingDisk();
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // Which files are struck: those whose names end so; empty: all. Not while the disk is used.
  void StrikeOnly(std::string ending) { ending_ = std::move(ending); }
  // Files may grow by so much more, together; what they have already may be written over.
  void SetRoom(int64_t bytes) { room_ = bytes; }
  void GiveRoom() { room_ = kAny; }
  // Writes, or flushes, end with this result code of SQLite; 0: they work.
  void FailWrites(int code) { write_error_ = code; }
  void FailFlushes(int code) { flush_error_ = code; }
  // The n-th write or flush from now on, counted from 1, fails with this code, and only that one.
  void FailOnce(int64_t n, int code);
  // Whether that one came.
  bool failed_once() const { return countdown_ <= 0; }
  // Flushes do not end until Go.
  void Hang();
  void Go();

  // Result codes for an operation on a file; for the shim.
  int BeforeWrite(const std::string& name, int64_t growth);
  int BeforeFlush(const std::string& name);

 private:
  static constexpr int64_t kAny = INT64_MAX;

  bool Strikes(const std::string& name) const { return name.ends_with(ending_); }
  int CountDown();

  std::string ending_;
  std::atomic<int64_t> room_{kAny};
  std::atomic<int> write_error_{0}, flush_error_{0};
  std::atomic<int64_t> countdown_{kAny};
  std::atomic<int> once_error_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hanging_ = false;
};

}  // namespace leadline::store
