// Plugins that packs use for scores, gates, comparisons and fields: what they say counts and is told, and so is what
// counts in their place.
#include <gmock/gmock.h>

#include <numeric>

#include "engine/decider.h"
#include "engine/explanation.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;
using domain::Trigger;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Answers as it is told, by the first field it reads: the lead's source, or the contact's title for pairs.
class ScriptedPlugin final : public plugin::Plugin {
 public:
  explicit ScriptedPlugin(std::string id, std::vector<plugin::FieldSlot> slots) : slots_(std::move(slots)) {
    info_.id = std::move(id);
    info_.version = "1.0.0";
    fields_.resize(slots_.size(), "a field");
  }

  const plugin::PluginInfo& info() const override { return info_; }
  std::span<const std::string> wanted_fields() const override { return fields_; }
  std::span<const plugin::FieldSlot> wanted_slots() const override { return slots_; }

  absl::Status Normalize(std::span<const plugin::Record> records, std::span<plugin::NormalizeResult> results,
                         const plugin::CallOptions&) override {
    return Each(
        records.size(), [&](size_t i) { return records[i]; },
        [&](size_t i, const std::string& text) {
          results[i] = {text, 0.9, {{"it says " + text, 0}}};
        });
  }
  absl::Status Gate(std::span<const plugin::Transition> transitions, std::span<plugin::StatusResult> results,
                    const plugin::CallOptions&) override {
    return Each(
        transitions.size(), [&](size_t i) { return transitions[i].record; },
        [&](size_t i, const std::string& text) {
          results[i].verdict = text == "junk"    ? plugin::Verdict::kDeny
                               : text == "quiet" ? plugin::Verdict::kAbstain
                                                 : plugin::Verdict::kAllow;
          if (text != "quiet") results[i].reasons = {{"the source is " + text, 0}};
        });
  }
  absl::Status Score(std::span<const plugin::Record> records, std::span<plugin::ScoreResult> results,
                     const plugin::CallOptions&) override {
    return Each(
        records.size(), [&](size_t i) { return records[i]; },
        [&](size_t i, const std::string& text) {
          const double points = static_cast<double>(text.size());
          results[i] = {points, {{"letters of " + text, points}}};
        });
  }
  absl::Status Route(std::span<const plugin::RouteRequest>, std::span<plugin::RouteResult>,
                     const plugin::CallOptions&) override {
    return absl::FailedPreconditionError("does not route");
  }
  absl::Status Compare(std::span<const plugin::RecordPair> pairs, std::span<plugin::MergeResult> results,
                       const plugin::CallOptions&) override {
    return Each(
        pairs.size(), [&](size_t i) { return pairs[i].right; },
        [&](size_t i, const std::string& text) {
          const std::string left = TextOf(pairs[i].left);
          const bool same = left == text;
          results[i] = {same ? plugin::Agreement::kExact : plugin::Agreement::kDifferent,
                        same ? 90.0 : -3.0,
                        {{left + " and " + text, 0}}};
        });
  }

  std::vector<size_t> calls;  // how many items each had
  absl::Status failure;       // of every call

 private:
  static std::string TextOf(const plugin::Record& record) {
    const plugin::Value& value = record.fields[0];
    return value.kind == LEADLINE_STR ? std::string(value.u.str, value.len) : "";
  }
  template <typename RecordAt, typename Answer>
  absl::Status Each(size_t count, RecordAt record, Answer answer) {
    calls.push_back(count);
    if (!failure.ok()) return failure;
    for (size_t i = 0; i < count; ++i) {
      const std::string text = TextOf(record(i));
      if (text == "poison") return absl::InternalError(info_.id + ": cannot read this");
      answer(i, text);
    }
    return absl::OkStatus();
  }

  plugin::PluginInfo info_;
  std::vector<plugin::FieldSlot> slots_;
  std::vector<std::string> fields_;
};

constexpr char kFit[] = "org.test.fit";
constexpr char kHabit[] = "org.test.habit";
constexpr char kGate[] = "org.test.gate";
constexpr char kSame[] = "org.test.same";
constexpr char kTitles[] = "org.leadline.title_seniority";

