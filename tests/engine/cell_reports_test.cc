// Reports from cells are those that reading every record gives, whatever happened; and each number is the sum of the
// records that are listed for it.
#include "engine/reports/cell_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/errors.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "store/verify/verify_reports.h"
#include "tests/engine/random_history.h"

namespace leadline::engine {
namespace {

using domain::Measure;
using domain::ReportDimension;
using domain::Section;
using domain::TimeBasis;

class CellReportsTest : public RandomHistory {
 protected:
  void OpenCells(const std::string& name = "leadline.reports") {
    cells_engine_.reset();
    cells_.reset();
    auto opened = store::OpenReportCells(folder_ / name);
    ASSERT_TRUE(opened.ok()) << opened.status();
    cells_ = *std::move(opened);
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.report_cells = cells_.get();
    cells_engine_ = std::make_unique<Engine>(options);
  }
  void TearDown() override {
    cells_engine_.reset();
    RandomHistory::TearDown();
  }

  // All cells by words, so that codes of names do not matter.
  static std::map<std::string, domain::Sum> Dump(store::ReportCells& cells) {
    std::map<std::string, domain::Sum> dump;
    const absl::Status status = cells.Read("default", [&](store::ReportCellsSession& session) -> absl::Status {
      const auto state = session.GetState();
      if (!state.ok()) return state.status();
      const auto name = [&](uint32_t code) { return code < state->names.size() ? state->names[code] : std::string(); };
      return session.ForEachCell([&](const domain::CellKey& key, const domain::Additions& additions) {
        for (const domain::Addition& a : additions) {
          const Measure measure = domain::MeasureOf(a.key);
          const bool names = measure != Measure::kTouchedIn;
          const bool clock = measure == Measure::kClock;
          dump[fmt::format(
              "{} {} {} {} {} {} {} {} {} {}", static_cast<int>(key.kind), static_cast<int>(key.section),
              static_cast<int>(key.grouping), static_cast<int>(key.level), key.period, key.values,
              static_cast<int>(measure), names ? name(domain::FirstOf(a.key)) : std::to_string(domain::FirstOf(a.key)),
              clock ? std::to_string(domain::SecondOf(a.key)) : name(domain::SecondOf(a.key)), domain::SlotOf(a.key))] =
              a.sum;
        }
      });
    });
    EXPECT_TRUE(status.ok()) << status;
    return dump;
  }

  std::unique_ptr<store::ReportCells> cells_;
  std::unique_ptr<Engine> cells_engine_;
};

struct Question {
  ReportFilter filter;
  ReportDimensions by;
};

std::string Words(const Question& q) {
  std::string words = fmt::format("{} {} region {} source {} product {} from {} to {} by", q.filter.contacts,
                                  static_cast<int>(q.filter.basis), q.filter.region, q.filter.source, q.filter.product,
                                  FormatTime(q.filter.start), FormatTime(q.filter.end));
  for (const ReportDimension d : q.by) words += fmt::format(" {}", static_cast<int>(d));
  return words;
}

std::vector<Question> Questions(Time now) {
  using D = ReportDimension;
  const Time today = now - now % kDay;
  const Time monday = domain::BeginOf(domain::Level::kWeek, domain::WeekNumber(now));
  std::vector<Question> all;
  for (const ReportDimensions& by : {ReportDimensions{},
                                     {D::kSource},
                                     {D::kRegion},
                                     {D::kProduct},
                                     {D::kOwner},
                                     {D::kTeam},
                                     {D::kWeek},
                                     {D::kMonth},
                                     {D::kRegion, D::kSource},
                                     {D::kOwner, D::kRegion, D::kWeek},
                                     {D::kMonth, D::kWeek},
                                     {D::kProduct, D::kMonth}}) {
    all.push_back({{}, by});
    all.push_back({{.start = today - 40 * kDay, .end = today - 2 * kDay}, by});
    all.push_back({{.end = today}, by});
  }
  all.push_back({{.region = "emea"}, {D::kSource, D::kWeek}});
  all.push_back({{}, {D::kSource, D::kOwner}});
  all.push_back({{.region = "emea", .product = "press"}, {D::kMonth}});
  all.push_back({{.contacts = true}, {D::kRegion}});
  all.push_back({{.contacts = true}, {D::kRegion, D::kWeek}});
  all.push_back({{.basis = TimeBasis::kEntry}, {D::kWeek}});
  all.push_back({{.basis = TimeBasis::kEntry}, {D::kOwner}});
  all.push_back({{.start = monday - 21 * kDay, .end = monday, .basis = TimeBasis::kEntry}, {D::kWeek, D::kSource}});
  all.push_back({{.basis = TimeBasis::kEntry}, {D::kMonth, D::kRegion}});
  all.push_back({{.contacts = true, .basis = TimeBasis::kEntry}, {D::kMonth}});
  return all;
}

void ExpectSame(const std::vector<domain::Funnel>& cells, const std::vector<domain::Funnel>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i].group, scan[i].group);
    EXPECT_EQ(cells[i].total, scan[i].total);
    EXPECT_EQ(cells[i].jumps, scan[i].jumps);
    EXPECT_EQ(cells[i].steps_back, scan[i].steps_back);
    ASSERT_EQ(cells[i].stages.size(), scan[i].stages.size());
    for (size_t s = 0; s < cells[i].stages.size(); ++s) {
      const domain::FunnelStage &a = cells[i].stages[s], &b = scan[i].stages[s];
      EXPECT_EQ(std::tie(a.status, a.entered, a.current, a.advanced, a.conversion),
                std::tie(b.status, b.entered, b.current, b.advanced, b.conversion));
    }
  }
}

