// Conditions taken apart: shape, values, what each part needs and which decided.
#include "packs/explain/condition_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/explanation.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using domain::ConditionPart;
using testing::ElementsAre;
using Kind = ConditionPart::Kind;
using Truth = ConditionPart::Truth;

// One condition over the repository's fields, on one record.
class PartsOf {
 public:
  PartsOf(const std::string& condition, const Sample& sample) {
    cel::Env env;
    for (size_t i = 0; i < Rules().fields().size(); ++i) {
      const FieldDef& field = Rules().fields()[i];
      EXPECT_TRUE(env.AddVariable(field.name, field.type).ok()) << field.name;
    }
    cel::CompileResult compiled = cel::Compile(env, condition);
    for (const cel::Issue& issue : compiled.issues) ADD_FAILURE() << issue.message;
    region_.conditions.push_back({compiled.program, {"rules/x.yaml", 3, 11}, {}});
    parts_ = ConditionReader(Rules(), region_, sample.view()).Parts(0);
  }
  const ConditionPart& operator[](size_t i) const { return parts_.at(i); }
  const std::vector<ConditionPart>& all() const { return parts_; }
  std::string words() const { return domain::DescribeOutcome(parts_); }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const ConditionPart& part : parts_)
      out.push_back(std::string(static_cast<size_t>(part.depth), '>') + part.text);
    return out;
  }

 private:
  RegionRules region_;
  std::vector<ConditionPart> parts_;
};

Sample Clerk() {
  Sample sample;
  sample.lead.meaning.central.seniority = "staff";
  sample.contact.title = "Clerk";
  sample.lead.score.central = 88;
  sample.lead.products = {"platform", "spare"};
  return sample;
}

TEST(ConditionParts, ShapeFollowsTheText) {
  const PartsOf parts("contact.seniority == \"staff\" && (score.central >= 100.0 || \"suite\" in lead.products)",
                      Clerk());
  EXPECT_THAT(parts.texts(),
              ElementsAre("contact.seniority == \"staff\" && (score.central >= 100.0 || \"suite\" in lead.products)",
                          ">contact.seniority == \"staff\"", ">score.central >= 100.0 || \"suite\" in lead.products",
                          ">>score.central >= 100.0", ">>\"suite\" in lead.products"));
  EXPECT_EQ(parts[0].kind, Kind::kAll);
  EXPECT_EQ(parts[2].kind, Kind::kAny);
  EXPECT_EQ(parts[0].source, "rules/x.yaml:3:11");
  EXPECT_FALSE(parts[1].decisive);
  EXPECT_TRUE(parts[2].decisive && parts[3].decisive && parts[4].decisive);
  EXPECT_EQ(parts[3].missing, 12);
  EXPECT_EQ(parts.words(),
            "score.central = 88, needed: at least 100 (12 short), or lead.products = platform, spare, needed: among "
            "them suite");
}

TEST(ConditionParts, NotIsCarriedInwards) {
  const PartsOf parts("!(contact.seniority == \"staff\" && score.central < 50.0)", Clerk());
  EXPECT_EQ(parts[0].kind, Kind::kAny);
  EXPECT_EQ(parts[0].value, Truth::kTrue);
  EXPECT_EQ(parts[1].value, Truth::kFalse);
  EXPECT_EQ(parts[1].text, "!(contact.seniority == \"staff\")");
  EXPECT_EQ(parts[1].needed, "anything but staff");
  EXPECT_EQ(parts[2].needed, "at least 50");
  EXPECT_TRUE(parts[2].decisive);
  EXPECT_EQ(parts.words(), "score.central = 88 (at least 50)");
}

TEST(ConditionParts, WhatIsNotKnownIsNeitherTrueNorFalse) {
  const PartsOf parts("lead.total_visits >= 8 && contact.seniority == \"staff\"", Clerk());
  EXPECT_EQ(parts[0].value, Truth::kUnknown);
  EXPECT_EQ(parts[1].value, Truth::kUnknown);
  EXPECT_EQ(parts[1].error, "lead.total_visits is absent");
  EXPECT_EQ(parts.words(), "lead.total_visits = absent, needed: at least 8");
}

TEST(ConditionParts, AChoiceShowsTheBranchThatCounts) {
  const PartsOf parts("score.qualified ? contact.title.contains(\"x\") : score.central >= 90.0", Clerk());
  EXPECT_EQ(parts[0].kind, Kind::kChoice);
  EXPECT_TRUE(parts[1].decisive && !parts[2].decisive && parts[3].decisive);
  EXPECT_EQ(parts[1].needed, "");
  EXPECT_EQ(parts[2].needed, "containing \"x\"");
}

TEST(ConditionParts, LoopsNameTheItemThatDecided) {
  const PartsOf all("lead.products.all(p, p.startsWith(\"plat\"))", Clerk());
  ASSERT_EQ(all[0].fields.size(), 2u);
  EXPECT_EQ(all[0].fields[1].field, "item 2");
  EXPECT_EQ(all[0].fields[1].value, "spare");
  const PartsOf exists("lead.products.exists(p, p == \"platform\")", Clerk());
  EXPECT_EQ(exists[0].fields.at(1).field, "item 1");
  EXPECT_EQ(PartsOf("lead.products.exists(p, p == \"none\")", Clerk())[0].fields.size(), 1u);
}

// The parts of every condition of the repository come to what the condition itself comes to.
TEST(ConditionParts, AgreeWithTheEvaluation) {
  std::mt19937_64 random(11);
  int held = 0;
  for (int round = 0; round < 40; ++round) {
    const Sample sample = RandomSample(Rules(), random, 3);
    for (const char* name : {"", "apac", "emea", "latam", "north_america"}) {
      const RegionRules& region = Rules().ForRegion(name);
      Evaluation evaluation(Rules());
      evaluation.Bind(region, sample.view());
      ConditionReader reader(Rules(), region, sample.view());
      for (size_t i = 0; i < region.conditions.size(); ++i) {
        const int number = static_cast<int>(i);
        const std::vector<ConditionPart> parts = reader.Parts(number);
        const bool holds = evaluation.Holds(number);
        held += holds ? 1 : 0;
        ASSERT_EQ(parts.front().value == Truth::kTrue, holds) << region.conditions[i].program->source();
        ASSERT_EQ(domain::DescribeOutcome(parts).empty(), false);
      }
    }
  }
  EXPECT_GT(held, 100);
}

}  // namespace
}  // namespace leadline::packs
