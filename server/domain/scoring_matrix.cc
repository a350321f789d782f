// Lookup of a matrix's most specific cell.
#include <array>
#include <bit>
#include <functional>

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
  size_t channel, investment, response;
};

AxisHashes HashAxes(std::string_view channel, std::string_view investment, std::string_view response) {
  std::hash<std::string_view> hash;
  return {hash(channel), hash(investment), hash(response)};
}

size_t Slot(const AxisHashes& h, unsigned pattern, size_t mask) {
  size_t mixed = pattern;
  mixed = mixed * 0x9e3779b97f4a7c15ULL + ((pattern & kAnyChannel) != 0 ? 0 : h.channel);
  mixed = mixed * 0x9e3779b97f4a7c15ULL + ((pattern & kAnyInvestment) != 0 ? 0 : h.investment);
  mixed = mixed * 0x9e3779b97f4a7c15ULL + ((pattern & kAnyResponse) != 0 ? 0 : h.response);
  return (mixed ^ (mixed >> 32)) & mask;
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
      const Cell& cell = cells[static_cast<size_t>(index[slot])];
      if (PatternOf(cell) == pattern && Fits(cell, pattern, activity)) return &cell;
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
    index[slot] = static_cast<int32_t>(i);
  }
  indexed_cells = cells.size();
}

}  // namespace leadline::domain
