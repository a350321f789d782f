#include "engine/given/listed_reps.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::engine {

const domain::Rep* FindListedRep(const packs::RuleSet& rules, std::string_view id) {
  const auto rep =
      std::find_if(rules.reps().begin(), rules.reps().end(), [&](const domain::Rep& r) { return r.id == id; });
  return rep == rules.reps().end() ? nullptr : &*rep;
}

const domain::Rep* FindListedRep(const Deciding& deciding, std::string_view id) {
  const domain::Rep* rep = FindListedRep(*deciding.active->rules, id);
  return rep != nullptr || deciding.canary == nullptr ? rep : FindListedRep(*deciding.canary->rules, id);
}

std::string NoSuchRep(const packs::RuleSet& rules, std::string_view id) {
  std::vector<std::string> ids;
  for (const domain::Rep& rep : rules.reps()) ids.push_back(rep.id);
  const std::string nearest = NearestName(id, ids);
  return fmt::format("the packs list no rep {}{}", Quoted(id),
                     nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest));
}

absl::StatusOr<RepView> ViewOf(store::Reader& reader, const domain::Rep& rep, Time now) {
  RepView view;
  view.rep = rep;
  ASSIGN_OR_RETURN(view.state, reader.GetRepState(rep.id));
  domain::DropPastAbsences(now, view.state);
  view.available = view.state.AvailableAt(now);
  view.back_at = view.available ? 0 : domain::BackAt(view.state, now);
  return view;
}

}  // namespace leadline::engine
