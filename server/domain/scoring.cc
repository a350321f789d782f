#include "domain/scoring.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "domain/activities/days.h"
#include "domain/activities/distinct.h"
#include "domain/micro_points.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

MicroPoints Limit(MicroPoints sum, const std::optional<double>& most) {
  if (!most.has_value()) return sum;
  MicroPoints bound = std::abs(ToMicros(*most));
  return std::clamp(sum, -bound, bound);
}

// A rule that held, by place in the order of counting activities; -1: the record itself.
struct OrderedHit {
  int32_t rule;
  int32_t place;
  auto operator<=>(const OrderedHit&) const = default;
};

struct DimensionSum {
  const std::string* name;  // of a rule or matrix
  MicroPoints sum;
};

// First by rule, then by matrix. The order within each is of no matter.
bool FirstInPolicy(const CountedHit& a, const CountedHit& b) {
  const bool of_matrix = a.rule < 0;
  if (of_matrix != (b.rule < 0)) return !of_matrix;
  return of_matrix ? a.matrix < b.matrix : a.rule < b.rule;
}

// Memory that one thread's folds use again and again.
struct Scratch {
  std::vector<int> order;      // counting activities, oldest first
  std::vector<int32_t> place;  // of each activity in `order`; -1: does not count
  std::vector<OrderedHit> hits;
  std::vector<CountedHit> counted;  // in order
  std::vector<DimensionSum> dimensions;
};

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

// Hits in policy order, each once, without those on activities that do not count.
void OrderHits(const ScoringPolicy& policy, std::span<const RuleHit> hits, size_t activity_count, Scratch& scratch) {
  scratch.place.assign(activity_count, -1);
  for (size_t i = 0; i < scratch.order.size(); ++i) {
    scratch.place[static_cast<size_t>(scratch.order[i])] = static_cast<int32_t>(i);
  }
  scratch.hits.clear();
  for (const RuleHit& hit : hits) {
    if (hit.rule < 0 || static_cast<size_t>(hit.rule) >= policy.rules.size()) continue;
    bool of_activity = hit.activity >= 0;
    if (of_activity && static_cast<size_t>(hit.activity) >= activity_count) continue;
    int32_t place = of_activity ? scratch.place[static_cast<size_t>(hit.activity)] : -1;
    if (of_activity && place < 0) continue;
    bool each = policy.rules[static_cast<size_t>(hit.rule)].each_activity;
    if (each && !of_activity) continue;
    scratch.hits.push_back({hit.rule, each ? place : -1});
  }
  if (!std::is_sorted(scratch.hits.begin(), scratch.hits.end())) std::sort(scratch.hits.begin(), scratch.hits.end());
  scratch.hits.erase(std::unique(scratch.hits.begin(), scratch.hits.end()), scratch.hits.end());
}

// Counted hits in policy order, without those on rules and cells that are not there.
void OrderCounted(const ScoringPolicy& policy, std::span<const CountedHit> counted, Scratch& scratch) {
  scratch.counted.clear();
  for (const CountedHit& hit : counted) {
    const bool of_rule = hit.rule >= 0 && static_cast<size_t>(hit.rule) < policy.rules.size() &&
                         policy.rules[static_cast<size_t>(hit.rule)].each_activity;
    const bool of_matrix =
        hit.rule < 0 && hit.matrix >= 0 && static_cast<size_t>(hit.matrix) < policy.matrices.size() && hit.cell >= 0 &&
        static_cast<size_t>(hit.cell) < policy.matrices[static_cast<size_t>(hit.matrix)].cells.size();
    if (of_rule || of_matrix) scratch.counted.push_back(hit);
  }
  if (!std::is_sorted(scratch.counted.begin(), scratch.counted.end(), FirstInPolicy)) {
    std::sort(scratch.counted.begin(), scratch.counted.end(), FirstInPolicy);
  }
}

std::string DescribeHalfLife(const std::optional<Duration>& half_life) {
  return half_life.has_value() && *half_life > 0 ? fmt::format("halves every {}", FormatDuration(*half_life)) : "";
}

