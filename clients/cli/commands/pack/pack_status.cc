// leadline pack status
#include "cli/commands/pack/pack_status.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_diff.h"
#include "cli/commands/pack/pack_input.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

constexpr int kShownVersions = 3;

// The latest first.
std::string EarlierVersions(const v1::ActivePack& pack) {
  std::string text;
  const int count = pack.earlier_size();
  for (int i = count; i-- > std::max(0, count - kShownVersions);) {
    const v1::PackRef& ref = pack.earlier(i);
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", ref.version(), ref.sha256().substr(0, 8));
  }
  if (count > kShownVersions) text += fmt::format(" and {} more", count - kShownVersions);
  return text;
}

void ShowActive(Session& session, const v1::Rollout& rollout) {
  session.Print(fmt::format("Generation {} decides\n\n", rollout.generation()));
  Table table({{"Pack"}, {"Version"}, {"SHA-256"}, {"Since"}, {"By"}, {"Before, latest first", kWrap}});
  for (const v1::ActivePack& pack : rollout.active()) {
    table.Add({IdOf(pack.ref().pack()), pack.ref().version(), ShortHash(pack.ref().sha256()),
               FormatMinute(ToTime(pack.activate_time())), pack.activated_by(), EarlierVersions(pack)});
  }
  session.Print(table);
}

void ShowCandidates(Session& session, const v1::Rollout& rollout) {
  if (rollout.candidates_size() == 0) return session.Print("\nNo candidates: leadline pack propose FOLDER\n");
  session.Print("\nCandidates, oldest first\n\n");
  Table table({{"Pack"}, {"Version"}, {"SHA-256"}, {"Proposed"}, {"By"}, {"Stands"}, {"Approved", kWrap}});
  for (const v1::PackCandidate& candidate : rollout.candidates()) {
    table.Add({IdOf(candidate.ref().pack()), candidate.ref().version(), ShortHash(candidate.ref().sha256()),
               FormatMinute(ToTime(candidate.propose_time())), candidate.proposed_by(), Standing(candidate, rollout),
               Approvals(candidate)});
  }
  session.Print(table);
}

void ShowTrial(Session& session, const v1::Trial& trial) {
  session.Print(fmt::format("\nTrial: {} {}, as generation {}, since {} by {}\n", DescribePack(trial.ref()),
                            DescribeTrialMode(trial), trial.generation(), FormatMinute(ToTime(trial.start_time())),
                            trial.started_by()));
  if (trial.compared_count() == 0) return session.Print("No decision was compared yet.\n");
  ShowDiff(session, trial.diff());
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Whose leads are scored again, and whose need not be.
void ShowRegions(Session& session, const v1::Rescoring& rescoring) {
  if (rescoring.regions_size() > 0) {
    session.Print(fmt::format("Other rules decide in: {}\n", Joined(rescoring.regions())));
  }
  if (rescoring.left_out_regions_size() > 0) {
    session.Print(
        fmt::format("Left out, since no rule of theirs is another one: {}\n", Joined(rescoring.left_out_regions())));
  }
  for (const v1::TrialShare& share : rescoring.shares()) {
    session.Print(fmt::format("Decided again, since a trial has ended: {} % of the leads of {}, for {} {} ({})\n",
                              share.percent(), Joined(share.regions()), IdOf(share.ref().pack()), share.ref().version(),
                              share.ref().sha256().substr(0, 8)));
  }
}

// Leads that could not be scored again, and why.
void ShowFailures(Session& session, const v1::Rescoring& rescoring) {
  if (rescoring.failures_size() == 0) return;
  session.Print("\n");
  Table table({{"Lead"}, {"Tries", kRight}, {"Again"}, {"Because", kWrap}});
  for (const v1::SetAsideLead& lead : rescoring.failures()) {
    table.Add({lead.lead(), std::to_string(lead.try_count()),
               lead.has_retry_time() ? FormatMinute(ToTime(lead.retry_time())) : "skipped", lead.error()});
  }
  session.Print(table);
}

void ShowRollout(Session& session, const v1::Rollout& rollout) {
  ShowActive(session, rollout);
  ShowCandidates(session, rollout);
  if (rollout.has_trial()) ShowTrial(session, rollout.trial());
  if (rollout.has_rescoring()) {
    const v1::Rescoring& rescoring = rollout.rescoring();
    session.Print(fmt::format("\nScored again by generation {}: {}{}\n", rescoring.generation(),
                              DescribeRescoring(rescoring), rescoring.has_end_time() ? "; done" : "; goes on"));
    ShowRegions(session, rescoring);
    ShowFailures(session, rescoring);
  }
  if (!rollout.refresh_error().empty()) {
    session.Print(fmt::format("\nThis server does not decide by these packs, but by those before: {}\n",
                              rollout.refresh_error()));
  }
}

bool Approved(const v1::PackCandidate& candidate, v1::ApprovalSide side) {
  return std::any_of(candidate.approvals().begin(), candidate.approvals().end(),
                     [side](const v1::PackApproval& approval) { return approval.side() == side; });
}

}  // namespace

