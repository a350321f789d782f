// Variables of every type for the expression fuzzers, and values for them made of bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/env.h"
#include "cel/value.h"

namespace leadline::fuzz {

// Ends the program when an invariant does not hold: libFuzzer keeps the input that showed it.
void Require(bool holds, std::string_view invariant, std::string_view source, std::string_view detail = "");

// The declared variables. Immutable once built.
class CelVariables {
 public:
  static constexpr uint32_t kMaxItems = 6;
  static constexpr uint32_t kMaxLength = 24;

  CelVariables();
  const cel::Env& env() const { return env_; }
  // One value per slot, within the bounds that the variables were declared with. Every input gives values; when the
  // bytes end, the rest are small.
  std::vector<cel::Value> Values(std::span<const uint8_t> bytes, cel::Arena& arena) const;

 private:
  cel::Env env_;
  std::shared_ptr<const cel::StructType> item_;
  std::shared_ptr<const cel::StructType> lead_;
};

}  // namespace leadline::fuzz
