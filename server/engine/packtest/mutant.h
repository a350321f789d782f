// A change of the packs that their tests should notice. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/source_position.h"

namespace leadline::engine {

// One change of one rule, and what became of it.
struct Mutant {
  std::string layer;
  SourcePosition position;
  std::string rule;    // id, or what stands for it
  std::string change;  // "points 20 become 21"
  enum class Outcome {
    kNoticed,   // a test failed
    kRefused,   // the packs' check refuses it
    kSurvived,  // no test failed
  };
  Outcome outcome = Outcome::kSurvived;
  std::string by;  // the test that failed, or the code of the refusal
};

// Bytes of a file and what to put in their place.
struct TextEdit {
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string text;
};

struct PlannedMutant {
  Mutant mutant;
  std::string path;             // in the pack
  std::vector<TextEdit> edits;  // by place, apart from each other
};

}  // namespace leadline::engine
