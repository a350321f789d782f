#include "engine/routing/reps.h"

#include <algorithm>
#include <vector>

#include "base/ids.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/given/listed_reps.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Of the packs that decide, each once, by id.
std::vector<const domain::Rep*> RepsById(const Deciding& deciding) {
  std::vector<const domain::Rep*> reps;
  for (const domain::Rep& rep : deciding.active->rules->reps()) reps.push_back(&rep);
  if (deciding.canary != nullptr) {
    for (const domain::Rep& rep : deciding.canary->rules->reps()) {
      if (FindListedRep(*deciding.active->rules, rep.id) == nullptr) reps.push_back(&rep);
    }
  }
  std::sort(reps.begin(), reps.end(), [](const domain::Rep* a, const domain::Rep* b) { return a->id < b->id; });
  return reps;
}

bool Fits(const domain::Rep& rep, const RepFilter& filter) {
  return (filter.region.empty() || rep.region == filter.region) && (filter.team.empty() || rep.team == filter.team);
}

}  // namespace

int64_t CountReps(const EngineOptions& options, const RepFilter& filter) {
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  const std::vector<const domain::Rep*> reps = RepsById(*pinned);
  return std::count_if(reps.begin(), reps.end(), [&](const domain::Rep* rep) { return Fits(*rep, filter); });
}

absl::StatusOr<RepView> GetRep(const EngineOptions& options, const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(const std::string id, IdOf(name, domain::RecordKind::kRep, "name"));
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  const domain::Rep* rep = FindListedRep(*pinned, id);
  if (rep == nullptr) {
    return WithResource(absl::NotFoundError(NoSuchRep(*pinned->active->rules, id)), std::string(name));
  }
  RepView view;
  RETURN_IF_ERROR(options.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(view, ViewOf(reader, *rep, options.clock->Now()));
    return absl::OkStatus();
  }));
  return view;
}

absl::StatusOr<store::Page<RepView>> ListReps(const EngineOptions& options, const CallContext& context,
                                              const RepFilter& filter, std::string_view cursor, int limit) {
  if (limit < 1 || limit > kMostRepsInPage) {
    return InvalidField("page_size", fmt::format("must be from 1 to {}", kMostRepsInPage));
  }
  if (!cursor.empty() && !IsValidId(cursor)) {
    return InvalidField("page_token", fmt::format("{} is not a place in this list; begin without one", Quoted(cursor)));
  }
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  std::vector<const domain::Rep*> reps = RepsById(*pinned);
  std::erase_if(reps, [&](const domain::Rep* rep) { return rep->id <= cursor || !Fits(*rep, filter); });
  store::Page<RepView> page;
  RETURN_IF_ERROR(options.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    page = {};
    const size_t count = std::min(reps.size(), static_cast<size_t>(limit));
    for (size_t i = 0; i < count; ++i) {
      ASSIGN_OR_RETURN(RepView view, ViewOf(reader, *reps[i], options.clock->Now()));
      page.items.push_back(std::move(view));
    }
    if (count < reps.size()) page.next = page.items.back().rep.id;
    return absl::OkStatus();
  }));
  return page;
}

}  // namespace leadline::engine
