#include "packs/check/lifecycle.h"

#include <algorithm>
#include <map>
#include <set>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/exclusivity.h"

namespace leadline::packs {
namespace {

using domain::StatusDef;
using domain::TransitionDef;
using domain::Trigger;

bool Names(const TransitionDef& t, const std::string& status) {
  return std::find(t.from.begin(), t.from.end(), status) != t.from.end();
}

// Whether it takes a record out of the status, as far as its triggers go: the packs alone take nothing out of a
// terminal one.
bool Leaves(const TransitionDef& t, const StatusDef& status) {
  if (t.trigger == Trigger::kEntry || t.to == status.id) return false;
  if (status.terminal) return Names(t, status.id) && !domain::ByThePacksAlone(t.trigger);
  return Names(t, status.id) || Names(t, "*");
}

// What two rules may agree on: the status, and the queue that a lead waits in then.
std::string TargetOf(const TransitionDef& t) {
  return t.hold.empty() ? fmt::format("\"{}\"", t.to) : fmt::format("\"{}\", held in queue \"{}\"", t.to, t.hold);
}

class LifecycleChecker {
 public:
  explicit LifecycleChecker(const WrittenRules& written)
      : written_(written), problems_(written.problems), lifecycle_(written.rules.lifecycle) {}

  void Check() {
    CheckEntry();
    for (const StatusDef& status : lifecycle_.statuses) {
      for (const Trigger trigger : {Trigger::kActivity, Trigger::kRescore, Trigger::kMerge, Trigger::kAccept}) {
        CheckMoves(status, trigger, "");
      }
      CheckRejections(status);
    }
    CheckRules();
    CheckReached();
    for (const StatusDef& status : lifecycle_.statuses) CheckWayOn(status);
    problems_.SetRule("");
  }

 private:
  const YamlNode& PlaceOf(const TransitionDef& t) const { return written_.PlaceOf("transition", t.id); }

  Branch BranchOf(const TransitionDef& t) const { return {t.id, TargetOf(t), written_.ProgramOf(t.condition)}; }

  void CheckEntry() {
    std::vector<const TransitionDef*> entries;
    std::vector<Branch> branches;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (t.trigger != Trigger::kEntry) continue;
      entries.push_back(&t);
      branches.push_back(BranchOf(t));
    }
    if (entries.empty()) return;
    ExclusivityOptions options;
    options.bars = written_.rules.scoring.bars;
    const ExclusivityResult result = CheckExclusivity(written_.fields, branches, options, &problems_.budget());
    ReportOverlap(entries, result, "a new record");
    const YamlNode& last = PlaceOf(*entries.back());
    if (result.gap) {
      problems_.SetRule("entry");
      problems_.Add(last, "LL2405", fmt::format("a new record may get no status: {}", result.gap_example),
                    "make one entry rule hold for it (the rules were run on this record)");
    }
    if (result.first < 0 && !result.gap) ReportSearched(last, "entry", "that every new record gets one status", result);
  }

  // For each reason those that name it, and for all others those that name none.
  void CheckRejections(const StatusDef& from) {
    std::set<std::string> named;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (t.trigger == Trigger::kReject && Leaves(t, from)) named.insert(t.reasons.begin(), t.reasons.end());
    }
    for (const std::string& reason : named) CheckMoves(from, Trigger::kReject, reason);
    CheckMoves(from, Trigger::kReject, "");
  }

