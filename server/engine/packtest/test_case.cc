#include "engine/packtest/test_case.h"

#include <algorithm>
#include <cmath>

#include "engine/packtest/breach_faults.h"
#include "engine/packtest/given_reps.h"
#include "engine/work/person_session.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::ReasonOutcome;

// Points are shown with two decimals.
constexpr double kPointsTolerance = 0.005;

std::string Shown(std::string_view text) { return text.empty() ? "none" : std::string(text); }
std::string Points(double points) { return fmt::format("{:.6g}", points); }
std::string At(std::string_view source) { return source.empty() ? "" : fmt::format(" ({})", source); }

class CaseRun {
 public:
  CaseRun(Decider& decider, const packs::TestCase& test, DecisionObserver* observer)
      : decider_(decider),
        test_(test),
        expect_(test.expect),
        observer_(observer),
        lead_(test.input.lead),
        contact_(test.input.contact),
        account_(test.input.account),
        rules_(decider.Rules(lead_.region)) {}

  std::vector<std::string> Run() {
    CheckPlace();
    Normalize();
    Score();
    if (expect_.entry) Move(*expect_.entry);
    if (expect_.transition) Move(*expect_.transition);
    if (expect_.route) Route(*expect_.route);
    if (expect_.sla) ServiceLevel(*expect_.sla);
    if (expect_.marketing) Marketing(*expect_.marketing);
    return std::move(findings_);
  }

 private:
  packs::RecordView View() const {
    return {&lead_, test_.input.has_contact ? &contact_ : nullptr, test_.input.has_account ? &account_ : nullptr,
            HappenedBy(test_.input.activities, test_.now), test_.now};
  }

  void Fail(const SourcePosition& at, std::string what) {
    findings_.push_back(fmt::format("{}: {}", at.ToString(), what));
  }

  void CheckPlace() {
    if (expect_.region) {
      const std::string region = decider_.snapshot().rules->RegionOfCountry(lead_.country);
      if (region != expect_.region->value) {
        Fail(expect_.region->position, fmt::format("expected country {} in region {}, got {}", Shown(lead_.country),
                                                   Shown(expect_.region->value), Shown(region)));
      }
    }
    if (!expect_.territory) return;
    const domain::Territory* territory = rules_.routing.TerritoryOf(lead_.country);
    const std::string id = territory == nullptr ? "" : territory->id;
    if (observer_ != nullptr) observer_->PlaceFound(rules_, lead_.country);
    if (id == expect_.territory->value) return;
    Fail(expect_.territory->position,
         fmt::format("expected country {} in territory {}, got {}{}", Shown(lead_.country),
                     Shown(expect_.territory->value), Shown(id), territory == nullptr ? "" : At(territory->source)));
  }

  void Normalize() {
    const domain::Lead lead = lead_;
    const domain::Contact contact = contact_;
    const domain::Account account = account_;
    const domain::Meaning as_given;
    auto derived = decider_.Normalize(lead_, contact_, account_, test_.now);
    if (!derived.ok()) {
      Fail(test_.position, fmt::format("the fields cannot be normalised: {}", std::string(derived.status().message())));
      return;
    }
    lead_.meaning = std::move(derived->meaning);
    decided_ = std::move(derived->decisions);
    GiveSeniority(contact_.meaning.central.seniority, lead_.meaning);
    for (const packs::ExpectedField& field : expect_.normalize) {
      const packs::Normalizer* normalizer = NormalizerOf(field.field);
      if (normalizer == nullptr) continue;
      const domain::Reason* maker = MakerOf(*normalizer);
      CheckField(field, maker);
      if (observer_ == nullptr) continue;
      observer_->Normalized(rules_, *normalizer, {&lead, &contact, &account, {}, test_.now, &as_given}, maker);
    }
  }

  const packs::Normalizer* NormalizerOf(std::string_view field) const {
    for (const packs::Normalizer& normalizer : rules_.normalizers) {
      if (normalizer.field == field) return &normalizer;
    }
    return nullptr;
  }

