// Records and packs for asking when time alone changes what is decided.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/decide/decider.h"
#include "packs/loader.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

using Random = std::mt19937_64;

inline const Time kStart = *ParseTime("2026-06-01T13:20:07Z");

// The repository's central pack with these scoring rules and these transitions on rescoring.
inline std::shared_ptr<const Snapshot> PacksOf(const std::string& rules, const std::string& transitions) {
  packs::PackSet read = packs::ReadPackSet(kRulesRoot).set;
  packs::PackSet set{"rules", {*read.Find("central")}};
  auto& files = set.packs[0].files;
  std::erase_if(files, [](const auto& f) { return f.first.starts_with("tests/"); });
  files["scoring.yaml"] =
      "threshold: {mql: 100, maql: 45}\nregional_adjustment: {cap: 15}\ndimensions: [behaviour]\nrules:\n" + rules;
  std::string& status = files["status.yaml"];
  const size_t from = status.find("transitions:\n"), to = status.find("  # People's decisions.");
  EXPECT_NE(from, std::string::npos);
  EXPECT_NE(to, std::string::npos);
  status.replace(from, to - from, "transitions:\n" + transitions);
  packs::LoadResult loaded = packs::LoadRuleSet(set, {.analyze = false});
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics) << rules << transitions;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->rules = loaded.rules;
  snapshot->ref = std::make_shared<const domain::SnapshotRef>();
  return snapshot;
}

struct Record {
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  std::vector<domain::Activity> activities;  // oldest first

  void Did(Time time, const std::string& response = "contact_me") {
    domain::Activity activity;
    activity.id = "a" + std::to_string(activities.size());
    activity.channel = "website";
    activity.investment = "high";
    activity.response = response;
    activity.time = time;
    activities.push_back(std::move(activity));
    std::sort(activities.begin(), activities.end(), domain::Older);
    lead.last_activity_at = std::max(lead.last_activity_at, time);
    lead.activity_count += 1;
  }
  packs::RecordView View(Time now) const { return {&lead, &contact, &account, HappenedBy(activities, now), now}; }
};

// What the packs make of a record at one moment.
struct Decided {
  double total = 0;
  bool qualified = false, warm = false;
  std::string moves_to;
  bool decays = false;
  bool operator==(const Decided& other) const {
    return qualified == other.qualified && warm == other.warm && moves_to == other.moves_to;
  }
};

inline Decided DecideAt(Decider& decider, Record record, Time now) {
  const auto outcome = decider.Score(record.View(now), Explain::kLater);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  record.lead.score = outcome->score;
  const auto moves =
      decider.Status(record.View(now), record.lead.status, domain::Trigger::kRescore, "", Explain::kNothing);
  EXPECT_TRUE(moves.ok()) << moves.status();
  return {outcome->score.total, outcome->score.qualified, outcome->score.warm, moves->to, !outcome->decaying.empty()};
}

// Scores the record as of `now`, and tells when it is to be looked at again.
inline Time ScoreAndAsk(Decider& decider, Record& record, Time now) {
  const auto outcome = decider.Score(record.View(now), Explain::kLater);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  record.lead.score = outcome->score;
  const packs::RecordView view = record.View(now);
  const size_t happened = view.activities.size();
  return decider.NextDecision(view, outcome->decaying,
                              happened < record.activities.size() ? record.activities[happened].time : 0);
}

}  // namespace leadline::engine
