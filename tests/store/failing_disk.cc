#include "tests/store/failing_disk.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace leadline::store {

namespace {

constexpr char kName[] = "leadline-failing";

FailingDisk* g_disk = nullptr;
sqlite3_vfs* g_system = nullptr;  // the file system below

// Followed in memory by the file of the system below.
struct ShimFile {
  sqlite3_file base;
  std::string* name;

  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static ShimFile* Of(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file); }
};

sqlite3_file* Below(sqlite3_file* file) { return ShimFile::Of(file)->below(); }
const sqlite3_io_methods* Methods(sqlite3_file* file) { return Below(file)->pMethods; }

int Close(sqlite3_file* file) {
  delete std::exchange(ShimFile::Of(file)->name, nullptr);
  return Methods(file)->xClose(Below(file));
}
int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
  return Methods(file)->xRead(Below(file), data, size, at);
}
int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  sqlite3_int64 length = 0;
  if (int code = Methods(file)->xFileSize(Below(file), &length); code != SQLITE_OK) return code;
  const int64_t growth = std::max<int64_t>(0, at + size - length);
  if (int code = g_disk->BeforeWrite(*ShimFile::Of(file)->name, growth); code != SQLITE_OK) return code;
  return Methods(file)->xWrite(Below(file), data, size, at);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) { return Methods(file)->xTruncate(Below(file), size); }
int Flush(sqlite3_file* file, int flags) {
  if (int code = g_disk->BeforeFlush(*ShimFile::Of(file)->name); code != SQLITE_OK) return code;
  return Methods(file)->xSync(Below(file), flags);
}
int Size(sqlite3_file* file, sqlite3_int64* size) { return Methods(file)->xFileSize(Below(file), size); }
int Lock(sqlite3_file* file, int level) { return Methods(file)->xLock(Below(file), level); }
int Unlock(sqlite3_file* file, int level) { return Methods(file)->xUnlock(Below(file), level); }
int CheckLock(sqlite3_file* file, int* held) { return Methods(file)->xCheckReservedLock(Below(file), held); }
int Control(sqlite3_file* file, int op, void* arg) { return Methods(file)->xFileControl(Below(file), op, arg); }
int SectorSize(sqlite3_file* file) { return Methods(file)->xSectorSize(Below(file)); }
int Traits(sqlite3_file* file) { return Methods(file)->xDeviceCharacteristics(Below(file)); }
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** at) {
  return Methods(file)->xShmMap(Below(file), page, size, extend, at);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Methods(file)->xShmLock(Below(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { Methods(file)->xShmBarrier(Below(file)); }
int ShmUnmap(sqlite3_file* file, int remove) { return Methods(file)->xShmUnmap(Below(file), remove); }

// Version 2: no mapping of the database itself, which the store does not use either.
constexpr sqlite3_io_methods kMethods = {2,       Close,      Read,      Write,   Truncate,   Flush,  Size,
                                         Lock,    Unlock,     CheckLock, Control, SectorSize, Traits, ShmMap,
                                         ShmLock, ShmBarrier, ShmUnmap,  nullptr, nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  ShimFile* shim = new (file) ShimFile{};
  const int code = g_system->xOpen(g_system, name, shim->below(), flags, out_flags);
  if (shim->below()->pMethods == nullptr) return code;
  shim->name = new std::string(name == nullptr ? "" : name);
  shim->base.pMethods = &kMethods;
  return code;
}

}  // namespace

FailingDisk::FailingDisk() {
  EXPECT_EQ(g_disk, nullptr);
  g_disk = this;
  g_system = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs shim;
  shim = *g_system;
  shim.zName = kName;
  shim.szOsFile = static_cast<int>(sizeof(ShimFile)) + g_system->szOsFile;
  shim.xOpen = Open;
  EXPECT_EQ(sqlite3_vfs_register(&shim, /*makeDflt=*/1), SQLITE_OK);
}

FailingDisk::~FailingDisk() {
  sqlite3_vfs_unregister(sqlite3_vfs_find(kName));
  sqlite3_vfs_register(g_system, /*makeDflt=*/1);
  g_disk = nullptr;
}

void FailingDisk::FailOnce(int64_t n, int code) {
  once_error_ = code;
  countdown_ = n;
}

int FailingDisk::CountDown() {
  if (countdown_ == kAny) return SQLITE_OK;
  return --countdown_ == 0 ? once_error_.load() : SQLITE_OK;
}

int FailingDisk::BeforeWrite(const std::string& name, int64_t growth) {
  if (!Strikes(name)) return SQLITE_OK;
  if (int code = CountDown(); code != SQLITE_OK) return code;
  if (write_error_ != SQLITE_OK) return write_error_;
  int64_t room = room_;
  while (room != kAny && growth > 0) {
    if (growth > room) return SQLITE_FULL;
    if (room_.compare_exchange_weak(room, room - growth)) break;
  }
  return SQLITE_OK;
}

int FailingDisk::BeforeFlush(const std::string& name) {
  if (!Strikes(name)) return SQLITE_OK;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !hanging_; });
  if (int code = CountDown(); code != SQLITE_OK) return code;
  return flush_error_;
}

void FailingDisk::Hang() {
  const std::lock_guard lock(mutex_);
  hanging_ = true;
}

void FailingDisk::Go() {
  const std::lock_guard lock(mutex_);
  hanging_ = false;
  changed_.notify_all();
}

}  // namespace leadline::store