  // The row or plugin that set the field; null when nothing was set.
  const domain::Reason* MakerOf(const packs::Normalizer& normalizer) const {
    const auto& plugins = decider_.snapshot().rules->plugins();
    const std::string plugin = normalizer.plugin < 0 ? "" : plugins[static_cast<size_t>(normalizer.plugin)].id;
    for (const Decision& decision : decided_) {
      if (decision.reasons.empty()) continue;
      const domain::Reason& reason = decision.reasons.front();
      if (!plugin.empty() && reason.rule_id == plugin) return &reason;
      const auto made = [&](const packs::NormalizeRow& row) { return row.source == reason.source; };
      if (std::any_of(normalizer.rows.begin(), normalizer.rows.end(), made)) return &reason;
    }
    return nullptr;
  }

  const std::string& ValueOf(std::string_view field) const {
    const domain::Meaning& meaning = lead_.meaning.by_region();
    if (field == "contact.seniority") return meaning.seniority;
    if (field == "contact.department") return domain::Meant(meaning.department, domain::DepartmentOf(contact_));
    if (field == "lead.language") return domain::Meant(meaning.language, lead_.language);
    return field == "account.industry" ? domain::Meant(meaning.industry, account_.industry)
                                       : domain::Meant(meaning.source, lead_.source);
  }

  static std::string PlaceOf(const domain::Reason& reason) {
    return reason.layer == "plugin" ? reason.rule_id + At(reason.source) : reason.source;
  }

  void CheckField(const packs::ExpectedField& field, const domain::Reason* maker) {
    const std::string& value = ValueOf(field.field);
    if (value != field.value) {
      Fail(field.position, fmt::format("expected {} {}, got {}{}", field.field, Shown(field.value), Shown(value),
                                       maker == nullptr ? "" : " by " + PlaceOf(*maker)));
      return;
    }
    if (field.by.empty()) return;
    const bool made = maker != nullptr && (field.by == maker->layer || field.by == maker->rule_id ||
                                           maker->source.ends_with("/" + field.by));
    if (made) return;
    Fail(field.position, fmt::format("expected {} from {}, it came from {}", field.field, field.by,
                                     maker == nullptr ? "what was given" : PlaceOf(*maker)));
  }

  void Score() {
    auto scored = decider_.Score(View(), expect_.looks_at_score() ? Explain::kFired : Explain::kNothing);
    if (!scored.ok()) {
      Fail(test_.position, fmt::format("the record cannot be scored: {}", std::string(scored.status().message())));
      return;
    }
    ScoreOutcome outcome = *std::move(scored);
    if (expect_.looks_at_score()) {
      CheckScore(outcome);
      if (observer_ != nullptr) observer_->Scored(rules_, View(), outcome);
    }
    lead_.score = test_.input.score ? *test_.input.score : std::move(outcome.score);
    if (test_.input.score && !test_.input.score_says_side) {
      // By the bars of the rules that are tried, which mutation changes.
      lead_.score.threshold = rules_.scoring.bars.mql;
      lead_.score.qualified = lead_.score.central >= rules_.scoring.bars.mql;
      lead_.score.warm = lead_.score.central >= rules_.scoring.bars.maql;
    }
    contact_.score = lead_.score;
  }

  void CheckPoints(const SourcePosition& at, std::string_view what, double expected, double got) {
    if (std::abs(expected - got) <= kPointsTolerance) return;
    Fail(at, fmt::format("expected {} {}, got {}", what, Points(expected), Points(got)));
  }

