// What fields mean is kept apart from what was given, and whose tables count for what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/ids.h"
#include "engine/decide/decider.h"
#include "packs/accept.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

constexpr double kCap = 15;  // of the shipped packs

// Says of the plain enquiry below what gives the most points, by words that no central row knows.
constexpr char kFlattery[] =
    "normalize:\n"
    "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\"), value: c_level}\n"
    "  account.industry:\n    - {when: industry.hasWord(\"gartenbau\"), value: manufacturing}\n"
    "  lead.source:\n    - {when: source.hasWord(\"website\"), value: referral}\n";

class MeaningTest : public EngineTest {
 protected:
  static packs::PackSet Shipped() { return packs::ReadPackSet(kRulesRoot).set; }

  static void Edit(packs::PackSet& set, const std::string& pack, const std::string& file, const std::string& before,
                   const std::string& after) {
    packs::PackFiles files = *set.Find(pack);
    std::string& text = files.files[file];
    const size_t at = text.find(before);
    ASSERT_NE(at, std::string::npos) << before;
    text.replace(at, before.size(), after);
    set.Put(std::move(files));
  }
  static void Write(packs::PackSet& set, const std::string& pack, const std::string& file, const std::string& text) {
    packs::PackFiles files = *set.Find(pack);
    files.files[file] = text;
    set.Put(std::move(files));
  }
  // The centre takes the region's table as it is.
  static void Accept(packs::PackSet& set, const std::string& region) {
    const packs::Acceptances accepted = packs::AcceptancesOf(set, region);
    packs::PackFiles central = *set.Find("central");
    central.files["pack.yaml"] = accepted.text;
    central.files["accepted/" + region + "/normalize.yaml"] = accepted.copy_text;
    set.Put(std::move(central));
  }
  std::shared_ptr<const Snapshot> Build(const packs::PackSet& set) {
    SnapshotResult built = BuildSnapshot(set, TrustedPlugins(kPluginDir, folder_ / "plugins"), ++generation_, 0);
    EXPECT_TRUE(built.status.ok()) << built.status;
    return built.snapshot;
  }
  void Use(const packs::PackSet& set) { holder_->Set(Build(set)); }

  // A person whose title, company and source say little.
  static Enquiry Plain(const std::string& country = "DE") {
    Enquiry e = HotEnquiry();
    e.account = {};
    e.account.name = "Werk GmbH";
    e.account.domain = "werk.de";
    e.account.country = country;
    e.account.industry = "Gartenbau";
    e.contact.email = "ana.silva@werk.de";
    e.contact.title = "Zauberer";
    e.source = "website";
    return e;
  }

  // Whether the rule gave points.
  static bool Scored(const SubmitResult& made, const std::string& rule) {
    const auto of_rule = [&](const domain::Reason& reason) { return reason.rule_id == rule; };
    return std::any_of(made.decisions.begin(), made.decisions.end(), [&](const domain::Decision& d) {
      return d.kind == domain::DecisionKind::kScore && std::any_of(d.reasons.begin(), d.reasons.end(), of_rule);
    });
  }

  int64_t generation_ = 1;
};

TEST_F(MeaningTest, WhatWasGivenStays) {
  Enquiry e = Plain();
  e.account.industry = "Maschinenbau";
  e.contact.title = "Inhaber";
  e.source = "Messe";
  auto made = Submit(std::move(e));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->account.industry, "Maschinenbau");
  EXPECT_EQ(made->lead.source, "Messe");
  EXPECT_EQ(made->lead.meaning.central.industry, "manufacturing");
  EXPECT_EQ(made->lead.meaning.central.seniority, "owner");
  EXPECT_EQ(made->lead.meaning.central.source, "trade_fair");
  EXPECT_FALSE(made->lead.meaning.regional.has_value());
  EXPECT_EQ(made->lead.meaning.generation, 1);
  EXPECT_EQ(engine_->GetLead({}, LeadName(made->lead))->meaning, made->lead.meaning);
}

TEST_F(MeaningTest, ADepartmentMeansWhatItsTableSays) {
  Enquiry e = Plain();
  e.contact.attributes["department"] = std::string("Einkauf");
  auto made = Submit(std::move(e));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(domain::DepartmentOf(made->contact), "Einkauf");
  EXPECT_EQ(made->lead.meaning.central.department, "procurement");
  EXPECT_TRUE(Scored(*made, "department.buys"));
  EXPECT_EQ(engine_->GetLead({}, LeadName(made->lead))->meaning, made->lead.meaning);
}