void AddSentence(std::string& message, const std::string& sentence) {
  if (sentence.empty()) return;
  if (!message.empty()) message += "; ";
  message += sentence;
}

// One fold. The reasons are made as the points are, so that they cannot differ.
class Fold {
 public:
  Fold(const ScoringPolicy& policy, std::span<const Activity> activities, Time now, bool explain, bool words,
       Scratch& scratch, ScoreResult& result)
      : policy_(policy),
        activities_(activities),
        now_(now),
        explain_(explain),
        words_(words),
        scratch_(scratch),
        result_(result) {}

  void Run(std::span<const PluginPoints> plugins, const MeaningPoints& meaning) {
    result_.reasons.clear();
    result_.decaying.clear();
    scratch_.dimensions.clear();
    if (explain_) result_.reasons.reserve(MostReasons(plugins.size()));
    AddRules();
    for (size_t i = 0; i < policy_.matrices.size(); ++i) {
      const CountedHit wanted{.matrix = static_cast<int>(i)};
      const auto counted = std::equal_range(scratch_.counted.begin(), scratch_.counted.end(), wanted, FirstInPolicy);
      AddMatrix(policy_.matrices[i], {counted.first, counted.second});
    }
    for (const PluginPoints& given : plugins) AddPlugin(policy_.plugins[static_cast<size_t>(given.plugin)], given);
    AddMeaning(meaning);
    Finish();
  }

 private:
  size_t MostReasons(size_t plugins) const {
    size_t rules = 0;
    for (size_t i = 0; i < scratch_.hits.size(); ++i)
      rules += i == 0 || scratch_.hits[i].rule != scratch_.hits[i - 1].rule;
    // Counted ones, and the limit of what regions add.
    return rules + std::min(scratch_.counted.size(), policy_.rules.size()) + policy_.matrices.size() + plugins + 2;
  }
  const Activity& At(int32_t place) const {
    return activities_[static_cast<size_t>(scratch_.order[static_cast<size_t>(place)])];
  }

  // Every rule with a hit, listed or counted, in policy order.
  void AddRules() {
    std::span<const OrderedHit> hits = scratch_.hits;
    const auto of_rules =
        std::lower_bound(scratch_.counted.begin(), scratch_.counted.end(), CountedHit{.matrix = -1}, FirstInPolicy);
    std::span<const CountedHit> counted(scratch_.counted.begin(), of_rules);
    while (!hits.empty() || !counted.empty()) {
      int rule = hits.empty() ? counted.front().rule : hits.front().rule;
      if (!counted.empty()) rule = std::min(rule, counted.front().rule);
      const auto take = [rule](auto& list) {
        size_t count = 0;
        while (count < list.size() && list[count].rule == rule) ++count;
        const auto taken = list.first(count);
        list = list.subspan(count);
        return taken;
      };
      AddRule(policy_.rules[static_cast<size_t>(rule)], take(hits), take(counted));
    }
  }

  // What activities give that are counted, each so many points; how many they are goes to the reason, and is added to
  // `activities`.
  template <typename Points>
  MicroPoints SumOf(std::span<const CountedHit> counted, const std::optional<Duration>& half_life, Points points,
                    Reason* reason, int64_t& activities) const {
    MicroPoints sum = 0;
    int64_t of_all = 0;
    for (const CountedHit& hit : counted) {
      sum += hit.activities * Decayed(points(hit), half_life, hit.age_days);
      of_all += hit.activities;
    }
    activities += of_all;
    if (reason != nullptr && words_ && of_all > 0) {
      reason->evidence.push_back({.field = "activities",
                                  .value = fmt::format("{} more, counted by day", of_all),
                                  .contribution = ToPoints(sum)});
    }
    return sum;
  }

