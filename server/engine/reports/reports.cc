// Management's numbers, folded from the ledger.
#include "base/status_macros.h"
#include "domain/funnel.h"
#include "domain/sla.h"
#include "engine/engine.h"

namespace leadline::engine {
namespace {

store::JourneyFilter FilterOf(const ReportFilter& filter) {
  store::JourneyFilter out;
  out.kind = filter.contacts ? domain::RecordKind::kContact : domain::RecordKind::kLead;
  out.created_from = filter.start;
  out.created_to = filter.end;
  out.region = filter.region;
  out.source = filter.source;
  out.product = filter.product;
  return out;
}

}  // namespace

absl::StatusOr<std::vector<domain::Funnel>> Engine::GetFunnel(const CallContext& context, const ReportFilter& filter,
                                                              domain::ReportGroup group) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  domain::FunnelFold fold(pinned->rules->ForRegion(filter.region).lifecycle, group);
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
                                                                  domain::ReportGroup group) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  domain::VelocityFold fold(pinned->rules->ForRegion(filter.region).lifecycle, group, clock().Now());
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
                                                                            domain::ReportGroup group) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  std::vector<domain::SlaSample> samples;
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) {
        return reader.ForEachClock(FilterOf(filter), [&](const domain::SlaSample& found) {
          domain::SlaSample sample = found;
          const domain::SlaPolicy& policy = pinned->rules->ForRegion(sample.region).sla;
          const domain::SlaDef* level = policy.Find(sample.clock.sla_id);
          const domain::BusinessCalendar* calendar = level == nullptr ? nullptr : policy.FindCalendar(level->calendar);
          if (sample.clock.stopped != 0) {
            sample.response = calendar == nullptr
                                  ? sample.clock.stopped - sample.clock.start
                                  : domain::BusinessTimeBetween(*calendar, sample.clock.start, sample.clock.stopped);
          }
          samples.push_back(std::move(sample));
        });
      },
      context.wanted));
  return domain::FoldSla(samples, group, clock().Now());
}

}  // namespace leadline::engine
