#include "tests/packs/hostile/hostile_packs.h"

#include <functional>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

std::string Joined(int count, const std::string& between, const std::function<std::string(int)>& item) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "" : between) + item(i);
  return out;
}

std::string& FileOf(PackSet& set, const std::string& pack, const std::string& file) {
  for (PackFiles& files : set.packs) {
    if (files.name == pack) return files.files[file];
  }
  return set.packs.front().files[file];
}

void Insert(std::string& text, const std::string& behind, const std::string& lines) {
  text.insert(text.find(behind) + behind.size(), lines);
}

// The region's routes, before its own; `when` of each.
PackSet Routes(int count, const std::function<std::string(int)>& when, int teams = 1) {
  PackSet set = SmallPacks();
  std::string& text = FileOf(set, "emea", "routing.yaml");
  Insert(text, "routes:\n", Joined(count, "", [&](int i) {
           return fmt::format("  - {{id: emea.r{}, when: '{}', team: t{}}}\n", i, when(i), i % teams);
         }));
  Insert(text, "reps:\n", Joined(teams, "", [](int i) {
           return fmt::format("  - {{id: rep{0}, name: Rep, team: t{0}, languages: [es], territories: [spain]}}\n", i);
         }));
  Insert(text, "teams:\n", Joined(teams, "", [](int i) { return fmt::format("  - {{id: t{}}}\n", i); }));
  return set;
}

// Central scoring rules beside the others.
PackSet Rules(int count, const std::function<std::string(int)>& when) {
  PackSet set = SmallPacks();
  Insert(FileOf(set, "central", "scoring.yaml"), "rules:\n", Joined(count, "", [&](int i) {
           return fmt::format("  - {{id: r{}, dimension: demographic, points: 1, when: '{}'}}\n", i, when(i));
         }));
  return set;
}

PackSet Tests(const std::string& body) {
  return With("emea", "tests/large_test.yaml", "suite: Large\nnow: 2026-06-01T12:00:00Z\n" + body);
}

std::string Case(const std::string& name, const std::string& more) {
  return fmt::format("  - {{name: {}, {}expect: {{region: none}}}}\n", name, more);
}

PackSet OneCase(const std::string& lead) { return Tests("cases:\n" + Case("one", "with: {lead: {" + lead + "}}, ")); }

std::string Digits(int count) { return "1" + std::string(static_cast<size_t>(count), '0'); }

}  // namespace

PackSet SmallPacks() {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  std::string& schema = FileOf(set, "central", "schema.yaml");
  Insert(schema, "  lead:\n",
         "    country: {type: string}\n    contact_count: {type: int}\n    activity_count: {type: int}\n"
         "    value_amount: {type: double}\n    age_days: {type: int}\n");
  Insert(schema, "records:\n", "  account:\n    employees: {type: int}\n    name: {type: string}\n");
  return set;
}

PackSet With(const std::string& pack, const std::string& file, const std::string& text) {
  PackSet set = SmallPacks();
  FileOf(set, pack, file) = text;
  return set;
}

PackSet ManyRoutes(int routes) {
  return Routes(routes, [](int i) { return fmt::format(R"(contact.title == "w{0}" || account.name == "c{0}")", i); });
}

