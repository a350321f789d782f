// The regions of the leads that are stored, beside those of the packs that decide.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/engine.h"

namespace leadline::engine {

absl::StatusOr<StoredRegions> Engine::RegionsInStore(const CallContext& context, int max_samples,
                                                     const std::vector<std::string>& known) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const auto is_known = [&](const std::string& region) {
    if (region.empty()) return true;
    if (known.empty()) return pinned->input->HasRegion(region);
    return std::find(known.begin(), known.end(), region) != known.end();
  };
  StoredRegions out;
  out.snapshot = pinned->ref;
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        out.regions.clear();
        ASSIGN_OR_RETURN(auto counts, reader.CountByRegion(kMostRegions + 1));
        out.more = counts.size() > static_cast<size_t>(kMostRegions);
        if (out.more) counts.pop_back();
        for (auto& [region, leads] : counts) {
          StoredRegion stored{region, leads, is_known(region), {}};
          if (!stored.known && max_samples > 0) {
            const store::IdScan newest{.by = store::IdScan::By::kRegion, .value = region, .descending = true};
            ASSIGN_OR_RETURN(const std::vector<store::ListPlace> places, reader.ScanIds(newest, max_samples));
            for (const store::ListPlace& place : places) {
              stored.samples.push_back(domain::ResourceName(domain::RecordKind::kLead, place.id));
            }
          }
          out.regions.push_back(std::move(stored));
        }
        return absl::OkStatus();
      },
      context.wanted));
  return out;
}

}  // namespace leadline::engine
