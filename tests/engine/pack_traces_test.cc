// What a change of packs leaves behind: nothing, once it is taken back; and a call that comes twice acts once.
#include <optional>

#include "base/ids.h"
#include "engine/explain/explanation.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

// What is decided about a lead, and about its enquirer.
struct Standing {
  std::string status, person_status, assignee;
  double total, central, adjustment, person_total, person_central;
  domain::DimensionPoints dimensions;
  domain::Meaning meaning;
  std::optional<domain::Meaning> regional;
  bool operator==(const Standing&) const = default;
};

TEST_F(PackRolloutTest, AfterARollbackEveryDecisionIsAsBefore) {
  std::vector<std::string> leads;
  int number = 0;
  for (const char* country : {"DE", "BR", "US"}) {
    for (const char* title : {"Gerente de Compras", "Leiter Einkauf", "Head of IT", "Zauberer", "Obermagier"}) {
      Enquiry e = HotEnquiry();
      e.account.country = country;
      e.account.industry = number % 2 == 0 ? "Maschinenbau" : "Gartenbau";
      e.account.name = "Firma " + Sha256Hex(std::to_string(number)).substr(0, 12);
      e.account.domain = Sha256Hex(std::to_string(number)).substr(12, 12) + ".com";
      e.contact.email = "a@" + e.account.domain;
      e.contact.family_name = Sha256Hex(std::to_string(number++)).substr(24, 9);
      e.contact.title = title;
      e.source = number % 3 == 0 ? "Messe" : "website";
      auto made = Submit(std::move(e));
      ASSERT_TRUE(made.ok()) << made.status();
      ASSERT_TRUE(made->contact_created);
      leads.push_back(LeadName(made->lead));
    }
  }
  const auto rescore = [&] {
    while (packs_->RescoreSome({}, 100)->leads > 0) {
    }
  };
  const auto all = [&] {
    std::vector<Standing> out;
    for (const std::string& name : leads) {
      const domain::Lead lead = *engine_->GetLead({}, name);
      const domain::Contact person = *engine_->GetEntity({}, "contacts/" + lead.contacts.front().contact_id)->contact;
      out.push_back({lead.status, person.status, lead.assignee, lead.score.total, lead.score.central,
                     lead.score.adjustment, person.score.total, person.score.central, lead.score.dimensions,
                     lead.meaning.central, lead.meaning.regional});
    }
    return out;
  };
  const std::vector<Standing> before = all();
  const packs::PackFiles emea = *folder_set_.Find("emea");
  packs::PackFiles without = emea;
  without.files.erase("normalize.yaml");
  std::vector<packs::PackFiles> candidates = {
      Edited("emea", "normalize.yaml", "  contact.seniority:\n",
             "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\") || title.hasWord(\"obermagier\"), value: "
             "c_level}\n"),
      Edited("emea", "normalize.yaml", "  account.industry:\n",
             "  account.industry:\n    - {when: industry.hasWord(\"gartenbau\"), value: manufacturing}\n"),
      without,
  };
  for (const packs::PackFiles& candidate : candidates) {
    ASSERT_TRUE(Activate(Propose(candidate)).ok());
    rescore();
    const std::vector<Standing> during = all();
    EXPECT_NE(during, before);
    for (size_t i = 0; i < leads.size(); ++i) {
      EXPECT_EQ(during[i].central, before[i].central) << leads[i];
      EXPECT_EQ(during[i].status, before[i].status) << leads[i];
    }
    ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok());
    rescore();
    EXPECT_EQ(all(), before);
  }
}

TEST_F(PackRolloutTest, ATitleThatARegionLearnsReachesThePeopleThatAreThere) {
  Enquiry e = HotEnquiry();
  e.contact.title = "Oberkrawallier";
  auto lead = Submit(std::move(e));
  ASSERT_TRUE(lead.ok());
  EXPECT_EQ(lead->lead.meaning.by_region().seniority, "");
  ASSERT_TRUE(Activate(Propose(Edited("emea", "normalize.yaml", "  contact.seniority:\n",
                                      "  contact.seniority:\n    - {when: title.hasWord(\"oberkrawallier\"), "
                                      "value: director}\n")))
                  .ok());
  EXPECT_EQ(packs_->RescoreSome({}, 10)->leads, 1);
  // The centre has not accepted the row: what it brings is the region's own.
  auto now = engine_->GetLead({}, LeadName(lead->lead));
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->meaning.by_region().seniority, "director");
  EXPECT_EQ(now->meaning.central.seniority, "");
  EXPECT_EQ(now->score.central, lead->lead.score.central);
  EXPECT_GT(now->score.adjustment, lead->lead.score.adjustment);
}

// Who hears nothing of a call asks again.
TEST_F(PackRolloutTest, ARepeatedCallActsOnce) {
  const auto named = [](const char* method, const char* id) {
    CallContext context = As("emea-ops");
    context.method = method;
    context.request_id = id;
    context.fingerprint = "of its content";
    return context;
  };
  const std::string first = Propose(GenerousEmea());
  const std::string second = Propose(Edited("emea", "scoring.yaml", "    points: 5\n", "    points: 7\n"));
  for (int i = 0; i < 2; ++i) {
    auto active = packs_->Activate(named("ActivatePack", "one"), {first, Mode::kActive, 0, "because", true});
    ASSERT_TRUE(active.ok()) << active.status();
    EXPECT_EQ(active->generation, 2);
  }
  ASSERT_TRUE(Activate(second).ok());
  for (int i = 0; i < 2; ++i) {
    auto back = packs_->Rollback(named("RollbackPack", "two"), "emea", "");
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(back->FindActive("emea")->ref.sha256, first) << "one step back, not two";
  }
  EXPECT_EQ(ReasonOf(packs_->StopTrial(named("StopTrial", "two"), "").status()), "REQUEST_ID_REUSED");
  ASSERT_TRUE(Activate(second, Mode::kShadow).ok());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(packs_->StopTrial(named("StopTrial", "three"), "").ok());
  // A server that starts later knows the name too.
  Restart();
  EXPECT_EQ(packs_->Rollback(named("RollbackPack", "two"), "emea", "")->FindActive("emea")->ref.sha256, first);
}

TEST_F(PackRolloutTest, WhatACanaryDecidedIsExplainedByItAndDecidedAgainWhenItStops) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256, Mode::kCanary, 99).ok());
  auto made = Submit(Purchaser());
  // One lead in a hundred is not of the canary's share.
  for (int i = 0; i < 10 && made.ok() && made->snapshot->generation != 2; ++i) made = Submit(Purchaser());
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_EQ(made->snapshot->generation, 2) << "a lead of the canary's share";
  ExplainRequest request;
  request.name = LeadName(made->lead);
  auto explained = engine_->ExplainLead({}, request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->score, made->lead.score);
  EXPECT_EQ(explained->snapshot->generation, 2);
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "rejected").ok());
  EXPECT_EQ(packs_->RescoreSome({}, 10)->leads, 1);
  auto again = engine_->GetLead({}, LeadName(made->lead));
  ASSERT_TRUE(again.ok());
  EXPECT_NEAR(again->score.adjustment, made->lead.score.adjustment - 3, 1e-6);
  EXPECT_EQ(engine_->ExplainLead({}, request)->score.total, again->score.total);
}

}  // namespace
}  // namespace leadline::engine
