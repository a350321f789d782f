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

namespace leadline::store {

// A contact whose data key is to be destroyed, or was.
struct ErasedContact {
  std::string tenant;
  std::string contact_id;
  int64_t slot = 0;  // of the key
  Time time = 0;     // when the person was erased
  bool operator==(const ErasedContact&) const = default;
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

  const std::vector<ErasedContact>& entries() const { return entries_; }
  bool Has(const ErasedContact& contact) const { return known_.contains({contact.tenant, contact.contact_id}); }
  // Durable when it answers OK. Contacts that are in it are passed over.
  absl::Status Append(std::span<const ErasedContact> contacts);

 private:
  ErasureLog(std::string path, int file) : path_(std::move(path)), file_(file) {}
  absl::Status Read(const std::string& store_id, bool make);
  absl::Status Write(std::string_view text);
  void Note(ErasedContact contact);

  const std::string path_;
  const int file_;
  int64_t end_ = 0;  // of the whole lines
  std::vector<ErasedContact> entries_;
  std::set<std::pair<std::string, std::string>> known_;
};

}  // namespace leadline::store
