// The centre and every region of the repository, of the small packs of the tests, and generated regions: the law of
// layering holds for each pair, or the region is refused.
#include "tests/packs/layering_law.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/ids.h"
#include "fmt/format.h"
#include "packs/accept.h"
#include "packs/loader.h"
#include "tests/packs/region_generator.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

struct Corpus {
  const char* name;
  const char* root;
  int records;  // for each pair of the folder's own packs
  int regions;  // generated
};

PackSet Only(const PackSet& all, const std::vector<std::string>& names) {
  PackSet out{all.root, {}};
  for (const std::string& name : names) out.Put(*all.Find(name));
  return out;
}

LoadResult LoadWith(const PackSet& centre, const std::vector<PackFiles>& regions) {
  PackSet set = centre;
  for (const PackFiles& region : regions) set.Put(region);
  return LoadRuleSet(set, {.analyze = false});
}

class LayeringLaw : public testing::TestWithParam<Corpus> {
 protected:
  void SetUp() override {
    all_ = ReadPackSet(std::string(LEADLINE_SOURCE_DIR) + GetParam().root).set;
    centre_ = Only(all_, {"central"});
    rules_ = LoadRuleSet(centre_).rules;
    ASSERT_NE(rules_, nullptr);
    routing_ = all_.Find("central")->files.at("routing.yaml");
  }

  PackSet all_, centre_;
  std::shared_ptr<const RuleSet> rules_;
  std::string routing_;
};

TEST_P(LayeringLaw, HoldsForEveryPairOfTheFolder) {
  for (const PackFiles& pack : all_.packs) {
    if (pack.name == "central") continue;
    const LoadResult layered = LoadWith(centre_, {pack});
    ASSERT_NE(layered.rules, nullptr) << FormatDiagnostics(layered.diagnostics);
    for (const uint64_t seed : {1u, 2u, 3u}) {
      CheckCentreStands(*rules_, *layered.rules, pack.name, routing_, seed, GetParam().records);
      CheckMatchingStands(*rules_, *layered.rules, pack.name, seed, GetParam().records);
      ASSERT_FALSE(HasFailure()) << pack.name << ", seed " << seed;
    }
  }
}

TEST_P(LayeringLaw, RegionsOfTheFolderDoNotAffectEachOther) {
  for (const PackFiles& one : all_.packs) {
    for (const PackFiles& other : all_.packs) {
      if (one.name == "central" || other.name == "central" || one.name == other.name) continue;
      const LoadResult alone = LoadWith(centre_, {one});
      const LoadResult both = LoadWith(centre_, {one, other});
      ASSERT_NE(both.rules, nullptr);
      CheckRegionUntouched(*alone.rules, *both.rules, one.name, 7, GetParam().records);
      ASSERT_FALSE(HasFailure()) << one.name << " beside " << other.name;
    }
  }
}

