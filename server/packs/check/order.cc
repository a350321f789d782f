#include "packs/check/order.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {
namespace {

using domain::SlaDef;

bool Starts(const SlaDef& level, const std::string& status) {
  return std::find(level.start_on_enter.begin(), level.start_on_enter.end(), status) != level.start_on_enter.end();
}

class TableChecker {
 public:
  TableChecker(const WrittenRules& written, const Normalizer& table)
      : written_(written), problems_(written.problems), table_(table), space_(written.fields) {
    for (const NormalizeRow& row : table.rows) {
      if (row.layer != written.pack) continue;
      own_.push_back(&row);
      roots_.push_back(space_.Add(written.ProgramOf(row.condition)));
    }
    AddRecordFacts(space_, written.rules.scoring.bars);
    space_.Freeze();
  }

  void Check() {
    std::vector<size_t> before;
    for (size_t i = 0; i < own_.size(); ++i) {
      const bool holds = CheckCondition(written_, {table_.field, own_[i]->condition, false, {}});
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

  const YamlNode& PlaceOf(size_t row) const { return *written_.PlaceOf(own_[row]->condition).at; }

  void Report(size_t row, const std::vector<size_t>& before) {
    const auto alone = std::find_if(before.begin(), before.end(), [&](size_t other) { return IsNever(row, {other}); });
    problems_.SetRule(table_.field);
    Diagnostic& d = problems_.Add(
        PlaceOf(row), "LL2804",
        fmt::format("this row never decides: {} for all of its records",
                    alone == before.end() ? std::string("some row before it holds")
                                          : fmt::format("the row for \"{}\" before it holds", own_[*alone]->value)),
        fmt::format("the first row that holds gives the value: put this one (\"{}\") before, or remove it (proved)",
                    own_[row]->value));
    const YamlNode& other = PlaceOf(alone == before.end() ? before.back() : *alone);
    d.related = other.file->PositionOf(other.offset);
    d.related_message = alone == before.end() ? "the last of the rows before it" : "the row that decides instead";
    problems_.SetRule("");
  }

  const WrittenRules& written_;
  Problems& problems_;
  const Normalizer& table_;
  ConditionSpace space_;
  std::vector<const NormalizeRow*> own_;
  std::vector<int> roots_;
};

class LevelChecker {
 public:
  explicit LevelChecker(const WrittenRules& written)
      : written_(written), problems_(written.problems), levels_(written.rules.sla.levels) {}

  void Check() {
    for (size_t i = 0; i < levels_.size(); ++i) {
      const SlaDef& level = levels_[i];
      if (!CheckCondition(written_, {level.id, level.condition, true, level.start_on_enter})) continue;
      const SlaDef* taker = nullptr;
      const bool never = !level.start_on_enter.empty() &&
                         std::all_of(level.start_on_enter.begin(), level.start_on_enter.end(),
                                     [&](const std::string& status) { return IsTaken(i, status, taker); });
      if (never && taker != nullptr) Report(level, *taker);
    }
    problems_.SetRule("");
  }

 private:
  // Whether levels before it take every lead that enters the status; `taker` becomes the last of them.
  bool IsTaken(size_t number, const std::string& status, const SlaDef*& taker) const {
    ConditionSpace space(written_.fields);
    std::vector<Wish> wishes = {{space.Add(written_.ProgramOf(levels_[number].condition)), true}};
    const SlaDef* last = nullptr;
    for (size_t i = 0; i < number; ++i) {
      const SlaDef& other = levels_[i];
      if (!Starts(other, status)) continue;
      wishes.push_back({space.Add(written_.ProgramOf(other.condition)), false});
      last = &other;
    }
    if (last == nullptr) return false;
    AddRecordFacts(space, written_.rules.scoring.bars);
    AddLeadFacts(space);
    if (const int in_status = AddStatusTest(space, status); in_status >= 0) wishes.push_back({in_status, true});
    space.Freeze();
    if (space.Ask(wishes).kind != Answer::Kind::kNever) return false;
    taker = last;
    return true;
  }

  void Report(const SlaDef& level, const SlaDef& taker) {
    const YamlNode& other = written_.PlaceOf("service level", taker.id);
    problems_.SetRule(level.id);
    Diagnostic& d = problems_.Add(
        written_.PlaceOf("service level", level.id), "LL2705",
        fmt::format("the service level \"{}\" never begins", level.id),
        "the first level that fits is taken, and one before it fits all of its leads: put it before, or remove it "
        "(proved)");
    d.related = other.file->PositionOf(other.offset);
    d.related_message = fmt::format("the level \"{}\" is taken first", taker.id);
  }

  const WrittenRules& written_;
  Problems& problems_;
  const std::vector<SlaDef>& levels_;
};

}  // namespace

void CheckNormalizers(const WrittenRules& written) {
  if (!IsSound(written.problems, written.pack, "normalize.yaml")) return;
  for (const Normalizer& table : written.rules.normalizers) {
    if (table.counts_for != Normalizer::CountsFor::kCentre) TableChecker(written, table).Check();
  }
}

void CheckServiceLevels(const WrittenRules& written) {
  if (IsSound(written.problems, "central", "sla.yaml")) LevelChecker(written).Check();
}

}  // namespace leadline::packs
