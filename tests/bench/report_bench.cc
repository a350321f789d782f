// What a report takes over a million leads, beside 50,000, and what it takes to keep the sums that it is made from.
//
// Leads with their histories go straight into two stores. The sums then follow each ledger from its beginning, as they
// do in the server. In each round the sums are opened anew, so that nothing of them is in memory yet, and asked for the
// same reports.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "domain/event.h"
#include "engine/engine.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/bench/figure.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;
using domain::ReportDimension;
using Seconds = std::chrono::duration<double>;

constexpr char kTenant[] = "default";
constexpr int64_t kTransaction = 1'000;  // leads that are written together
constexpr int kFold = 5'000;             // transactions of the ledger, as the server takes them
constexpr double kMostMilliseconds = 100;
constexpr double kMostTimes = 2;
constexpr double kMostMicroseconds = 30;  // of folding a record

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

// Leads of one year, in the order in which they came, of 9 sources, 3 products and the packs' reps; half of them move
// on from each status, within some days, and half have a value. Who comes to sales was sent by 8 of 40 rules.
class Generator {
 public:
  Generator(const engine::Snapshot& snapshot, uint64_t seed, int64_t count, Time now)
      : reps_(snapshot.rules->reps()), random_(seed), count_(count), now_(now) {}

  // Puts the next lead into the store.
  absl::Status Put(store::Transaction& tx, int64_t index) {
    domain::Lead lead;
    lead.created_at = now_ - 365 * kDay + index * (365 * kDay / count_);
    lead.id = ids_.NewId(lead.created_at);
    lead.source = fmt::format("source_{}", Below(9));
    const domain::Rep& rep = reps_[static_cast<size_t>(Below(static_cast<int64_t>(reps_.size())))];
    lead.region = rep.region;
    lead.assignee = rep.id;
    static const std::vector<std::string> products = {"analytics", "platform", "suite"};
    lead.products = {products[static_cast<size_t>(Below(3))]};
    if (Below(2) == 0) lead.value = domain::Money{"EUR", (1 + Below(100)) * 1000 * int64_t{1'000'000}};
    const std::vector<domain::StatusStep> steps = Steps(lead.created_at);
    lead.status = steps.back().to;
    lead.status_since = steps.back().time;
    const Duration response = Below(4 * kHour);
    lead.sla = domain::SlaClock{.sla_id = "contact_me",
                                .start = lead.created_at,
                                .due = lead.created_at + 4 * kHour,
                                .stopped = lead.created_at + response,
                                .state = domain::SlaState::kMet};
    RETURN_IF_ERROR(tx.Put(lead));
    return Append(tx, lead, steps);
  }

 private:
  int64_t Below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }

  std::vector<domain::StatusStep> Steps(Time time) {
    std::vector<domain::StatusStep> steps;
    for (const char* status : {"inquiry", "mql", "sal", "sql", "customer"}) {
      steps.push_back({status, time});
      if (Below(2) == 0) break;
      time += Below(Below(20 * kDay) + 1);
    }
    return steps;
  }

  absl::Status Append(store::Transaction& tx, const domain::Lead& lead, const std::vector<domain::StatusStep>& steps) {
    domain::Event event;
    event.record = {domain::RecordKind::kLead, lead.id};
    event.transaction_id = ids_.NewId(lead.created_at);
    event.append_time = now_;
    event.time = lead.created_at;
    event.payload = domain::RecordCreated{.source = lead.source, .region = lead.region, .image = lead};
    RETURN_IF_ERROR(tx.Append(event));
    std::string from;
    for (const domain::StatusStep& step : steps) {
      event.time = step.time;
      if (step.to == "mql") RETURN_IF_ERROR(AppendScore(tx, event));
      const char* trigger = from.empty() ? "created" : step.to == "sal" ? "accept" : "transition";
      event.payload = domain::StatusChanged{.from = from, .to = step.to, .trigger = trigger, .open = true};
      RETURN_IF_ERROR(tx.Append(event));
      from = step.to;
    }
    event.payload = domain::SlaChanged{.clock = *lead.sla};
    return tx.Append(event);
  }

  absl::Status AppendScore(store::Transaction& tx, domain::Event event) {
    domain::StoredDecision decision;
    decision.kind = domain::DecisionKind::kScore;
    decision.time = event.time;
    for (int64_t i = 0; i < 8; ++i)
      decision.rules.push_back({.rule_id = fmt::format("rule_{}", Below(40)), .points = 15});
    event.decision = std::move(decision);
    domain::ScoreChanged changed;
    changed.score.total = changed.score.central = static_cast<double>(100 + Below(60));
    event.payload = std::move(changed);
    return tx.Append(event);
  }

  const std::vector<domain::Rep>& reps_;
  UuidV7Source ids_;
  std::mt19937_64 random_;
  const int64_t count_;
  const Time now_;
};