TEST_F(MeaningTest, ADepartmentThatIsGivenAsItsMeaningCountsToo) {
  Enquiry e = Plain();
  e.contact.attributes["department"] = std::string("procurement");
  auto made = Submit(std::move(e));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->lead.meaning.central.department, "");
  EXPECT_TRUE(Scored(*made, "department.buys"));
}

TEST_F(MeaningTest, ATableThatIsNotAcceptedMovesNoCentralScore) {
  auto before = Submit(Plain(), {}, /*validate_only=*/true);
  ASSERT_TRUE(before.ok()) << before.status();
  packs::PackSet set = Shipped();
  Write(set, "emea", "normalize.yaml", kFlattery);
  Use(set);
  auto after = Submit(Plain());
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->lead.meaning.by_region().seniority, "c_level");
  EXPECT_EQ(after->lead.meaning.central, before->lead.meaning.central);
  EXPECT_EQ(after->lead.score.central, before->lead.score.central);
  EXPECT_EQ(after->lead.score.dimensions, before->lead.score.dimensions);
  EXPECT_EQ(after->lead.status, before->lead.status);
  EXPECT_LE(std::abs(after->lead.score.adjustment), kCap);
  EXPECT_GT(after->lead.score.adjustment, before->lead.score.adjustment);
  // With its own line.
  const auto scored = std::find_if(after->decisions.begin(), after->decisions.end(),
                                   [](const domain::Decision& d) { return d.kind == domain::DecisionKind::kScore; });
  ASSERT_NE(scored, after->decisions.end());
  EXPECT_THAT(scored->reasons, Contains(Field(&domain::Reason::rule_id, "regional_meaning")));
  EXPECT_THAT(scored->reasons, Contains(Field(&domain::Reason::rule_id, "regional_adjustment")));
  double sum = 0;
  for (const domain::Reason& reason : scored->reasons) sum += reason.points;
  EXPECT_NEAR(sum, after->lead.score.total, 1e-6);
  // The person stays what the centre makes of it too.
  EXPECT_EQ(after->contact.score.central, before->contact.score.central);
  EXPECT_EQ(after->contact.status, before->contact.status);
}

TEST_F(MeaningTest, AnAcceptedTableCountsForTheCentre) {
  packs::PackSet set = Shipped();
  Edit(set, "emea", "normalize.yaml", "  contact.seniority:\n",
       "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\"), value: c_level}\n");
  Use(set);
  auto own = Submit(Plain(), {}, true);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->lead.meaning.central.seniority, "");
  Accept(set, "emea");
  Use(set);
  auto accepted = Submit(Plain(), {}, true);
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->lead.meaning.central.seniority, "c_level");
  EXPECT_FALSE(accepted->lead.meaning.regional.has_value());
  EXPECT_EQ(accepted->lead.score.central, own->lead.score.central + 30);
}

TEST_F(MeaningTest, WhatWasAcceptedCountsUntilTheChangeIsAccepted) {
  auto before = Submit(HotEnquiry(), {}, true);
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(before->lead.meaning.central.seniority, "manager");
  packs::PackSet set = Shipped();
  Edit(set, "emea", "normalize.yaml", "title.hasWord(\"gerente geral\")", "title.hasWord(\"gerente\")");
  Use(set);
  auto changed = Submit(HotEnquiry(), {}, true);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->lead.meaning.central.seniority, "manager");
  ASSERT_TRUE(changed->lead.meaning.regional.has_value());
  EXPECT_EQ(changed->lead.meaning.regional->seniority, "director");
  EXPECT_EQ(changed->lead.score.central, before->lead.score.central);
  EXPECT_EQ(changed->lead.score.adjustment, before->lead.score.adjustment + 5);
  // So does a row that was taken out, and a table.
  packs::PackFiles emea = *set.Find("emea");
  emea.files.erase("normalize.yaml");
  set.Put(std::move(emea));
  Use(set);
  auto without = Submit(HotEnquiry(), {}, true);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->lead.score.central, before->lead.score.central);
  EXPECT_LT(without->lead.score.adjustment, before->lead.score.adjustment);
}

