// Management's numbers, folded from the ledger.
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "domain/reports/cell_fold.h"
#include "domain/reports/cell_plan.h"
#include "engine/engine.h"
#include "engine/reports/cell_reports.h"
#include "engine/reports/report_division.h"

namespace leadline::engine {
namespace {

using domain::ReportDimension;
using domain::TimeBasis;

store::JourneyFilter FilterOf(const ReportFilter& filter, const Snapshot& snapshot) {
  store::JourneyFilter out;
  out.lifecycle = &snapshot.rules->ForRegion("").lifecycle;
  out.kind = filter.contacts ? domain::RecordKind::kContact : domain::RecordKind::kLead;
  if (filter.basis == TimeBasis::kCreation) {
    out.created_from = filter.start;
    out.created_to = filter.end;
  }
  out.region = filter.region;
  out.source = filter.source;
  out.product = filter.product;
  return out;
}

constexpr char kWhatCellsHave[] =
    "this report is made of days, and of at most one of source, product and owner or team beside the region, in the "
    "filter and the dimensions together: let times begin at midnight UTC, and leave out the rest";

constexpr char kWhatEntriesHave[] =
    "by the entry, a pipeline with limits is made of whole weeks or whole months, and of at most one of source, "
    "product and owner or team beside the region: divide it by week or by month, and let times begin with one";

// What a report from cells is asked for.
struct CellQuestion {
  const CallContext& context;
  const Snapshot& snapshot;
  const domain::CellFilter filter;
  const domain::Division& division;
  const Time now;
};

// Calls `result` with the fold of the plan's cells.
absl::Status FoldCells(CellReports& cells, const CellQuestion& ask, const domain::CellPlan& plan, ReportMoment* moment,
                       const std::function<void(const domain::CellFold&)>& result) {
  return cells.AtHead(
      ask.context.tenant, *ask.snapshot.rules, ask.now,
      [&](store::ReportCellsSession& session, const store::ReportCellsState& state) -> absl::Status {
        domain::Names names;
        for (const std::string& name : state.names) names.CodeOf(name);
        domain::CellFold fold(plan.section, ask.division, names, ask.snapshot.rules->ForRegion("").lifecycle);
        RETURN_IF_ERROR(session.ForEachCell(
            ask.filter.kind, plan, [&](std::string_view values) { return Wanted(ask.filter, plan.grouping, values); },
            [&](const domain::CellKey& cell, const domain::Additions& additions) { fold.Add(cell, additions); }));
        result(fold);
        if (moment != nullptr) {
          *moment = {.position = state.number, .version = state.version, .now = ask.now};
        }
        return absl::OkStatus();
      });
}

// Whether the cells answered; where they cannot, the records are read.
absl::StatusOr<bool> FromCells(CellReports* cells, const CellQuestion& ask, domain::Section section,
                               ReportMoment* moment, const std::function<void(const domain::CellFold&)>& result) {
  if (cells == nullptr) return false;
  const std::optional<domain::CellPlan> plan = PlanOf(section, ask.filter, ask.division);
  if (!plan) return false;
  const absl::Status status = FoldCells(*cells, ask, *plan, moment, result);
  if (absl::IsFailedPrecondition(status)) return false;
  RETURN_IF_ERROR(status);
  return true;
}

// Of a report that reads the records.
absl::Status ToldBy(store::Reader& reader, Time now, ReportMoment* moment) {
  if (moment == nullptr) return absl::OkStatus();
  *moment = {.now = now};
  ASSIGN_OR_RETURN(const int64_t position, reader.LastPosition());
  moment->position = domain::TransactionAt(position);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<domain::Funnel>> Engine::GetFunnel(const CallContext& context, const ReportFilter& filter,
                                                              const ReportDimensions& dimensions,
                                                              ReportMoment* moment) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const Time now = clock().Now();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kEntry));
  std::vector<domain::Funnel> funnels;
  ASSIGN_OR_RETURN(
      const bool answered,
      FromCells(cell_reports_.get(), {context, *pinned, CellFilterOf(filter), division, now}, domain::Section::kFunnel,
                moment, [&](const domain::CellFold& fold) { funnels = fold.Funnels(); }));
  if (answered) return funnels;
  domain::FunnelFold fold(pinned->rules->ForRegion(filter.region).lifecycle, std::move(division));
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(ToldBy(reader, now, moment));
        return reader.ForEachJourney(FilterOf(filter, *pinned),
                                     [&](const domain::Journey& journey) { fold.Add(journey); });
      },
      context.wanted));
  return fold.Result();
}

absl::StatusOr<std::vector<domain::Velocity>> Engine::GetVelocity(const CallContext& context,
                                                                  const ReportFilter& filter,
                                                                  const ReportDimensions& dimensions,
                                                                  ReportMoment* moment) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const Time now = clock().Now();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kEntry));
  std::vector<domain::Velocity> velocities;
  ASSIGN_OR_RETURN(const bool answered,
                   FromCells(cell_reports_.get(), {context, *pinned, CellFilterOf(filter), division, now},
                             domain::Section::kVelocity, moment,
                             [&](const domain::CellFold& fold) { velocities = fold.Velocities(now); }));
  if (answered) return velocities;
  domain::VelocityFold fold(pinned->rules->ForRegion(filter.region).lifecycle, std::move(division), now);
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(ToldBy(reader, now, moment));
        return reader.ForEachJourney(FilterOf(filter, *pinned),
                                     [&](const domain::Journey& journey) { fold.Add(journey); });
      },
      context.wanted));
  return fold.Result();
}