void ExpectNear(Duration cells, Duration scan, Duration within = 0) {
  EXPECT_LE(std::abs(cells - scan), scan / 100 + within) << cells << " " << scan;
}

void ExpectSame(const domain::DurationStats& cells, const domain::DurationStats& scan) {
  EXPECT_EQ(std::tie(cells.status, cells.count, cells.open), std::tie(scan.status, scan.count, scan.open));
  EXPECT_EQ(cells.mean, scan.mean);
  ExpectNear(cells.median, scan.median);
  ExpectNear(cells.p75, scan.p75);
  ExpectNear(cells.p90, scan.p90);
  ExpectNear(cells.p95, scan.p95);
  ExpectNear(cells.open_median, scan.open_median, kDay);
}

void ExpectSame(const std::vector<domain::Velocity>& cells, const std::vector<domain::Velocity>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i].group, scan[i].group);
    EXPECT_EQ(cells[i].total, scan[i].total);
    ASSERT_EQ(cells[i].stages.size(), scan[i].stages.size());
    for (size_t s = 0; s < cells[i].stages.size(); ++s) ExpectSame(cells[i].stages[s], scan[i].stages[s]);
    ExpectSame(cells[i].creation_to_customer, scan[i].creation_to_customer);
  }
}

void ExpectSame(const std::vector<domain::SlaCompliance>& cells, const std::vector<domain::SlaCompliance>& scan) {
  ASSERT_EQ(cells.size(), scan.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const domain::SlaCompliance &a = cells[i], &b = scan[i];
    EXPECT_EQ(std::tie(a.sla_id, a.group, a.started, a.met, a.breached, a.running, a.cancelled, a.compliance),
              std::tie(b.sla_id, b.group, b.started, b.met, b.breached, b.running, b.cancelled, b.compliance));
    ASSERT_EQ(a.median_response.has_value(), b.median_response.has_value());
    if (a.median_response) ExpectNear(*a.median_response, *b.median_response);
  }
}

TEST_F(CellReportsTest, WhateverHappensTheyAreWhatTheRecordsGive) {
  OpenCells();
  Begin(20260301);
  int64_t by_cells = 0, by_records = 0;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 40; ++i) Step();
    if (round == 5) OpenCells();  // as after a crash
    for (const Question& q : Questions(clock_.Now())) {
      SCOPED_TRACE(fmt::format("round {}: {}", round, Words(q)));
      ReportMoment moment;
      const auto funnels = cells_engine_->GetFunnel({}, q.filter, q.by, &moment);
      const auto funnels_told = engine_->GetFunnel({}, q.filter, q.by);
      ASSERT_TRUE(funnels.ok() && funnels_told.ok()) << funnels.status();
      ExpectSame(*funnels, *funnels_told);
      ++(moment.version > 0 ? by_cells : by_records);
      const auto velocities = cells_engine_->GetVelocity({}, q.filter, q.by);
      const auto velocities_told = engine_->GetVelocity({}, q.filter, q.by);
      ASSERT_TRUE(velocities.ok() && velocities_told.ok()) << velocities.status();
      ExpectSame(*velocities, *velocities_told);
      if (q.filter.contacts) continue;
      Question due = q;
      if (due.filter.basis == TimeBasis::kEntry) due.filter.basis = TimeBasis::kDue;
      const auto levels = cells_engine_->GetSlaCompliance({}, due.filter, due.by);
      const auto levels_told = engine_->GetSlaCompliance({}, due.filter, due.by);
      ASSERT_TRUE(levels.ok() && levels_told.ok()) << levels.status();
      ExpectSame(*levels, *levels_told);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(by_cells, 300);
  EXPECT_GT(by_records, 0) << "sources of owners are read from the records";
  const std::map<std::string, domain::Sum> followed = Dump(*cells_);
  OpenCells("anew.reports");
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}).ok());
  EXPECT_GT(followed.size(), 1000U);
  EXPECT_EQ(Dump(*cells_), followed) << "followed step by step, they are what they are when they are made at once";
}

