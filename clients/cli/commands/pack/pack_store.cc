#include "cli/commands/pack/pack_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output/table.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/exit_codes.h"
#include "cli/session/long_work.h"
#include "engine/input/input_schema.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

struct Unknown {
  int regions = 0;
  int64_t leads = 0;
};

Unknown CountUnknown(const v1::CheckStoreResponse& response) {
  Unknown unknown;
  for (const v1::StoredRegion& region : response.regions()) {
    if (region.known()) continue;
    ++unknown.regions;
    unknown.leads += region.lead_count();
  }
  return unknown;
}

void Show(const Session& session, const v1::CheckStoreResponse& response, bool of_folder) {
  Table table({{"Region"}, {"Leads", kRight}, {"Known"}, {"Such as", kWrap}});
  for (const v1::StoredRegion& region : response.regions()) {
    table.Add({region.region().empty() ? "(none)" : region.region(), WithThousands(region.lead_count()),
               region.known() ? "yes" : "no", fmt::format("{}", fmt::join(region.samples(), " "))});
  }
  session.Print(table);
  if (response.more()) session.Print("There are more regions than these.\n");
  const std::string packs = of_folder ? "these packs" : "the packs that decide";
  const Unknown unknown = CountUnknown(response);
  if (unknown.regions == 0) {
    session.Print(fmt::format("store: {} know every region of its leads\n", packs));
    return;
  }
  session.Print(
      fmt::format("store: {} of {} that {} do not know: {}. The central rules alone decide such leads.\n"
                  "  Bring the pack back (leadline pack activate), or give the leads another region:\n"
                  "  leadline lead update LEAD --set region=REGION\n",
                  unknown.leads == 1 ? "1 lead" : WithThousands(unknown.leads) + " leads",
                  unknown.regions == 1 ? "a region" : WithThousands(unknown.regions) + " regions", packs, [&] {
                    std::string names;
                    for (const v1::StoredRegion& region : response.regions()) {
                      if (!region.known()) names += (names.empty() ? "" : ", ") + region.region();
                    }
                    return names;
                  }()));
}

}  // namespace

int CheckStore(Session& session, const std::shared_ptr<const packs::RuleSet>& rules) {
  v1::CheckStoreRequest request;
  if (rules != nullptr) {
    const engine::InputSchema schema(rules);
    for (const std::string& region : schema.regions()) request.add_regions(region);
  }
  return RunLong(session, admin_service::kCheckStore, request, /*async=*/false,
                 [&](const v1::CheckStoreResponse& response) {
                   if (session.json()) {
                     session.PrintJson(response);
                   } else {
                     Show(session, response, rules != nullptr);
                   }
                   return CountUnknown(response).regions == 0 ? kExitOk : kExitRefused;
                 });
}

}  // namespace leadline::cli