// A store of leads, and the file of their sums.
class Place {
 public:
  Place(const Flags& flags, int64_t leads, engine::SnapshotHolder& snapshots)
      : leads_(leads), file_(fs::path(flags.folder) / fmt::format("{}.reports", leads)), snapshots_(snapshots) {
    store::SqliteOptions options;
    options.path = fs::path(flags.folder) / fmt::format("{}.db", leads);
    auto store = store::OpenSqliteStore(options);
    OkOrExit(store.status(), "opening the store");
    store_ = *std::move(store);
  }
  ~Place() {
    CloseSums();
    store_->Close();
  }

  void Fill(uint64_t seed) {
    Generator generator(*snapshots_.Get(), seed, leads_, clock_.Now());
    for (int64_t at = 0; at < leads_; at += kTransaction) {
      const auto write = [&](store::Transaction& tx) -> absl::Status {
        for (int64_t i = at; i < std::min(leads_, at + kTransaction); ++i) RETURN_IF_ERROR(generator.Put(tx, i));
        return absl::OkStatus();
      };
      OkOrExit(store::WriteAndWait(*store_, kTenant, write), "filling the store");
    }
  }

  void CloseSums() {
    engine_.reset();
    cells_.reset();
  }
  void OpenSums() {
    CloseSums();
    auto cells = store::OpenReportCells(file_);
    OkOrExit(cells.status(), "opening the sums");
    cells_ = *std::move(cells);
    engine::EngineOptions options{&clock_, &ids_, store_.get(), &snapshots_};
    options.report_cells = cells_.get();
    engine_ = std::make_unique<engine::Engine>(options);
  }

  // Microseconds of a lead.
  double Fold() {
    OpenSums();
    const auto begin = std::chrono::steady_clock::now();
    for (bool at_head = false; !at_head;) {
      const auto step = engine_->FoldReports({}, kFold);
      OkOrExit(step.status(), "folding");
      at_head = step->at_head;
    }
    return Seconds(std::chrono::steady_clock::now() - begin).count() * 1e6 / static_cast<double>(leads_);
  }

  engine::Engine& engine() { return *engine_; }
  int64_t leads() const { return leads_; }
  double Megabytes() const { return static_cast<double>(fs::file_size(file_)) / 1e6; }

 private:
  const int64_t leads_;
  const fs::path file_;
  engine::SnapshotHolder& snapshots_;
  SystemClock clock_;
  UuidV7Source ids_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::ReportCells> cells_;
  std::unique_ptr<engine::Engine> engine_;
};

// A report; how many groups came out of it.
struct Asked {
  std::string name;
  std::function<absl::StatusOr<size_t>(engine::Engine&, engine::ReportMoment*)> ask;
};

template <typename Group>
size_t GroupsIn(const std::vector<Group>& groups) {
  return groups.size();
}
size_t GroupsIn(const engine::PipelineReport& report) { return report.pipelines.size(); }
size_t GroupsIn(const engine::FeedbackReport& report) { return report.feedbacks.size(); }

template <typename Call>
Asked Report(std::string name, Call call, engine::ReportDimensions by, engine::ReportFilter filter = {}) {
  return {std::move(name), [=](engine::Engine& engine, engine::ReportMoment* moment) -> absl::StatusOr<size_t> {
            ASSIGN_OR_RETURN(const auto groups, (engine.*call)({}, filter, by, moment));
            return GroupsIn(groups);
          }};
}

