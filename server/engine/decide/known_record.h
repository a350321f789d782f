// What deciding on one record found that is so until the record is given something else.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/decide/snapshot.h"
#include "packs/rule_set.h"
#include "packs/run/given_values.h"
#include "packs/run/known_hits.h"
#include "plugin/plugin.h"

namespace leadline::engine {

// Kept by whoever decides on one record again and again, such as a session; scores are the same with and without it.
// The snapshots that it is used with must outlive it. Not thread-safe.
class KnownRecord {
 public:
  // What the last look found stands no more where another snapshot or other rules look now, or at other values.
  void LookAt(const Snapshot& snapshot, const packs::RegionRules& rules, const packs::RecordView& view) {
    const bool same_rules = std::exchange(snapshot_, &snapshot) == &snapshot;
    const bool same_region = std::exchange(rules_, &rules) == &rules;
    if (!given_.AreStill(view) || !same_rules || !same_region) Forget();
  }

  packs::KnownHits& hits() { return hits_; }
  // What the scoring plugin of that number in the policy said, which it says of these values at any time; null: not
  // known.
  const plugin::ScoreResult* SaidBy(size_t scorer) const {
    return scorer < said_.size() && said_[scorer].has_value() ? &*said_[scorer] : nullptr;
  }
  void Says(size_t scorer, const plugin::ScoreResult& result) {
    if (said_.size() <= scorer) said_.resize(scorer + 1);
    said_[scorer] = result;
  }
  // Whether what fields mean was derived of the values of the last look, and stays so for as long as they do.
  bool meaning_derived() const { return meaning_derived_; }
  // Whether what fields mean was derived of these values, by everyone who has a say, and needs no second look.
  bool MeaningStands(const Snapshot& snapshot, const packs::RegionRules& rules, const packs::RecordView& view) {
    if (meaning_derived_) LookAt(snapshot, rules, view);
    return meaning_derived_;
  }
  // It was; the view has that meaning already.
  void MeaningIsDerived(const Snapshot& snapshot, const packs::RegionRules& rules, const packs::RecordView& view) {
    LookAt(snapshot, rules, view);
    meaning_derived_ = true;
  }

 private:
  void Forget() {
    hits_.Clear();
    said_.clear();
    meaning_derived_ = false;
  }

  const Snapshot* snapshot_ = nullptr;
  const packs::RegionRules* rules_ = nullptr;
  packs::GivenValues given_;
  packs::KnownHits hits_;
  std::vector<std::optional<plugin::ScoreResult>> said_;
  bool meaning_derived_ = false;
};

}  // namespace leadline::engine