  // `reason`: of a rejection; empty: of those that no transition names.
  void CheckMoves(const StatusDef& from, Trigger trigger, const std::string& reason) {
    if (!written_.Visit(written_.PlaceOf("status", from.id))) return;
    std::vector<const TransitionDef*> moves;
    std::vector<Branch> branches;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (t.trigger != trigger || !Leaves(t, from)) continue;
      const bool applies =
          reason.empty() ? t.reasons.empty() : std::find(t.reasons.begin(), t.reasons.end(), reason) != t.reasons.end();
      if (!applies) continue;
      moves.push_back(&t);
      branches.push_back(BranchOf(t));
    }
    if (moves.size() < 2) return;
    ExclusivityOptions options{written_.rules.scoring.bars, from.id, false};
    const ExclusivityResult result = CheckExclusivity(written_.fields, branches, options, &problems_.budget());
    const std::string where = fmt::format("a record in \"{}\" on {}{}", from.id, domain::TriggerName(trigger),
                                          reason.empty() ? "" : fmt::format(" for \"{}\"", reason));
    ReportOverlap(moves, result, where);
    if (result.first < 0) {
      ReportSearched(PlaceOf(*moves.back()), moves.back()->id, fmt::format("that {} goes to one status", where),
                     result);
    }
  }

  void ReportOverlap(const std::vector<const TransitionDef*>& rules, const ExclusivityResult& result,
                     const std::string& where) {
    if (result.first < 0) return;
    const TransitionDef& first = *rules[static_cast<size_t>(result.first)];
    const TransitionDef& second = *rules[static_cast<size_t>(result.second)];
    problems_.SetRule(second.id);
    Diagnostic& d = problems_.Add(
        PlaceOf(second), second.trigger == Trigger::kEntry ? "LL2404" : "LL2406",
        fmt::format("{} goes to both {} and {}: {}", where, TargetOf(first), TargetOf(second), result.overlap_example),
        "let one of the two conditions exclude the other (the rules were run on this record)");
    Relate(d, PlaceOf(first), fmt::format("the other rule, \"{}\"", first.id));
  }

  void Relate(Diagnostic& d, const YamlNode& at, std::string message) {
    d.related = at.file->PositionOf(at.offset);
    d.related_message = std::move(message);
  }

  void ReportSearched(const YamlNode& at, const std::string& rule, const std::string& what,
                      const ExclusivityResult& result) {
    if (result.proved) return;
    problems_.SetRule(rule);
    Diagnostic& d =
        problems_.Add(at, "LL2410", fmt::format("{} was searched, not proved", what),
                      fmt::format("compare fields with constants where you can ({} generated records showed nothing)",
                                  result.searched));
    d.severity = Severity::kWarning;
  }

  // Each rule by itself: conditions, and transitions that the engine never takes.
  void CheckRules() {
    std::set<std::string> seen;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (ByThePacksAlone(t.trigger)) CheckTerminal(t);
      if (!seen.insert(t.id).second) continue;
      if (!written_.Visit(PlaceOf(t))) return;
      CheckedCondition checked{t.id, t.condition, false, {}};
      bool moves = t.trigger == Trigger::kEntry;
      for (const StatusDef& status : lifecycle_.statuses) {
        const bool from = !status.terminal ? Names(t, status.id) || Names(t, "*") : Names(t, status.id);
        if (t.trigger == Trigger::kEntry || !from || t.to == status.id) continue;
        checked.statuses.push_back(status.id);
        moves = true;
      }
      if (!moves) {
        problems_.SetRule(t.id);
        problems_.Add(PlaceOf(t), "LL2413", fmt::format("the transition \"{}\" leads to where it starts", t.id),
                      "a record in that status stays without it: name another status, or remove it");
        continue;
      }
      CheckCondition(written_, checked);
    }
  }

  void CheckTerminal(const TransitionDef& t) {
    for (const StatusDef& status : lifecycle_.statuses) {
      if (!status.terminal || !Names(t, status.id)) continue;
      problems_.SetRule(t.id);
      Diagnostic& d = problems_.Add(
          PlaceOf(t), "LL2412",
          fmt::format("\"{}\" never leaves the terminal status \"{}\" on {}", t.id, status.id,
                      domain::TriggerName(t.trigger)),
          "only a person's decision leaves it: use on: transition, accept or reject, or take the status out of `from`");
      Relate(d, written_.PlaceOf("status", status.id), "terminal here");
    }
  }

  bool Takes(const TransitionDef& t, const StatusDef& from) {
    if (!problems_.budget().Spend(1) || !Leaves(t, from)) return false;
    const auto [known, is_new] = can_hold_.try_emplace({t.condition, &from}, false);
    if (is_new) known->second = CanHold(written_, t.condition, from.id);
    return known->second;
  }

  // Statuses that records reach by rules whose conditions can hold.
  void CheckReached() {
    std::set<std::string> reached;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (t.trigger == Trigger::kEntry && CanHold(written_, t.condition, "")) reached.insert(t.to);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const TransitionDef& t : lifecycle_.transitions) {
        if (reached.contains(t.to)) continue;
        const bool taken =
            std::any_of(lifecycle_.statuses.begin(), lifecycle_.statuses.end(),
                        [&](const StatusDef& from) { return reached.contains(from.id) && Takes(t, from); });
        if (taken) changed = reached.insert(t.to).second;
      }
    }
    for (const StatusDef& status : lifecycle_.statuses) {
      if (reached.contains(status.id)) continue;
      problems_.SetRule("");
      problems_.Add(written_.PlaceOf("status", status.id), "LL2407",
                    fmt::format("no way leads to the status \"{}\"", status.id),
                    "the rules that lead to it never hold, or start from statuses that no record reaches (proved)");
    }
  }

  void CheckWayOn(const StatusDef& status) {
    if (status.terminal) return;
    const auto& all = lifecycle_.transitions;
    if (std::any_of(all.begin(), all.end(), [&](const TransitionDef& t) { return Takes(t, status); })) return;
    problems_.SetRule("");
    problems_.Add(written_.PlaceOf("status", status.id), "LL2411",
                  fmt::format("nothing leads out of the status \"{}\"", status.id),
                  "add a transition from it whose condition can hold, or make it terminal (proved)");
  }

  const WrittenRules& written_;
  Problems& problems_;
  const domain::Lifecycle& lifecycle_;
  std::map<std::pair<int, const StatusDef*>, bool> can_hold_;  // by condition and status
};

}  // namespace

void CheckLifecycle(const WrittenRules& written) {
  if (written.rules.lifecycle.transitions.empty() || !IsSound(written.problems, "central", "status.yaml")) return;
  written.problems.budget().BeginStage(CheckStage::kLifecycle);
  LifecycleChecker(written).Check();
}

}  // namespace leadline::packs
