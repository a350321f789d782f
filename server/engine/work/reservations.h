// Whose turn it is to decide about one company, person or lead: work that shares a key waits for each other before it
// is decided, in the order in which it came, so that none decides in vain for ever.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace leadline::engine {

// All keys of a piece of work are taken at once, so that no two wait for each other. Thread-safe; outlives its holds.
class Reservations {
  struct Waiter;

 public:
  // Keys that are held; freed at the end of its life, which begins what waited for them on that thread.
  class Hold {
   public:
    Hold() = default;
    ~Hold() { Release(); }
    Hold(Hold&& other) noexcept = default;
    Hold& operator=(Hold&& other) noexcept;
    void Release();

   private:
    friend class Reservations;
    Hold(Reservations* owner, std::shared_ptr<Waiter> waiter) : owner_(owner), waiter_(std::move(waiter)) {}
    Reservations* owner_ = nullptr;
    std::shared_ptr<Waiter> waiter_;
  };
  using Begin = absl::AnyInvocable<void(Hold, bool waited)>;

  // Calls `begin` with the keys held: before it returns when they are free; otherwise (`waited`) when they become so,
  // on the thread that frees the last one, where it must not stay long. Equal keys count once.
  void Acquire(std::vector<uint64_t> keys, Begin begin);

 private:
  struct Waiter {
    std::vector<uint64_t> keys;
    size_t missing = 0;  // keys that others hold or wait for in front of it
    Begin begin;
  };

  void Free(const std::shared_ptr<Waiter>& waiter);

  std::mutex mutex_;
  std::unordered_map<uint64_t, std::deque<std::shared_ptr<Waiter>>> queues_;  // the first of each holds the key
};

}  // namespace leadline::engine
