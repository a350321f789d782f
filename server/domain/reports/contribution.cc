#include "domain/reports/contribution.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "domain/reports/feedback.h"
#include "domain/reports/funnel.h"
#include "domain/reports/hand_over.h"
#include "domain/reports/log_buckets.h"
#include "domain/reports/velocity.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

constexpr int64_t kMicrosInHundredth = 10'000;

Addition InBucket(Measure measure, Duration length, uint32_t a = 0, uint32_t b = 0) {
  const Duration counted = std::max<Duration>(0, length);
  const uint32_t bucket = BucketOf(counted);
  return {KeyOf(measure, a, b, bucket), {1, counted - ShortestOf(bucket)}};
}

// In slots of one unit of time from 1970 on.
Addition InSlot(Measure measure, Time time, Duration unit, uint32_t a, uint32_t b = 0) {
  const Time slot = std::clamp<Time>(time / unit, 0, UINT32_MAX);
  return {KeyOf(measure, a, b, static_cast<uint32_t>(slot)), {1, time - slot * unit}};
}

// The name that rules have which cells do not tell apart.
const std::string kOtherRules = JoinValues("", "");

Addition Once(Measure measure, uint32_t a = 0, uint32_t b = 0) { return {KeyOf(measure, a, b), {1, 0}}; }

// Whether to the cells of the smallest groups and shortest times alone.
enum class Extent { kAll, kLeast };

// One record's additions, section by section. Lives no longer than what it is made with.
class Contributor {
 public:
  Contributor(const ReportInput& input, const Lifecycle& lifecycle, Names& names, Extent extent, const VisitCell& visit)
      : input_(input),
        lifecycle_(lifecycle),
        names_(names),
        extent_(extent),
        visit_(visit),
        stays_(StaysOf(lifecycle, input.record, input.steps)) {
    entries_ = EntriesOf(lifecycle, stays_);
    for (const Stay& stay : stays_) codes_.push_back(names.CodeOf(stay.status));
    MakeGroups();
  }

  void AddAll() {
    for (const Section section : kAllSections) Add(section);
  }

  void Add(Section section) {
    switch (section) {
      case Section::kFunnel:
      case Section::kVelocity:
        AddStays(section);
        break;
      case Section::kSla:
        AddClocks();
        break;
      case Section::kFlow:
        ByCreation(Section::kFlow, FlowOf());
        break;
      case Section::kFeedback:
        AddFeedback();
        break;
    }
  }

 private:
  void Group(Grouping grouping, std::string values) { groups_.emplace_back(grouping, std::move(values)); }
  void MakeGroups() {
    const ReportedRecord& record = input_.record;
    const bool all = extent_ == Extent::kAll;
    const bool lead = input_.kind == RecordKind::kLead;
    if (all) Group(Grouping::kAll, "");
    if (all || !lead) Group(Grouping::kRegion, record.region);
    if (!lead) return;
    Group(Grouping::kRegionSource, JoinValues(record.region, record.source));
    Group(Grouping::kRegionOwner, JoinValues(record.region, record.assignee));
    std::vector<std::string> products = record.products;
    if (products.empty()) products.emplace_back();
    std::sort(products.begin(), products.end());
    products.erase(std::unique(products.begin(), products.end()), products.end());
    for (const std::string& product : products) {
      Group(Grouping::kRegionProduct, JoinValues(record.region, product));
    }
  }

  void Visit(Section section, Level level, Time time, const Additions& additions) {
    CellKey key{.kind = input_.kind, .section = section, .level = level, .period = PeriodNumber(level, time)};
    for (const auto& [grouping, values] : groups_) {
      key.grouping = grouping;
      key.values = values;
      visit_(key, additions);
    }
  }
  void ByCreation(Section section, const Additions& additions) {
    Visit(section, Level::kDay, input_.record.created_at, additions);
    if (extent_ == Extent::kLeast) return;
    for (const Level level : {Level::kWeek, Level::kMonth, Level::kYear}) {
      Visit(section, level, input_.record.created_at, additions);
    }
  }
  void AddStays(Section section) {
    const auto additions = [&](const std::vector<size_t>& places) {
      return section == Section::kFunnel ? FunnelOf(places) : VelocityOf(places);
    };
    std::vector<size_t> all(stays_.size());
    std::iota(all.begin(), all.end(), size_t{0});
    ByCreation(section, additions(all));
    for (const Level level : {Level::kEntryWeek, Level::kEntryMonth}) {
      std::map<int64_t, std::vector<size_t>> periods;
      for (const size_t i : all) periods[PeriodNumber(level, stays_[i].begin)].push_back(i);
      for (const auto& [period, places] : periods) {
        Visit(section, level, stays_[places.front()].begin, additions(places));
      }
    }
  }
  void AddClocks() {
    for (const ReportedClock& clock : input_.clocks) {
      const Additions additions = ClockOf(clock);
      ByCreation(Section::kSla, additions);
      Visit(Section::kSla, Level::kDueDay, clock.due, additions);
      if (extent_ == Extent::kLeast) continue;
      for (const Level level : {Level::kDueWeek, Level::kDueMonth}) Visit(Section::kSla, level, clock.due, additions);
    }
  }

