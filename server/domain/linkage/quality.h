// How well what was found agrees with what is known to be true. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/linkage/blocking.h"

namespace leadline::linkage {

struct Accuracy {
  double precision = 0, recall = 0;  // 0 to 1; 0 where there is nothing to count
  double f1 = 0;                     // their harmonic mean
};

struct Quality {
  Accuracy pairwise;          // of the pairs that are the same by their own weight
  Accuracy cluster_pairwise;  // of all pairs within an entity
  Accuracy b_cubed;           // of each record's entity, on the mean (Bagga and Baldwin 1998)
};

// `truth` and `entity_of`: a number of each record's entity; `same`: pairs found to be the same, each once.
Quality Assess(std::span<const uint32_t> truth, std::span<const uint32_t> entity_of, std::span<const RecordPair> same);

}  // namespace leadline::linkage
