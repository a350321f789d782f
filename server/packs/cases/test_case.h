// One case of a pack's tests: what it gives, and what it expects of the decisions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/source_position.h"
#include "domain/lifecycle.h"
#include "domain/records.h"
#include "domain/routing.h"

namespace leadline::packs {

// What a case gives. Plain data.
struct TestInput {
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  bool has_contact = false;
  bool has_account = false;
  std::vector<domain::Activity> activities;  // oldest first
  // The score that the rules of status and routing read, in the place of the one worked out.
  std::optional<domain::Score> score;
  bool score_says_side = false;  // whether it is qualified and warm is given, too, and not for the bars to say
  std::map<std::string, domain::RepState, std::less<>> reps;                 // by rep; others are free and have no lead
  std::map<std::string, std::vector<domain::PoolState>, std::less<>> pools;  // by team
  // Reps who work another open lead of the person, and of the company; empty: nobody does.
  std::string person_open_lead_owner, company_open_lead_owner;
};

struct ExpectedField {
  std::string field;
  std::string value;  // empty: no value is found
  std::string by;     // a layer, a plugin's id or the end of a row's place; empty: not looked at
  SourcePosition position;
};

struct ExpectedScore {
  std::optional<double> central, adjustment, total;
  std::optional<bool> qualified, warm;
  std::vector<std::pair<std::string, double>> dimensions;
  SourcePosition position;
};

// Scoring rules, matrices and "regional_adjustment" (what the cap takes away).
struct ExpectedRule {
  std::string rule;
  bool fires = true;
  std::optional<double> points;
  SourcePosition position;
};

struct ExpectedStatus {
  domain::Trigger on = domain::Trigger::kEntry;
  std::string from;    // empty: for a new record
  std::string wanted;  // of a person; empty: any
  std::string reason;  // of a rejection
  std::string to;      // empty: it stays
  std::string by;      // transition; empty: not looked at
  std::optional<bool> reason_required;
  std::optional<std::string> hold;  // queue of the transition or the gate; empty: none; absent: not looked at
  SourcePosition position;
};

struct ExpectedRoute {
  bool none = false;  // the status that the lead enters does not route it
  std::string team, rep, hold, by;
  std::string without;  // input: a rep who must not get it
  SourcePosition position;
};

struct ExpectedLevel {
  std::string level;  // empty: none starts
  std::optional<Time> warn, due;
  std::optional<bool> reassign;
  std::optional<bool> stands;                         // by pause_when
  std::optional<std::string> calendar;                // on which it counts
  std::optional<std::vector<std::string>> on_breach;  // "reassign", "escalate after 30m", "hold in junk after 9h"
  SourcePosition position;
};

struct ExpectedMarketing {
  std::string reason;  // why the person is not marketable; empty: the person is
  SourcePosition position;
};

struct ExpectedPlace {
  std::string value;
  SourcePosition position;
};

struct Expectations {
  std::vector<ExpectedField> normalize;
  std::optional<ExpectedScore> score;
  std::vector<ExpectedRule> rules;
  bool only = false;  // no scoring rule but the named ones fires
  SourcePosition only_position;
  std::optional<ExpectedStatus> entry, transition;
  std::optional<ExpectedRoute> route;
  std::optional<ExpectedLevel> sla;
  std::optional<ExpectedMarketing> marketing;
  std::optional<ExpectedPlace> region, territory;

  bool empty() const {
    return normalize.empty() && !score && rules.empty() && !only && !entry && !transition && !route && !sla &&
           !marketing && !region && !territory;
  }
  bool looks_at_score() const { return score.has_value() || !rules.empty() || only; }
};

struct TestCase {
  std::string pack;
  std::string suite;
  std::string name;
  std::string needs_plugin;  // empty: none
  Time now = 0;
  TestInput input;
  Expectations expect;
  SourcePosition position;
};

}  // namespace leadline::packs
