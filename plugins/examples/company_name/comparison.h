// How far two company names agree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leadline/plugin.h"

namespace company_name {

// log2 of Bayes factors: how much more often two names of one company agree so far than two of different ones.
struct Weights {
  double exact = 10;
  double strong = 7;
  double weak = 2;
  double different = -3;
  double other_form = -3;  // a GmbH and an AG are two companies, be their names ever so alike
};

struct Finding {
  std::string text;
  double weight;
};

struct Comparison {
  leadline_agreement level = LEADLINE_AGREEMENT_MISSING;
  double weight = 0;              // the sum of the findings'
  std::vector<Finding> findings;  // empty when missing
};

// Symmetric. Thread-safe.
Comparison Compare(std::string_view left, std::string_view right, const Weights& weights);

}  // namespace company_name
