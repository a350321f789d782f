// Finds which of many records are the same: candidates, a model learned from them, weights, entities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/linkage/blocking.h"
#include "domain/linkage/entities.h"
#include "domain/linkage/mixture.h"
#include "domain/linkage/record_table.h"

namespace leadline::linkage {

struct ScanOptions {
  double match_probability = 0.5;  // from here on a pair is the same
  int threads = 1;
  BlockingLimits blocking;
  TrainingOptions training;
};

struct ScanResult {
  MatchModel model;
  std::vector<BlockingKeyReport> keys;
  std::vector<WeighedPair> pairs;   // the candidates, ascending
  std::vector<Pattern> patterns;    // of each
  std::vector<uint32_t> entity_of;  // of each record of the table: the first record of its entity
  int64_t compared = 0;             // pairs
};

// Thread-safe. What comes out depends on what the records say and on the options alone, neither on their order nor on
// the number of threads.
ScanResult Scan(const RecordTable& table, const ScanOptions& options);

}  // namespace leadline::linkage
