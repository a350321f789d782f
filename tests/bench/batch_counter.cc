#include "tests/bench/batch_counter.h"

#include <utility>

#include "base/status_macros.h"

namespace leadline::bench {

absl::StatusOr<std::unique_ptr<BatchCounter>> BatchCounter::Open(const std::string& path) {
  std::unique_ptr<BatchCounter> out(new BatchCounter);
  store::SqliteOptions options;
  options.path = path;
  options.before_commit = [counter = out.get()] {
    counter->batches_.push_back(counter->in_batch_.exchange(0));
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(out->store_, store::OpenSqliteStore(options));
  return out;
}

void BatchCounter::Write(std::string_view tenant, store::WriteFunction write, store::WriteDone done, Deadline deadline,
                         store::WorkClass work) {
  store_->Write(
      tenant,
      [this, write = std::move(write)](store::Transaction& transaction) mutable {
        ++in_batch_;
        return write(transaction);
      },
      std::move(done), deadline, work);
}

void BatchCounter::Apply(std::string_view tenant, store::ChangeSet set, store::DecidePart decide, store::WriteDone done,
                         Deadline deadline, store::WorkClass work) {
  ++in_batch_;
  store_->Apply(tenant, std::move(set), std::move(decide), std::move(done), deadline, work);
}

}  // namespace leadline::bench
