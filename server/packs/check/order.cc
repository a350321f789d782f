#include "packs/check/order.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_list.h"

namespace leadline::packs {
namespace {

using domain::SlaDef;

bool Names(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool NamesAll(const std::vector<std::string>& list, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) { return Names(list, name); });
}

class TableChecker {
 public:
  TableChecker(const WrittenRules& written, const Normalizer& table)
      : written_(written),
        problems_(written.problems),
        table_(table),
        list_(written.fields, {written.rules.scoring.bars, false}, &written.problems.budget()) {
    for (const NormalizeRow& row : table.rows) {
      if (row.layer != written.pack) continue;
      own_.push_back(&row);
      list_.Add(written.ProgramOf(row.condition));
    }
  }

  void Check() {
    std::vector<int> before;
    for (size_t i = 0; i < own_.size(); ++i) {
      if (own_[i]->condition >= 0 && !written_.Visit(PlaceOf(i))) return;
      const bool holds = CheckCondition(written_, {table_.field, own_[i]->condition, false, {}});
      const int number = static_cast<int>(i);
      if (holds && !before.empty() && list_.Ask({number}, before).kind == Answer::Kind::kNever) Report(i, before);
      before.push_back(number);
    }
  }

 private:
  const YamlNode& PlaceOf(size_t row) const { return *written_.PlaceOf(own_[row]->condition).at; }

  void Report(size_t row, const std::vector<int>& before) {
    const int alone = list_.FirstCovering(static_cast<int>(row), before);
    const size_t taker = static_cast<size_t>(alone < 0 ? before.back() : alone);
    problems_.SetRule(table_.field);
    Diagnostic& d = problems_.Add(
        PlaceOf(row), "LL2804",
        fmt::format("this row never decides: {} for all of its records",
                    alone < 0 ? std::string("some row before it holds")
                              : fmt::format("the row for \"{}\" before it holds", own_[taker]->value)),
        fmt::format("the first row that holds gives the value: put this one (\"{}\") before, or remove it (proved)",
                    own_[row]->value));
    const YamlNode& other = PlaceOf(taker);
    d.related = other.file->PositionOf(other.offset);
    d.related_message = alone < 0 ? "the last of the rows before it" : "the row that decides instead";
    problems_.SetRule("");
  }

  const WrittenRules& written_;
  Problems& problems_;
  const Normalizer& table_;
  ConditionList list_;  // numbered as own_
  std::vector<const NormalizeRow*> own_;
};

class LevelChecker {
 public:
  explicit LevelChecker(const WrittenRules& written)
      : written_(written),
        problems_(written.problems),
        levels_(written.rules.sla.levels),
        list_(written.fields, {written.rules.scoring.bars, true}, &written.problems.budget()) {
    for (const SlaDef& level : levels_) list_.Add(written.ProgramOf(level.condition));
  }

  void Check() {
    for (size_t i = 0; i < levels_.size(); ++i) {
      const SlaDef& level = levels_[i];
      if (!written_.Visit(written_.PlaceOf("service level", level.id))) return;
      // A lead that comes into a queue may be in any status.
      std::vector<std::string> statuses;
      if (level.start_on_hold.empty()) {
        statuses = level.start_on_enter;
        statuses.insert(statuses.end(), level.start_on_activity.begin(), level.start_on_activity.end());
      }
      if (level.pause_condition >= 0) CheckCondition(written_, {level.id, level.pause_condition, true, statuses});
      if (!CheckCondition(written_, {level.id, level.condition, true, statuses})) continue;
      if (const SlaDef* taker = NeverBegins(i); taker != nullptr) Report(level, *taker);
    }
    problems_.SetRule("");
  }

 private:
  // The last of the levels before it that take all of its leads, in each of its statuses and queues; null: it may
  // begin.
  const SlaDef* NeverBegins(size_t number) const {
    const SlaDef* taker = nullptr;
    const auto taken = [&](std::vector<std::string> SlaDef::*starts, const std::string& name, bool status) {
      std::vector<int> before;
      for (size_t i = 0; i < number; ++i) {
        const bool asks =
            starts != &SlaDef::start_on_activity || NamesAll(levels_[i].responses, levels_[number].responses);
        if (asks && Names(levels_[i].*starts, name)) before.push_back(static_cast<int>(i));
      }
      if (before.empty()) return false;
      const Answer answer = list_.Ask({static_cast<int>(number)}, before, status ? name : "");
      if (answer.kind != Answer::Kind::kNever) return false;
      taker = &levels_[static_cast<size_t>(before.back())];
      return true;
    };
    const SlaDef& level = levels_[number];
    const auto all = [&](std::vector<std::string> SlaDef::*starts, bool status) {
      const std::vector<std::string>& names = level.*starts;
      return std::all_of(names.begin(), names.end(),
                         [&](const std::string& name) { return taken(starts, name, status); });
    };
    const bool never = all(&SlaDef::start_on_enter, true) && all(&SlaDef::start_on_activity, true) &&
                       all(&SlaDef::start_on_hold, false);
    return never ? taker : nullptr;
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
  ConditionList list_;  // numbered as the levels
};

}  // namespace

void CheckNormalizers(const WrittenRules& written) {
  if (!IsSound(written.problems, written.pack, "normalize.yaml")) return;
  written.problems.budget().BeginStage(CheckStage::kTables);
  for (const Normalizer& table : written.rules.normalizers) {
    if (table.counts_for != Normalizer::CountsFor::kCentre) TableChecker(written, table).Check();
  }
}

void CheckConsent(const WrittenRules& written) {
  if (!IsSound(written.problems, "central", "consent.yaml")) return;
  for (const MarketingBar& bar : written.rules.not_marketable) {
    if (bar.condition < 0) continue;
    if (!written.Visit(*written.PlaceOf(bar.condition).at)) return;
    CheckCondition(written, {bar.id, bar.condition, false, {}});
  }
  written.problems.SetRule("");
}

void CheckServiceLevels(const WrittenRules& written) {
  if (!IsSound(written.problems, "central", "sla.yaml")) return;
  written.problems.budget().BeginStage(CheckStage::kLevels);
  LevelChecker(written).Check();
}

}  // namespace leadline::packs