// The packs of tests/packs/base with the given settings of each use.
struct Uses {
  std::string fit = "on_failure: skip, max_points: 20";
  std::string habit = "on_failure: skip, max_points: 40";
  std::string gate = "on_failure: skip";
  std::string same = "on_failure: fallback, fallback: exact";
};

packs::PackSet PacksWith(const Uses& uses) {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  packs::PackFiles central = *set.Find("central");
  packs::PackFiles emea = *set.Find("emea");
  const auto replace = [](std::string& text, const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
  };
  replace(central.files["schema.yaml"], "    competitor: {type: bool}\n",
          "    competitor: {type: bool}\n    mode: {type: string}\n    number: {type: double}\n");
  central.files["pack.yaml"] += "    - {slot: score, capability: leadline.score/1}\n";
  if (!uses.fit.empty()) {
    central.files["scoring.yaml"] +=
        fmt::format("plugins:\n  - {{id: fit, plugin: {}, dimension: demographic, {}}}\n", kFit, uses.fit);
  }
  if (!uses.habit.empty()) {
    emea.files["scoring.yaml"] +=
        fmt::format("plugins:\n  - {{id: emea.habit, plugin: {}, dimension: behaviour, {}}}\n", kHabit, uses.habit);
  }
  if (!uses.gate.empty()) {
    central.files["status.yaml"] += fmt::format(
        "gates:\n  - {{id: junk, plugin: {}, to: [inquiry, maql, sal], otherwise: raw, {}}}\n", kGate, uses.gate);
  }
  if (!uses.same.empty()) {
    replace(central.files["merge.yaml"], "account:\n",
            fmt::format("    - id: title\n      field: contact.title\n      comparator: {{plugin: {}, max_weight: 9, "
                        "{}}}\n{}account:\n",
                        kSame, uses.same,
                        uses.same.find("fallback:") == std::string::npos
                            ? ""
                            : "      levels:\n        - {label: same, at_least: 1, m: 0.8, u: 0.1}\n"
                              "        - {label: else, m: 0.2, u: 0.9}\n"));
  }
  set.Put(central);
  set.Put(emea);
  return set;
}

class PluginSlots : public EngineTest {
 protected:
  static std::shared_ptr<Snapshot> Make(const packs::PackSet& set) {
    packs::LoadResult loaded = packs::LoadRuleSet(set);
    EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->rules = loaded.rules;
    auto ref = std::make_shared<domain::SnapshotRef>();
    ref->generation = 1;
    snapshot->ref = std::move(ref);
    return snapshot;
  }

  // Adds the plugin to the snapshot, reading `field` first.
  std::shared_ptr<ScriptedPlugin> Add(Snapshot& snapshot, const std::string& id, const std::string& field) {
    const int slot = snapshot.rules->FieldSlot(field);
    EXPECT_GE(slot, 0) << field;
    auto plugin = std::make_shared<ScriptedPlugin>(
        id, std::vector<plugin::FieldSlot>{{LEADLINE_STR, static_cast<uint32_t>(slot)}});
    snapshot.plugins[id] = BoundPlugin{plugin, {slot}, {id, "1.0.0", ""}};
    return plugin;
  }

  // A snapshot with every plugin there, for the engine too.
  std::shared_ptr<Snapshot> Use(const Uses& uses = {}) {
    std::shared_ptr<Snapshot> snapshot = Make(PacksWith(uses));
    fit_ = Add(*snapshot, kFit, "lead.source");
    habit_ = Add(*snapshot, kHabit, "lead.source");
    gate_ = Add(*snapshot, kGate, "lead.source");
    same_ = Add(*snapshot, kSame, "contact.title");
    titles_ = Add(*snapshot, kTitles, "contact.title");
    holder_->Set(snapshot);
    return snapshot;
  }

  static domain::Lead LeadFrom(std::string source, std::string region = "") {
    domain::Lead lead;
    lead.source = std::move(source);
    lead.region = std::move(region);
    return lead;
  }
  static ScoreOutcome ScoreOf(Decider& decider, const domain::Lead& lead, Explain explain = Explain::kFired) {
    auto outcome = decider.Score({&lead, nullptr, nullptr, {}, 5}, explain);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *std::move(outcome) : ScoreOutcome{};
  }
  static const Reason* Find(const std::vector<Reason>& reasons, std::string_view id) {
    for (const Reason& reason : reasons) {
      if (reason.rule_id == id) return &reason;
    }
    return nullptr;
  }