  Additions FunnelOf(const std::vector<size_t>& places) const {
    Additions out = {Once(Measure::kRecords)};
    std::map<uint32_t, bool> entered;  // and whether it went on
    int64_t jumps = 0, steps_back = 0;
    for (const size_t i : places) {
      entered[codes_[i]] |= entries_[i].advanced;
      jumps += entries_[i].jumped ? 1 : 0;
      steps_back += entries_[i].stepped_back ? 1 : 0;
      if (i + 1 < stays_.size()) continue;
      out.push_back(Once(Measure::kCurrent, codes_[i]));
      AddProspects(codes_[i], out);
    }
    for (const auto& [code, advanced] : entered) {
      out.push_back(Once(Measure::kEntered, code));
      if (advanced) out.push_back(Once(Measure::kAdvanced, code));
    }
    if (jumps > 0) out.push_back({KeyOf(Measure::kJumps), {jumps, 0}});
    if (steps_back > 0) out.push_back({KeyOf(Measure::kStepsBack), {steps_back, 0}});
    return out;
  }

  // What it is worth, and who takes part.
  void AddProspects(uint32_t status, Additions& out) const {
    if (input_.value) {
      const int64_t hundredths = input_.value->micros / kMicrosInHundredth;
      const uint32_t currency = names_.CodeOf(input_.value->currency);
      out.push_back({KeyOf(Measure::kValue, status, currency), {1, hundredths}});
      const double weighted = static_cast<double>(hundredths) * input_.probability;
      out.push_back(input_.probability > 0
                        ? Addition{KeyOf(Measure::kValueEstimated, status, currency), {1, std::llround(weighted)}}
                        : Addition{KeyOf(Measure::kValueUnestimated, status, currency), {1, hundredths}});
    }
    if (!input_.completeness) return;
    const bool whole = *input_.completeness >= kWholeGroup;
    out.push_back({KeyOf(Measure::kBuyingGroup, status, 0, whole ? kWholeSlot : 0), {1, *input_.completeness}});
  }

  Additions VelocityOf(const std::vector<size_t>& places) const {
    Additions out = {Once(Measure::kRecords)};
    const size_t won = FirstWon(lifecycle_, stays_);
    for (const size_t i : places) {
      out.push_back(i + 1 == stays_.size()
                        ? InSlot(Measure::kOpen, stays_[i].begin, kDay, codes_[i])
                        : InBucket(Measure::kStay, stays_[i + 1].begin - stays_[i].begin, codes_[i]));
      if (i == won) out.push_back(InBucket(Measure::kToWon, stays_[i].begin - input_.record.created_at));
    }
    return out;
  }

  Additions ClockOf(const ReportedClock& clock) const {
    const uint32_t level = names_.CodeOf(clock.sla_id), calendar = names_.CodeOf(clock.calendar);
    if (clock.state == SlaState::kRunning || clock.state == SlaState::kWarned) {
      return {InSlot(Measure::kRunning, clock.due, kSecond, level, calendar)};
    }
    Additions out = {{KeyOf(Measure::kClock, level, static_cast<uint32_t>(clock.state), calendar), {1, 0}}};
    if (clock.state == SlaState::kMet || clock.state == SlaState::kMetLate) {
      out.push_back(InBucket(Measure::kResponse, clock.response, level, calendar));
    }
    return out;
  }

  void AddMoves(Additions& out) const {
    std::map<std::pair<uint32_t, uint32_t>, int64_t> moves;
    std::set<uint32_t> seen;
    int64_t returns = 0;
    for (size_t i = 0; i < stays_.size(); ++i) {
      if (i > 0) ++moves[{codes_[i - 1], codes_[i]}];
      if (!seen.insert(codes_[i]).second) ++returns;
    }
    for (const auto& [ends, count] : moves) {
      out.push_back({KeyOf(Measure::kMoves, ends.first, ends.second), {count, 0}});
    }
    if (returns == 0) return;
    out.push_back({KeyOf(Measure::kReturns), {returns, 0}});
    out.push_back(Once(Measure::kReturned));
  }

  // Off the way to the sale after it was on it, and not at an end: it is worked again. Whether it was won after that.
  void AddRecycling(Additions& out) const {
    bool on_way = false, recycled = false, won = false;
    for (const Stay& stay : stays_) {
      const StatusDef* def = lifecycle_.Find(stay.status);
      if (def == nullptr) continue;
      recycled |= on_way && def->order < 0 && !def->terminal;
      won |= recycled && def->won;
      on_way |= def->order >= 0;
    }
    if (recycled) out.push_back(Once(Measure::kRecycled));
    if (won) out.push_back(Once(Measure::kRecycledWon));
  }

  // A record may go round: won, on the way again, won again.
  void AddRounds(Additions& out) const {
    bool won = false, new_round = false, again = false;
    for (const Stay& stay : stays_) {
      const StatusDef* def = lifecycle_.Find(stay.status);
      if (def == nullptr) continue;
      again |= new_round && def->won;
      new_round |= won && def->order >= 0 && !def->over();
      won |= def->won;
    }
    if (won) out.push_back(Once(Measure::kWon));
    if (new_round) out.push_back(Once(Measure::kNewRound));
    if (again) out.push_back(Once(Measure::kWonAgain));
  }

