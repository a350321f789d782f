// How a batch goes: some items at a time, each with its answer in its place.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/errors.h"
#include "base/executor.h"
#include "engine/batch/batch.h"

namespace leadline::engine {

// Whether the failure would meet every item, whatever it says.
bool MeetsAll(const absl::Status& status);
// INVALID_ARGUMENT unless there are from 1 to kMostBatchItems.
absl::Status CheckBatchSize(size_t items);
// ALREADY_EXISTS, REQUEST_ID_REPEATED.
absl::Status RepeatedRequestId(std::string_view request_id, size_t first);

// Begins `begin` for at most kBatchWindow items at a time and keeps the answers; items with the same key go one after
// another. Made by Start, and lives until `done` was called. Thread-safe.
template <typename Item, typename Result>
class BatchRun : public std::enable_shared_from_this<BatchRun<Item, Result>> {
 public:
  // Begins one item, which stays as it is: it may be begun again when it was turned away.
  using Begin = absl::AnyInvocable<void(const CallContext&, const Item&, Done<Result>) const>;
  using KeyOf = absl::AnyInvocable<std::string(const Item&) const>;  // empty: it waits for no other

  static void Start(const CallContext& context, Executor* threads, std::vector<BatchItem<Item>> items,
                    const KeyOf& key_of, Begin begin, Done<BatchResults<Result>> done) {
    if (absl::Status size = CheckBatchSize(items.size()); !size.ok()) return done(std::move(size));
    auto run =
        std::shared_ptr<BatchRun>(new BatchRun(context, threads, std::move(items), std::move(begin), std::move(done)));
    run->Line(key_of);
    run->Pump();
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  BatchRun(const CallContext& context, Executor* threads, std::vector<BatchItem<Item>> items, Begin begin,
           Done<BatchResults<Result>> done)
      : context_(context),
        threads_(threads),
        items_(std::move(items)),
        begin_(std::move(begin)),
        done_(std::move(done)) {
    answers_.resize(items_.size());
    next_.resize(items_.size(), kNone);
  }

  // Puts the items into their order, and answers those that are not to be begun.
  void Line(const KeyOf& key_of) {
    std::unordered_map<std::string_view, size_t> named;
    std::unordered_map<std::string, size_t> last_of_key;
    for (size_t i = 0; i < items_.size(); ++i) {
      const BatchItem<Item>& item = items_[i];
      if (!item.request_id.empty()) {
        const auto [first, added] = named.try_emplace(item.request_id, i);
        if (!added) {
          answers_[i] = RepeatedRequestId(item.request_id, first->second);
          continue;
        }
      }
      if (!item.invalid.ok()) {
        answers_[i] = item.invalid;
        continue;
      }
      const std::string key = key_of(item.item);
      if (!key.empty()) {
        const auto [last, added] = last_of_key.try_emplace(key, i);
        if (!added) {
          next_[std::exchange(last->second, i)] = i;
          continue;
        }
      }
      ready_.push_back(i);
    }
  }

  // Begins what may be begun. One thread at a time; whoever comes meanwhile is done for by it.
  void Pump() {
    std::unique_lock lock(mutex_);
    if (pumping_) return;
    pumping_ = true;
    while (!ready_.empty() && outstanding_ < kBatchWindow && !(waits_ && outstanding_ > 0)) {
      const size_t index = ready_.front();
      ready_.pop_front();
      waits_ = false;
      if (stopped_.has_value()) {
        Answer(index, *stopped_);
        continue;
      }
      ++outstanding_;
      const size_t ended_before = ended_items_;
      lock.unlock();
      BeginItem(index, ended_before);
      lock.lock();
    }
    pumping_ = false;
    if (outstanding_ > 0 || !ready_.empty() || ended_) return;
    ended_ = true;
    lock.unlock();
    End();
  }

  void BeginItem(size_t index, size_t ended_before) {
    CallContext context = context_;
    context.request_id = items_[index].request_id;
    context.fingerprint = items_[index].fingerprint;
    context.validate_only = items_[index].validate_only;
    context.etag = items_[index].etag;
    begin_(context, items_[index].item,
           [self = this->shared_from_this(), index, ended_before](absl::StatusOr<Result> result) {
             self->Ended(index, ended_before, std::move(result));
           });
  }

  // `ended_before`: so many had ended when it was begun.
  void Ended(size_t index, size_t ended_before, absl::StatusOr<Result> result) {
    {
      const std::lock_guard lock(mutex_);
      --outstanding_;
      const bool turned_away = !result.ok() && HasReason(result.status(), ErrorReason::kOverloaded);
      if (turned_away && (outstanding_ > 0 || ended_items_ > ended_before)) {
        // The queue was full: as soon as one of ours is done, there may be room.
        ready_.push_front(index);
        waits_ = true;
      } else {
        waits_ = false;
        ++ended_items_;
        if (!result.ok() && MeetsAll(result.status()) && !stopped_.has_value()) stopped_ = result.status();
        Answer(index, std::move(result));
      }
      if (pumping_) return;
    }
    // The thread may be the store's, which has other things to do than to look at what an item says.
    if (threads_ == nullptr) return Pump();
    threads_->Run([self = this->shared_from_this()] { self->Pump(); });
  }

  // With mutex_, or before anything was begun.
  void Answer(size_t index, absl::StatusOr<Result> result) {
    answers_[index] = std::move(result);
    if (next_[index] != kNone) ready_.push_back(next_[index]);
  }

  void End() {
    BatchResults<Result> results;
    bool any = false;  // that was not turned away with all others
    for (std::optional<absl::StatusOr<Result>>& answer : answers_) {
      any = any || answer->ok() || !stopped_.has_value() || answer->status() != *stopped_;
      results.push_back(*std::move(answer));
    }
    if (any) return done_(std::move(results));
    done_(*stopped_);
  }

  const CallContext context_;
  Executor* const threads_;
  const std::vector<BatchItem<Item>> items_;
  const Begin begin_;
  Done<BatchResults<Result>> done_;
  std::vector<size_t> next_;  // of the same key; kNone: there is none

  std::mutex mutex_;
  std::deque<size_t> ready_;
  std::vector<std::optional<absl::StatusOr<Result>>> answers_;
  std::optional<absl::Status> stopped_;  // what meets all: nothing more is begun
  int outstanding_ = 0;
  size_t ended_items_ = 0;  // that were not turned away to be tried again
  bool waits_ = false;      // one was turned away; until another one ends nothing is begun
  bool pumping_ = false;
  bool ended_ = false;
};

}  // namespace leadline::engine
