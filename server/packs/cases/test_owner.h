// Whose tests are read, and which names they may use: a region's tests look at the region and the centre, so that they
// hold no other region to anything. The centre's may look everywhere.
#pragma once

#include <string>
#include <vector>

#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// `rules` must outlive it. Thread-safe but for the problems.
class TestOwner {
 public:
  TestOwner(const RuleSet& rules, std::string pack);

  const RuleSet& rules() const { return rules_; }
  bool is_central() const { return pack_ == "central"; }
  // The region that decides when the test says nothing; empty: the centre.
  std::string region() const { return is_central() ? "" : pack_; }

  // False, reported (LL3112), when `region` is another than the test's own.
  bool MayName(Problems& problems, const YamlNode& at, const std::string& region) const;
  // Whether it is the id of a rep or team that a test may name; reported otherwise: as another region's (LL3112), or as
  // unknown (LL3104).
  bool KnowsRep(Problems& problems, const YamlNode& at) const { return Knows(problems, at, "rep", reps_, all_reps_); }
  bool KnowsTeam(Problems& problems, const YamlNode& at) const {
    return Knows(problems, at, "team", teams_, all_teams_);
  }

 private:
  bool Knows(Problems& problems, const YamlNode& at, const std::string& kind, const std::vector<std::string>& known,
             const std::vector<std::string>& of_all) const;

  const RuleSet& rules_;
  const std::string pack_;
  std::vector<std::string> reps_, teams_, all_reps_, all_teams_;
};

}  // namespace leadline::packs