  void AddCrossing(Additions& out) const {
    const uint32_t before = names_.CodeOf(lifecycle_.Current(input_.enquirer_status));
    out.push_back(Once(Measure::kCrossed, before));
    if (FirstWon(lifecycle_, stays_) < stays_.size()) out.push_back(Once(Measure::kCrossedWon, before));
  }

  Additions FlowOf() const {
    Additions out = {Once(Measure::kRecords)};
    AddMoves(out);
    AddRecycling(out);
    AddRounds(out);
    if (input_.kind != RecordKind::kLead) return out;
    AddCrossing(out);
    if (input_.touched_at == 0) {
      out.push_back(Once(Measure::kNeverTouched));
    } else {
      const Duration waited = input_.touched_at - input_.record.created_at;
      out.push_back(InBucket(Measure::kTouched, waited));
      for (const uint32_t minutes : kTouchMinutes) {
        if (waited <= minutes * kMinute) out.push_back(Once(Measure::kTouchedIn, minutes));
      }
    }
    const StatusDef* now = lifecycle_.Find(stays_.back().status);
    const bool ended = now != nullptr && (now->terminal || now->won);
    if (!ended && !input_.step_due) out.push_back(Once(Measure::kLeftBehind, codes_.back()));
    return out;
  }

  void AddFeedback() {
    if (input_.kind != RecordKind::kLead) return;
    Additions out;
    for (const SalesHandOver& over : HandOversOf(lifecycle_, SalesStatuses(lifecycle_), stays_)) {
      const auto outcome = static_cast<uint32_t>(over.outcome);
      const uint32_t reason = IsRejection(over.outcome) ? names_.CodeOf(over.reason) : 0;
      const uint32_t band = over.score == nullptr ? kNotScored : over.score->band;
      out.push_back({KeyOf(Measure::kSent, outcome, reason, band), {1, 0}});
      if (over.score == nullptr) continue;
      std::set<uint32_t> rules;
      for (const std::string& rule : over.score->rules) {
        rules.insert(names_.CodeOf(rule, kMostNamedRules, kOtherRules));
      }
      for (const uint32_t rule : rules) out.push_back({KeyOf(Measure::kRuleSent, rule, reason, outcome), {1, 0}});
    }
    if (!out.empty()) ByCreation(Section::kFeedback, out);
  }

  const ReportInput& input_;
  const Lifecycle& lifecycle_;
  Names& names_;
  const Extent extent_;
  const VisitCell& visit_;
  const std::vector<Stay> stays_;  // their statuses are texts of the input
  std::vector<StayEntry> entries_;
  std::vector<uint32_t> codes_;  // of the stays' statuses
  std::vector<std::pair<Grouping, std::string>> groups_;
};

std::string_view NextPart(std::string_view& rest, char end) {
  const size_t at = std::min(rest.find(end), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

}  // namespace

std::string LifecycleText(const Lifecycle& lifecycle) {
  std::string text;
  for (const StatusDef& def : lifecycle.statuses) {
    text += fmt::format("{} {} {}{}\n", def.id, def.order, def.won ? "w" : "", def.terminal ? "t" : "");
  }
  // Where leads wait for sales follows from the acceptances out of there.
  for (const std::string& status : SalesStatuses(lifecycle)) text += fmt::format("{} - >\n", status);
  for (const StatusRemap& remap : lifecycle.remaps) text += fmt::format("{} {} =\n", remap.from, remap.to);
  return text;
}

Lifecycle LifecycleOfText(std::string_view text) {
  Lifecycle lifecycle;
  while (!text.empty()) {
    std::string_view line = NextPart(text, '\n');
    const std::string first(NextPart(line, ' ')), second(NextPart(line, ' '));
    if (line == "=") {
      lifecycle.remaps.push_back({first, second});
      continue;
    }
    if (line == ">") {
      lifecycle.transitions.push_back({.from = {first}, .to = second, .trigger = Trigger::kAccept});
      continue;
    }
    StatusDef def;
    def.id = first;
    def.order = static_cast<int>(strtol(second.c_str(), nullptr, 10));
    def.won = line.find('w') != std::string_view::npos;
    def.terminal = line.find('t') != std::string_view::npos;
    lifecycle.statuses.push_back(std::move(def));
  }
  return lifecycle;
}

void Contribute(const ReportInput& input, const Lifecycle& lifecycle, Names& names, const VisitCell& visit) {
  Contributor(input, lifecycle, names, Extent::kAll, visit).AddAll();
}

void ContributeLeast(const ReportInput& input, const Lifecycle& lifecycle, Names& names, const VisitCell& visit) {
  Contributor(input, lifecycle, names, Extent::kLeast, visit).AddAll();
}

void Contribute(const ReportInput& input, const Lifecycle& lifecycle, Names& names, Section section,
                const VisitCell& visit) {
  Contributor(input, lifecycle, names, Extent::kAll, visit).Add(section);
}

}  // namespace leadline::domain
