// Rules found by index against the compiled conditions, one by one: generated rule sets on generated records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "domain/activities/days.h"
#include "fmt/format.h"
#include "packs/loader.h"
#include "packs/pack_files.h"
#include "packs/run/evaluation.h"
#include "packs/run/scoring_plan.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using Random = std::mt19937_64;

std::string OneOf(const std::vector<std::string>& items, Random& random) { return items[random() % items.size()]; }

// Countries of few records, or none.
const std::vector<std::string> kElsewhere = {"AQ", "BT", "CK", "DJ", "ER", "FO", "GL", "HM", "IO", "JE", "KI", "LS",
                                             "MV", "NU", "OM", "PN", "QA", "RE", "SJ", "TK", "UM", "VU", "WF", "YT"};

// Comparisons of every form, over fields that generated records have, with values that they have or have not.
std::string TextAtom(const std::string& field, const std::vector<std::string>& values, Random& random) {
  const auto value = [&] { return "\"" + OneOf(values, random) + "\""; };
  switch (random() % 7) {
    case 0:
    case 1:
      return fmt::format("{} == {}", field, value());
    case 2:
      return fmt::format("{} != {}", value(), field);
    case 3:
      return fmt::format("{} in [{}, {}, {}]", field, value(), value(), value());
    case 4:
      return fmt::format("!({} in [{}, {}])", field, value(), value());
    case 5:
      return fmt::format("{} {} null", field, random() % 2 == 0 ? "==" : "!=");
    default:
      return fmt::format("{0} == {1} || {0} == {2}", field, value(), value());
  }
}

