// Reports from cells are those that reading every record gives, whatever happened; and each number is the sum of the
// records that are listed for it.
#include "engine/reports/cell_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/errors.h"
#include "base/status_macros.h"
#include "store/verify/verify_reports.h"
#include "tests/engine/same_reports.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using domain::Measure;
using domain::ReportDimension;
using domain::Section;
using domain::TimeBasis;

// Which parts of a measure's key are codes of names.
struct NamedParts {
  bool first = false, second = false, slot = false;
};
NamedParts NamedPartsOf(domain::MeasureKey key) {
  const auto rejected = [](uint32_t outcome) { return IsRejection(static_cast<domain::HandOverOutcome>(outcome)); };
  switch (domain::MeasureOf(key)) {
    case Measure::kEntered:
    case Measure::kAdvanced:
    case Measure::kCurrent:
    case Measure::kStay:
    case Measure::kOpen:
    case Measure::kLeftBehind:
    case Measure::kBuyingGroup:
    case Measure::kCrossed:
    case Measure::kCrossedWon:
      return {.first = true};
    case Measure::kMoves:
    case Measure::kValue:
    case Measure::kValueEstimated:
    case Measure::kValueUnestimated:
    case Measure::kRunning:
    case Measure::kResponse:
      return {.first = true, .second = true};
    case Measure::kClock:
      return {.first = true, .slot = true};
    case Measure::kSent:
      return {.second = rejected(domain::FirstOf(key))};
    case Measure::kRuleSent:
      return {.first = true, .second = rejected(domain::SlotOf(key))};
    default:
      return {};
  }
}

