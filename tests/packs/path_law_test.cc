// Ways round the layering that were open once: calendars, the order of routes.
#include <gtest/gtest.h>

#include <algorithm>

#include "fmt/format.h"
#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

constexpr char kWeek[] =
    "{monday: 09:00-18:00, tuesday: 09:00-18:00, wednesday: 09:00-18:00, thursday: 09:00-18:00, friday: 09:00-17:00}";

// The packs of the repository, with another calendar for EMEA.
LoadResult WithCalendar(const std::string& hours, const std::string& holidays, const std::string& more = "") {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  PackFiles emea = *set.Find("emea");
  std::erase_if(emea.files, [](const auto& file) { return file.first.starts_with("tests/"); });
  emea.files["sla.yaml"] = fmt::format(
      "calendars:\n  - id: berlin\n    time_zone: Europe/Berlin\n    hours: {}\n    holidays: [{}]\n"
      "tighten:\n  - {{level: contact_me, calendar: berlin{}}}\n",
      hours, holidays, more);
  set.Put(std::move(emea));
  return LoadRuleSet(set, {.analyze = false});
}

std::string ErrorsOf(const LoadResult& result) {
  std::string out;
  for (const Diagnostic& d : result.diagnostics) {
    if (d.severity != Severity::kError) continue;
    EXPECT_EQ(d.layer, "emea") << FormatDiagnostic(d);
    out += fmt::format("{} {}:{} {}:{} ", d.code, d.position.file, d.position.line, d.related.file, d.related.line);
  }
  const std::string root = LEADLINE_SOURCE_DIR "/";
  for (size_t at = out.find(root); at != std::string::npos; at = out.find(root)) out.erase(at, root.size());
  return out;
}

// Working days one after the other, from the first Monday of 2026 on.
std::string DaysOff(int days, int of_week = 5) {
  std::string out;
  for (int i = 0; i < days; ++i) {
    if (i > 0) out += ", ";
    out += FormatTime(*ParseTime("2026-01-05") + (7 * (i / of_week) + i % of_week) * kDay).substr(0, 10);
  }
  return out;
}

const domain::SlaDef& Level(const RegionRules& rules, const std::string& id) { return *rules.sla.Find(id); }

// The longest time between a start in 2026 and what is due then.
Duration LongestWait(const RegionRules& rules, const domain::SlaDef& level) {
  const domain::BusinessCalendar& calendar = *rules.sla.FindCalendar(level.calendar);
  Duration longest = 0;
  for (Time start = *ParseTime("2026-01-01"); start < *ParseTime("2027-01-01"); start += kHour) {
    longest = std::max(longest, domain::StartClock(level, calendar, start).due - start);
  }
  return longest;
}

TEST(PathLaw, ARegionsCalendarHasTheHoursOfTheFloor) {
  const std::string at = "LL2308 rules/regions/emea/sla.yaml:4 rules/central/pack.yaml:16 ";
  EXPECT_EQ(ErrorsOf(WithCalendar("{monday: 09:00-09:30}", "")), at) << "an hour would take two weeks";
  EXPECT_EQ(ErrorsOf(WithCalendar("{monday: 00:00-24:00, tuesday: 00:00-10:59}", "")), at);
  EXPECT_EQ(ErrorsOf(WithCalendar("{monday: 00:00-24:00, tuesday: 00:00-11:00}", "")), "");
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, "")), "");
}

TEST(PathLaw, ARegionsCalendarHasNoMoreHolidaysThanTheFloor) {
  const std::string at = "LL2308 rules/regions/emea/sla.yaml:5 rules/central/pack.yaml:16 ";
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, DaysOff(25))), "");
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, DaysOff(26))), at);
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, DaysOff(25) + ", 2026-01-05, 2026-01-10, 2026-01-11")), "")
      << "a date that is there twice, a Saturday and a Sunday take no time away";
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, DaysOff(25) + ", 2027-01-05, 2027-02-08")), "") << "of the year after it";
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, DaysOff(20) + ", 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04, 2027-01-01, "
                                                       "2027-01-04")),
            at)
      << "a year is any 365 days: no two years' days off stand together";
}

