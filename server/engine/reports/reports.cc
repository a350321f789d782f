// Management's numbers, folded from the ledger.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/sla.h"
#include "engine/engine.h"

namespace leadline::engine {
namespace {

using domain::ReportDimension;
using domain::TimeBasis;

store::JourneyFilter FilterOf(const ReportFilter& filter) {
  store::JourneyFilter out;
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

bool OnlyOfLeads(ReportDimension dimension) {
  return dimension != ReportDimension::kRegion && dimension != ReportDimension::kWeek &&
         dimension != ReportDimension::kMonth;
}

// `other` is the one basis, beside the creation, that the report knows.
absl::StatusOr<domain::Division> DivisionOf(const Snapshot& snapshot, const ReportFilter& filter,
                                            const ReportDimensions& dimensions, TimeBasis other) {
  if (filter.basis != TimeBasis::kCreation && filter.basis != other) {
    return absl::InvalidArgumentError("the report does not go by this time; use that of the creation");
  }
  if (filter.contacts && std::any_of(dimensions.begin(), dimensions.end(), OnlyOfLeads)) {
    return absl::InvalidArgumentError("contacts are divided by region, week and month alone");
  }
  domain::Division division{.dimensions = dimensions, .basis = filter.basis};
  if (filter.basis != TimeBasis::kCreation) {
    division.start = filter.start;
    division.end = filter.end;
  }
  if (division.Has(ReportDimension::kTeam)) {
    for (const domain::Rep& rep : snapshot.rules->reps()) division.teams.emplace(rep.id, rep.team);
  }
  return division;
}

// Working time from start to stop, by the calendars on which it counted; 0 while the clock runs.
Duration ResponseOf(const packs::RuleSet& rules, const domain::SlaSample& sample) {
  if (sample.clock.stopped == 0) return 0;
  const domain::SlaPolicy& policy = rules.ForRegion(sample.record.region).sla;
  const domain::BusinessCalendar* calendar = policy.FindCalendar(sample.clock.calendar);
  const Time from = sample.clock.since != 0 ? sample.clock.since : sample.clock.start;
  if (calendar == nullptr) return sample.clock.counted + sample.clock.stopped - from;
  return sample.clock.counted + domain::BusinessTimeBetween(*calendar, from, sample.clock.stopped);
}

}  // namespace

absl::StatusOr<std::vector<domain::Funnel>> Engine::GetFunnel(const CallContext& context, const ReportFilter& filter,
                                                              const ReportDimensions& dimensions) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kEntry));
  domain::FunnelFold fold(pinned->rules->ForRegion(filter.region).lifecycle, std::move(division));
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) {
        return reader.ForEachJourney(FilterOf(filter), [&](const domain::Journey& journey) { fold.Add(journey); });
      },
      context.wanted));
  return fold.Result();
}

absl::StatusOr<std::vector<domain::Velocity>> Engine::GetVelocity(const CallContext& context,
                                                                  const ReportFilter& filter,
                                                                  const ReportDimensions& dimensions) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kEntry));
  domain::VelocityFold fold(pinned->rules->ForRegion(filter.region).lifecycle, std::move(division), clock().Now());
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) {
        return reader.ForEachJourney(FilterOf(filter), [&](const domain::Journey& journey) { fold.Add(journey); });
      },
      context.wanted));
  return fold.Result();
}

absl::StatusOr<std::vector<domain::SlaCompliance>> Engine::GetSlaCompliance(const CallContext& context,
                                                                            const ReportFilter& filter,
                                                                            const ReportDimensions& dimensions) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  ASSIGN_OR_RETURN(domain::Division division, DivisionOf(*pinned, filter, dimensions, TimeBasis::kDue));
  domain::SlaFold fold(std::move(division), clock().Now());
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) {
        return reader.ForEachClock(FilterOf(filter), [&](const domain::SlaSample& found) {
          domain::SlaSample sample = found;
          sample.response = ResponseOf(*pinned->rules, sample);
          fold.Add(sample);
        });
      },
      context.wanted));
  return fold.Result();
}

}  // namespace leadline::engine