std::string NumberAtom(Random& random) {
  const std::string op = OneOf({"<", "<=", ">", ">=", "==", "!="}, random);
  switch (random() % 4) {
    case 0:
      return fmt::format("account.employees {} {}", op, random() % 250);
    case 1:
      return fmt::format("lead.total_visits {} {}", op, random() % 15);
    case 2:
      return fmt::format("lead.value_amount {} {}.0", op, random() % 100'000);
    default:
      return fmt::format("{} {} lead.days_since_activity", random() % 180, op);
  }
}

std::string OtherAtom(Random& random) {
  return OneOf({"lead.purchased",
                "contact.do_not_email",
                "contact.has_public_mail == false",
                "contact.do_not_call != true",
                "lead.products == null",
                "has(contact.phone)",
                "contact.title.hasWord(\"gerente\")",
                "contact.title.hasWord(\"Head of\")",
                "contact.title.hasWord(\"leiter\") || contact.title.hasWord(\"de compras\")",
                "contact.title.hasWord(\"\")",
                "contact.title.fold() == \"student\"",
                "contact.title.fold() in [\"head of it\", \"leiter einkauf\"]",
                "contact.title.fold() != \"head of it\"",
                "contact.title.contains(\"e\")",
                "contact.title.contains(\"Head\") || contact.title.contains(\"Compras\")",
                "contact.title.contains(\"\")",
                "contact.title.fold().contains(\"gerente\")",
                "contact.phone.contains(\"55\")",
                "lead.source.startsWith(\"r\")",
                "\"platform\" in lead.products",
                "lead.products.exists(p, p == \"suite\")",
                "sets.intersects(lead.products, [\"suite\", \"addon\"])",
                "lead.products.sort().first() == optional.of(\"addon\")",
                "lead.products.sortBy(p, size(p)).last().orValue(\"\") == \"platform\"",
                "contact.title.matches(\"(?<word>[Hh]ead)\")",
                "contact.country == lead.country",
                "account.employees / (lead.total_visits - 3) > 20",
                "lead.purchased ? contact.do_not_email : account.employees > 100",
                "\"a\" + \"b\" == \"ab\"",
                "1 / 0 == 1",
                "true",
                "false"},
               random);
}

std::string Atom(bool activity, Random& random) {
  if (activity && random() % 2 == 0) {
    if (random() % 5 == 0) return "activity.subject.contains(\"careers\")";
    if (random() % 4 == 0) return fmt::format("activity.age_days <= {}", random() % 180);
    if (random() % 3 == 0) return TextAtom("activity.product", {"platform", "addon", "suite"}, random);
    return random() % 2 == 0 ? TextAtom("activity.channel", {"website", "email", "event", "phone", "chat"}, random)
                             : TextAtom("activity.response", {"open", "visit", "click", "form", "meeting"}, random);
  }
  switch (random() % 8) {
    case 0:
      return TextAtom("contact.seniority", {"owner", "c_level", "vp", "manager", "staff"}, random);
    case 1:
      return TextAtom("account.industry", {"manufacturing", "retail", "government", "mining", "x"}, random);
    case 2:
      // More constants than a step's mask has bits.
      return TextAtom("lead.country", {"DE", "BR", "US", "IN", OneOf(kElsewhere, random)}, random);
    case 3:
      return TextAtom("lead.region", {"emea", "latam", "apac", "north_america"}, random);
    case 4:
    case 5:
      return NumberAtom(random);
    default:
      return OtherAtom(random);
  }
}

std::string Expression(int depth, bool activity, Random& random) {
  if (depth == 0 || random() % 4 == 0) return "(" + Atom(activity, random) + ")";
  const std::string left = Expression(depth - 1, activity, random);
  const std::string right = Expression(depth - 1, activity, random);
  switch (random() % 7) {
    case 0:
      return "!(" + left + ")";
    case 1:
    case 2:
      return "(" + left + " || " + right + ")";
    default:
      return "(" + left + " && " + right + ")";
  }
}

// The repository's central pack with scoring rules, title rows and routes of these conditions.
LoadResult Generated(int count, Random& random) {
  ReadPacksResult read = ReadPackSet(LEADLINE_SOURCE_DIR "/rules");
  PackSet set{"rules", {*read.set.Find("central")}};
  std::string& scoring = set.packs[0].files["scoring.yaml"];
  scoring = "threshold: {mql: 100}\nregional_adjustment: {cap: 15}\ndimensions: [demographic]\nrules:\n";
  std::string& routing = set.packs[0].files["routing.yaml"];
  routing += "\n";
  std::string routes;
  for (int i = 0; i < count; ++i) {
    const bool activity = i % 4 == 0;
    std::string condition = Expression(3, activity, random);
    if (activity) condition = "(" + condition + ") && (activity.age_days >= 0 || activity.channel == \"list\")";
    scoring += fmt::format("  - {{id: r{}, dimension: demographic, {}when: '{}', points: 1}}\n", i,
                           activity ? "each: activity, " : "", condition);
    if (i % 3 == 0) {
      routes += fmt::format("  - {{id: q{}, when: '{}', hold: unassigned}}\n", i, Expression(2, false, random));
    }
  }
  const std::string mark = "\nroutes:\n";
  routing.insert(routing.find(mark) + mark.size(), routes);
  return LoadRuleSet(set, {.analyze = false});
}

// What the conditions say of a record and one of its activities, each field read by itself.
class Conditions {
 public:
  Conditions(const RuleSet& rules, const RegionRules& region, const Sample& sample)
      : rules_(rules), region_(region), sample_(sample), evaluation_(rules), slots_(rules.fields().size()) {
    evaluation_.Bind(region, sample.view());
    for (size_t i = 0; i < slots_.size(); ++i) slots_[i] = evaluation_.Field(static_cast<int>(i));
  }

  void SetActivity(const domain::Activity& activity) {
    const auto set = [this](const char* field, cel::Value value) {
      slots_[static_cast<size_t>(rules_.FieldSlot(field))] = value;
    };
    const auto text = [](const std::string& s) { return s.empty() ? cel::Value::Null() : cel::Value::String(s); };
    set("activity.channel", text(activity.channel));
    set("activity.response", text(activity.response));
    set("activity.product", text(activity.product));
    set("activity.subject", text(activity.subject));
    set("activity.age_days", cel::Value::Int(domain::AgeInDays(activity.time, kNow)));
  }

  bool Hold(int condition) {
    if (condition < 0) return true;
    arena_.Reset();
    return region_.conditions[static_cast<size_t>(condition)].program->Evaluate(slots_, arena_).is_true();
  }

  std::vector<std::pair<int, int>> Hits() {
    std::vector<std::pair<int, int>> out;
    for (size_t i = 0; i < region_.scoring.rules.size(); ++i) {
      const domain::ScoringRule& rule = region_.scoring.rules[i];
      if (!rule.each_activity && Hold(rule.condition)) out.emplace_back(i, -1);
    }
    for (size_t a = 0; a < sample_.activities.size(); ++a) {
      SetActivity(sample_.activities[a]);
      for (size_t i = 0; i < region_.scoring.rules.size(); ++i) {
        const domain::ScoringRule& rule = region_.scoring.rules[i];
        if (rule.each_activity && Hold(rule.condition)) out.emplace_back(i, static_cast<int>(a));
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  const RuleSet& rules_;
  const RegionRules& region_;
  const Sample& sample_;
  Evaluation evaluation_;
  std::vector<cel::Value> slots_;
  cel::Arena arena_;
};

std::vector<std::pair<int, int>> IndexedHits(Evaluation& evaluation) {
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits);
  std::vector<std::pair<int, int>> out;
  for (const domain::RuleHit& hit : hits) out.emplace_back(hit.rule, hit.activity);
  return out;
}

std::vector<int> IndexedRoutes(Evaluation& evaluation) {
  std::vector<int> out;
  for (int i = evaluation.NextRoute(0); i >= 0; i = evaluation.NextRoute(i + 1)) out.push_back(i);
  return out;
}

TEST(Index, AThousandGeneratedRulesHoldAsTheirConditionsSay) {
  Random random(2026);
  const LoadResult loaded = Generated(1000, random);
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  const RegionRules& region = loaded.rules->ForRegion("");
  ASSERT_EQ(region.scoring.rules.size(), 1000u);
  Evaluation evaluation(*loaded.rules);
  std::set<int> held, routed;
  for (int i = 0; i < 400; ++i) {
    const Sample sample = RandomSample(*loaded.rules, random, random() % 4);
    Conditions conditions(*loaded.rules, region, sample);
    evaluation.Bind(region, sample.view());
    // Routes before and after the rules: what one left bound is no concern of the other.
    const std::vector<int> before = IndexedRoutes(evaluation);
    const auto hits = IndexedHits(evaluation);
    ASSERT_EQ(IndexedRoutes(evaluation), before);
    std::vector<int> routes;
    for (size_t r = 0; r < region.routing.routes.size(); ++r) {
      if (conditions.Hold(region.routing.routes[r].condition)) routes.push_back(static_cast<int>(r));
    }
    ASSERT_EQ(before, routes);
    ASSERT_EQ(hits, conditions.Hits());
    for (const auto& hit : hits) held.insert(hit.first);
    routed.insert(routes.begin(), routes.end());
  }
  // The records can tell most rules apart, and most rules stand in the index.
  EXPECT_GT(held.size(), 600u);
  EXPECT_GT(routed.size(), 100u);
  EXPECT_LT(region.plan->record_rules.rest.size(), 600u);
  EXPECT_GT(region.plan->record_rules.keys.size(), 4u);
}

TEST(Index, ThePackItselfHoldsAsItsConditionsSay) {
  Random random(31);
  Evaluation evaluation(Rules());
  for (int i = 0; i < 500; ++i) {
    const Sample sample = RandomSample(Rules(), random, random() % 4);
    for (const std::string name : {"", "apac", "emea", "latam", "north_america"}) {
      const RegionRules& region = Rules().ForRegion(name);
      Conditions conditions(Rules(), region, sample);
      evaluation.Bind(region, sample.view());
      for (const Normalizer& normalizer : region.normalizers) {
        std::string value;
        for (size_t r = 0; r < normalizer.rows.size() && value.empty(); ++r) {
          if (conditions.Hold(normalizer.rows[r].condition)) value = normalizer.rows[r].value;
        }
        ASSERT_EQ(evaluation.Normalize(normalizer).value, value) << normalizer.field << sample.contact.title;
      }
      std::vector<int> routes;
      for (size_t r = 0; r < region.routing.routes.size(); ++r) {
        if (conditions.Hold(region.routing.routes[r].condition)) routes.push_back(static_cast<int>(r));
      }
      ASSERT_EQ(IndexedRoutes(evaluation), routes);
    }
  }
}

// A region's title table on words that rows share, contain and abut.
TEST(Index, TitlesFindTheFirstRowOfTheirWords) {
  const std::vector<std::string> words = {"gerente", "geral",     "de",     "Director", "directeur", "général",
                                          "chef",    "assistant", "head",   "of",       "vice",      "president",
                                          "co",      "founder",   "leiter", "charge",   "intern",    "-",
                                          "副",      "总经理",    "助理",   "部長",     "代理",      "이사"};
  Random random(17);
  Evaluation evaluation(Rules());
  std::set<std::string> values;
  for (int i = 0; i < 4000; ++i) {
    Sample sample;
    for (size_t n = random() % 5; n > 0; --n) sample.contact.title += OneOf(words, random) + " ";
    for (const std::string name : {"", "apac", "emea", "latam", "north_america"}) {
      const RegionRules& region = Rules().ForRegion(name);
      Conditions conditions(Rules(), region, sample);
      evaluation.Bind(region, sample.view());
      const Normalizer& seniority = region.normalizers[0];
      std::string value;
      for (size_t r = 0; r < seniority.rows.size() && value.empty(); ++r) {
        if (conditions.Hold(seniority.rows[r].condition)) value = seniority.rows[r].value;
      }
      ASSERT_EQ(evaluation.Normalize(seniority).value, value) << sample.contact.title;
      values.insert(value);
    }
  }
  EXPECT_GE(values.size(), 7u);
}

TEST(Index, AThousandTerritoriesAreOneLookUp) {
  ReadPacksResult read = ReadPackSet(LEADLINE_SOURCE_DIR "/rules");
  PackSet set{"rules", {*read.set.Find("central")}};
  std::string& scoring = set.packs[0].files["scoring.yaml"];
  scoring = "threshold: {mql: 100}\nregional_adjustment: {cap: 15}\ndimensions: [demographic]\nrules:\n";
  for (int i = 0; i < 1000; ++i) {
    scoring += fmt::format(
        "  - {{id: t{0}, dimension: demographic, when: 'lead.campaign == \"territory {0}\" && lead.total_visits > 2', "
        "points: 1}}\n",
        i);
  }
  const LoadResult loaded = LoadRuleSet(set, {.analyze = false});
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  const RegionRules& region = loaded.rules->ForRegion("");
  const RuleIndex& index = region.plan->record_rules;
  EXPECT_TRUE(index.rest.empty());
  ASSERT_EQ(index.keys.size(), 1u);
  for (uint32_t code = 0; code + 1 < index.keys[0].begin.size(); ++code) EXPECT_LE(index.keys[0].Of(code).size(), 1u);
  Evaluation evaluation(*loaded.rules);
  Sample sample;
  sample.lead.attributes["campaign"] = std::string("territory 731");
  sample.lead.attributes["total_visits"] = 3.0;
  evaluation.Bind(region, sample.view());
  EXPECT_THAT(IndexedHits(evaluation), testing::ElementsAre(std::pair(731, -1)));
  sample.lead.attributes["total_visits"] = 2.0;
  evaluation.Bind(region, sample.view());
  EXPECT_THAT(IndexedHits(evaluation), testing::IsEmpty());
}

}  // namespace
}  // namespace leadline::packs
