// Checks packs in a child process, so that the worst of them costs an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/packcheck/pack_checker.h"

namespace leadline::engine {

struct ChildCheckerOptions {
  std::string executable;  // leadline-pack-checker
  uint64_t memory_bytes = 1ULL << 30;
  std::chrono::seconds time{60};  // of its processor; by the clock it may take twice that
  std::string zone_folder;        // where time zones are read; empty: the system's
};

// Each check runs leadline-pack-checker once. The child reads, compiles and proves the packs and runs their tests; it
// has no network, no files to write and none of the server's descriptors, and every limit of ChildCheckerOptions ends
// it. Plugins that tests need run in workers of the server's, which the child asks through the server; where packs want
// them in the server, they run in workers all the same. Only what the child found to be good is then read and compiled
// in this process, without proofs.
//
// Errors besides those of PackChecker: UNAVAILABLE when the child cannot be started or was killed from outside;
// INTERNAL when it crashed or spoke nonsense. The calling thread has to outlive the check.
class ChildChecker final : public PackChecker {
 public:
  explicit ChildChecker(ChildCheckerOptions options) : options_(std::move(options)) {}
  absl::StatusOr<PackFindings> Check(const PackCheckJob& job) override;

 private:
  const ChildCheckerOptions options_;
};

// leadline-pack-checker in the folder of the running program; empty when it is not there. Thread-safe.
std::string PackCheckerBesideThisOne();

}  // namespace leadline::engine