std::string Approvals(const v1::PackCandidate& candidate) {
  std::string text;
  for (const v1::PackApproval& approval : candidate.approvals()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", ApprovalSideName(approval.side()), approval.principal());
  }
  return text;
}

std::string MissingApprovals(const v1::PackCandidate& candidate) {
  if (IdOf(candidate.ref().pack()) != "central") return {};
  const bool marketing = Approved(candidate, v1::APPROVAL_SIDE_MARKETING);
  const bool sales = Approved(candidate, v1::APPROVAL_SIDE_SALES);
  if (marketing) return sales ? "" : "sales";
  return sales ? "marketing" : "marketing and sales";
}

std::string Standing(const v1::PackCandidate& candidate, const v1::Rollout& rollout) {
  const std::string& sha256 = candidate.ref().sha256();
  bool before = false;
  for (const v1::ActivePack& pack : rollout.active()) {
    if (pack.ref().sha256() == sha256) return "decides";
    before |= std::any_of(pack.earlier().begin(), pack.earlier().end(),
                          [&](const v1::PackRef& ref) { return ref.sha256() == sha256; });
  }
  if (rollout.has_trial() && rollout.trial().ref().sha256() == sha256) return "on trial";
  if (before) return "decided before";
  const std::string missing = MissingApprovals(candidate);
  return missing.empty() ? "ready" : "needs " + missing;
}

std::string DescribeTrialMode(const v1::Trial& trial) {
  if (trial.mode() == v1::ACTIVATION_MODE_CANARY) {
    return fmt::format("deciding {} % of the leads", trial.canary_percent());
  }
  return "in shadow beside the active packs";
}

std::string DescribeRescoring(const v1::Rescoring& rescoring) {
  std::string text = fmt::format("{} of {} leads", WithThousands(rescoring.done_count()),
                                 WithThousands(std::max(rescoring.lead_count(), rescoring.done_count())));
  if (rescoring.lead_count() > 0) {
    const double share = static_cast<double>(rescoring.done_count()) / static_cast<double>(rescoring.lead_count());
    text += fmt::format(" ({})", FormatPercent(std::min(1.0, share)));
  }
  text += fmt::format(", {} with another score or status", WithThousands(rescoring.changed_count()));
  if (rescoring.unchanged_count() > 0)
    text += fmt::format(", {} as before", WithThousands(rescoring.unchanged_count()));
  if (rescoring.left_out_count() > 0) text += fmt::format(", {} left out", WithThousands(rescoring.left_out_count()));
  if (rescoring.set_aside_count() > 0)
    text += fmt::format(", {} to be tried again", WithThousands(rescoring.set_aside_count()));
  if (rescoring.skipped_count() > 0) text += fmt::format(", {} skipped", WithThousands(rescoring.skipped_count()));
  return text;
}

void AddPackStatusCommand(Command group) {
  group.AddCommand("status", "What decides since when, what is ready, the trial, and how far re-scoring is",
                   "Examples:\n  leadline pack status\n  leadline pack status -o json", [](Session& session) {
                     return session.Run(
                         admin_service::kGetRollout, v1::GetRolloutRequest(),
                         [&](const v1::GetRolloutResponse& response) { ShowRollout(session, response.rollout()); });
                   });
}

}  // namespace leadline::cli