  static Enquiry From(std::string source, std::string email = "ana@acme.com") {
    Enquiry e;
    e.source = std::move(source);
    e.contact.email = std::move(email);
    e.contact.given_name = "Ana";
    e.contact.country = "US";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }

  std::shared_ptr<ScriptedPlugin> fit_, habit_, gate_, same_, titles_;
};

TEST_F(PluginSlots, PointsCountWhereTheLayerLetsThemCount) {
  Decider decider(Use());
  const domain::Lead home = LeadFrom("twelve chars");
  const ScoreOutcome outcome = ScoreOf(decider, home);
  EXPECT_EQ(outcome.score.central, 12);
  EXPECT_EQ(outcome.score.adjustment, 0);
  const Reason* fit = Find(outcome.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->layer, "central");
  EXPECT_EQ(fit->points, 12);
  EXPECT_EQ(fit->message, "letters of twelve chars");
  EXPECT_THAT(fit->source, HasSubstr("central/scoring.yaml:"));
  EXPECT_EQ(fit->evidence, (std::vector<domain::Evidence>{{kFit, "letters of twelve chars", 12, 0}}));

  // The region's own points are an adjustment, within the cap; the central score is what it was.
  const ScoreOutcome regional = ScoreOf(decider, LeadFrom("a source with thirty-one letters", "emea"));
  const ScoreOutcome central = ScoreOf(decider, LeadFrom("a source with thirty-one letters"));
  EXPECT_EQ(regional.score.central, central.score.central);
  EXPECT_EQ(regional.score.central, 20);
  EXPECT_EQ(regional.score.adjustment, 15);
  EXPECT_EQ(Find(regional.decision.reasons, "emea.habit")->layer, "emea");
  EXPECT_EQ(Find(regional.decision.reasons, "emea.habit")->points, 32);
  double sum = 0;
  for (const Reason& reason : regional.decision.reasons) sum += reason.points;
  EXPECT_EQ(sum, regional.score.total);
}

TEST_F(PluginSlots, APluginThatGivesNothingIsToldOnlyToWhomAsksWhy) {
  Decider decider(Use());
  const domain::Lead lead = LeadFrom("");
  EXPECT_EQ(Find(ScoreOf(decider, lead).decision.reasons, "fit"), nullptr);
  const ScoreOutcome why = ScoreOf(decider, lead, Explain::kWhyNot);
  const Reason* fit = Find(why.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(fit->message, "the plugin gives no points: letters of ");
}

TEST_F(PluginSlots, WhatCountsInPlaceOfAFailedPluginIsTold) {
  Decider skipping(Use());
  ScoreOutcome outcome = ScoreOf(skipping, LeadFrom("poison"));
  EXPECT_EQ(outcome.score.total, 0);
  const Reason* fit = Find(outcome.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->outcome, ReasonOutcome::kError);
  EXPECT_EQ(fit->message, "the plugin was skipped: org.test.fit: cannot read this");
  EXPECT_THAT(outcome.decision.summary, HasSubstr("from 0 of"));

  Uses uses;
  uses.fit = "on_failure: fallback, fallback: 7, max_points: 20";
  Decider falling(Use(uses));
  outcome = ScoreOf(falling, LeadFrom("poison"));
  EXPECT_EQ(outcome.score.central, 7);
  EXPECT_EQ(Find(outcome.decision.reasons, "fit")->message,
            "the plugin failed, so the fallback 7 counts: org.test.fit: cannot read this");
  EXPECT_EQ(ScoreOf(falling, LeadFrom("twelve chars")).score.central, 12);

  uses.fit = "on_failure: fail, max_points: 20";
  Decider failing(Use(uses));
  const domain::Lead lead = LeadFrom("poison");
  EXPECT_TRUE(absl::IsInternal(failing.Score({&lead, nullptr, nullptr, {}, 5}, Explain::kNothing).status()));
  auto submitted = Submit(From("poison"));
  EXPECT_TRUE(absl::IsInternal(submitted.status())) << submitted.status();
  EXPECT_TRUE(Submit(From("web")).ok());
}

// What is optional and not there leaves no trace: the same bytes as by packs that never heard of it.
TEST_F(PluginSlots, AnOptionalPluginThatWasNeverThereChangesNothing) {
  Uses uses;
  for (std::string* use : {&uses.fit, &uses.habit, &uses.gate, &uses.same}) *use += ", optional: true";
  holder_->Set(Make(PacksWith(uses)));
  auto without = Submit(From("junk"));
  ASSERT_TRUE(without.ok()) << without.status();
  ASSERT_TRUE(Submit(From("junk")).ok());
  EXPECT_EQ(without->lead.status, "inquiry");
  for (const domain::Decision& decision : without->decisions) {
    for (const Reason& reason : decision.reasons) {
      EXPECT_NE(reason.outcome, ReasonOutcome::kError) << reason.message;
      EXPECT_THAT(reason.message, testing::Not(HasSubstr("plugin")));
    }
  }
  Decider with(holder_->Get());
  Decider never(Make(PacksWith({"", "", "", ""})));
  const domain::Lead lead = LeadFrom("poison", "emea");
  const ScoreOutcome a = ScoreOf(with, lead, Explain::kWhyNot), b = ScoreOf(never, lead, Explain::kWhyNot);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.decision.reasons, b.decision.reasons);
  EXPECT_EQ(a.decision.summary, b.decision.summary);
}