absl::StatusOr<std::vector<domain::SlaCompliance>> Engine::GetSlaCompliance(const CallContext& context,
                                                                            const ReportFilter& filter,
                                                                            const ReportDimensions& dimensions,
                                                                            ReportMoment* moment) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const Time now = clock().Now();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kDue));
  std::vector<domain::SlaCompliance> levels;
  ASSIGN_OR_RETURN(
      const bool answered,
      FromCells(cell_reports_.get(), {context, *pinned, CellFilterOf(filter), division, now}, domain::Section::kSla,
                moment, [&](const domain::CellFold& fold) { levels = fold.Levels(now); }));
  if (answered) return levels;
  domain::SlaFold fold(std::move(division), now);
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(ToldBy(reader, now, moment));
        return reader.ForEachClock(FilterOf(filter, *pinned), [&](const domain::SlaSample& found) {
          domain::SlaSample sample = found;
          sample.record.calendar = sample.clock.calendar;
          sample.response = ResponseOf(*pinned->rules, sample.record.region, sample.clock);
          fold.Add(sample);
        });
      },
      context.wanted));
  return fold.Result();
}

absl::StatusOr<std::vector<domain::Flow>> Engine::GetFlow(const CallContext& context, const ReportFilter& filter,
                                                          const ReportDimensions& dimensions, ReportMoment* moment) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  ASSIGN_OR_RETURN(const domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kCreation));
  if (cell_reports_ == nullptr) return absl::UnimplementedError("this server keeps no cells of reports");
  const CellQuestion ask{context, *pinned, CellFilterOf(filter), division, clock().Now()};
  const std::optional<domain::CellPlan> plan = PlanOf(domain::Section::kFlow, ask.filter, division);
  if (!plan) return absl::InvalidArgumentError(kWhatCellsHave);
  std::vector<domain::Flow> flows;
  const absl::Status status =
      FoldCells(*cell_reports_, ask, *plan, moment, [&](const domain::CellFold& fold) { flows = fold.Flows(); });
  if (absl::IsFailedPrecondition(status)) return absl::UnavailableError(status.message());
  RETURN_IF_ERROR(status);
  return flows;
}

absl::StatusOr<PipelineReport> Engine::GetPipeline(const CallContext& context, const ReportFilter& filter,
                                                   const ReportDimensions& dimensions, ReportMoment* moment) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  ASSIGN_OR_RETURN(const domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kEntry));
  if (cell_reports_ == nullptr) return absl::UnimplementedError("this server keeps no cells of reports");
  const CellQuestion ask{context, *pinned, CellFilterOf(filter), division, clock().Now()};
  const std::optional<domain::CellPlan> plan = PlanOf(domain::Section::kFunnel, ask.filter, division);
  if (!plan) {
    return absl::InvalidArgumentError(division.basis == TimeBasis::kEntry ? kWhatEntriesHave : kWhatCellsHave);
  }
  const packs::CurrencyTable& currencies = *pinned->rules->ForRegion("").currencies;
  const domain::RateOf rate_of = [&](std::string_view currency) { return currencies.RateOf(currency); };
  PipelineReport report{.currency = currencies.currency};
  const absl::Status status = FoldCells(*cell_reports_, ask, *plan, moment, [&](const domain::CellFold& fold) {
    report.pipelines = fold.Pipelines(rate_of);
  });
  if (absl::IsFailedPrecondition(status)) return absl::UnavailableError(status.message());
  RETURN_IF_ERROR(status);
  return report;
}

absl::StatusOr<FeedbackReport> Engine::GetFeedback(const CallContext& context, const ReportFilter& filter,
                                                   const ReportDimensions& dimensions, ReportMoment* moment) {
  if (filter.contacts) return absl::InvalidArgumentError("only leads are handed to sales: ask for leads");
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const Time now = clock().Now();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kCreation));
  // Of the centre, as in cells.
  const domain::Lifecycle& lifecycle = pinned->rules->ForRegion("").lifecycle;
  FeedbackReport report{.sales_statuses = domain::SalesStatuses(lifecycle)};
  ASSIGN_OR_RETURN(const bool answered,
                   FromCells(cell_reports_.get(), {context, *pinned, CellFilterOf(filter), division, now},
                             domain::Section::kFeedback, moment,
                             [&](const domain::CellFold& fold) { report.feedbacks = fold.Feedbacks(); }));
  if (answered) return report;
  domain::FeedbackFold fold(lifecycle, std::move(division));
  store::JourneyFilter leads = FilterOf(filter, *pinned);
  leads.is_sales = domain::IsSales(lifecycle);
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(ToldBy(reader, now, moment));
        return reader.ForEachJourney(leads, [&](const domain::Journey& journey) { fold.Add(journey); });
      },
      context.wanted));
  report.feedbacks = fold.Result();
  return report;
}

std::shared_ptr<CellReports> MakeCellReports(const EngineOptions& options) {
  if (options.report_cells == nullptr) return nullptr;
  return std::make_shared<CellReports>(*options.store, *options.report_cells);
}

absl::StatusOr<ReportFoldStep> Engine::FoldReports(const CallContext& context, int most_transactions) {
  if (cell_reports_ == nullptr) return ReportFoldStep{.at_head = true};
  return cell_reports_->Fold(context.tenant, *snapshot()->rules, clock().Now(), most_transactions);
}

}  // namespace leadline::engine
