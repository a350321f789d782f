// Packs on their way to deciding, on a real store.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/rollout/pack_rollout.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

using Mode = ActivateRequest::Mode;

class PackRolloutTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    folder_set_ = packs::ReadPackSet(kRulesRoot).set;
    // The packs' own tests have their place in pack_tests_test.cc.
    for (packs::PackFiles& pack : folder_set_.packs) {
      std::erase_if(pack.files, [](const auto& f) { return f.first.starts_with("tests/"); });
    }
    Restart();
  }

  void Restart(bool adopt = false) {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = TrustedPlugins(kPluginDir, folder_ / "plugin-cache");
    Configure(options);
    packs_ = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    absl::Status status = packs_->Start(folder_set_, adopt, &diagnostics, &differs_);
    ASSERT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
  }

  // For tests that want the rollout otherwise.
  virtual void Configure(PackRolloutOptions&) {}

  static CallContext As(std::string actor) {
    CallContext context;
    context.actor = std::move(actor);
    return context;
  }

  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  // A version of a pack in which one file has other text.
  packs::PackFiles Edited(const std::string& pack, const std::string& file, const std::string& from,
                          const std::string& to) {
    packs::PackFiles files = *folder_set_.Find(pack);
    files.files[file] = Replaced(files.files[file], from, to);
    return files;
  }
  // Purchasing managers get 3 points more in EMEA.
  packs::PackFiles GenerousEmea() {
    packs::PackFiles files = Edited("emea", "scoring.yaml", "    points: 5\n", "    points: 8\n");
    return files;
  }

  std::string Propose(const packs::PackFiles& files, const std::string& actor = "emea-ops") {
    PackCheck check;
    auto proposal = packs_->Propose(As(actor), files, &check);
    EXPECT_TRUE(proposal.ok()) << proposal.status() << FormatDiagnostics(check.diagnostics);
    return proposal.ok() ? proposal->candidate.ref.sha256 : "";
  }

  absl::StatusOr<domain::Rollout> Activate(const std::string& sha256, Mode mode = Mode::kActive, int percent = 0) {
    return packs_->Activate(As("emea-ops"), {sha256, mode, percent, "because", true});
  }

  static Enquiry Purchaser() {
    Enquiry e = HotEnquiry();
    e.contact.title = "Head of Purchasing";
    e.contact.attributes["department"] = std::string("procurement");
    return e;
  }

  std::vector<std::string> Actions(const std::string& pack) {
    std::vector<std::string> out;
    const auto history = History("packs/" + pack);
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      out.push_back(std::get<domain::PackChanged>(event.payload).action + " by " + event.actor);
    }
    return out;
  }

  packs::PackSet folder_set_;
  bool differs_ = false;
  std::unique_ptr<PackRollout> packs_;
};

}  // namespace leadline::engine
