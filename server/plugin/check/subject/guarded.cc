#include "plugin/check/subject/guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

namespace leadline::plugin::check {
namespace {

// What the fault handler looks at. A slot with `base` null is free.
struct Region {
  std::atomic<const char*> base{nullptr};
  size_t mapped = 0;
  const char* data = nullptr;
  size_t size = 0;
  bool forbidden = false;
  char label[64] = {};
};

constexpr size_t kMostRegions = 8'192;
std::array<Region, kMostRegions>& Regions() {
  static std::array<Region, kMostRegions>& regions = *new std::array<Region, kMostRegions>();
  return regions;
}
std::atomic<size_t> region_end{0};  // no region at or beyond is in use

size_t PageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

// The hint keeps finding a free slot cheap when many are taken one after the other.
std::atomic<size_t> next_hint{0};

void Remember(const char* base, size_t mapped, const char* data, size_t size, std::string_view label) {
  auto& regions = Regions();
  size_t start = next_hint.load();
  for (size_t k = 0; k < kMostRegions; ++k) {
    size_t i = (start + k) % kMostRegions;
    const char* none = nullptr;
    if (!regions[i].base.compare_exchange_strong(none, base)) continue;
    regions[i].mapped = mapped;
    regions[i].data = data;
    regions[i].size = size;
    regions[i].forbidden = false;
    size_t n = std::min(label.size(), sizeof(regions[i].label) - 1);
    std::memcpy(regions[i].label, label.data(), n);
    regions[i].label[n] = '\0';
    next_hint.store(i + 1);
    size_t end = region_end.load();
    while (end < i + 1 && !region_end.compare_exchange_weak(end, i + 1)) {
    }
    return;
  }
}

Region* FindRegion(const char* address) {
  auto& regions = Regions();
  for (size_t i = 0; i < region_end.load(); ++i) {
    const char* base = regions[i].base.load();
    if (base != nullptr && address >= base && address < base + regions[i].mapped) return &regions[i];
  }
  return nullptr;
}

}  // namespace

Guarded::Guarded(size_t size, Edge edge, std::string_view label) : size_(size) {
  size_t page = PageSize();
  size_t inner = std::max<size_t>(1, (size + page - 1) / page) * page;
  mapped_ = inner + 2 * page;
  void* base = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<char*>(base);
  mprotect(base_ + page, inner, PROT_READ | PROT_WRITE);
  data_ = edge == Edge::kAfter ? base_ + page + inner - size : base_ + page;
  Remember(base_, mapped_, data_, size_, label);
}

Guarded::Guarded(Guarded&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      mapped_(other.mapped_),
      data_(other.data_),
      size_(std::exchange(other.size_, 0)) {}

Guarded::~Guarded() {
  if (base_ == nullptr) return;
  if (Region* region = FindRegion(base_)) region->base.store(nullptr);
  munmap(base_, mapped_);
}

void Guarded::Forbid() {
  if (Region* region = FindRegion(base_)) region->forbidden = true;
  mprotect(base_, mapped_, PROT_NONE);
}

char* GuardedPlacer::Place(size_t size, std::string_view label) {
  return pieces_.emplace_back(size, edge_, label).data();
}

void GuardedPlacer::Forbid() {
  for (Guarded& piece : pieces_) piece.Forbid();
}

char* BlockPlacer::Place(size_t size, std::string_view label) {
  constexpr size_t kBlock = 64 * 1024;
  // Room around everything, so that here a step outside does no harm: other checks find it.
  constexpr size_t kRoom = 4 * 1024;
  size_t rounded = (size + 1 + 15) / 16 * 16;
  if (blocks_.empty() || blocks_.back().size() - used_ < rounded + kRoom) {
    blocks_.emplace_back(std::max(kBlock, rounded + 2 * kRoom), Edge::kAfter, label);
    used_ = kRoom;
  }
  return blocks_.back().data() + std::exchange(used_, used_ + rounded);
}

void BlockPlacer::Forbid() {
  for (Guarded& block : blocks_) {
    std::memset(block.data(), 0xA5, block.size());
    block.Forbid();
  }
}

bool BlockPlacer::Holds(const void* address) const {
  auto at = static_cast<const char*>(address);
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [&](const Guarded& block) { return at >= block.data() && at < block.data() + block.size(); });
}

bool DescribeAddress(const void* address, char* out, size_t size) {
  auto at = static_cast<const char*>(address);
  const Region* region = FindRegion(at);
  if (region == nullptr) return false;
  if (region->forbidden) {
    std::snprintf(out, size, "memory of an earlier call (%s), which died when that call returned", region->label);
  } else if (at >= region->data + region->size) {
    std::snprintf(out, size, "%zu bytes past the end of %s (%zu bytes long)",
                  static_cast<size_t>(at - region->data) - region->size, region->label, region->size);
  } else {
    std::snprintf(out, size, "%zu bytes before %s", static_cast<size_t>(region->data - at), region->label);
  }
  return true;
}

}  // namespace leadline::plugin::check