TEST_F(MeaningTest, RegionsMakeTheirOwnOfAPersonThatTheyShare) {
  packs::PackSet set = Shipped();
  Edit(set, "emea", "normalize.yaml", "  contact.seniority:\n",
       "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\"), value: c_level}\n");
  Edit(set, "latam", "normalize.yaml", "  contact.seniority:\n",
       "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\"), value: intern}\n");
  Accept(set, "emea");
  Accept(set, "latam");
  Use(set);
  for (const bool emea_first : {true, false}) {
    Enquiry emea = Plain();
    Enquiry latam = Plain();
    emea.region = "emea";
    latam.region = "latam";
    // Another person each time.
    for (Enquiry* e : {&emea, &latam}) {
      e->contact.email = emea_first ? "ana.silva@werk.de" : "rosa.meier@werk.de";
      if (!emea_first) e->contact.given_name = "Rosa", e->contact.family_name = "Meier";
    }
    auto first = Submit(emea_first ? emea : latam);
    auto second = Submit(emea_first ? latam : emea);
    ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
    ASSERT_EQ(first->contact.id, second->contact.id);
    const auto& of_emea = emea_first ? *first : *second;
    const auto& of_latam = emea_first ? *second : *first;
    EXPECT_EQ(of_emea.lead.meaning.central.seniority, "c_level");
    EXPECT_EQ(of_latam.lead.meaning.central.seniority, "intern");
    // Whose activity it is makes no difference to what the other one is.
    for (const auto* lead : {&of_emea, &of_latam}) {
      domain::Activity activity = Did("website", "low", "visit", clock_.Now());
      activity.lead_id = lead->lead.id;
      ASSERT_TRUE(Act(std::move(activity)).ok());
    }
    EXPECT_EQ(engine_->GetLead({}, LeadName(of_emea.lead))->meaning.central.seniority, "c_level");
    EXPECT_EQ(engine_->GetLead({}, LeadName(of_latam.lead))->meaning.central.seniority, "intern");
    auto entity = engine_->GetEntity({}, ContactName(first->contact));
    ASSERT_TRUE(entity.ok());
    EXPECT_EQ(entity->contact->meaning.central.seniority, "c_level");  // of the person's country
  }
}

TEST_F(MeaningTest, ATitleThatAnotherEnquiryBringsReachesTheLeadWhenItIsDecidedAgain) {
  auto first = Submit(Plain());
  ASSERT_TRUE(first.ok());
  Enquiry again = Plain();
  again.contact.title = "Inhaber";
  ASSERT_TRUE(Submit(std::move(again)).ok());
  domain::Activity activity = Did("website", "low", "visit", clock_.Now());
  activity.lead_id = first->lead.id;
  ASSERT_TRUE(Act(std::move(activity)).ok());
  EXPECT_EQ(engine_->GetLead({}, LeadName(first->lead))->meaning.central.seniority, "owner");
  const auto history = History(LeadName(first->lead));
  ASSERT_TRUE(history.ok());
  std::string told;
  for (const domain::Event& event : *history) {
    if (event.decision && event.decision->kind == domain::DecisionKind::kNormalize) {
      told = event.decision->field + " is " + event.decision->outcome;
    }
  }
  EXPECT_EQ(told, "contact.seniority is owner");
}

TEST_F(MeaningTest, WhatIsDerivedAlreadyIsNotAskedAgain) {
  const std::shared_ptr<const Snapshot> snapshot = BuildOnce();
  Decider decider(snapshot);
  domain::Lead lead;
  lead.region = "emea";
  domain::Contact contact;
  contact.title = "Zauberer";
  domain::Account account;
  auto first = decider.Normalize(lead, contact, account, 5);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->derived_before);
  lead.meaning = first->meaning;
  lead.status = "mql";  // that no table reads
  EXPECT_TRUE(decider.Normalize(lead, contact, account, 6)->derived_before);
  contact.title = "Zauberin";
  EXPECT_FALSE(decider.Normalize(lead, contact, account, 7)->derived_before);
  contact.title = "Zauberer";
  lead.region = "latam";
  EXPECT_FALSE(decider.Normalize(lead, contact, account, 8)->derived_before);
}

}  // namespace
}  // namespace leadline::engine
