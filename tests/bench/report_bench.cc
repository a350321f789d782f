// What a report takes over a million leads, beside 50,000: from the cells, which are made of generated records. In each
// round both files are opened anew, so that nothing is in the store's memory yet.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status_macros.h"
#include "domain/reports/cell_fold.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/contribution.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "tests/bench/figure.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;
using domain::ReportDimension;
using domain::Section;

constexpr char kTenant[] = "default";
constexpr Time kNow = 1'767'225'600LL * kSecond;  // 2026-01-01
constexpr double kMostMilliseconds = 100;
constexpr double kMostTimes = 2;

struct Flags {
  std::string folder = fs::temp_directory_path() / "leadline-report-bench";
  std::vector<int64_t> leads = {50'000, 1'000'000};
  int rounds = 9;
  uint64_t seed = 31;
};

void OkOrExit(const absl::Status& status, std::string_view doing) {
  if (status.ok()) return;
  std::cerr << doing << ": " << status << std::endl;
  std::exit(1);
}

domain::Lifecycle Statuses() {
  domain::Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "raw", .order = 0},        {.id = "inquiry", .order = 1},
                        {.id = "mql", .order = 2},        {.id = "sal", .order = 3},
                        {.id = "sql", .order = 4},        {.id = "customer", .order = 5, .won = true},
                        {.id = "re_market", .order = -1}, {.id = "disqualified", .order = -1, .terminal = true}};
  return lifecycle;
}

// Leads of one year, of 9 sources, 4 regions, 3 products and 40 reps; half of them move on from each status, within
// some days.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  domain::ReportInput Next() {
    domain::ReportInput input;
    domain::ReportedRecord& record = input.record;
    record.source = fmt::format("source_{}", Below(9));
    record.region = fmt::format("region_{}", Below(4));
    record.assignee = fmt::format("rep-{}", Below(40));
    record.products = {fmt::format("product_{}", Below(3))};
    record.created_at = kNow - 365 * kDay + Below(365 * kDay);
    Time time = record.created_at;
    for (const char* status : {"inquiry", "mql", "sal", "sql", "customer"}) {
      input.steps.push_back({status, time});
      if (Below(2) == 0) break;
      time += Below(Below(20 * kDay) + 1);
    }
    if (Below(4) > 0) input.touched_at = record.created_at + Below(Below(2 * kDay) + 1);
    domain::ReportedClock clock{.sla_id = "contact_me", .state = domain::SlaState::kMet, .start = record.created_at};
    clock.due = clock.start + 4 * kHour;
    clock.response = Below(4 * kHour);
    clock.stopped = clock.start + clock.response;
    input.clocks.push_back(clock);
    return input;
  }

 private:
  int64_t Below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  std::mt19937_64 random_;
};

std::unique_ptr<store::ReportCells> OpenOrExit(const fs::path& file) {
  auto cells = store::OpenReportCells(file);
  OkOrExit(cells.status(), "opening the cells");
  return *std::move(cells);
}

// All records at once, so that each cell is written once.
void Make(const Flags& flags, int64_t leads, const fs::path& file) {
  std::map<domain::CellKey, domain::Sums> sums;
  domain::Names names;
  const domain::Lifecycle lifecycle = Statuses();
  Generator generator(flags.seed);
  for (int64_t i = 0; i < leads; ++i) {
    domain::Contribute(generator.Next(), lifecycle, names,
                       [&](const domain::CellKey& key, const domain::Additions& additions) {
                         domain::Sums& cell = sums[key];
                         for (const domain::Addition& addition : additions) AddTo(cell, addition);
                       });
  }
  OkOrExit(OpenOrExit(file)->Write(kTenant,
                                   [&](store::ReportCellsSession& session) -> absl::Status {
                                     for (const auto& [key, cell] : sums) {
                                       RETURN_IF_ERROR(session.AddToCell(key, domain::Sorted(cell)));
                                     }
                                     return session.PutState({.lifecycle = domain::LifecycleText(lifecycle),
                                                              .version = 1,
                                                              .names = names.all()});
                                   }),
           "writing the cells");
}