const std::vector<HostilePack>& HostilePacks() {
  // Where a limit is reached, the step that reaches it counts too.
  constexpr uint64_t kFew = 50'000'000, kLimit = 1'050'000'000;
  static const auto* const packs = new std::vector<HostilePack>{
      // What has been seen.
      {"contact_count", "LL3111", kFew, [] { return OneCase("contact_count: 900000000000000"); }},
      {"routes_400", "", kLimit, [] { return ManyRoutes(400); }},
      {"routes_2000", "", kLimit, [] { return ManyRoutes(2000); }},
      {"findings_114000", "LL1303", kLimit,
       [] {
         return With(
             "emea", "routing.yaml",
             "territories:\n  - {id: spain, countries: [" + Joined(114'000, ",", [](int) { return "a"; }) + "]}\n");
       }},
      {"patterns_300", "LL2104", kLimit,
       [] {
         return Rules(300, [](int i) { return fmt::format(R"(contact.title.matches(r"w{}\pL{{1,1000}}"))", i); });
       }},
      {"for_each_wide", "LL1301", kLimit,
       [] {
         const std::string activities = Joined(900, ", ", [](int) {
           return std::string("{channel: website, investment: low, response: visit, ago: 2h}");
         });
         return Tests("cases:\n" +
                      Case("wide", "with: {activities: [" + activities + "]}, for_each: {lead.source: [" +
                                       Joined(50'000, ",", [](int i) { return fmt::format("s{}", i); }) + "]}, "));
       }},
      // Their neighbours.
      {"routes_words_2000", "", kLimit,
       [] { return Routes(2000, [](int i) { return fmt::format(R"(contact.title.hasWord("w{}"))", i); }); }},
      {"routes_bands_2000", "", kLimit,
       [] {
         return Routes(2000, [](int i) {
           return fmt::format("account.employees >= {} && account.employees < {}", i * 10 + 10, i * 10 + 20);
         });
       }},
      {"routes_shadowed_2000", "LL2510", kLimit,
       [] { return Routes(2000, [](int i) { return fmt::format("account.employees > {}", i); }); }},
      {"routes_overlapping_2000", "", kLimit,
       [] { return Routes(2000, [](int i) { return fmt::format("account.employees > {}", 2000 - i); }); }},
      {"routes_patterns_1000", "", kLimit,
       [] {
         return Routes(
             1000, [](int i) { return fmt::format(R"(contact.title.matches("w{}[0-9]"))", i); }, 3);
       }},
      {"rules_5000", "", kLimit,
       [] {
         return Rules(5000, [](int i) {
           return fmt::format(R"(contact.title == "C{}" && account.employees > {})", i % 200, i / 200);
         });
       }},
      {"condition_of_1500_parts", "*", kLimit,
       [] {
         return Rules(1, [](int) {
           return Joined(1500, " || ", [](int i) { return fmt::format(R"(lead.country == "C{}")", i); });
         });
       }},
      {"conditions_of_many_words", "*", kLimit,
       [] {
         return Rules(200, [](int i) {
           return Joined(200, " || ", [i](int w) { return fmt::format(R"(contact.title.hasWord("w{}x{}"))", i, w); });
         });
       }},
      {"patterns_small_2000", "", kLimit,
       [] { return Rules(2000, [](int i) { return fmt::format(R"(contact.title.matches("^w{}[a-z]+$"))", i); }); }},
      {"deep", "LL1009", kLimit,
       [] { return With("emea", "sla.yaml", std::string(10'000, '[') + std::string(10'000, ']')); }},
      {"long_list", "LL1008", kLimit,
       [] { return With("emea", "sla.yaml", "levels: [" + Joined(200'000, ",", [](int) { return "1"; }) + "]\n"); }},
      {"duplicate_keys", "LL1303", kLimit,
       [] { return With("emea", "sla.yaml", Joined(100'000, "", [](int) { return std::string("levels: 1\n"); })); }},
      {"unknown_keys", "LL1303", kLimit,
       [] { return With("emea", "sla.yaml", Joined(50'000, "", [](int i) { return fmt::format("key{}: 1\n", i); })); }},
      {"unknown_teams", "LL1303", kLimit,
       [] {
         return With("emea", "routing.yaml",
                     "teams:\n" + Joined(5'000, "", [](int i) { return fmt::format("  - {{id: team{}}}\n", i); }) +
                         "routes:\n" + Joined(10'000, "", [](int i) {
                           return fmt::format("  - {{id: emea.r{}, team: taem{}}}\n", i, i);
                         }));
       }},
      {"warnings_many", "*", kLimit,
       [] {
         return Rules(3000, [](int i) { return fmt::format("lead.competitor || !lead.competitor || 1 == {}", i); });
       }},
      {"tables_large", "*", kLimit,
       [] {
         return With("emea", "normalize.yaml", "normalize:\n  contact.seniority:\n" + Joined(3'000, "", [](int i) {
                                                 return fmt::format(
                                                     "    - {{value: staff, when: 'title.hasWord(\"wort{}\")'}}\n", i);
                                               }));
       }},
      {"tests_12000", "", kLimit,
       [] { return Tests("cases:\n" + Joined(12'000, "", [](int i) { return Case(fmt::format("c{}", i), ""); })); }},
      {"tests_given_again", "LL3111", kLimit,
       [] {
         return Tests("fixtures:\n  person: {activities: [" +
                      Joined(500, ", ",
                             [](int) { return std::string("{channel: website, investment: low, response: visit}"); }) +
                      "]}\ncases:\n" +
                      Case("one", "given: [" + Joined(50'000, ",", [](int) { return std::string("person"); }) + "], "));
       }},
      {"table_of_copies", "LL1301", kLimit,
       [] {
         return Tests("tables:\n  - name: t\n    expect: {normalize: {" +
                      Joined(10'000, ", ", [](int i) { return fmt::format("f{}: x", i); }) +
                      "}}\n    columns: [lead.source]\n    rows: [" +
                      Joined(20'000, ", ", [](int i) { return fmt::format("[s{}]", i); }) + "]\n");
       }},
      {"numbers", "LL3111", kFew,
       [] { return OneCase("activity_count: " + Digits(300) + ", value_amount: 1e300, age_days: " + Digits(30)); }},
      {"texts", "LL3111", kFew,
       [] { return OneCase("source: " + std::string(1'000'000, 'x') + ", products: [" + Digits(5'000) + "]"); }},
      {"moments", "LL3111", kFew,
       [] {
         return Tests("cases:\n" + Case("one",
                                        "with: {activities: [{channel: website, investment: low, response: "
                                        "visit, ago: 100000000d}]}, "));
       }},
  };
  return *packs;
}

}  // namespace leadline::packs
