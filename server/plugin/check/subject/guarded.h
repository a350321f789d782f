// Memory beside pages that nobody may touch, so that a step outside of it is a fault at once.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace leadline::plugin::check {

// Where the untouchable page lies that the bytes directly meet. There is one at the other side, too, further away.
enum class Edge { kAfter, kBefore };

// Not thread-safe.
class Guarded {
 public:
  // `size` zero bytes. `label` names them in the report of a fault: "the records of the batch".
  Guarded(size_t size, Edge edge, std::string_view label);
  ~Guarded();
  Guarded(Guarded&& other) noexcept;
  Guarded& operator=(Guarded&&) = delete;

  char* data() const { return data_; }
  size_t size() const { return size_; }
  // From now on touching it is a fault, which the report calls the use of memory that is gone.
  void Forbid();

 private:
  char* base_ = nullptr;
  size_t mapped_ = 0;
  char* data_ = nullptr;
  size_t size_ = 0;
};

// Where inputs are put. Not thread-safe.
class Placer {
 public:
  virtual ~Placer() = default;
  // `size` bytes, aligned to 8 when `size` is a multiple of 8; they live as long as the placer.
  virtual char* Place(size_t size, std::string_view label) = 0;
};

// Each piece beside its own untouchable page.
class GuardedPlacer final : public Placer {
 public:
  explicit GuardedPlacer(Edge edge) : edge_(edge) {}
  char* Place(size_t size, std::string_view label) override;
  void Forbid();

 private:
  Edge edge_;
  std::deque<Guarded> pieces_;
};

// All pieces in a few blocks, with room around them and a zero byte behind each.
class BlockPlacer final : public Placer {
 public:
  char* Place(size_t size, std::string_view label) override;
  // Overwrites all of it with rubbish, then forbids it.
  void Forbid();
  bool Holds(const void* address) const;

 private:
  std::deque<Guarded> blocks_;
  size_t used_ = 0;
};

// For the fault handler, so without locks and allocation: what lies at `address`, into `out`. False: nothing of ours.
bool DescribeAddress(const void* address, char* out, size_t size);

}  // namespace leadline::plugin::check
