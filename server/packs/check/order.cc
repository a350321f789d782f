#include "packs/check/order.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/check/condition.h"

namespace leadline::packs {
namespace {

using domain::SlaDef;

bool Starts(const SlaDef& level, const std::string& status) {
  return std::find(level.start_on_enter.begin(), level.start_on_enter.end(), status) != level.start_on_enter.end();
}

class TableChecker {
 public:
  TableChecker(LoadContext& context, const PackSource& pack, const RegionRules& rules, const Normalizer& table)
      : context_(context), rules_(rules), table_(table), space_(context.schema.fields()) {
    for (const NormalizeRow& row : table.rows) {
      if (row.layer != pack.name) continue;
      own_.push_back(&row);
      roots_.push_back(space_.Add(ProgramOf(rules, row.condition)));
    }
    AddRecordFacts(space_, rules.scoring.threshold);
    space_.Freeze();
  }

  void Check() {
    std::vector<size_t> before;
    for (size_t i = 0; i < own_.size(); ++i) {
      const bool holds = CheckCondition(context_, rules_, {table_.field, own_[i]->condition, false, {}});
      if (holds && !before.empty() && IsNever(i, before)) Report(i, before);
      before.push_back(i);
    }
  }

 private:
  bool IsNever(size_t row, const std::vector<size_t>& none_of) const {
    std::vector<Wish> wishes = {{roots_[row], true}};
    for (const size_t other : none_of) wishes.push_back({roots_[other], false});
    return space_.Ask(wishes).kind == Answer::Kind::kNever;
  }

  const YamlNode& PlaceOf(size_t row) const {
    return *context_.condition_places.at(ProgramOf(rules_, own_[row]->condition).get()).at;
  }

  void Report(size_t row, const std::vector<size_t>& before) {
    const auto alone = std::find_if(before.begin(), before.end(), [&](size_t other) { return IsNever(row, {other}); });
    context_.problems.SetRule(table_.field);
    Diagnostic& d = context_.problems.Add(
        PlaceOf(row), "LL2804",
        fmt::format("this row never decides: {} for all of its records",
                    alone == before.end() ? std::string("some row before it holds")
                                          : fmt::format("the row for \"{}\" before it holds", own_[*alone]->value)),
        fmt::format("the first row that holds gives the value: put this one (\"{}\") before, or remove it (proved)",
                    own_[row]->value));
    const YamlNode& other = PlaceOf(alone == before.end() ? before.back() : *alone);
    d.related = other.file->PositionOf(other.offset);
    d.related_message = alone == before.end() ? "the last of the rows before it" : "the row that decides instead";
    context_.problems.SetRule("");
  }

  LoadContext& context_;
  const RegionRules& rules_;
  const Normalizer& table_;
  ConditionSpace space_;
  std::vector<const NormalizeRow*> own_;
  std::vector<int> roots_;
};

class LevelChecker {
 public:
  LevelChecker(LoadContext& context, const RegionRules& rules) : context_(context), rules_(rules) {}

  void Check() {
    const auto& levels = rules_.sla.levels;
    for (size_t i = 0; i < levels.size(); ++i) {
      const SlaDef& level = levels[i];
      if (!CheckCondition(context_, rules_, {level.id, level.condition, true, level.start_on_enter})) continue;
      const SlaDef* taker = nullptr;
      const bool never = !level.start_on_enter.empty() &&
                         std::all_of(level.start_on_enter.begin(), level.start_on_enter.end(),
                                     [&](const std::string& status) { return IsTaken(i, status, taker); });
      if (never && taker != nullptr) Report(level, *taker);
    }
    context_.problems.SetRule("");
  }

 private:
  // Whether levels before it take every lead that enters the status; `taker` becomes the last of them.
  bool IsTaken(size_t number, const std::string& status, const SlaDef*& taker) const {
    ConditionSpace space(context_.schema.fields());
    std::vector<Wish> wishes = {{space.Add(ProgramOf(rules_, rules_.sla.levels[number].condition)), true}};
    const SlaDef* last = nullptr;
    for (size_t i = 0; i < number; ++i) {
      const SlaDef& other = rules_.sla.levels[i];
      if (!Starts(other, status)) continue;
      wishes.push_back({space.Add(ProgramOf(rules_, other.condition)), false});
      last = &other;
    }
    if (last == nullptr) return false;
    AddRecordFacts(space, rules_.scoring.threshold);
    AddLeadFacts(space);
    if (const int in_status = AddStatusTest(space, status); in_status >= 0) wishes.push_back({in_status, true});
    space.Freeze();
    if (space.Ask(wishes).kind != Answer::Kind::kNever) return false;
    taker = last;
    return true;
  }

  void Report(const SlaDef& level, const SlaDef& taker) {
    const Definition* at = FindDefinition(context_, "service level", level.id);
    const Definition* other = FindDefinition(context_, "service level", taker.id);
    context_.problems.SetRule(level.id);
    Diagnostic& d = context_.problems.Add(
        *at->at, "LL2705", fmt::format("the service level \"{}\" never begins", level.id),
        "the first level that fits is taken, and one before it fits all of its leads: put it before, or remove it "
        "(proved)");
    d.related = other->at->file->PositionOf(other->at->offset);
    d.related_message = fmt::format("the level \"{}\" is taken first", taker.id);
  }

  LoadContext& context_;
  const RegionRules& rules_;
};

}  // namespace

void CheckNormalizers(LoadContext& context, const PackSource& pack, const RegionRules& rules) {
  if (!IsSound(context, pack.name, "normalize.yaml")) return;
  for (const Normalizer& table : rules.normalizers) TableChecker(context, pack, rules, table).Check();
}

void CheckServiceLevels(LoadContext& context, const RegionRules& rules) {
  if (IsSound(context, "central", "sla.yaml")) LevelChecker(context, rules).Check();
}

}  // namespace leadline::packs
