#include "packs/cases/test_owner.h"

#include <algorithm>
#include <set>
#include <utility>

#include "fmt/format.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

constexpr const char* kWhy = "a region's tests look at its own region: test the other one in its own pack";

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void ReadNames(const std::vector<domain::Rep>& reps, std::vector<std::string>& ids, std::vector<std::string>& teams) {
  std::set<std::string> named;
  for (const domain::Rep& rep : reps) {
    ids.push_back(rep.id);
    named.insert(rep.team);
  }
  teams.assign(named.begin(), named.end());
}

}  // namespace

TestOwner::TestOwner(const RuleSet& rules, std::string pack) : rules_(rules), pack_(std::move(pack)) {
  ReadNames(rules.reps(), all_reps_, all_teams_);
  ReadNames(is_central() ? rules.reps() : rules.ForRegion(pack_).routing.reps, reps_, teams_);
}

bool TestOwner::MayName(Problems& problems, const YamlNode& at, const std::string& region) const {
  if (is_central() || region == pack_) return true;
  problems.Add(at, "LL3112", fmt::format("a test of {} cannot be about \"{}\"", pack_, region), kWhy);
  return false;
}

bool TestOwner::Knows(Problems& problems, const YamlNode& at, const std::string& kind,
                      const std::vector<std::string>& known, const std::vector<std::string>& of_all) const {
  if (at.is_scalar() && Has(known, at.text)) return true;
  if (at.is_scalar() && Has(of_all, at.text)) {
    problems.Add(at, "LL3112", fmt::format("the {} \"{}\" belongs to another region than {}", kind, at.text, pack_),
                 kWhy);
  } else {
    problems.Add(at, "LL3104", fmt::format("there is no {} \"{}\"", kind, at.text), DidYouMean(at.text, known));
  }
  return false;
}

}  // namespace leadline::packs
