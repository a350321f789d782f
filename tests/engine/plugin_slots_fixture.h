// The small packs with a plugin in every slot that packs have for one, and plugins that answer as they are told.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/decide/decider.h"
#include "engine/input/input_schema.h"
#include "packs/loader.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

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
                         const plugin::CallOptions& options) override {
    return Each(
        options, records.size(), [&](size_t i) { return records[i]; },
        [&](size_t i, const std::string& text) {
          results[i] = {text, 0.9, {{"it says " + text, 0}}};
        });
  }
  absl::Status Gate(std::span<const plugin::Transition> transitions, std::span<plugin::StatusResult> results,
                    const plugin::CallOptions& options) override {
    return Each(
        options, transitions.size(), [&](size_t i) { return transitions[i].record; },
        [&](size_t i, const std::string& text) {
          results[i].verdict = text == "junk"    ? plugin::Verdict::kDeny
                               : text == "quiet" ? plugin::Verdict::kAbstain
                                                 : plugin::Verdict::kAllow;
          if (text != "quiet") results[i].reasons = {{"the source is " + text, 0}};
        });
  }
  absl::Status Score(std::span<const plugin::Record> records, std::span<plugin::ScoreResult> results,
                     const plugin::CallOptions& options) override {
    return Each(
        options, records.size(), [&](size_t i) { return records[i]; },
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
                       const plugin::CallOptions& options) override {
    return Each(
        options, pairs.size(), [&](size_t i) { return pairs[i].right; },
        [&](size_t i, const std::string& text) {
          const std::string left = TextOf(pairs[i].left);
          const bool same = left == text;
          results[i] = {same ? plugin::Agreement::kExact : plugin::Agreement::kDifferent,
                        same ? 90.0 : -3.0,
                        {{left + " and " + text, 0}}};
        });
  }

  std::vector<size_t> calls;                              // how many items each had; to be read while none is under way
  absl::Status failure;                                   // of every call
  std::function<void(const plugin::CallOptions&)> asked;  // told of every call; may be empty

 private:
  static std::string TextOf(const plugin::Record& record) {
    const plugin::Value& value = record.fields[0];
    return value.kind == LEADLINE_STR ? std::string(value.u.str, value.len) : "";
  }
  template <typename RecordAt, typename Answer>
  absl::Status Each(const plugin::CallOptions& options, size_t count, RecordAt record, Answer answer) {
    {
      const std::lock_guard lock(calls_mutex_);
      calls.push_back(count);
    }
    if (asked) asked(options);
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
  std::mutex calls_mutex_;
};

inline constexpr char kFit[] = "org.test.fit";
inline constexpr char kHabit[] = "org.test.habit";
inline constexpr char kGate[] = "org.test.gate";
inline constexpr char kSame[] = "org.test.same";

// The packs of tests/packs/base with the given settings of each use.
struct Uses {
  std::string fit = "on_failure: skip, max_points: 20";
  std::string habit = "on_failure: skip, max_points: 40";
  std::string gate = "on_failure: skip";
  std::string same = "on_failure: fallback, fallback: exact";
};

inline packs::PackSet PacksWith(const Uses& uses) {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  packs::PackFiles central = *set.Find("central");
  packs::PackFiles emea = *set.Find("emea");
  const auto replace = [](std::string& text, const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
  };
  replace(central.files["schema.yaml"], "    competitor: {type: bool}\n",
          "    competitor: {type: bool}\n    mode: {type: string}\n    number: {type: double}\n");
  std::string& slots = central.files["pack.yaml"];
  slots.insert(slots.find("accepts:"), "    - {slot: score, capability: leadline.score/1}\n");
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
  static std::shared_ptr<Snapshot> Make(const packs::PackSet& set, const packs::LoadOptions& options = {}) {
    packs::LoadResult loaded = packs::LoadRuleSet(set, options);
    EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->rules = loaded.rules;
    snapshot->input = std::make_shared<const InputSchema>(loaded.rules);
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
  static const domain::Reason* Find(const std::vector<domain::Reason>& reasons, std::string_view id) {
    for (const domain::Reason& reason : reasons) {
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

}  // namespace leadline::engine
