// Plugins that compare records and give fields their values, plugins that were never there, and one as authors ship it.
#include "plugin/admit/trust_policy.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;
using domain::Trigger;
using testing::ElementsAre;
using testing::HasSubstr;

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
    auto derived = decider.Normalize(lead, contact, account, 5);
    EXPECT_TRUE(derived.ok()) << derived.status();
    const auto& decided = derived->decisions;
    return std::pair(derived->meaning.by_region().seniority,
                     decided.empty() ? std::string() : decided.front().reasons.front().message);
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
  auto derived = decider.Normalize(lead, contact, account, 5);
  ASSERT_TRUE(derived.ok());
  EXPECT_EQ(derived->meaning.central.language, "de");
  EXPECT_EQ(lead.language, "");
  lead.source = "fr";
  lead.language = "pt";
  derived = decider.Normalize(lead, contact, account, 5);
  ASSERT_TRUE(derived.ok());
  EXPECT_EQ(derived->meaning.central, domain::Meaning());
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
  const plugin::TrustPolicy trust = plugin::TrustPolicy::Anything();
  options.trust = &trust;
  options.worker.executable = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";
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

}  // namespace
}  // namespace leadline::engine
