// Who says yes to a central pack before it decides.
#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/text.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/pack_rollout.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ApprovalSide;
using domain::PackCandidate;
using domain::Rollout;

constexpr char kAnonymous[] = "anonymous";

// Whoever spells a name in another case is the same person.
bool SamePrincipal(std::string_view a, std::string_view b) {
  return domain::LowerTrimmed(a) == domain::LowerTrimmed(b);
}

absl::Status NotAnApprover(std::string message, ApprovalSide side) {
  return WithReason(absl::PermissionDeniedError(std::move(message)), ErrorReason::kNotAnApprover,
                    {{"side", SideName(side)}});
}

}  // namespace

absl::Status PackRollout::CheckApprover(const CallContext& context, const PackCandidate& candidate, ApprovalSide side) {
  if (context.actor.empty() || context.actor == kAnonymous) {
    return NotAnApprover("an approval needs a name: give the caller's in the metadata leadline-actor", side);
  }
  const auto& allowed = side == ApprovalSide::kMarketing ? options_.marketing_approvers : options_.sales_approvers;
  const auto is_caller = [&](const std::string& name) { return SamePrincipal(name, context.actor); };
  if (!allowed.empty() && std::none_of(allowed.begin(), allowed.end(), is_caller)) {
    return NotAnApprover(fmt::format("{} may not approve for {}; the server's configuration lists who may",
                                     context.actor, SideName(side)),
                         side);
  }
  for (const domain::PackApproval& given : candidate.approvals) {
    if (given.side != side && is_caller(given.principal)) {
      return NotAnApprover(fmt::format("{} has approved for {} already; {} must say yes through somebody else",
                                       context.actor, SideName(given.side), SideName(side)),
                           side);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PackCandidate> PackRollout::Approve(const CallContext& context, std::string_view sha256,
                                                   ApprovalSide side, std::string reason) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  PackCandidate* candidate = rollout.FindCandidate(sha256);
  ASSIGN_OR_RETURN(const std::optional<Rollout> done, DoneBefore(context));
  if (candidate == nullptr) return NoSuchVersion(sha256);
  if (done) return *candidate;
  if (candidate->ref.pack != "central") {
    return RefusedChange(fmt::format("{} is a region's pack; it needs no approval", candidate->ref.pack),
                         ErrorReason::kPackNeedsNoApproval, "packs/" + candidate->ref.pack);
  }
  RETURN_IF_ERROR(CheckApprover(context, *candidate, side));
  const auto given = std::find_if(candidate->approvals.begin(), candidate->approvals.end(),
                                  [&](const domain::PackApproval& a) { return a.side == side; });
  if (given != candidate->approvals.end()) {
    const bool adds = SamePrincipal(given->principal, context.actor) && given->reason.empty() && !reason.empty();
    if (!adds) return *candidate;
    candidate->approvals.erase(given);
  }
  candidate->approvals.push_back({side, context.actor, options_.clock->Now(), reason});
  const PackCandidate approved = *candidate;
  if (context.validate_only) return approved;
  domain::PackChanged change = PackChangeOf("approved", approved.ref, std::move(reason));
  change.side = SideName(side);
  RETURN_IF_ERROR(Write(context, rollout, {std::move(change)}));
  return approved;
}

}  // namespace leadline::engine