TEST_P(LayeringLaw, HoldsForGeneratedRegionsOrTheyAreRefused) {
  std::mt19937_64 random(20'26);
  int loaded = 0, refused = 0;
  std::set<std::string> codes;
  for (int i = 0; i < GetParam().regions; ++i) {
    const PackFiles region = RandomRegion(*rules_, "zone", random);
    const LoadResult result = LoadWith(centre_, {region});
    if (result.rules != nullptr) {
      ++loaded;
      CheckCentreStands(*rules_, *result.rules, "zone", routing_, random(), 40);
      CheckMatchingStands(*rules_, *result.rules, "zone", random(), 10);
    } else {
      ++refused;
      for (const Diagnostic& d : result.diagnostics) {
        EXPECT_TRUE(d.position.file.starts_with(all_.root + "/regions/zone/")) << FormatDiagnostic(d);
        codes.insert(d.code);
      }
    }
    if (!HasFailure()) continue;
    for (const auto& [path, text] : region.files) ADD_FAILURE() << "region " << i << ", " << path << "\n" << text;
    return;
  }
  std::string list;
  for (const std::string& code : codes) list += " " + code;
  std::printf("%d regions loaded, %d refused:%s\n", loaded, refused, list.c_str());
  // Both outcomes must be common for the test to say anything.
  EXPECT_GT(loaded * 5, GetParam().regions);
  EXPECT_GT(refused * 5, GetParam().regions);
  for (const char* code : {"LL2301", "LL2303", "LL2305"}) EXPECT_TRUE(codes.contains(code)) << code;
}

TEST_P(LayeringLaw, GeneratedRegionsDoNotAffectEachOther) {
  std::mt19937_64 random(404);
  // In both orders of name, since packs are read in that order. Only regions that load alone.
  std::vector<PackFiles> ones, others;
  for (int i = 0; i < GetParam().regions / 3; ++i) {
    PackFiles one = RandomRegion(*rules_, "mike", random);
    if (LoadWith(centre_, {one}).rules != nullptr) ones.push_back(std::move(one));
    PackFiles other = RandomRegion(*rules_, others.size() % 2 == 0 ? "alpha" : "victor", random);
    if (LoadWith(centre_, {other}).rules != nullptr) others.push_back(std::move(other));
  }
  int loaded = 0;
  for (size_t i = 0; i < std::min(ones.size(), others.size()); ++i) {
    const LoadResult alone = LoadWith(centre_, {ones[i]});
    ASSERT_NE(alone.rules, nullptr);
    const LoadResult both = LoadWith(centre_, {ones[i], others[i]});
    if (both.rules == nullptr) {  // only a country can be claimed twice: all other ids bear the region's name
      for (const Diagnostic& d : both.diagnostics) {
        if (d.severity != Severity::kError) continue;
        EXPECT_EQ(d.code, "LL2503") << FormatDiagnostic(d);
      }
      continue;
    }
    ++loaded;
    CheckRegionUntouched(*alone.rules, *both.rules, "mike", random(), 30);
    CheckRegionUntouched(*rules_, *both.rules, "", random(), 10);
    ASSERT_FALSE(HasFailure()) << "pair " << i;
  }
  std::printf("%d pairs\n", loaded);
  EXPECT_GT(loaded, 3);
}

// A region's list of mail providers that knows addresses of the samples.
const std::string kMailList = "families: [werk]\ndomains: [acme.com]\n";

PackFiles WithMailList(PackFiles region) {
  region.files["mail_providers.yaml"] = kMailList;
  return region;
}

// The centre that lets the region's list count.
PackSet Accepting(PackSet centre, const std::string& region) {
  PackFiles central = *centre.Find("central");
  central.files["pack.yaml"] =
      WithAcceptance(central.files["pack.yaml"], region, "mail_providers", Sha256Hex(kMailList));
  centre.Put(central);
  return centre;
}

// The centre that has the list itself.
PackSet Listing(PackSet centre) {
  PackFiles central = *centre.Find("central");
  std::string& list = central.files["mail_providers.yaml"];
  list.insert(list.find("families:\n") + 10, "  - werk\n");
  list.insert(list.find("domains:\n") + 9, "  - acme.com\n");
  centre.Put(central);
  return centre;
}

TEST_P(LayeringLaw, AListOfMailProvidersThatIsNotAcceptedChangesNothing) {
  for (const PackFiles& pack : all_.packs) {
    if (pack.name == "central") continue;
    const LoadResult layered = LoadWith(centre_, {WithMailList(pack)});
    ASSERT_NE(layered.rules, nullptr) << FormatDiagnostics(layered.diagnostics);
    CheckCentreStands(*rules_, *layered.rules, pack.name, routing_, 5, GetParam().records);
    CheckMatchingStands(*rules_, *layered.rules, pack.name, 5, GetParam().records);
    ASSERT_FALSE(HasFailure()) << pack.name;
  }
}

// What acceptance means: for the region's leads the list is the centre's own, in everything but matching.
TEST_P(LayeringLaw, AnAcceptedListOfMailProvidersCountsAsTheCentresOwnAndNeverForMatching) {
  const std::shared_ptr<const RuleSet> listing = LoadRuleSet(Listing(centre_)).rules;
  ASSERT_NE(listing, nullptr);
  for (const PackFiles& pack : all_.packs) {
    if (pack.name == "central") continue;
    const LoadResult layered = LoadWith(Accepting(centre_, pack.name), {WithMailList(pack)});
    ASSERT_NE(layered.rules, nullptr) << FormatDiagnostics(layered.diagnostics);
    CheckCentreStands(*listing, *layered.rules, pack.name, routing_, 6, GetParam().records);
    CheckCentreStands(*rules_, *layered.rules, "", routing_, 6, GetParam().records);
    CheckMatchingStands(*rules_, *layered.rules, pack.name, 6, GetParam().records);
    ASSERT_FALSE(HasFailure()) << pack.name;
  }
}

TEST_P(LayeringLaw, AnAcceptedListOfMailProvidersIsNotAnotherRegions) {
  for (const PackFiles& one : all_.packs) {
    if (one.name == "central") continue;
    const PackFiles other{"zone", {{"pack.yaml", "pack: zone\nextends: central\nversion: 1.0.0\nowner: zone\n"}}};
    const PackSet centre = Accepting(centre_, one.name);
    const LoadResult alone = LoadWith(centre, {other});
    const LoadResult both = LoadWith(centre, {other, WithMailList(one)});
    ASSERT_NE(both.rules, nullptr) << FormatDiagnostics(both.diagnostics);
    CheckRegionUntouched(*alone.rules, *both.rules, "zone", 8, GetParam().records);
    ASSERT_FALSE(HasFailure()) << one.name;
  }
}

// A third of the records in the usual run; all of them in the long one (LEADLINE_LONG, which tests/run --long sets).
int Sampled(int all) { return std::getenv("LEADLINE_LONG") != nullptr ? all : all / 3; }

// The folder of samples has every pack that is shipped.
INSTANTIATE_TEST_SUITE_P(Packs, LayeringLaw,
                         testing::Values(Corpus{"repository", "/rules/samples", Sampled(600), 160},
                                         Corpus{"base", "/tests/packs/base", Sampled(1500), 400}),
                         [](const auto& param) { return std::string(param.param.name); });

// The law would hold for a list that counts nowhere: this one counts.
TEST(LayeringLawCases, AnAcceptedListOfMailProvidersMovesTheCentralScore) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  const auto central_score = [](const PackSet& packs, const std::string& region) {
    const LoadResult result = LoadRuleSet(packs, {.analyze = false});
    EXPECT_NE(result.rules, nullptr) << FormatDiagnostics(result.diagnostics);
    domain::Contact contact;
    contact.email = "ana@acme.com";
    const RegionRules& rules = result.rules->ForRegion(region);
    Evaluation evaluation(*result.rules);
    evaluation.Bind(rules, {nullptr, &contact, nullptr, {}, kNow});
    std::vector<domain::RuleHit> hits;
    evaluation.ScoringHits(hits);
    return domain::FoldScore(rules.scoring, hits, {}, kNow, false).score.central;
  };
  EXPECT_EQ(central_score(set, "emea"), 8);
  set.Put(WithMailList(*set.Find("emea")));
  EXPECT_EQ(central_score(set, "emea"), 8);
  set = Accepting(set, "emea");
  EXPECT_EQ(central_score(set, "emea"), -3);
  EXPECT_EQ(central_score(set, "latam"), 8);
  EXPECT_EQ(central_score(set, ""), 8);
}

