// Leads and persons that time alone decides about, on a real store.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "engine/work/standing.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {

// With packs in which an inquiry that nobody answers for a quarter of a year is for marketing again.
class TimeDecisionsTest : public PackRolloutTest {
 protected:
  static constexpr char kCold[] =
      "  - {id: inquiry.went_cold, from: inquiry, to: re_market, on: rescore, "
      "when: 'record.days_since_interaction > 90 && score.central < 50.0 && !score.qualified'}\n";

  void SetUp() override {
    PackRolloutTest::SetUp();
    EditFolder("status.yaml", "  - id: inquiry.to_maql\n", std::string(kCold) + "  - id: inquiry.to_maql\n");
    Restart(/*adopt=*/true);
  }
  void EditFolder(const std::string& file, const std::string& from, const std::string& to) {
    folder_set_.Put(Edited("central", file, from, to));
  }
  void RestartServer() {
    packs_.reset();
    engine_.reset();
    store_.reset();
    OpenStore();
    Restart();
  }

  // Somebody who has looked at a page.
  static Enquiry Visitor(int number = 0) {
    Enquiry e;
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.email = fmt::format("person{}@firm{}.es", number, number);
    e.account.name = fmt::format("Firm {}", number);
    e.account.country = "ES";
    e.source = "fair";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  SubmitResult Take(Enquiry enquiry) {
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : SubmitResult();
  }
  domain::Lead LeadNow(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  domain::Contact ContactNow(const std::string& id) {
    domain::Contact contact;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             auto got = reader.GetContact(id);
                             if (got.ok()) contact = *std::move(got);
                             return got.status();
                           })
                    .ok());
    return contact;
  }
  // All that is due now.
  int Tick() {
    int touched = 0;
    for (int i = 0; i < 100; ++i) {
      const auto step = engine_->AdvanceClocks({}, 50);
      EXPECT_TRUE(step.ok()) << step.status();
      if (!step.ok() || step->touched == 0) return touched;
      touched += step->touched;
    }
    ADD_FAILURE() << "something is due again and again";
    return touched;
  }
  void GoTo(Time moment) { clock_.Advance(moment - clock_.Now()); }
  // What a fresh score gives.
  domain::Score Fresh(const domain::Lead& lead) {
    domain::Score score;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto context = LoadLead(reader, lead.id);
      if (!context.ok()) return context.status();
      Decider decider(holder_->Get());
      auto outcome = decider.Score(context->View(clock_.Now()), Explain::kNothing);
      if (outcome.ok()) score = outcome->score;
      return outcome.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return score;
  }
};

}  // namespace leadline::engine