  // What the hits of a rule give, each so many points.
  MicroPoints SumOfHits(std::span<const OrderedHit> hits, std::span<const CountedHit> counted, double points,
                        const std::optional<Duration>& half_life, Reason* reason, int64_t& activities) const {
    MicroPoints sum = 0;
    for (const OrderedHit& hit : hits) {
      if (hit.place < 0) {
        sum += ToMicros(points);
        continue;
      }
      MicroPoints part = Decayed(points, half_life, AgeInDays(At(hit.place).time, now_));
      sum += part;
      if (reason != nullptr) AddEvidence(*reason, At(hit.place), part);
    }
    return sum + SumOf(
                     counted, half_life, [&](const CountedHit&) { return points; }, reason, activities);
  }

  void AddRule(const ScoringRule& rule, std::span<const OrderedHit> hits, std::span<const CountedHit> counted) {
    Reason* reason = explain_ ? NewReason(rule.id, rule.layer, rule.source, rule.description) : nullptr;
    int64_t activities = 0;
    const MicroPoints sum = SumOfHits(hits, counted, rule.points, rule.half_life, reason, activities);
    const int64_t parts = static_cast<int64_t>(hits.size()) + activities;
    if (const std::optional<double> most = MostOfBoth(rule)) {
      if (rule.sets_matrix >= 0) {
        MicroPoints& of_matrix = MatrixSum(rule.sets_matrix);
        AddOnTop(rule, *most, sum, of_matrix, parts, reason);
        of_matrix += sum;
        return;
      }
      const double central = policy_.rules[static_cast<size_t>(rule.sets_rule)].points;
      return AddOnTop(rule, *most, sum, SumOfHits(hits, counted, central, rule.half_life, nullptr, activities), parts,
                      reason);
    }
    const MicroPoints limited = Limit(sum, rule.max_points);
    if (reason != nullptr) CloseReason(*reason, sum, limited, rule.max_points, rule.half_life);
    NoteDecay(limited, rule.half_life, parts, rule.regional);
    if (rule.regional) {
      regional_ += limited;
    } else {
      AddCentral(rule.dimension, limited);
    }
  }

  // The limit that a region's points share with the central ones that they come on top of; nothing where none is
  // shared.
  std::optional<double> MostOfBoth(const ScoringRule& rule) const {
    if (rule.sets_rule >= 0) return policy_.rules[static_cast<size_t>(rule.sets_rule)].max_points;
    if (rule.sets_matrix >= 0) return policy_.matrices[static_cast<size_t>(rule.sets_matrix)].max_points;
    return std::nullopt;
  }

  // What a matrix gives before its limit, and the region's points so far that come on top of it.
  MicroPoints& MatrixSum(int index) {
    for (auto& [known, sum] : matrix_sums_) {
      if (known == index) return sum;
    }
    const ScoringMatrix& matrix = policy_.matrices[static_cast<size_t>(index)];
    MicroPoints sum = 0;
    for (const int place : scratch_.order) {
      const Activity& activity = activities_[static_cast<size_t>(place)];
      const ScoringMatrix::Cell* cell = matrix.Find(activity);
      if (cell != nullptr) sum += Decayed(cell->points, matrix.half_life, AgeInDays(activity.time, now_));
    }
    const CountedHit wanted{.matrix = index};
    const auto counted = std::equal_range(scratch_.counted.begin(), scratch_.counted.end(), wanted, FirstInPolicy);
    const auto points = [&](const CountedHit& hit) { return matrix.cells[static_cast<size_t>(hit.cell)].points; };
    int64_t activities = 0;
    sum += SumOf({counted.first, counted.second}, matrix.half_life, points, nullptr, activities);
    return matrix_sums_.emplace_back(index, sum).second;
  }

  // `below`: what is given without these points.
  void AddOnTop(const ScoringRule& rule, double most, MicroPoints sum, MicroPoints below, int64_t parts,
                Reason* reason) {
    const MicroPoints counted = Limit(below + sum, most) - Limit(below, most);
    if (reason != nullptr) CloseReason(*reason, sum, counted, most, rule.half_life);
    if (counted == sum) {
      NoteDecay(counted, rule.half_life, parts, rule.regional);
    } else {
      // As the central points fall below the limit, more of these count; and then they fall themselves.
      NoteDecay(std::abs(below + sum), rule.half_life, parts, rule.regional);
      NoteDecay(-std::abs(below), rule.half_life, parts, rule.regional);
    }
    regional_ += counted;
  }