TEST_F(PluginSlots, ManyRecordsAreAskedAboutTogetherAndAnsweredAsAlone) {
  Decider decider(Use());
  std::vector<domain::Lead> leads;
  for (size_t i = 0; i < 150; ++i) leads.push_back(LeadFrom(std::string(i % 23, 'x'), i % 3 == 0 ? "emea" : ""));
  leads[70].source = "poison";
  std::vector<packs::RecordView> views;
  for (const domain::Lead& lead : leads) views.push_back({&lead, nullptr, nullptr, {}, 5});
  const auto many = decider.ScoreMany(views, Explain::kWhyNot);
  // The second sixty-four fail together, so each of them is asked alone.
  std::vector<size_t> expected = {64, 64};
  expected.insert(expected.end(), 64, 1);
  expected.push_back(22);
  EXPECT_EQ(fit_->calls, expected);
  EXPECT_EQ(std::accumulate(habit_->calls.begin(), habit_->calls.end(), size_t{0}), 50U);
  EXPECT_EQ(habit_->calls.size(), 3U);
  ASSERT_EQ(many.size(), leads.size());
  for (size_t i = 0; i < leads.size(); ++i) {
    ASSERT_TRUE(many[i].ok()) << many[i].status();
    const ScoreOutcome alone = ScoreOf(decider, leads[i], Explain::kWhyNot);
    EXPECT_EQ(many[i]->score, alone.score) << i;
    EXPECT_EQ(many[i]->decision.reasons, alone.decision.reasons) << i;
  }

  // A plugin that is down fails the batch at once, and is not asked again for each record.
  fit_->calls.clear();
  fit_->failure = absl::DeadlineExceededError("org.test.fit: too late");
  decider.ScoreMany(std::span(views).subspan(0, 64), Explain::kNothing);
  EXPECT_THAT(fit_->calls, ElementsAre(64));
}

TEST_F(PluginSlots, EachRecordOfABatchHasItsOwnOutcome) {
  Uses uses;
  uses.fit = "on_failure: fail, max_points: 20";
  Use(uses);
  std::vector<ScoringRecord> records(70);
  for (ScoringRecord& record : records) record.lead.source = "web";
  records[3].lead.source = "poison";
  const auto scored = engine_->ScoreMany(records, 0, true);
  ASSERT_EQ(scored.size(), 70U);
  EXPECT_TRUE(absl::IsInternal(scored[3].status()));
  for (const size_t i : {size_t{0}, size_t{4}, size_t{69}}) {
    ASSERT_TRUE(scored[i].ok()) << scored[i].status();
    const auto alone = engine_->Score(records[i], 0, true);
    EXPECT_EQ(scored[i]->score, alone->score);
    EXPECT_EQ(scored[i]->decision.reasons, alone->decision.reasons);
    EXPECT_EQ(scored[i]->entry_status, alone->entry_status);
  }
}

