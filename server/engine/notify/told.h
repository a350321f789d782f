// Who is told of what happened to a lead, by the rules of notify.yaml. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/event.h"
#include "domain/records.h"
#include "packs/rule_set.h"

namespace leadline::engine {

struct Deciding;

// The endpoints that a rule of the packs which decide names.
std::set<std::string> EndpointsNamed(const Deciding& deciding);

// Somebody who is to be told of an event.
struct Told {
  std::string endpoint;
  std::string rules;  // ids of those that say so, with blanks between
};

// Adds the endpoints that the rule tells, each once with all its rules.
void AddEndpoints(const packs::NotifyRule& rule, std::vector<Told>& told);

// Whom the rules tell of the lead's new events: the number of each event that somebody is told of, in order, with each
// endpoint once. `before`: the lead as it is stored. `holds` is asked, once at most for each condition, where something
// happened that a rule with it is on; -1 stands for none. What a rule is on, and the event that tells it:
//   assigned                   Assigned, to a rep other than the one before, but by another system's word
//   sla_warned, sla_breached   SlaChanged, the first of a clock that says so
//   qualified                  ScoreChanged, with a score that reaches the bar where the one before did not
std::vector<std::pair<size_t, std::vector<Told>>> ToldOf(const std::vector<packs::NotifyRule>& rules,
                                                         const domain::Lead& before,
                                                         std::span<const domain::EventPayload* const> events,
                                                         const std::function<bool(int condition)>& holds);

}  // namespace leadline::engine