struct Asked {
  std::string name;
  Section section;
  std::vector<ReportDimension> by;
  Time start = 0;
};

// Milliseconds.
double Take(store::ReportCells& cells, const Asked& asked) {
  const domain::Lifecycle lifecycle = Statuses();
  const domain::Division division{.dimensions = asked.by};
  const domain::CellFilter filter{.start = asked.start};
  const auto begin = std::chrono::steady_clock::now();
  const auto plan = PlanOf(asked.section, filter, division);
  if (!plan) OkOrExit(absl::InternalError(asked.name), "no cells have it");
  size_t groups = 0;
  OkOrExit(cells.Read(kTenant,
                      [&](store::ReportCellsSession& session) -> absl::Status {
                        ASSIGN_OR_RETURN(const store::ReportCellsState state, session.GetState());
                        domain::Names names;
                        for (const std::string& name : state.names) names.CodeOf(name);
                        domain::CellFold fold(asked.section, division, names, lifecycle);
                        RETURN_IF_ERROR(session.ForEachCell(
                            filter.kind, *plan, [](std::string_view) { return true; },
                            [&](const domain::CellKey& key, const domain::Additions& additions) {
                              fold.Add(key, additions);
                            }));
                        groups = asked.section == Section::kFunnel     ? fold.Funnels().size()
                                 : asked.section == Section::kVelocity ? fold.Velocities(kNow).size()
                                 : asked.section == Section::kSla      ? fold.Levels(kNow).size()
                                                                       : fold.Flows().size();
                        return absl::OkStatus();
                      }),
           asked.name);
  if (groups == 0) OkOrExit(absl::InternalError(asked.name), "nothing came out");
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("What a report takes over many leads, beside few.");
  app.add_option("--folder", flags.folder, "Where the files are made");
  app.add_option("--leads", flags.leads, "How many, few and many")->delimiter(',')->expected(2);
  app.add_option("--rounds", flags.rounds, "Times that each report is asked for");
  app.add_option("--seed", flags.seed, "Of the leads");
  CLI11_PARSE(app, argc, argv);
  fs::remove_all(flags.folder);
  fs::create_directories(flags.folder);
  std::vector<fs::path> files;
  for (const int64_t leads : flags.leads) {
    files.push_back(fs::path(flags.folder) / fmt::format("{}.reports", leads));
    Make(flags, leads, files.back());
  }
  using D = ReportDimension;
  const Time start = kNow - 93 * kDay;
  const std::vector<Asked> all = {{"funnel", Section::kFunnel, {}},
                                  {"funnel by source", Section::kFunnel, {D::kSource}},
                                  {"funnel by owner and week", Section::kFunnel, {D::kOwner, D::kWeek}},
                                  {"funnel by region and source", Section::kFunnel, {D::kRegion, D::kSource}},
                                  {"velocity", Section::kVelocity, {}},
                                  {"velocity by source", Section::kVelocity, {D::kSource}},
                                  {"velocity by owner", Section::kVelocity, {D::kOwner}},
                                  {"velocity by week", Section::kVelocity, {D::kWeek}},
                                  {"velocity by source, last 93 days", Section::kVelocity, {D::kSource}, start},
                                  {"service levels by owner", Section::kSla, {D::kOwner}},
                                  {"flow by source", Section::kFlow, {D::kSource}}};
  Note(fmt::format("milliseconds over {} leads; the ratio is to {} leads", flags.leads[1], flags.leads[0]));
  for (const Asked& asked : all) {
    std::vector<double> few, many;
    for (int round = 0; round < flags.rounds; ++round) {
      few.push_back(Take(*OpenOrExit(files[0]), asked));
      many.push_back(Take(*OpenOrExit(files[1]), asked));
    }
    const double ratio = Median(many) / Median(few);
    Print({asked.name, Median(many), "ms", ratio, AtMost(kMostMilliseconds)});
    if (ratio > kMostTimes)
      Note(fmt::format("{}: {:.1f} times as long, and should be {} times at most", asked.name, ratio, kMostTimes));
  }
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
