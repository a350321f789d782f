// Explains one lead: every rule with the parts of its condition. Decides with the same code as everything else, then
// takes the conditions apart; nothing that decides pays for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/decider.h"
#include "engine/explain/explanation.h"
#include "engine/work/standing.h"
#include "packs/explain/condition_parts.h"

namespace leadline::engine {

// For one lead and one moment. Writes nothing. Not thread-safe.
class Explainer {
 public:
  // `now` is when routes are asked for; `as_of` all else. `reps` must outlive it.
  Explainer(std::shared_ptr<const Snapshot> snapshot, LeadContext stored, Time as_of, Time now, RepSource& reps);
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  // INVALID_ARGUMENT names what the packs do not know, and what is near it.
  absl::StatusOr<ExplainedLead> Run(const ExplainRequest& request);

 private:
  absl::Status Check(const ExplainRequest& request) const;

  // After the fields are explained.
  void MakeReaders();
  packs::ConditionReader& ReaderFor(const domain::ScoringRule& rule) const {
    return rule.regional && regional_reader_ ? *regional_reader_ : *reader_;
  }
  packs::ConditionReader& ReaderFor(const domain::Route& route) const {
    return route.layer != "central" && regional_route_reader_ ? *regional_route_reader_ : *route_reader_;
  }
  absl::Status ExplainFields();
  domain::Decision ExplainField(const packs::Normalizer& normalizer,
                                const std::vector<domain::Decision>& decided) const;
  absl::Status ExplainScore();
  void TakeApart(const domain::ScoringRule& rule, domain::Reason& reason);
  void TakeNearestApart(const domain::ScoringRule& rule, domain::Reason& reason);
  void AddSilentMatrices(std::vector<domain::Reason>& reasons) const;
  std::vector<PossiblePoints> Possible(bool central_only) const;

  domain::Reason TransitionReason(const domain::TransitionDef& transition, std::string_view from);
  void AskGates(const domain::TransitionDef& transition, std::string_view from, domain::Reason& reason);
  // Transitions from a status, each id once; into `to`, or anywhere where it is empty.
  std::vector<domain::Reason> TransitionsFrom(std::string_view from, std::string_view to);
  std::vector<std::string> PathTo(std::string_view wanted) const;
  void ExplainStatus();
  WhyNot WhyNotStatus(const std::string& wanted);
  WhyNot WhyNotScore(double wanted) const;
  double PointsShort(const std::vector<domain::Reason>& reasons) const;

  absl::Status ExplainRoute();
  absl::StatusOr<domain::Reason> RouteReason(const domain::Route& route, bool decided_before);
  // Why the rep cannot take the lead by the route; empty when the rep can.
  absl::StatusOr<std::string> Obstacle(const domain::Route& route, const domain::Rep& rep);
  static std::string TargetOf(const domain::Route& route);
  std::string WhenRouted() const;
  WhyNot WhyNotRoute(const std::string& wanted) const;
  absl::StatusOr<WhyNot> WhyNotRep(const std::string& wanted);

  void ExplainServiceLevel();

  const domain::Decision& Decided(domain::DecisionKind kind) const;
  std::string LeadName() const { return domain::ResourceName(domain::RecordKind::kLead, stored_.lead.id); }

  const std::shared_ptr<const Snapshot> snapshot_;
  Decider& decider_;
  LeadContext stored_;   // as stored, with its fields' meaning of today
  LeadContext current_;  // normalised and scored as of the moment
  const Time as_of_;
  const Time now_;
  RepSource& reps_;
  const packs::RegionRules& rules_;
  packs::RecordView route_view_;                    // the record as stored, now
  std::unique_ptr<packs::ConditionReader> reader_;  // of `current_`
  std::unique_ptr<packs::ConditionReader> route_reader_;
  // As the region's rules read the fields; null: as the centre's do.
  std::unique_ptr<packs::ConditionReader> regional_reader_;
  std::unique_ptr<packs::ConditionReader> regional_route_reader_;
  RouteOutcome routed_;
  ExplainedLead out_;
};

// Sets outcome and message by the parts: true fires; no condition always holds.
void JudgeByParts(std::vector<domain::ConditionPart> parts, domain::Reason& reason);

}  // namespace leadline::engine