TEST_F(PluginSlots, AGateTurnsANewRecordAwayAndHoldsAKnownOneBack) {
  Use();
  auto junk = Submit(From("junk"));
  ASSERT_TRUE(junk.ok()) << junk.status();
  EXPECT_EQ(junk->lead.status, "raw");
  const Reason* said = nullptr;
  int told = 0;
  for (const domain::Decision& decision : junk->decisions) {
    if (decision.kind != domain::DecisionKind::kStatus) continue;
    ++told;
    said = Find(decision.reasons, "junk");
    EXPECT_THAT(decision.summary, HasSubstr("enters as raw by junk"));
  }
  EXPECT_EQ(told, 1);
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->outcome, ReasonOutcome::kFired);
  EXPECT_EQ(said->message, "denies inquiry: the source is junk");

  auto good = Submit(From("web", "bo@acme.com"));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->lead.status, "inquiry");

  // A further activity: it would become an inquiry, and the ledger says why it does not.
  domain::Activity visit = Did("website", "high", "visit", clock_.Now());
  visit.lead_id = junk->lead.id;
  auto acted = Act(visit);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.status, "raw");
  auto history = History(LeadName(junk->lead));
  ASSERT_TRUE(history.ok());
  int denials = 0;
  for (const domain::Event& event : *history) {
    if (!event.decision.has_value() || event.decision->kind != domain::DecisionKind::kStatus) continue;
    if (event.decision->summary == "stays raw: held back by junk") ++denials;
  }
  EXPECT_EQ(denials, 1);
}

TEST_F(PluginSlots, APersonIsToldWhatTheGateSays) {
  Use();
  auto submitted = Submit(From("web"));
  ASSERT_TRUE(submitted.ok());
  const std::string name = LeadName(submitted->lead);
  const auto move = [&] {
    return Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->Transition({}, name, "maql", "good", "", std::move(done)); });
  };
  Uses denying;
  denying.gate = "on_failure: fallback, fallback: deny";
  Use(denying);
  gate_->failure = absl::UnavailableError("org.test.gate: down");
  auto refused = move();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr("the gate junk keeps the record in \"inquiry\": the plugin failed, so the fallback deny counts"));
  gate_->failure = absl::OkStatus();
  auto moved = move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->lead->status, "maql");
  const Reason* allowed = Find(moved->decisions.back().reasons, "junk");
  ASSERT_NE(allowed, nullptr);
  EXPECT_EQ(allowed->outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(allowed->message, "allows maql: the source is web");
}

TEST_F(PluginSlots, AGateThatFailsDoesWhatThePackSays) {
  const domain::Lead lead = LeadFrom("poison");
  const packs::RecordView view{&lead, nullptr, nullptr, {}, 5};
  Uses uses;
  Decider skipping(Use(uses));
  auto decided = skipping.Status(view, "inquiry", Trigger::kTransition, "maql", Explain::kFired);
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(decided->to, "maql");
  ASSERT_NE(Find(decided->reasons, "junk"), nullptr);
  EXPECT_EQ(Find(decided->reasons, "junk")->message, "the plugin was skipped: org.test.gate: cannot read this");
  EXPECT_THAT(gate_->calls, ElementsAre(1));  // the decision is made twice, the gate is asked once

  uses.gate = "on_failure: fail";
  Decider failing(Use(uses));
  EXPECT_TRUE(
      absl::IsInternal(failing.Status(view, "inquiry", Trigger::kTransition, "maql", Explain::kNothing).status()));
  // What no gate guards, none is asked about.
  EXPECT_TRUE(failing.Status(view, "inquiry", Trigger::kTransition, "disqualified", Explain::kNothing).ok());
}