TEST_F(CellReportsTest, VerifyingThemFindsWhatIsNotTheSumOfTheRecords) {
  OpenCells();
  Begin(11);
  for (int i = 0; i < 60; ++i) Step();
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}).ok());
  const auto verify = [&] {
    std::vector<store::Difference> found;
    store::VerifyCounts counts;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) {
      return VerifyReports(
          *cells_, reader, "default", [&](const store::Difference& d) { found.push_back(d); }, counts);
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  };
  auto found = verify();
  EXPECT_TRUE(found.empty()) << DescribeAll(found);
  const domain::CellKey key{
      .section = Section::kFunnel, .level = domain::Level::kMonth, .period = domain::MonthNumber(clock_.Now())};
  ASSERT_TRUE(cells_
                  ->Write("default",
                          [&](store::ReportCellsSession& session) {
                            return session.AddToCell(key, {{domain::KeyOf(Measure::kRecords), {1, 0}}});
                          })
                  .ok());
  found = verify();
  ASSERT_EQ(found.size(), 1U) << DescribeAll(found);
  EXPECT_THAT(found[0].what, testing::HasSubstr("reports/"));
}

// The sum over all pages.
int64_t ListedSum(Engine& engine, const ReportRecordsRequest& wanted, int64_t* records = nullptr) {
  ReportRecordsRequest request = wanted;
  request.limit = 3;
  int64_t sum = 0;
  do {
    const auto page = engine.ListReportRecords({}, request);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return -1;
    for (const ReportRecord& record : page->records) {
      EXPECT_GT(record.id, request.after);
      sum += record.count;
      if (records != nullptr) ++*records;
    }
    request.after = page->next;
  } while (!request.after.empty());
  return sum;
}

TEST_F(CellReportsTest, EachNumberIsTheSumOfItsRecordsAlsoWhenMoreHappens) {
  OpenCells();
  Begin(7);
  for (int i = 0; i < 150; ++i) Step();
  const ReportDimensions by = {ReportDimension::kRegion};
  ReportMoment moment;
  const auto funnels = cells_engine_->GetFunnel({}, {}, by, &moment);
  const auto levels = cells_engine_->GetSlaCompliance({}, {}, by, nullptr);
  const auto flows = cells_engine_->GetFlow({}, {}, by, nullptr);
  ASSERT_TRUE(funnels.ok() && levels.ok() && flows.ok()) << flows.status();
  for (int i = 0; i < 100; ++i) Step();
  ReportMoment later;
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, by, &later).ok());
  EXPECT_GT(later.version, moment.version);
  int64_t numbers = 0;
  const auto expect = [&](const domain::GroupKey& group, ReportNumber number, int64_t value) {
    ++numbers;
    EXPECT_EQ(
        ListedSum(*cells_engine_, {.dimensions = by, .values = group, .number = std::move(number), .moment = moment}),
        value);
  };
  for (const domain::Funnel& funnel : *funnels) {
    expect(funnel.group, {}, funnel.total);
    expect(funnel.group, {.measure = Measure::kJumps}, funnel.jumps);
    expect(funnel.group, {.measure = Measure::kStepsBack}, funnel.steps_back);
    for (const domain::FunnelStage& stage : funnel.stages) {
      expect(funnel.group, {.measure = Measure::kEntered, .first = stage.status}, stage.entered);
      expect(funnel.group, {.measure = Measure::kCurrent, .first = stage.status}, stage.current);
      expect(funnel.group, {.measure = Measure::kAdvanced, .first = stage.status}, stage.advanced);
    }
  }
  using Clocks = ReportNumber::Clocks;
  for (const domain::SlaCompliance& level : *levels) {
    const auto of = [&](Clocks clocks) {
      return ReportNumber{
          .section = Section::kSla, .measure = Measure::kClock, .first = level.sla_id, .clocks = clocks};
    };
    expect(level.group, of(Clocks::kAll), level.started);
    expect(level.group, of(Clocks::kMet), level.met);
    expect(level.group, of(Clocks::kBreached), level.breached);
    expect(level.group, of(Clocks::kRunning), level.running);
    expect(level.group, of(Clocks::kCancelled), level.cancelled);
  }
  for (const domain::Flow& flow : *flows) {
    const auto of = [](Measure measure, std::optional<std::string> from = {}, std::optional<std::string> to = {},
                       int64_t minutes = 0) {
      return ReportNumber{.section = Section::kFlow,
                          .measure = measure,
                          .first = std::move(from),
                          .second = std::move(to),
                          .minutes = minutes};
    };
    for (const domain::StatusMove& move : flow.moves)
      expect(flow.group, of(Measure::kMoves, move.from, move.to), move.count);
    for (const domain::StatusCount& left : flow.left_behind) {
      expect(flow.group, of(Measure::kLeftBehind, left.status), left.count);
    }
    expect(flow.group, of(Measure::kReturns), flow.returns);
    expect(flow.group, of(Measure::kReturned), flow.returned);
    expect(flow.group, of(Measure::kRecycled), flow.recycled);
    expect(flow.group, of(Measure::kTouched), flow.touched);
    expect(flow.group, of(Measure::kNeverTouched), flow.never_touched);
    expect(flow.group, of(Measure::kTouchedIn, {}, {}, 60), flow.touched_in_60_minutes);
    EXPECT_EQ(flow.touched + flow.never_touched, flow.total);
  }
  EXPECT_GT(numbers, 60);
}

