// What an explanation of a lead is asked for and answers. Plain data.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/records.h"

namespace leadline::engine {

struct ExplainRequest {
  std::string name;            // leads/{lead}
  Time as_of = 0;              // for score, status and service level; 0: now. Routes are always asked for now.
  std::string why_not_status;  // empty: not asked, as below
  std::string why_not_route;
  std::string why_not_rep;  // id
  std::optional<double> why_not_score;
};

// A rule that could give points, or that takes some away now.
struct PossiblePoints {
  std::string rule_id;
  std::string layer;
  double points = 0;
  std::string needs;  // in words
  std::string source;
};

struct WhyNot {
  enum class Subject : uint8_t { kStatus, kRoute, kRep, kScore };
  Subject subject = Subject::kStatus;
  std::string wanted;
  bool reached = false;                 // it is so already, or would be
  std::string answer;                   // one sentence
  std::vector<std::string> path;        // of statuses, the present one first; empty: none leads there
  std::vector<domain::Reason> reasons;  // what would have to hold, in the order asked
  double points_short = 0;
  std::vector<PossiblePoints> possible_points;  // most first
};

struct ExplainedLead {
  domain::Lead lead;    // as stored
  domain::Score score;  // as of the moment asked for
  // What each normalised field means, the score, the status, the route, the service level; the reasons of routes in the
  // order asked, of all others those that fired first.
  std::vector<domain::Decision> decisions;
  std::vector<WhyNot> why_not;  // one for each question
  std::string note;             // what cannot be explained any more, and why; mostly empty
  std::shared_ptr<const domain::SnapshotRef> snapshot;
};

}  // namespace leadline::engine