TEST_F(PluginSlots, AnExplanationAsksTheGatesToo) {
  Use();
  auto submitted = Submit(From("junk"));
  ASSERT_TRUE(submitted.ok());
  ExplainRequest request;
  request.name = LeadName(submitted->lead);
  request.why_not_status = "inquiry";
  auto explained = engine_->ExplainLead({}, request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  ASSERT_EQ(explained->why_not.size(), 1U);
  EXPECT_THAT(explained->why_not[0].answer,
              HasSubstr("its condition holds, but junk denies inquiry: the source is junk"));
}

TEST_F(PluginSlots, PairsAreComparedTogetherWithinTheBoundAndTold) {
  Use();
  Enquiry stored = From("web", "p0@acme.com");
  stored.contact.title = "Buyer";
  ASSERT_TRUE(Submit(std::move(stored)).ok());
  std::vector<domain::Contact> contacts(70);
  std::vector<MatchSide> sides;
  for (size_t i = 0; i < contacts.size(); ++i) {
    contacts[i].title = i == 1 ? "Buyer" : "Painter";
    sides.push_back({&contacts[i], nullptr});
  }
  domain::Contact buyer;
  buyer.title = "Buyer";
  Decider decider(holder_->Get());
  same_->calls.clear();
  auto pairs = decider.CompareContacts(decider.Rules(""), {&buyer, nullptr}, sides, 5);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_THAT(same_->calls, ElementsAre(64, 6));
  const domain::ComparisonResult& same = (*pairs)[1].comparisons[1];
  EXPECT_EQ(same.level, "exact");
  EXPECT_EQ(same.weight, 9);
  EXPECT_EQ(same.note, "Buyer and Buyer; limited to 9 of 90");
  EXPECT_EQ((*pairs)[0].comparisons[1].level, "different");
  EXPECT_EQ((*pairs)[69].comparisons[1].weight, -3);

  auto again = Submit(From("web", "p0@acme.com"));
  ASSERT_TRUE(again.ok());
  bool told = false;
  for (const domain::Decision& decision : again->decisions) {
    if (decision.kind != domain::DecisionKind::kMatchContact) continue;
    for (const domain::Evidence& e : decision.reasons.front().evidence) {
      told = told || e.value.find("( and Buyer)") != std::string::npos;
    }
  }
  EXPECT_TRUE(told);
}

TEST_F(PluginSlots, AComparisonWhosePluginFailsFallsBackOrIsLeftOut) {
  domain::Contact one, other;
  one.title = other.title = "poison";
  const MatchSide right{&other, nullptr};
  const auto compare = [&](Decider& decider) {
    return decider.CompareContacts(decider.Rules(""), {&one, nullptr}, {&right, 1}, 5);
  };
  Uses uses;
  Decider falling(Use(uses));
  auto pairs = compare(falling);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_EQ((*pairs)[0].comparisons[1].level, "same");
  EXPECT_DOUBLE_EQ((*pairs)[0].comparisons[1].weight, 3);
  EXPECT_EQ((*pairs)[0].comparisons[1].note,
            "the plugin failed, so the fallback exact counts: org.test.same: cannot read this");
  uses.same = "on_failure: skip";
  Decider skipping(Use(uses));
  pairs = compare(skipping);
  ASSERT_TRUE(pairs.ok());
  EXPECT_EQ((*pairs)[0].comparisons[1].level, "not compared");
  EXPECT_EQ((*pairs)[0].comparisons[1].weight, 0);
  uses.same = "on_failure: fail";
  Decider failing(Use(uses));
  EXPECT_TRUE(absl::IsInternal(compare(failing).status()));
}

TEST_F(PluginSlots, AFieldGetsOnlyWhatItCanHave) {
  Decider decider(Use());
  const auto normalize = [&](std::string title) {
    domain::Lead lead = LeadFrom("web", "emea");
    domain::Contact contact;
    contact.title = std::move(title);
    domain::Account account;
    auto decided = decider.Normalize(lead, contact, account, 5);
    EXPECT_TRUE(decided.ok()) << decided.status();
    return std::pair(contact.seniority, decided->empty() ? std::string() : decided->front().reasons.front().message);
  };
  EXPECT_EQ(normalize("staff"), std::pair(std::string("staff"), std::string("it says staff")));
  EXPECT_EQ(normalize("emperor").first, "");
  EXPECT_EQ(normalize("emperor").second,
            "the plugin was skipped: org.leadline.title_seniority: gave \"emperor\", which contact.seniority never is");
}

TEST_F(PluginSlots, AFieldThatHasAValueNeedsNoPlugin) {
  packs::PackSet set = PacksWith({});
  packs::PackFiles central = *set.Find("central");
  central.files["normalize.yaml"] = fmt::format(
      "normalize:\n  lead.language:\n    - {{plugin: {}, only_if_absent: true, on_failure: skip}}\n", kSame);
  std::string& head = central.files["pack.yaml"];
  head.replace(head.find("[contact.seniority]"), 19, "[contact.seniority, lead.language]");
  std::string& schema = central.files["schema.yaml"];
  schema.replace(schema.find("    region:"), 0, "    language: {type: string, max_len: 35}\n");
  set.Put(central);
  std::shared_ptr<Snapshot> snapshot = Make(set);
  auto plugin = Add(*snapshot, kSame, "lead.source");
  Decider decider(snapshot);
  domain::Lead lead = LeadFrom("de");
  domain::Contact contact;
  domain::Account account;
  ASSERT_TRUE(decider.Normalize(lead, contact, account, 5).ok());
  EXPECT_EQ(lead.language, "de");
  lead.source = "fr";
  ASSERT_TRUE(decider.Normalize(lead, contact, account, 5).ok());
  EXPECT_EQ(lead.language, "de");
  EXPECT_THAT(plugin->calls, ElementsAre(1));
}

// The same with a plugin as authors ship it.
TEST_F(PluginSlots, ARealPluginScoresGuardsAndCompares) {
  std::shared_ptr<Snapshot> snapshot = Make(PacksWith({}));
  plugin::LoadOptions options;
  options.fields = [rules = snapshot->rules](std::string_view name) -> std::optional<plugin::FieldSlot> {
    const bool text = name == "test.mode";
    if (!text && name != "test.number") return std::nullopt;
    return plugin::FieldSlot{text ? uint32_t{LEADLINE_STR} : uint32_t{LEADLINE_F64},
                             static_cast<uint32_t>(rules->FieldSlot(text ? "lead.mode" : "lead.number"))};
  };
  options.cache_dir = folder_ / "plugins";
  plugin::PluginRequest request;
  request.id = "org.test.good";
  request.mode = plugin::PluginMode::kLocal;
  request.path = LEADLINE_BINARY_DIR "/plugin_fixtures/good.so";
  request.config_json = R"({"size": 3})";
  auto loaded = plugin::Load(request, options);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  BoundPlugin bound{*loaded, {}, {"org.test.good", "1.0.0", ""}};
  for (const plugin::FieldSlot& slot : (*loaded)->wanted_slots())
    bound.field_slots.push_back(static_cast<int>(slot.index));
  for (const char* id : {kFit, kHabit, kGate, kSame}) snapshot->plugins[id] = bound;
  Decider decider(snapshot);

  domain::Lead lead = LeadFrom("web", "emea");
  lead.attributes["number"] = 4.5;
  lead.attributes["mode"] = std::string("explain");
  ScoreOutcome outcome = ScoreOf(decider, lead);
  EXPECT_EQ(outcome.score.central, 9);
  EXPECT_EQ(outcome.score.adjustment, 9);
  EXPECT_EQ(Find(outcome.decision.reasons, "fit")->message, "abc");
  lead.attributes["mode"] = std::string("unavailable");
  outcome = ScoreOf(decider, lead);
  EXPECT_EQ(outcome.score.total, 0);
  EXPECT_THAT(Find(outcome.decision.reasons, "fit")->message, HasSubstr("the plugin was skipped: "));
  EXPECT_THAT(Find(outcome.decision.reasons, "fit")->message, HasSubstr("the model is loading"));

  lead.attributes["mode"] = std::string("say why");
  const packs::RecordView view{&lead, nullptr, nullptr, {}, 5};
  auto denied = decider.Status(view, "mql", Trigger::kAccept, "", Explain::kFired);
  ASSERT_TRUE(denied.ok()) << denied.status();
  EXPECT_EQ(denied->to, "");
  EXPECT_EQ(denied->denied_by, "junk");
  EXPECT_EQ(Find(denied->reasons, "junk")->message, "denies sal: no budget");

  domain::Contact ana, bo;
  ana.title = "Buyer";
  const MatchSide right{&bo, nullptr};
  auto pairs = decider.CompareContacts(decider.Rules(""), {&ana, nullptr}, {&right, 1}, 5);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_EQ((*pairs)[0].comparisons[1].level, "exact");
  EXPECT_EQ((*pairs)[0].comparisons[1].weight, 6.5);
}

}  // namespace
}  // namespace leadline::engine