  void CheckScore(const ScoreOutcome& outcome) {
    const size_t before = findings_.size();
    if (expect_.score) {
      const packs::ExpectedScore& score = *expect_.score;
      if (score.central) CheckPoints(score.position, "a central score of", *score.central, outcome.score.central);
      if (score.adjustment) {
        CheckPoints(score.position, "an adjustment of", *score.adjustment, outcome.score.adjustment);
      }
      if (score.total) CheckPoints(score.position, "a total of", *score.total, outcome.score.total);
      for (const auto& [dimension, points] : score.dimensions) {
        const auto it = outcome.score.dimensions.find(dimension);
        const double got = it == outcome.score.dimensions.end() ? 0 : it->second;
        CheckPoints(score.position, fmt::format("{} points of", dimension), points, got);
      }
      if (score.qualified && *score.qualified != outcome.score.qualified) {
        Fail(score.position,
             fmt::format("expected a score that is {}qualified, got {} of {} points", *score.qualified ? "" : "not ",
                         Points(outcome.score.central), Points(outcome.score.threshold)));
      }
      if (score.warm && *score.warm != outcome.score.warm) {
        Fail(score.position, fmt::format("expected a score that is {}warm, got {} points", *score.warm ? "" : "not ",
                                         Points(outcome.score.central)));
      }
    }
    for (const packs::ExpectedRule& rule : expect_.rules) CheckRule(rule, outcome.decision.reasons);
    if (expect_.only) CheckOnly(outcome.decision.reasons);
    const bool sums = expect_.score && findings_.size() != before;
    if (sums) findings_.back() += fmt::format("\n    from {}", PartsOf(outcome.decision.reasons));
  }

  static std::string PartsOf(const std::vector<domain::Reason>& reasons) {
    std::string out;
    for (const domain::Reason& reason : reasons) {
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", reason.rule_id, Points(reason.points));
    }
    return out.empty() ? "no rule" : out;
  }

