// A lead whose every step fails beside leads whose steps do not: a plugin that cannot read its title.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/rollout/pack_rollout.h"
#include "packs/accept.h"
#include "tests/engine/pack_rollout_fixture.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {

class PoisonTest : public PackRolloutTest {
 protected:
  void SetUp() override {
    PackRolloutTest::SetUp();
    UseDeciders(&deciders_);
  }
  void TearDown() override {
    deciders_.Stop();
    PackRolloutTest::TearDown();
  }
  void UseDeciders(Executor* deciders) {
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.deciders = deciders;
    engine_ = std::make_unique<Engine>(options);
    RestartWith(deciders);
  }
  void RestartWith(Executor* deciders) {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = TrustedPlugins(kPluginDir, folder_ / "plugin-cache");
    options.deciders = deciders;
    packs_ = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    const absl::Status status = packs_->Start(folder_set_, false, &diagnostics, &differs_);
    ASSERT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
  }

  // Person `number`, of a company of their own.
  domain::Lead Take(int number, const std::string& title) {
    Enquiry e = Purchaser();
    e.contact.email = fmt::format("p{}@firm{}.es", number, number);
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.title = title;
    e.account = {};
    e.account.name = fmt::format("Firm {}", number);
    e.account.country = "ES";
    auto submitted = Submit(std::move(e));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->lead : domain::Lead();
  }

  // From now on these packs decide with a plugin that fails for the title "poison", and whose failure is the lead's.
  void Poison(packs::PackSet set) {
    packs::PackFiles emea = *set.Find("emea");
    std::string& tables = emea.files["normalize.yaml"];
    tables = Replaced(tables, "on_failure: skip", "on_failure: fail");
    set.Put(std::move(emea));
    // The centre accepts the table as it is now.
    const packs::Acceptances accepted = packs::AcceptancesOf(set, "emea");
    packs::PackFiles central = *set.Find("central");
    central.files["pack.yaml"] = accepted.text;
    central.files["accepted/emea/normalize.yaml"] = accepted.copy_text;
    set.Put(std::move(central));
    packs::LoadResult loaded = packs::LoadRuleSet(set, {});
    ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    healthy_ = holder_->Get();
    auto snapshot = std::make_shared<Snapshot>(*healthy_);
    snapshot->rules = loaded.rules;
    snapshot->input = std::make_shared<const InputSchema>(loaded.rules);
    const int slot = loaded.rules->FieldSlot("contact.title");
    ASSERT_GE(slot, 0);
    auto titles = std::make_shared<ScriptedPlugin>(
        kTitles, std::vector<plugin::FieldSlot>{{LEADLINE_STR, static_cast<uint32_t>(slot)}});
    snapshot->plugins[kTitles] = BoundPlugin{titles, {slot}, {kTitles, "1.0.0", "scripted"}};
    holder_->Set(std::move(snapshot));
  }
  // The ones before decide again.
  void Mend() { holder_->Set(healthy_); }

  std::shared_ptr<const Snapshot> healthy_;
  Executor deciders_{4, 4096};
};

}  // namespace leadline::engine
