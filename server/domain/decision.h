// Decisions and their explanations. Plain data; not synchronised.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::domain {

struct PackRef {
  std::string pack;  // "central" or the region
  std::string version;
  std::string sha256;
  bool operator==(const PackRef&) const = default;
};

struct PluginRef {
  std::string id;
  std::string version;
  std::string sha256;
  bool operator==(const PluginRef&) const = default;
};

// What one request is decided with. Immutable once made, shared by every decision of its time.
struct SnapshotRef {
  int64_t generation = 0;
  std::vector<PackRef> packs;  // central first
  std::vector<PluginRef> plugins;
  bool operator==(const SnapshotRef&) const = default;
};

// The numbers are stored: never change them.
enum class DecisionKind : uint8_t {
  kMatchAccount = 1,
  kMatchContact = 2,
  kDuplicates = 3,
  kNormalize = 4,
  kScore = 5,
  kStatus = 6,
  kRoute = 7,
  kSla = 8,
};

enum class ReasonOutcome : uint8_t { kFired = 1, kNotFired = 2, kError = 3, kSkipped = 4 };

// One fact that a reason rested on.
struct Evidence {
  std::string field;
  std::string value;
  double contribution = 0;
  Time time = 0;  // 0: has no meaning
  bool operator==(const Evidence&) const = default;
};

// One rule's or plugin's part in a decision.
struct Reason {
  std::string rule_id;
  std::string layer;  // "central", the region's name or "plugin"
  ReasonOutcome outcome = ReasonOutcome::kFired;
  double points = 0;
  double weight = 0;
  std::vector<Evidence> evidence;
  std::string message;
  std::string source;  // file:line
  bool operator==(const Reason&) const = default;
};

struct Decision {
  DecisionKind kind = DecisionKind::kScore;
  std::string record;  // resource name; empty when not stored
  std::string outcome;
  std::string summary;
  std::vector<Reason> reasons;
  Time time = 0;
  std::shared_ptr<const SnapshotRef> snapshot;
};

}  // namespace leadline::domain