  void CheckRule(const packs::ExpectedRule& rule, const std::vector<domain::Reason>& reasons) {
    const auto fired =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& r) { return r.rule_id == rule.rule; });
    if (fired == reasons.end()) {
      if (rule.fires) Fail(rule.position, fmt::format("expected {} to fire; it did not", rule.rule));
    } else if (!rule.fires) {
      Fail(rule.position, fmt::format("expected {} not to fire; it gave {} points{}", rule.rule, Points(fired->points),
                                      At(fired->source)));
    } else if (rule.points && std::abs(*rule.points - fired->points) > kPointsTolerance) {
      Fail(rule.position, fmt::format("expected {} points of {}, got {}{}", Points(*rule.points), rule.rule,
                                      Points(fired->points), At(fired->source)));
    }
  }

  void CheckOnly(const std::vector<domain::Reason>& reasons) {
    for (const domain::Reason& reason : reasons) {
      const auto named = [&](const packs::ExpectedRule& rule) { return rule.fires && rule.rule == reason.rule_id; };
      if (std::any_of(expect_.rules.begin(), expect_.rules.end(), named)) continue;
      Fail(expect_.only_position, fmt::format("expected no other rule to fire; {} gave {} points{}", reason.rule_id,
                                              Points(reason.points), At(reason.source)));
    }
  }

  void Move(const packs::ExpectedStatus& expected) {
    if (!expected.from.empty()) lead_.status = expected.from;
    auto decided =
        decider_.Status(View(), expected.from, expected.on, expected.wanted, Explain::kWhyNot, expected.reason);
    if (!decided.ok()) {
      Fail(expected.position, std::string(decided.status().message()));
      return;
    }
    if (observer_ != nullptr) observer_->Moved(rules_, View(), expected.on, *decided);
    CheckMove(expected, *decided);
    CheckHold(expected, *decided);
    held_ = !decided->hold.empty();
    stays_ = decided->to.empty();
    if (held_) HoldIn(decided->hold);
    if (decided->to.empty()) return;
    lead_.status = decided->to;
    lead_.status_since = test_.now;
    if (domain::ByPerson({.trigger = std::string(domain::TriggerName(expected.on))})) lead_.handled_at = test_.now;
  }

  void CheckMove(const packs::ExpectedStatus& expected, const domain::StatusDecision& decided) {
    const std::string source = decided.reasons.empty() ? "" : decided.reasons.front().source;
    const auto& remaps = rules_.lifecycle;
    if (decided.to != remaps.Current(expected.to)) {
      Fail(expected.position,
           fmt::format("expected {}, got {}{}", expected.to.empty() ? "it to stay " + expected.from : expected.to,
                       decided.to.empty() ? "no transition" : decided.to,
                       decided.to.empty() ? WhyStaying(expected, decided)
                                          : fmt::format(" by {}{}", decided.transition_id, At(source))));
      return;
    }
    // A record that stays is there by the gate that held it back.
    const std::string& by = decided.to.empty() ? decided.denied_by : decided.transition_id;
    if (!expected.by.empty() && expected.by != by) {
      Fail(expected.position, fmt::format("expected {} by {}, it came by {}{}",
                                          expected.to.empty() ? "it to stay " + expected.from : expected.to,
                                          expected.by, Shown(by), At(source)));
    }
    if (!expected.reason_required) return;
    for (const domain::TransitionDef& transition : rules_.lifecycle.transitions) {
      if (transition.id != decided.transition_id || transition.reason_required == *expected.reason_required) continue;
      Fail(expected.position, fmt::format("expected {} to need {} reason ({})", transition.id,
                                          *expected.reason_required ? "a" : "no", transition.source));
    }
  }

  void CheckHold(const packs::ExpectedStatus& expected, const domain::StatusDecision& decided) {
    if (!expected.hold || *expected.hold == decided.hold) return;
    Fail(expected.position, fmt::format("expected {}, got {}", HeldIn(*expected.hold), HeldIn(decided.hold)));
  }

  static std::string HeldIn(std::string_view queue) {
    return queue.empty() ? "it held in no queue" : fmt::format("it held in {}", queue);
  }

  void HoldIn(const std::string& queue) {
    lead_.hold_queue = queue;
    lead_.held_since = test_.now;
  }

  // Why the transition that was expected did not fire.
  static std::string WhyStaying(const packs::ExpectedStatus& expected, const domain::StatusDecision& decided) {
    for (const domain::Reason& reason : decided.reasons) {
      if (reason.rule_id == expected.by)
        return fmt::format("; {} ({}): {}", expected.by, reason.source, reason.message);
    }
    return "";
  }

  void Route(const packs::ExpectedRoute& expected) {
    const auto& entering = rules_.routing.route_on_enter;
    const bool moves = expect_.entry || expect_.transition;
    const bool asked =
        !held_ && (!moves || std::find(entering.begin(), entering.end(), lead_.status) != entering.end());
    if (!asked || expected.none) {
      if (!asked && !expected.none) {
        Fail(expected.position, held_
                                    ? fmt::format("expected a route; it is held in {}", lead_.hold_queue)
                                    : fmt::format("expected a route; entering {} does not route", Shown(lead_.status)));
      } else if (asked) {
        Fail(expected.position, fmt::format("expected no route; entering {} routes", Shown(lead_.status)));
      }
      return;
    }
    GivenReps reps(test_.input);
    auto outcome = decider_.Route(View(), reps, expected.without, Explain::kWhyNot);
    if (!outcome.ok()) {
      Fail(expected.position, std::string(outcome.status().message()));
      return;
    }
    if (observer_ != nullptr) observer_->Routed(rules_, View(), *outcome);
    CheckRoute(expected, *outcome);
    if (!outcome->hold_queue.empty()) HoldIn(outcome->hold_queue);
    if (!outcome->rep.empty()) lead_.assignee = outcome->rep;
  }

  void CheckRoute(const packs::ExpectedRoute& expected, const RouteOutcome& got) {
    const domain::Rep* rep = rules_.routing.FindRep(got.rep);
    const std::string team = rep == nullptr ? "" : rep->team;
    const std::string what = got.rep.empty() ? "held in " + got.hold_queue : fmt::format("{} of {}", got.rep, team);
    const std::string came = fmt::format("got {} by {}", what, Shown(got.route));
    if (!expected.hold.empty() && expected.hold != got.hold_queue) {
      Fail(expected.position, fmt::format("expected it held in {}, {}", expected.hold, came));
    } else if (!expected.rep.empty() && expected.rep != got.rep) {
      Fail(expected.position, fmt::format("expected rep {}, {}", expected.rep, came));
    } else if (!expected.team.empty() && expected.team != team) {
      Fail(expected.position, fmt::format("expected team {}, {}", expected.team, came));
    } else if (!expected.by.empty() && expected.by != got.route) {
      Fail(expected.position, fmt::format("expected route {}, {}{}", expected.by, came, WhyNotRoute(expected.by, got)));
    }
  }

  static std::string WhyNotRoute(const std::string& route, const RouteOutcome& got) {
    for (const domain::Reason& reason : got.decision.reasons) {
      if (reason.rule_id == route) return fmt::format("; {} ({}): {}", route, reason.source, reason.message);
    }
    return "";
  }

  void ServiceLevel(const packs::ExpectedLevel& expected) {
    // A lead that is held where it stands enters no status. What an activity leaves where it is may be asked again.
    const packs::RecordView seen = View();
    const bool did = stays_ && !held_ && expect_.transition && expect_.transition->on == domain::Trigger::kActivity;
    const Entered entered{.status = !stays_,
                          .queue = !lead_.hold_queue.empty(),
                          .activity = did ? NewestInteraction(decider_.snapshot().rules->responses(), seen) : nullptr};
    const domain::SlaDef* level = decider_.ServiceLevel(View(), entered);
    if (observer_ != nullptr) observer_->LevelChosen(rules_, View(), entered, level);
    const std::string id = level == nullptr ? "" : level->id;
    if (id != expected.level) {
      Fail(expected.position, fmt::format("expected service level {}, got {}{}", Shown(expected.level), Shown(id),
                                          level == nullptr ? "" : At(level->source)));
      return;
    }
    if (level == nullptr) return;
    const domain::CalendarChoice choice = domain::CalendarFor(*level, rules_.sla, rules_.routing, lead_);
    const domain::SlaClock clock = domain::StartClock(*level, *choice.calendar, test_.now);
    if (expected.calendar && *expected.calendar != clock.calendar) {
      Fail(expected.position,
           fmt::format("expected it to count on calendar {}, got {}{}{}", *expected.calendar, clock.calendar,
                       choice.because.empty() ? "" : ", the one ", choice.because + At(level->source)));
    }
    CheckMoment(expected, "the warning", expected.warn, clock.warn, clock, *level);
    CheckMoment(expected, "it due", expected.due, clock.due, clock, *level);
    CheckBreach(expected, *level);
  }

  void CheckBreach(const packs::ExpectedLevel& expected, const domain::SlaDef& level) {
    for (std::string& fault : BreachFaults(expected, level, decider_.StandsStill(View(), level))) {
      Fail(expected.position, std::move(fault));
    }
  }

  void Marketing(const packs::ExpectedMarketing& expected) {
    packs::RecordView view = View();
    const domain::Lead person =
        StandInFor(contact_, static_cast<int64_t>(view.activities.size()),
                   view.activities.empty() ? 0 : view.activities.back().time, *decider_.snapshot().rules);
    view.lead = &person;
    view.contact = &contact_;
    const std::string reason(decider_.Marketing(view).reason);
    if (observer_ != nullptr) observer_->MarketingDecided(decider_.Rules(person.region), view, reason);
    if (reason == expected.reason) return;
    const auto known = [](const std::string& id) { return id.empty() ? "marketable" : "not marketable: " + id; };
    Fail(expected.position, fmt::format("expected the person to be {}, got {}", known(expected.reason), known(reason)));
  }

  void CheckMoment(const packs::ExpectedLevel& expected, std::string_view what, const std::optional<Time>& wanted,
                   Time got, const domain::SlaClock& clock, const domain::SlaDef& level) {
    if (!wanted || *wanted == got) return;
    Fail(expected.position, fmt::format("expected {} at {}, got {} on calendar {}{}", what, FormatTime(*wanted),
                                        FormatTime(got), clock.calendar, At(level.source)));
  }

  Decider& decider_;
  const packs::TestCase& test_;
  const packs::Expectations& expect_;
  DecisionObserver* observer_;
  domain::Lead lead_;
  domain::Contact contact_;
  domain::Account account_;
  const packs::RegionRules& rules_;
  std::vector<Decision> decided_;
  bool held_ = false;   // by the move, so that no route is asked
  bool stays_ = false;  // the move did not come about
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> RunTestCase(Decider& decider, const packs::TestCase& test, DecisionObserver* observer) {
  return CaseRun(decider, test, observer).Run();
}

}  // namespace leadline::engine
