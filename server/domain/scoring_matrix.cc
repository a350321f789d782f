// Lookup of a matrix's most specific cell.
#include <array>
#include <bit>
#include <cstring>

#include "domain/scoring.h"

namespace leadline::domain {
namespace {

using Cell = ScoringMatrix::Cell;

// Which axes of a cell are "*": bit 2 channel, bit 1 investment, bit 0 response.
constexpr unsigned kAnyChannel = 4;
constexpr unsigned kAnyInvestment = 2;
constexpr unsigned kAnyResponse = 1;
constexpr unsigned kPatternCount = 8;

// From the most specific to the least; among equals, the one whose earlier axes are named.
constexpr std::array<unsigned, kPatternCount> kBySpecificity = {0, 1, 2, 4, 3, 5, 6, 7};

unsigned PatternOf(const Cell& cell) {
  return (cell.channel == "*" ? kAnyChannel : 0) | (cell.investment == "*" ? kAnyInvestment : 0) |
         (cell.response == "*" ? kAnyResponse : 0);
}

bool Fits(const Cell& cell, unsigned pattern, const Activity& activity) {
  return ((pattern & kAnyChannel) != 0 || cell.channel == activity.channel) &&
         ((pattern & kAnyInvestment) != 0 || cell.investment == activity.investment) &&
         ((pattern & kAnyResponse) != 0 || cell.response == activity.response);
}

struct AxisHashes {
  uint64_t channel, investment, response;
};

// Good enough for the few words of a pack: length, first and last eight bytes.
uint64_t HashWord(std::string_view word) {
  uint64_t head = 0;
  uint64_t tail = 0;
  if (word.size() >= sizeof(head)) {
    std::memcpy(&head, word.data(), sizeof(head));
    std::memcpy(&tail, word.data() + word.size() - sizeof(tail), sizeof(tail));
  } else {
    for (char c : word) head = head << 8 | static_cast<unsigned char>(c);
  }
  return (head ^ std::rotl(tail, 29) ^ word.size()) * 0x9e3779b97f4a7c15ULL;
}

AxisHashes HashAxes(std::string_view channel, std::string_view investment, std::string_view response) {
  return {HashWord(channel), HashWord(investment), HashWord(response)};
}

size_t Slot(const AxisHashes& h, unsigned pattern, size_t mask) {
  uint64_t mixed = pattern;
  if ((pattern & kAnyChannel) == 0) mixed ^= h.channel;
  if ((pattern & kAnyInvestment) == 0) mixed ^= std::rotl(h.investment, 21);
  if ((pattern & kAnyResponse) == 0) mixed ^= std::rotl(h.response, 42);
  mixed *= 0x9e3779b97f4a7c15ULL;
  return (mixed >> 32) & mask;
}

int Rank(unsigned pattern) {
  int rank = 0;
  while (kBySpecificity[static_cast<size_t>(rank)] != pattern) ++rank;
  return rank;
}

const Cell* Scan(const std::vector<Cell>& cells, const Activity& activity) {
  const Cell* best = nullptr;
  int best_rank = kPatternCount;
  for (const Cell& cell : cells) {
    if (cell.channel != activity.channel && cell.channel != "*") continue;
    unsigned pattern = PatternOf(cell);
    if (!Fits(cell, pattern, activity)) continue;
    int rank = Rank(pattern);
    if (rank < best_rank) {
      best = &cell;
      best_rank = rank;
    }
  }
  return best;
}

}  // namespace

const Cell* ScoringMatrix::Find(const Activity& activity) const {
  if (index.empty() || indexed_cells != cells.size()) return Scan(cells, activity);
  AxisHashes hashes = HashAxes(activity.channel, activity.investment, activity.response);
  size_t mask = index.size() - 1;
  for (unsigned pattern : kBySpecificity) {
    if ((patterns & (1U << pattern)) == 0) continue;
    for (size_t slot = Slot(hashes, pattern, mask); index[slot] >= 0; slot = (slot + 1) & mask) {
      auto entry = static_cast<unsigned>(index[slot]);
      if (entry % kPatternCount != pattern) continue;
      const Cell& cell = cells[entry / kPatternCount];
      if (Fits(cell, pattern, activity)) return &cell;
    }
  }
  return nullptr;
}

void ScoringMatrix::BuildIndex() {
  // At most half full, so that a probe ends soon.
  size_t size = std::bit_ceil(2 * cells.size() + 2);
  index.assign(size, -1);
  patterns = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    unsigned pattern = PatternOf(cells[i]);
    patterns = static_cast<uint8_t>(patterns | (1U << pattern));
    AxisHashes hashes = HashAxes(cells[i].channel, cells[i].investment, cells[i].response);
    size_t slot = Slot(hashes, pattern, size - 1);
    while (index[slot] >= 0) slot = (slot + 1) & (size - 1);
    index[slot] = static_cast<int32_t>(i * kPatternCount + pattern);
  }
  indexed_cells = cells.size();
}

}  // namespace leadline::domain