std::vector<Asked> Reports(Time now) {
  using D = ReportDimension;
  using engine::Engine;
  const engine::ReportFilter quarter{.start = now - now % kDay - 93 * kDay};
  return {Report("funnel", &Engine::GetFunnel, {}),
          Report("funnel_by_source", &Engine::GetFunnel, {D::kSource}),
          Report("funnel_by_owner_and_week", &Engine::GetFunnel, {D::kOwner, D::kWeek}),
          Report("funnel_by_region_and_source", &Engine::GetFunnel, {D::kRegion, D::kSource}),
          Report("velocity", &Engine::GetVelocity, {}),
          Report("velocity_by_source", &Engine::GetVelocity, {D::kSource}),
          Report("velocity_by_team", &Engine::GetVelocity, {D::kTeam}),
          Report("velocity_by_owner", &Engine::GetVelocity, {D::kOwner}),
          Report("velocity_by_week", &Engine::GetVelocity, {D::kWeek}),
          Report("velocity_by_source_93_days", &Engine::GetVelocity, {D::kSource}, quarter),
          Report("sla_by_owner", &Engine::GetSlaCompliance, {D::kOwner}),
          Report("sla_by_calendar", &Engine::GetSlaCompliance, {D::kCalendar}),
          Report("pipeline", &Engine::GetPipeline, {}),
          Report("pipeline_by_owner", &Engine::GetPipeline, {D::kOwner}),
          Report("feedback", &Engine::GetFeedback, {}),
          Report("feedback_by_team", &Engine::GetFeedback, {D::kTeam}),
          Report("flow", &Engine::GetFlow, {}),
          Report("flow_by_source", &Engine::GetFlow, {D::kSource})};
}

double Milliseconds(const Asked& asked, engine::Engine& engine) {
  engine::ReportMoment moment;
  const auto begin = std::chrono::steady_clock::now();
  const absl::StatusOr<size_t> groups = asked.ask(engine, &moment);
  const Seconds took = std::chrono::steady_clock::now() - begin;
  OkOrExit(groups.status(), asked.name);
  if (*groups == 0 || moment.version == 0) {
    OkOrExit(absl::InternalError("the sums did not answer it"), asked.name);
  }
  return took.count() * 1e3;
}

void Compare(const Flags& flags, Place& few, Place& many) {
  Note(fmt::format("reports: milliseconds over {} leads; the ratio is to {} leads", many.leads(), few.leads()));
  for (const Asked& asked : Reports(SystemClock().Now())) {
    std::vector<double> of_few, of_many;
    for (int round = 0; round < flags.rounds; ++round) {
      few.OpenSums();
      of_few.push_back(Milliseconds(asked, few.engine()));
      many.OpenSums();
      of_many.push_back(Milliseconds(asked, many.engine()));
    }
    const double ratio = Median(of_many) / Median(of_few);
    Print({"report_" + asked.name, Median(of_many), "ms", ratio, AtMost(kMostMilliseconds)});
    if (ratio > kMostTimes) {
      Note(fmt::format("{}: {:.1f} times as long, and should be {} times at most", asked.name, ratio, kMostTimes));
    }
  }
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
  engine::SnapshotHolder snapshots(LoadSnapshotOrExit());
  {
    Place few(flags, flags.leads[0], snapshots), many(flags, flags.leads[1], snapshots);
    few.Fill(flags.seed);
    many.Fill(flags.seed);
    Note("report_fold: microseconds of a lead while the sums follow its ledger; the ratio is to the fewer leads");
    const double first = few.Fold(), second = many.Fold();
    Print({"report_fold", second, "us", second / first, AtMost(kMostMicroseconds)});
    Note(
        fmt::format("the sums and what they are made of take {:.0f} and {:.0f} MB", few.Megabytes(), many.Megabytes()));
    Compare(flags, few, many);
  }
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
