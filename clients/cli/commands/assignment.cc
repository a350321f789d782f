#include "cli/commands/assignment.h"

#include <fmt/format.h>

#include <memory>

#include "cli/commands/batch_file.h"
#include "cli/commands/options/change_options.h"
#include "cli/output/proto_text.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct ReassignFlags : ChangeFlags {
  std::string lead, rep, reason, batch;
};

std::string DescribeAssignment(const v1::ReassignLeadResponse& response) {
  return fmt::format("{} -> {}", response.lead().name(), response.lead().assignee());
}

int Reassign(Session& session, const ReassignFlags& flags) {
  if (!flags.batch.empty()) {
    return RunBatch(session, routing_service::kBatchReassignLeads, flags.batch, flags, DescribeAssignment);
  }
  if (flags.lead.empty() || flags.rep.empty() || flags.reason.empty()) {
    return session.Fail(
        absl::InvalidArgumentError("name a lead, a rep and a --reason, or give many with --batch FILE"));
  }
  v1::ReassignLeadRequest request;
  request.set_name(InKind("leads", flags.lead));
  request.set_rep(InKind("reps", flags.rep));
  request.set_reason(flags.reason);
  return RunChange(session, routing_service::kReassignLead, flags, request,
                   [&](const auto& response) { session.Print(DescribeAssignment(response) + "\n"); });
}

}  // namespace

void AddReassignCommand(Command group) {
  auto flags = std::make_shared<ReassignFlags>();
  Command reassign = group.AddCommand(
      "reassign", "Give a lead to a named rep, or many leads from a file",
      fmt::format("Examples:\n  leadline {0} reassign leads/ID reps/ana --reason \"knows the account\"\n"
                  "  leadline {0} reassign --batch moves.jsonl\n"
                  "Each line of the file is a ReassignLeadRequest in protobuf's JSON mapping:\n"
                  "  {{\"name\": \"leads/ID\", \"rep\": \"reps/ana\", \"reason\": \"new territory\"}}\n"
                  "One that fails does not stop the others. Exit code 1 when one failed.",
                  group.name()),
      [flags](Session& session) { return Reassign(session, *flags); });
  Option lead = reassign.AddOption("lead", flags->lead, "leads/ID");
  Option rep = reassign.AddOption("rep", flags->rep, "reps/ID");
  Option reason = reassign.AddOption("--reason", flags->reason, "Why");
  AddChangeOptions<v1::ReassignLeadRequest>(reassign, *flags);
  reassign.AddOption("--batch", flags->batch, "Requests, one JSON object a line; - is the standard input")
      .Excludes(lead)
      .Excludes(rep)
      .Excludes(reason);
}

}  // namespace leadline::cli