class CellReportsTest : public WithCells {
 protected:
  // All cells by words, so that codes of names do not matter.
  static std::map<std::string, domain::Sum> Dump(store::ReportCells& cells) {
    std::map<std::string, domain::Sum> dump;
    const absl::Status status = cells.Read("default", [&](store::ReportCellsSession& session) -> absl::Status {
      const auto state = session.GetState();
      if (!state.ok()) return state.status();
      const auto part = [&](bool named, uint32_t code) {
        return named && code < state->names.size() ? state->names[code] : std::to_string(code);
      };
      return session.ForEachCell([&](const domain::CellKey& key, const domain::Additions& additions) {
        for (const domain::Addition& a : additions) {
          const NamedParts named = NamedPartsOf(a.key);
          dump[fmt::format("{} {} {} {} {} {} {} {} {} {}", static_cast<int>(key.kind), static_cast<int>(key.section),
                           static_cast<int>(key.grouping), static_cast<int>(key.level), key.period, key.values,
                           static_cast<int>(domain::MeasureOf(a.key)), part(named.first, domain::FirstOf(a.key)),
                           part(named.second, domain::SecondOf(a.key)), part(named.slot, domain::SlotOf(a.key)))] =
              a.sum;
        }
      });
    });
    EXPECT_TRUE(status.ok()) << status;
    return dump;
  }
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

TEST_F(CellReportsTest, WhateverHappensTheyAreWhatTheRecordsGive) {
  OpenCells();
  Begin(20260301);
  int64_t by_cells = 0, by_records = 0, answered = 0;
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
      if (q.filter.basis == TimeBasis::kCreation) {
        const auto feedback = cells_engine_->GetFeedback({}, q.filter, q.by);
        const auto feedback_told = engine_->GetFeedback({}, q.filter, q.by);
        ASSERT_TRUE(feedback.ok() && feedback_told.ok()) << feedback.status();
        ExpectSame(*feedback, *feedback_told);
        for (const domain::Feedback& told : feedback->feedbacks) answered += told.total.accepted + told.total.rejected;
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(by_cells, 300);
  EXPECT_GT(answered, 100);
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
  domain::CellKey feedback = key;
  feedback.section = Section::kFeedback;
  ASSERT_TRUE(cells_
                  ->Write("default",
                          [&](store::ReportCellsSession& session) {
                            return session.AddToCell(feedback, {{domain::KeyOf(Measure::kSent), {1, 0}}});
                          })
                  .ok());
  EXPECT_EQ(verify().size(), 2U);
}

TEST_F(CellReportsTest, VerifyingThemTellsInWhatARecordDiffers) {
  OpenCells();
  Begin(11);
  for (int i = 0; i < 60; ++i) Step();
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, {}).ok());
  std::string id;
  ASSERT_TRUE(cells_
                  ->Write("default",
                          [&](store::ReportCellsSession& session) -> absl::Status {
                            ASSIGN_OR_RETURN(const store::ReportCellsState state, session.GetState());
                            std::string last;
                            ASSIGN_OR_RETURN(auto inputs,
                                             session.InputsAt(state.version, domain::RecordKind::kLead, "", 1, last));
                            if (inputs.empty()) return absl::NotFoundError("no lead");
                            id = inputs.front().id;
                            domain::ReportInput& input = inputs.front().input;
                            input.value = domain::Money{"CHF", 7'000'000};
                            input.probability = 0.3;
                            return session.PutInput({domain::RecordKind::kLead, id}, &input);
                          })
                  .ok());
  std::vector<store::Difference> found;
  store::VerifyCounts counts;
  ASSERT_TRUE(store_
                  ->Read("default",
                         [&](store::Reader& reader) {
                           return VerifyReports(
                               *cells_, reader, "default",
                               [&](const store::Difference& d) {
                                 if (d.what.ends_with("leads/" + id)) found.push_back(d);
                               },
                               counts);
                         })
                  .ok());
  ASSERT_EQ(found.size(), 1U) << DescribeAll(found);
  EXPECT_THAT(found[0].stored, testing::HasSubstr("worth 7000000 millionths of CHF at 0.3"));
  EXPECT_NE(found[0].stored, found[0].told);
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
  const auto feedback = cells_engine_->GetFeedback({}, {}, by, nullptr);
  ASSERT_TRUE(funnels.ok() && levels.ok() && flows.ok() && feedback.ok()) << flows.status();
  for (int i = 0; i < 100; ++i) Step();
  ReportMoment later;
  ASSERT_TRUE(cells_engine_->GetFunnel({}, {}, by, &later).ok());
  EXPECT_GT(later.version, moment.version);
  int64_t numbers = 0;
  const auto expect = [&](const domain::GroupKey& group, ReportNumber number, int64_t value) {
    ++numbers;
    EXPECT_EQ(ListedSum({.dimensions = by, .values = group, .number = std::move(number), .moment = moment}), value);
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
  int64_t known = 0;
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
    for (const domain::StatusCrossing& crossing : flow.crossings) {
      expect(flow.group, of(Measure::kCrossed, crossing.status), crossing.leads);
      expect(flow.group, of(Measure::kCrossedWon, crossing.status), crossing.won);
      known += crossing.status.empty() ? 0 : crossing.leads;
    }
    expect(flow.group, of(Measure::kCrossed), flow.total);
    expect(flow.group, of(Measure::kWon), flow.won);
    expect(flow.group, of(Measure::kReturns), flow.returns);
    expect(flow.group, of(Measure::kReturned), flow.returned);
    expect(flow.group, of(Measure::kRecycled), flow.recycled);
    expect(flow.group, of(Measure::kTouched), flow.touched);
    expect(flow.group, of(Measure::kNeverTouched), flow.never_touched);
    expect(flow.group, of(Measure::kTouchedIn, {}, {}, 60), flow.touched_in_60_minutes);
    EXPECT_EQ(flow.touched + flow.never_touched, flow.total);
  }
  EXPECT_GT(numbers, 60);
  EXPECT_GT(known, 10) << "leads of people who came again";
  int64_t rules = 0;
  for (const domain::Feedback& told : feedback->feedbacks) {
    using Outcome = domain::HandOverOutcome;
    const auto expect_counts = [&](const ReportNumber& of, const domain::HandOverCounts& counts) {
      const auto with = [&](std::vector<Outcome> outcomes, std::optional<std::string> reason = {}) {
        ReportNumber number = of;
        number.section = Section::kFeedback;
        number.measure = Measure::kSent;
        number.outcomes = std::move(outcomes);
        number.reason = std::move(reason);
        return number;
      };
      expect(told.group, with({}), counts.Sent());
      expect(told.group, with({Outcome::kAccepted, Outcome::kWon, Outcome::kRejectedLater}), counts.accepted);
      expect(told.group, with({Outcome::kRejected}), counts.rejected);
      expect(told.group, with({Outcome::kWaiting}), counts.waiting);
      for (const domain::RejectionCount& r : counts.rejections) {
        expect(told.group, with({Outcome::kRejected}, r.reason), r.rejected);
        expect(told.group, with({Outcome::kRejectedLater}, r.reason), r.rejected_later);
      }
    };
    expect_counts({}, told.total);
    for (const domain::BandFeedback& band : told.bands) expect_counts({.band = band.band}, band.counts);
    for (const domain::RuleFeedback& rule : told.rules) {
      expect_counts({.first = rule.rule_id, .layer = rule.layer}, rule.counts);
      ++rules;
    }
  }
  EXPECT_GT(rules, 10);
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
