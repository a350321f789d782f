// A store that counts how many transactions each commit holds.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace leadline::bench {

// The embedded store with its own defaults. Thread-safe.
class BatchCounter final : public store::Store {
 public:
  static absl::StatusOr<std::unique_ptr<BatchCounter>> Open(const std::string& path);

  void Write(std::string_view tenant, store::WriteFunction write, store::WriteDone done, Deadline deadline,
             store::WorkClass work) override;
  void Apply(std::string_view tenant, store::ChangeSet set, store::DecidePart decide, store::WriteDone done,
             Deadline deadline, store::WorkClass work) override;
  absl::Status Read(std::string_view tenant, const store::ReadFunction& read,
                    const store::StillWanted& wanted) override {
    return store_->Read(tenant, read, wanted);
  }
  int AddListener(std::function<void()> listener) override { return store_->AddListener(std::move(listener)); }
  void RemoveListener(int id) override { store_->RemoveListener(id); }
  store::StoreHealth Check() override { return store_->Check(); }
  void Close() override { store_->Close(); }

  // Transactions that came to the writer before each commit since the one before. Only while nothing is being written.
  const std::vector<int>& batches() const { return batches_; }

 private:
  BatchCounter() = default;

  std::unique_ptr<store::Store> store_;
  std::atomic<int> in_batch_ = 0;
  std::vector<int> batches_;  // of the writing thread
};

}  // namespace leadline::bench
