#include "engine/replay/route_then.h"

#include <algorithm>

#include "domain/records.h"

namespace leadline::engine {

bool RepsThen::Is(std::string_view code, std::string_view rep_id) const {
  return std::any_of(then_.passed_over.begin(), then_.passed_over.end(), [&](const domain::PassedOver& passed) {
    return passed.code == code && std::find(passed.reps.begin(), passed.reps.end(), rep_id) != passed.reps.end();
  });
}

std::string RepsThen::NamedAs(std::string_view code) const {
  for (const domain::PassedOver& passed : then_.passed_over) {
    if (passed.code == code && !passed.reps.empty()) return passed.reps.front();
  }
  return "";
}

absl::StatusOr<domain::RepState> RepsThen::State(std::string_view rep_id) {
  domain::RepState state;
  state.rep_id = rep_id;
  state.available = !Is("away", rep_id);
  if (Is("capacity", rep_id)) {
    for (const domain::Rep& rep : rules_.reps()) {
      if (rep.id == rep_id) state.open_leads = rep.capacity + 1;  // the lead itself may be one of them
    }
  }
  if (Is("hour", rep_id) || Is("day", rep_id)) {
    state.given.assign(static_cast<size_t>(domain::kMostGivenKept), Is("hour", rep_id) ? at_ : at_ - kHour);
  }
  return state;
}

absl::StatusOr<std::string> RepsThen::OpenLeadOwner(const domain::Lead&, domain::OpenLeadOf of) {
  for (const domain::Route& route : policy_.routes) {
    if (route.open_lead_of != of) continue;
    if (route.id == route_) return picked();
    for (const domain::PassedOver& passed : then_.passed_over) {
      if (passed.route == route.id && !passed.reps.empty()) return passed.reps.front();
    }
  }
  return std::string();
}

std::string RepsThen::picked() const {
  const auto ref = domain::ParseResourceName(then_.outcome);
  return ref.has_value() && ref->kind == domain::RecordKind::kRep ? ref->id : "";
}

void RepsThen::SayWhatIsKnown(domain::Decision& decision) const {
  for (domain::Reason& reason : decision.reasons) {
    for (domain::Evidence& evidence : reason.evidence) {
      if (Is("away", evidence.field)) evidence.value = "not available then";
      if (Is("capacity", evidence.field)) evidence.value = "at capacity then";
      if (Is("hour", evidence.field)) evidence.value = "was given as many as an hour allows then";
      if (Is("day", evidence.field)) evidence.value = "was given as many as a day allows then";
    }
  }
}

}  // namespace leadline::engine