  void AddMatrix(const ScoringMatrix& matrix, std::span<const CountedHit> counted) {
    Reason* reason = nullptr;
    MicroPoints sum = 0;
    int64_t parts = 0;
    for (int index : scratch_.order) {
      const Activity& activity = activities_[static_cast<size_t>(index)];
      const ScoringMatrix::Cell* cell = matrix.Find(activity);
      if (cell == nullptr) continue;
      ++parts;
      MicroPoints part = Decayed(cell->points, matrix.half_life, AgeInDays(activity.time, now_));
      sum += part;
      if (!explain_) continue;
      if (reason == nullptr) reason = NewReason(matrix.id, matrix.layer, matrix.source, "");
      AddEvidence(*reason, activity, part);
    }
    const auto points = [&](const CountedHit& hit) { return matrix.cells[static_cast<size_t>(hit.cell)].points; };
    if (explain_ && reason == nullptr && !counted.empty()) {
      reason = NewReason(matrix.id, matrix.layer, matrix.source, "");
    }
    int64_t activities = 0;
    sum += SumOf(counted, matrix.half_life, points, reason, activities);
    parts += activities;
    if (parts == 0) return;
    const MicroPoints limited = Limit(sum, matrix.max_points);
    if (reason != nullptr) CloseReason(*reason, sum, limited, matrix.max_points, matrix.half_life);
    NoteDecay(limited, matrix.half_life, parts, /*regional=*/false);
    AddCentral(matrix.dimension, limited);
  }

  void NoteDecay(MicroPoints limited, const std::optional<Duration>& half_life, int64_t parts, bool regional) {
    if (limited == 0 || !half_life.has_value() || *half_life <= 0) return;
    result_.decaying.push_back({ToPoints(limited), *half_life, parts, regional});
  }

  void AddPlugin(const ScoringPlugin& plugin, const PluginPoints& given) {
    const MicroPoints said = ToMicros(given.points);
    const MicroPoints counted = std::clamp(said, ToMicros(plugin.min_points), ToMicros(plugin.max_points));
    if (explain_ && (counted != 0 || given.outcome != ReasonOutcome::kFired)) {
      Reason* reason = NewReason(plugin.id, plugin.layer, plugin.source, plugin.description);
      reason->outcome = given.outcome;
      reason->points = ToPoints(counted);
      if (words_) SayOf(given, said, counted, *reason);
    }
    if (counted == 0) return;
    if (plugin.regional) {
      regional_ += counted;
    } else {
      AddCentral(plugin.dimension, counted);
    }
  }

  static void SayOf(const PluginPoints& given, MicroPoints said, MicroPoints counted, Reason& reason) {
    reason.evidence = given.evidence;
    AddSentence(reason.message, given.message);
    if (counted == said) return;
    AddSentence(reason.message, fmt::format("limited to {} of {} points", ToPoints(counted), ToPoints(said)));
  }

  void AddMeaning(const MeaningPoints& meaning) {
    const MicroPoints points = ToMicros(meaning.points);
    if (points == 0) return;
    regional_ += points;
    if (!explain_) return;
    Reason* reason = NewReason("regional_meaning", std::string(meaning.region), "", "");
    reason->points = ToPoints(points);
    if (!words_) return;
    reason->message =
        "what central rules give besides by normalize.yaml of the region, which the centre does not accept";
  }

  void AddCentral(const std::string& dimension, MicroPoints micros) {
    central_ += micros;
    auto& sums = scratch_.dimensions;
    // Rules of one dimension mostly stand together.
    for (size_t i = sums.size(); i-- > 0;) {
      if (*sums[i].name != dimension) continue;
      sums[i].sum += micros;
      return;
    }
    sums.push_back({&dimension, micros});
  }

  void FinishDimensions() {
    auto& sums = scratch_.dimensions;
    std::sort(sums.begin(), sums.end(), [](const auto& a, const auto& b) { return *a.name < *b.name; });
    result_.score.dimensions.Resize(sums.size());
    for (size_t i = 0; i < sums.size(); ++i) result_.score.dimensions.Set(i, *sums[i].name, ToPoints(sums[i].sum));
  }

