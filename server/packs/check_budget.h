// What a check of packs may use, and what it has used: one budget for reading, compiling, proving and the packs' tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/source_position.h"

namespace leadline::packs {

// They hold for each pack by itself, so that no pack is refused for what another one costs, and are counted: the same
// on every machine. How long a check may take is for whoever runs it (engine::ChildChecker).
struct CheckLimits {
  // Of work. A step is about what it takes to look at one byte or at one possible value of a field: 5 to 20 ns.
  uint64_t steps = 1'000'000'000;
  // Of what is kept at a time: files as trees, compiled conditions and patterns, questions of proofs, cases of tests.
  uint64_t bytes = 256 << 20;
  // That are kept and shown; further ones are counted.
  size_t findings = 500;
};

// What is looked for, in this order.
enum class CheckStage : uint8_t { kReading, kLifecycle, kTables, kScoring, kRoutes, kLevels, kValues, kTests };

// A budget is for one check: the load of a set of packs, and then their tests. Not thread-safe.
class CheckBudget {
 public:
  enum class Limit : uint8_t { kNone, kSteps, kBytes, kFindings };
  struct Usage {
    uint64_t steps = 0;
    uint64_t bytes = 0;       // now
    uint64_t most_bytes = 0;  // at a time
    Limit reached = Limit::kNone;
    CheckStage stage = CheckStage::kReading;  // where it stands, or where it stopped
    SourcePosition at;                        // the same; may be unknown
  };

  explicit CheckBudget(const CheckLimits& limits = {});
  CheckBudget(const CheckBudget&) = delete;
  CheckBudget& operator=(const CheckBudget&) = delete;

  // What is used from here on counts for the pack, beside what it has used before.
  void BeginPack(std::string_view pack);
  // What is done from here on, for messages.
  void BeginStage(CheckStage stage) {
    if (!stopped()) now_->stage = stage;
  }
  // The place that is looked at, for messages.
  void Visit(SourcePosition at) {
    if (!stopped()) now_->at = std::move(at);
  }

  // Each gives false when the pack has reached a limit: then its check ends as soon as it can, and what it would find
  // from there on does not count.
  bool Spend(uint64_t steps) {
    now_->steps += steps;
    return now_->steps <= limits_.steps ? !stopped() : Stop(Limit::kSteps);
  }
  bool Hold(uint64_t bytes);
  void Release(uint64_t bytes) { now_->bytes -= bytes < now_->bytes ? bytes : now_->bytes; }

  // Ends the current pack's check, unless it has ended before. Always false.
  bool Stop(Limit limit);

  // Whether the current pack has reached a limit.
  bool stopped() const { return now_->reached != Limit::kNone; }
  const CheckLimits& limits() const { return limits_; }
  // Of a pack; nothing used when it never began.
  Usage Of(std::string_view pack) const;

 private:
  const CheckLimits limits_;
  std::map<std::string, Usage, std::less<>> packs_;
  Usage* now_ = nullptr;
};

// Holds bytes as long as it lives.
class HeldBytes {
 public:
  explicit HeldBytes(CheckBudget& budget) : budget_(budget) {}
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() { budget_.Release(bytes_); }
  bool Add(uint64_t bytes) {
    bytes_ += bytes;
    return budget_.Hold(bytes);
  }

 private:
  CheckBudget& budget_;
  uint64_t bytes_ = 0;
};

// The one error of a pack whose check stopped (LL1301): which limit, how much was used, where it stopped, what was not
// looked for, and what to do. Only for a usage that reached a limit. `place` stands in for a place that is not known.
Diagnostic StoppedCheck(std::string_view pack, const CheckBudget::Usage& usage, const CheckLimits& limits,
                        std::string_view place);

}  // namespace leadline::packs