// Hours in two days of the week and five weeks away at a stretch are within the floor; the level's own bound is not.
TEST(PathLaw, WhateverACalendarSaysALevelIsDueByItsLatest) {
  const std::string hours = "{monday: 00:00-24:00, tuesday: 00:00-11:00}";
  const LoadResult loaded = WithCalendar(hours, DaysOff(25, 2));
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  const RegionRules& emea = loaded.rules->ForRegion("emea");
  EXPECT_EQ(LongestWait(emea, Level(emea, "contact_me")), 5 * kDay);
  domain::SlaDef without = Level(emea, "contact_me");
  without.due_at_latest = 0;
  EXPECT_GT(LongestWait(emea, without), 80 * kDay);
  for (const domain::SlaDef& level : Rules().ForRegion("").sla.levels) EXPECT_GT(level.due_at_latest, 0) << level.id;
}

TEST(PathLaw, TheBoundChangesNothingForTheShippedCalendars) {
  for (const char* region : {"", "emea", "latam"}) {
    const RegionRules& rules = Rules().ForRegion(region);
    for (domain::SlaDef level : rules.sla.levels) {
      const Duration bounded = LongestWait(rules, level);
      level.due_at_latest = 0;
      EXPECT_EQ(LongestWait(rules, level), bounded) << region << " " << level.id;
    }
  }
}

TEST(PathLaw, ARegionShortensTheLatestMomentAndNeverPutsItOff) {
  const LoadResult sooner = WithCalendar(kWeek, "", ", due_at_latest: 2d");
  ASSERT_NE(sooner.rules, nullptr) << FormatDiagnostics(sooner.diagnostics);
  EXPECT_EQ(Level(sooner.rules->ForRegion("emea"), "contact_me").due_at_latest, 2 * kDay);
  EXPECT_EQ(Level(sooner.rules->ForRegion("latam"), "contact_me").due_at_latest, 5 * kDay);
  EXPECT_EQ(ErrorsOf(WithCalendar(kWeek, "", ", due_at_latest: 6d")).substr(0, 6), "LL2303");
}

// A level that counts on the calendar of whoever has the lead, and a calendar of two hours a week that the centre has
// for its own ends: whatever of a region's names it is refused, and so is one of the region's own.
TEST(PathLaw, NobodyOfARegionBringsACalendarBelowTheFloor) {
  const auto with = [](const std::string& file, const std::string& from, const std::string& to,
                       const std::string& central_team = "") {
    PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
    PackFiles central = *set.Find("central"), emea = *set.Find("emea");
    for (PackFiles* files : {&central, &emea}) {
      std::erase_if(files->files, [](const auto& f) { return f.first.starts_with("tests/"); });
    }
    std::string& sla = central.files["sla.yaml"];
    sla.replace(sla.find("levels:\n"), 8,
                "  - {id: board, time_zone: Etc/UTC, hours: {friday: 09:00-11:00}}\nlevels:\n");
    if (!central_team.empty()) central.files["routing.yaml"] += central_team;
    std::string& text = emea.files[file];
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    set.Put(std::move(central));
    set.Put(std::move(emea));
    return ErrorsOf(LoadRuleSet(set, {.analyze = false}));
  };
  const std::string rep = "name: Anna Weber, team: emea_sales,";
  EXPECT_EQ(with("routing.yaml", rep, rep), "");
  EXPECT_EQ(with("routing.yaml", rep, rep + " calendar: berlin,"), "");
  const std::string refused = "LL2308 rules/regions/emea/routing.yaml:";
  EXPECT_EQ(with("routing.yaml", rep, rep + " calendar: board,").substr(0, refused.size()), refused);
  EXPECT_EQ(with("routing.yaml", "  - id: emea_sales\n", "  - id: emea_sales\n    calendar: board\n")
                .substr(0, refused.size()),
            refused);
  EXPECT_EQ(with("routing.yaml", "  - id: dach\n", "  - id: dach\n    calendar: board\n").substr(0, refused.size()),
            refused);
  // By a team of the centre, which works as the centre likes.
  const std::string team =
      "\nteams:\n  - {id: night_desk, calendar: board}\nreps:\n  - {id: night-ann, name: Ann Night, team: "
      "night_desk, languages: [en]}\n";
  EXPECT_EQ(with("routing.yaml", rep, "name: Anna Weber, team: night_desk,", team).substr(0, refused.size()), refused);
  EXPECT_EQ(with("routing.yaml", rep, "name: Anna Weber, team: night_desk, calendar: berlin,", team), "");
  // By the calendar of leads that nobody has.
  const std::string level = "  - {level: hot, calendar: berlin}";
  EXPECT_EQ(with("sla.yaml", level, "  - {level: hot, calendar: {of_assignee: board}}").substr(0, 27),
            "LL2308 rules/regions/emea/s");
  EXPECT_EQ(with("sla.yaml", level, "  - {level: hot, calendar: {of_assignee: berlin}}"), "");
  // By a calendar of its own, that only a rep names.
  EXPECT_EQ(
      with("sla.yaml", "\ntighten:", "  - {id: nights, time_zone: Etc/UTC, hours: {friday: 09:00-11:00}}\ntighten:")
          .substr(0, 6),
      "LL2308");
}