  void Finish() {
    MicroPoints adjustment = Limit(regional_, policy_.adjustment_cap);
    if (explain_ && adjustment != regional_) {
      Reason* reason = NewReason("regional_adjustment", "central", "", "");
      reason->points = ToPoints(adjustment - regional_);
      if (words_) {
        reason->message =
            fmt::format("the region's own points are limited to {} of {}", ToPoints(adjustment), ToPoints(regional_));
      }
    }
    Score& score = result_.score;
    FinishDimensions();
    score.central = ToPoints(central_);
    score.adjustment = ToPoints(adjustment);
    score.total = ToPoints(central_ + adjustment);
    score.threshold = policy_.bars.mql;
    score.qualified = central_ >= ToMicros(policy_.bars.mql);
    score.warm = central_ >= ToMicros(policy_.bars.maql);
    score.as_of = now_;
  }

  // Valid until the next one is made.
  Reason* NewReason(const std::string& id, const std::string& layer, const std::string& source,
                    const std::string& message) {
    Reason& reason = result_.reasons.emplace_back();
    reason.rule_id = id;
    reason.layer = layer;
    if (!words_) return &reason;
    reason.source = source;
    reason.message = message;
    return &reason;
  }

  void AddEvidence(Reason& reason, const Activity& activity, MicroPoints part) const {
    if (!words_) return;
    Evidence evidence;
    evidence.field = "activity";
    evidence.value = fmt::format("{} / {} / {}", activity.channel, activity.investment, activity.response);
    if (!activity.id.empty()) evidence.value += fmt::format(" ({})", activity.id);
    evidence.contribution = ToPoints(part);
    evidence.time = activity.time;
    reason.evidence.push_back(std::move(evidence));
  }

  void CloseReason(Reason& reason, MicroPoints sum, MicroPoints counted, const std::optional<double>& most,
                   const std::optional<Duration>& half_life) const {
    reason.points = ToPoints(counted);
    if (!words_) return;
    AddSentence(reason.message, DescribeHalfLife(half_life));
    if (counted == sum) return;
    AddSentence(reason.message, fmt::format("limited to {} of {} points", ToPoints(counted), ToPoints(sum)));
    reason.evidence.push_back(
        {.field = "max_points", .value = fmt::format("{}", *most), .contribution = ToPoints(counted - sum)});
  }

  const ScoringPolicy& policy_;
  std::span<const Activity> activities_;
  Time now_;
  bool explain_;
  bool words_;
  Scratch& scratch_;
  ScoreResult& result_;
  MicroPoints central_ = 0;
  MicroPoints regional_ = 0;
  std::vector<std::pair<int, MicroPoints>> matrix_sums_;  // by index, of those whose points a region sets
};

}  // namespace

std::vector<int> DistinctActivities(std::span<const Activity> activities, Time now) {
  std::vector<int> order;
  OrderDistinct(activities, now, order);
  return order;
}

void FoldScore(const ScoringPolicy& policy, std::span<const RuleHit> hits, std::span<const Activity> activities,
               Time now, bool explain, ScoreResult& result, std::span<const PluginPoints> plugins,
               const MeaningPoints& meaning, std::span<const CountedHit> counted, bool words) {
  Scratch& scratch = ThreadScratch();
  OrderDistinct(activities, now, scratch.order);
  OrderHits(policy, hits, activities.size(), scratch);
  OrderCounted(policy, counted, scratch);
  Fold(policy, activities, now, explain, words, scratch, result).Run(plugins, meaning);
}

ScoreResult FoldScore(const ScoringPolicy& policy, std::span<const RuleHit> hits, std::span<const Activity> activities,
                      Time now, bool explain, std::span<const PluginPoints> plugins, const MeaningPoints& meaning,
                      std::span<const CountedHit> counted, bool words) {
  ScoreResult result;
  FoldScore(policy, hits, activities, now, explain, result, plugins, meaning, counted, words);
  return result;
}

}  // namespace leadline::domain
