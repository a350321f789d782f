#include "domain/linkage/blocking.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "domain/linkage/key_parts.h"
#include "domain/linkage/parallel.h"

namespace leadline::linkage {
namespace {

// Keys of one part, and of two, may find so many pairs for each record, or altogether where there are few records.
constexpr double kMostOfOnePart = 8, kMostOfTwoParts = 6;
constexpr double kMostOfFewRecords = 60'000;

struct Entry {
  uint64_t key = 0;
  uint32_t record = 0;
  bool operator==(const Entry&) const = default;
  auto operator<=>(const Entry&) const = default;
};

// Records by the value of a key.
struct Blocks {
  std::vector<Entry> entries;  // ascending
  int64_t pairs = 0;           // in blocks that are not too large
  uint32_t largest = 0;
};

struct Key {
  const KeyPart* first = nullptr;
  const KeyPart* second = nullptr;  // or none
  int64_t pairs = 0;
};

void AppendEntries(const RecordTable& table, const Key& key, std::vector<Entry>& entries) {
  const Column& first = table.column(key.first->field);
  const bool names = key.second != nullptr && key.first->of_name && key.second->of_name;
  for (uint32_t record = 0; record < table.size(); ++record) {
    const uint32_t value = first.ValueOf(record);
    if (value == 0) continue;
    for (uint32_t i = key.first->begin[value]; i < key.first->begin[value + 1]; ++i) {
      if (key.second == nullptr) {
        entries.push_back({key.first->hashes[i], record});
        continue;
      }
      const uint32_t other = table.column(key.second->field).ValueOf(record);
      if (other == 0) continue;
      for (uint32_t j = key.second->begin[other]; j < key.second->begin[other + 1]; ++j) {
        uint64_t a = key.first->hashes[i], b = key.second->hashes[j];
        if (names && a > b) std::swap(a, b);
        entries.push_back({Mix(a, b), record});
      }
    }
  }
}

// Calls `visit` with the range of entries of each block of two and more.
template <typename Visit>
void ForEachBlock(const std::vector<Entry>& entries, const Visit& visit) {
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin + 1;
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    if (end - begin > 1) visit(begin, end);
    begin = end;
  }
}

Blocks BlocksOf(const RecordTable& table, const Key& key, uint32_t largest_block) {
  Blocks blocks;
  AppendEntries(table, key, blocks.entries);
  std::sort(blocks.entries.begin(), blocks.entries.end());
  blocks.entries.erase(std::unique(blocks.entries.begin(), blocks.entries.end()), blocks.entries.end());
  ForEachBlock(blocks.entries, [&](size_t begin, size_t end) {
    const auto size = static_cast<int64_t>(end - begin);
    blocks.largest = std::max(blocks.largest, static_cast<uint32_t>(size));
    if (size <= largest_block) blocks.pairs += size * (size - 1) / 2;
  });
  return blocks;
}

double PairsPerRecord(const BlockingLimits& limits, uint32_t records) {
  constexpr double kManyRecords = 50'000;  // from here on fewer
  return std::clamp(limits.most_pairs_per_record * std::sqrt(kManyRecords / std::max(records, 1U)),
                    std::min(limits.least_pairs_per_record, limits.most_pairs_per_record),
                    limits.most_pairs_per_record);
}

// Those that find few enough, the fewest first.
std::vector<Key> UsefulKeys(const RecordTable& table, const std::vector<KeyPart>& parts, double pairs_per_record,
                            int threads) {
  std::vector<Key> keys;
  for (size_t i = 0; i < parts.size(); ++i) {
    keys.push_back({&parts[i], nullptr, 0});
    for (size_t j = i + 1; j < parts.size(); ++j) {
      if (parts[i].field != parts[j].field) keys.push_back({&parts[i], &parts[j], 0});
    }
  }
  InParallel(keys.size(), 1, threads, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) keys[i].pairs = BlocksOf(table, keys[i], UINT32_MAX).pairs;
  });
  std::erase_if(keys, [&](const Key& key) {
    const double most = std::max(std::min(key.second == nullptr ? kMostOfOnePart : kMostOfTwoParts, pairs_per_record),
                                 kMostOfFewRecords / table.size());
    return key.pairs == 0 || static_cast<double>(key.pairs) > most * table.size();
  });
  std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.pairs < b.pairs; });
  return keys;
}

void AppendPairs(const Blocks& blocks, uint32_t largest_block, std::vector<RecordPair>& pairs) {
  ForEachBlock(blocks.entries, [&](size_t begin, size_t end) {
    if (end - begin > largest_block) return;
    for (size_t i = begin; i < end; ++i) {
      for (size_t j = i + 1; j < end; ++j) pairs.push_back({blocks.entries[i].record, blocks.entries[j].record});
    }
  });
}

void SortDistinct(std::vector<RecordPair>& pairs) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

// The places of each key's pairs among all, and how many of them no other key finds.
void PlaceKeys(const std::vector<std::vector<RecordPair>>& found, Candidates& out) {
  std::vector<uint16_t> times(out.pairs.size());
  for (const std::vector<RecordPair>& pairs : found) {
    std::vector<uint32_t>& places = out.found.emplace_back();
    auto at = out.pairs.begin();
    for (const RecordPair& pair : pairs) {
      at = std::lower_bound(at, out.pairs.end(), pair);
      places.push_back(static_cast<uint32_t>(at - out.pairs.begin()));
      ++times[places.back()];
    }
  }
  for (size_t key = 0; key < found.size(); ++key) {
    for (const uint32_t place : out.found[key]) out.keys[key].alone += times[place] == 1 ? 1 : 0;
  }
}

}  // namespace

Candidates FindCandidates(const RecordTable& table, const BlockingLimits& limits, int threads) {
  const std::vector<KeyPart> parts = KeyPartsOf(table);
  const double pairs_per_record = PairsPerRecord(limits, table.size());
  const double most_pairs = std::max(pairs_per_record * table.size(), limits.least_pairs);
  Candidates out;
  std::vector<std::vector<RecordPair>> found;
  for (const Key& key : UsefulKeys(table, parts, pairs_per_record, threads)) {
    const Blocks blocks = BlocksOf(table, key, limits.largest_block);
    std::vector<RecordPair> pairs;
    AppendPairs(blocks, limits.largest_block, pairs);
    SortDistinct(pairs);
    std::vector<RecordPair> all;
    std::set_union(out.pairs.begin(), out.pairs.end(), pairs.begin(), pairs.end(), std::back_inserter(all));
    if (static_cast<double>(all.size()) > most_pairs) break;
    out.pairs = std::move(all);
    out.keys.push_back({.key = key.first->name + (key.second == nullptr ? "" : " + " + key.second->name),
                        .pairs = static_cast<int64_t>(pairs.size()),
                        .largest_block = blocks.largest,
                        .capped = blocks.largest > limits.largest_block});
    if (limits.report) found.push_back(std::move(pairs));
  }
  if (limits.report) PlaceKeys(found, out);
  return out;
}

}  // namespace leadline::linkage