// A condition that ends with a comment must not swallow what it is joined with.
TEST(LayeringLawCases, ACommentCannotLoosenATightenedRoute) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& routing = central.files["routing.yaml"];
  const std::string before = "when: lead.source == \"partner\",";
  routing.replace(routing.find(before), before.size(), "when: 'lead.source == \"partner\" // only they',");
  set.Put(central);
  PackFiles emea = *set.Find("emea");
  emea.files["routing.yaml"] = "tighten:\n  - route: first\n    and: |-\n      lead.total_visits > 1\n      || true\n";
  set.Put(emea);
  const LoadResult result = LoadRuleSet(set, {.analyze = false});
  ASSERT_NE(result.rules, nullptr) << FormatDiagnostics(result.diagnostics);
  domain::Lead lead;
  lead.source = "web";
  const RegionRules& rules = result.rules->ForRegion("emea");
  Evaluation evaluation(*result.rules);
  evaluation.Bind(rules, {&lead, nullptr, nullptr, {}, kNow});
  EXPECT_FALSE(evaluation.Holds(rules.routing.routes[0].condition));
  lead.source = "partner";
  evaluation.Bind(rules, {&lead, nullptr, nullptr, {}, kNow});
  EXPECT_TRUE(evaluation.Holds(rules.routing.routes[0].condition));
}

TEST(LayeringLawCases, DefinitionsOfAnotherRegionCannotBeNamed) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  const std::string head = "pack: north\nextends: central\nversion: 1.0.0\nowner: north\n";
  const auto codes = [&](const std::string& file, const std::string& text) {
    PackSet both = set;
    both.Put({"north", {{"pack.yaml", head}, {file, text}}});
    std::string out;
    for (const Diagnostic& d : LoadRuleSet(both, {.analyze = false}).diagnostics) {
      EXPECT_EQ(d.layer, "north") << FormatDiagnostic(d);
      if (d.severity == Severity::kError) out += d.code + " ";
    }
    return out;
  };
  EXPECT_EQ(codes("routing.yaml", "reps:\n  - {id: x, name: X, team: emea_desk, languages: [en]}\n"), "LL2501 ");
  EXPECT_EQ(codes("routing.yaml", "reps:\n  - {id: x, name: X, team: desk, languages: [en], territories: [spain]}\n"),
            "LL2502 ");
  EXPECT_EQ(codes("routing.yaml", "tighten:\n  - {route: emea.all, and: 'true'}\n"), "LL2304 ");
  EXPECT_EQ(codes("scoring.yaml", "set:\n  - {rule: emea.title, points: 3}\n"), "LL2304 ");
  // The base packs open no slot for plugins that score, and the region emea uses this one for titles.
  EXPECT_EQ(codes("scoring.yaml",
                  "plugins:\n  - {id: north.fit, plugin: org.test.fit, dimension: behaviour, on_failure: skip, "
                  "max_points: 9}\n"),
            "LL2302 ");
  EXPECT_EQ(codes("sla.yaml", "tighten:\n  - {level: mql, calendar: madrid}\n"), "LL2704 ");
}

}  // namespace
}  // namespace leadline::packs