// What regions' points come to is theirs to say: a central level does not stand by it.
TEST(PathLaw, NoRegionsPointsLetACentralLevelStand) {
  for (const char* field : {"score.adjustment", "score.total"}) {
    PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
    PackFiles central = *set.Find("central");
    std::string& sla = central.files["sla.yaml"];
    sla.replace(sla.find("    due_after: 45h"), 0, fmt::format("    pause_when: {} > 5.0\n", field));
    set.Put(std::move(central));
    const LoadResult loaded = LoadRuleSet(set, {.analyze = false});
    EXPECT_EQ(loaded.rules, nullptr);
    EXPECT_TRUE(std::any_of(loaded.diagnostics.begin(), loaded.diagnostics.end(), [](const Diagnostic& d) {
      return d.code == "LL2307";
    })) << FormatDiagnostics(loaded.diagnostics);
  }
}

// A region's calendars count for the levels that say so, of its own leads, and for no others.
TEST(PathLaw, ARegionsRepsChangeNothingOfALevelThatNamesOneCalendar) {
  const RegionRules& latam = Rules().ForRegion("latam");
  domain::Lead lead;
  lead.region = "latam";
  lead.country = "MX";
  lead.assignee = "latam-sofia-hernandez";
  const auto calendar = [&](const RegionRules& rules, const char* level) {
    return domain::CalendarFor(Level(rules, level), rules.sla, rules.routing, lead).calendar->id;
  };
  EXPECT_EQ(calendar(latam, "mql"), "mexico_city");
  EXPECT_EQ(calendar(latam, "unassigned"), "working_week") << "the centre's, for all";
  EXPECT_EQ(calendar(Rules().ForRegion(""), "mql"), "working_week");
  EXPECT_EQ(calendar(Rules().ForRegion("emea"), "mql"), "berlin") << "the rep is none of EMEA's";
  EXPECT_EQ(calendar(Rules().ForRegion("north_america"), "mql"), "new_york");
}

TEST(PathLaw, RoutesBeforeRegionsComeFirstEverywhere) {
  for (const char* region : {"", "emea", "latam"}) {
    const std::vector<domain::Route>& routes = Rules().ForRegion(region).routing.routes;
    EXPECT_EQ(routes[0].id, "account_owner") << region;
    EXPECT_EQ(routes[1].id, "no_way_to_reach") << region;
    EXPECT_TRUE(std::none_of(routes.begin() + 2, routes.end(), [](const auto& r) { return r.before_regions; }));
  }
}

// An open route that a region writes anew stays in the centre's place.
TEST(PathLaw, ARouteThatARegionReplacesKeepsItsPlace) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& routing = central.files["routing.yaml"];
  const std::string gate = "{id: gate, seal: open,";
  routing.replace(routing.find(gate), gate.size(), "{id: gate, seal: open, before_regions: true,");
  set.Put(std::move(central));
  const LoadResult loaded = LoadRuleSet(set);
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  std::vector<std::string> ids;
  for (const domain::Route& route : loaded.rules->ForRegion("emea").routing.routes) ids.push_back(route.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"first", "gate", "emea.all", "all"}));
  EXPECT_EQ(loaded.rules->ForRegion("emea").routing.routes[1].hold, "emea.review");
  EXPECT_EQ(loaded.rules->ForRegion("").routing.routes[1].hold, "review");
}

}  // namespace
}  // namespace leadline::packs