TEST_F(CellReportsTest, NamesThatNobodyHasAreRefusedWithTheNearest) {
  OpenCells();
  Begin(3);
  for (int i = 0; i < 30; ++i) Step();
  ReportMoment moment;
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}, &moment).ok());
  const auto asked = [&](ReportNumber number, ReportDimensions by = {}, domain::GroupKey values = {}) {
    return cells_engine_
        ->ListReportRecords({}, {.dimensions = std::move(by),
                                 .values = std::move(values),
                                 .number = std::move(number),
                                 .moment = moment,
                                 .limit = 10})
        .status();
  };
  const auto refused = [&](const absl::Status& status, const std::string& field, const std::string& meant) {
    const std::vector<FieldViolation> violations = FieldViolationsOf(status);
    ASSERT_EQ(violations.size(), 1U) << status;
    EXPECT_EQ(violations[0].field, field);
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(fmt::format("did you mean \"{}\"?", meant)));
  };
  refused(asked({.measure = Measure::kCurrent, .first = "mqll"}), "status", "mql");
  refused(asked({.section = Section::kFlow, .measure = Measure::kMoves, .first = "mql", .second = "sall"}), "to_status",
          "sal");
  refused(asked({.section = Section::kSla, .measure = Measure::kClock, .first = "contact_mee"}), "sla_id",
          "contact_me");
  refused(asked({}, {ReportDimension::kTeam}, {"emea_fast_respons"}), "group[0].value", "emea_fast_response");
  EXPECT_TRUE(asked({.measure = Measure::kCurrent, .first = "customer"}).ok()) << "no record has it, the packs do";
  EXPECT_TRUE(asked({}, {ReportDimension::kTeam}, {""}).ok()) << "records that nobody works";
  EXPECT_TRUE(asked({}, {ReportDimension::kSource}, {"nosuch"}).ok()) << "sources are open";
}

TEST_F(CellReportsTest, RecordsOfLongAgoAreRefusedInWords) {
  OpenCells();
  Begin(3);
  for (int i = 0; i < 30; ++i) Step();
  ReportMoment moment;
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}, &moment).ok());
  clock_.Advance(CellReports::kKeptFor + kMinute);
  for (int i = 0; i < 30; ++i) Step();
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}).ok());
  clock_.Advance(CellReports::kKeptFor + kMinute);
  for (int i = 0; i < 30; ++i) Step();
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}).ok());
  const auto page = cells_engine_->ListReportRecords({}, {.moment = moment, .limit = 10});
  EXPECT_EQ(page.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(page.status().message()), testing::HasSubstr("ask for the report again"));
}

}  // namespace
}  // namespace leadline::engine
