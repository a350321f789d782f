// Who was erased, in a file beside the keys: a database that is restored from a backup does not know it any more.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/records.h"

namespace leadline::store {

// A contact or a lead whose data key is to be destroyed, or was.
struct ErasedRecord {
  std::string tenant;
  domain::RecordRef record;
  int64_t slot = 0;  // of the key
  Time time = 0;     // when the person was erased
  bool operator==(const ErasedRecord&) const = default;
};

// Lines are only ever appended; they name no person. A line that a crash cut off is written over. Not thread-safe.
class ErasureLog {
 public:
  // The log of the store with this id (KeyFile::store_id). `make`: makes it where there is none. NOT_FOUND without it;
  // FAILED_PRECONDITION for another store's; DATA_LOSS for what is no such log.
  static absl::StatusOr<std::unique_ptr<ErasureLog>> Open(const std::string& path, const std::string& store_id,
                                                          bool make);
  ErasureLog(const ErasureLog&) = delete;
  ErasureLog& operator=(const ErasureLog&) = delete;
  ~ErasureLog();

  const std::vector<ErasedRecord>& entries() const { return entries_; }
  bool Has(const ErasedRecord& erased) const { return known_.contains({erased.tenant, erased.record}); }
  // Durable when it answers OK. Records that are in it are passed over.
  absl::Status Append(std::span<const ErasedRecord> records);

 private:
  ErasureLog(std::string path, int file) : path_(std::move(path)), file_(file) {}
  absl::Status Read(const std::string& store_id, bool make);
  absl::Status Write(std::string_view text);
  void Note(ErasedRecord erased);

  const std::string path_;
  const int file_;
  int64_t end_ = 0;  // of the whole lines
  std::vector<ErasedRecord> entries_;
  std::set<std::pair<std::string, domain::RecordRef>> known_;
};

}  // namespace leadline::store
