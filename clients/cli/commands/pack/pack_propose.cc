// leadline pack validate|propose|approve
#include <fmt/format.h>

#include "cli/commands/options/change_options.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_input.h"
#include "cli/commands/pack/pack_status.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct FolderFlags : ChangeFlags {
  std::string folder, pack;
};

int Validate(Session& session, const FolderFlags& flags) {
  absl::StatusOr<LocalPack> local = ReadLocalPack(flags.folder, flags.pack);
  if (!local.ok()) return session.Fail(local.status());
  v1::ValidatePackRequest request;
  FillPack(*local, request);
  v1::ValidatePackResponse response;
  grpc::Status status = session.Ask(admin_service::kValidatePack, request, response);
  if (!status.ok()) return session.Fail(status);
  if (session.json()) {
    session.PrintJson(response);
  } else {
    ShowCheck(session, response.check(), *local);
  }
  return response.check().good() ? kExitOk : kExitRefused;
}

// A check with a warning asks both sides why the pack may decide all the same.
std::string NextSteps(const v1::PackCandidate& candidate, const v1::PackCheck& check) {
  const char* reason = check.warning().empty() ? "" : " --reason TEXT";
  const std::string hash = ShortHash(candidate.ref().sha256());
  std::string text = fmt::format("  leadline pack diff {}                  what it would change\n", hash);
  const std::string missing = MissingApprovals(candidate);
  if (!missing.empty()) {
    text += fmt::format("It needs the approval of {}, each by another person, before it decides:\n", missing);
    for (const char* side : {"marketing", "sales"}) {
      if (missing.find(side) == std::string::npos) continue;
      text += fmt::format("  leadline --actor NAME pack approve {} --side {}{}\n", hash, side, reason);
    }
    text += "and then:\n";
  }
  return text + fmt::format(
                    "  leadline pack activate {} --shadow     try it beside what decides\n"
                    "  leadline pack activate {}              let it decide\n",
                    hash, hash);
}

int Propose(Session& session, const FolderFlags& flags) {
  absl::StatusOr<LocalPack> local = ReadLocalPack(flags.folder, flags.pack);
  if (!local.ok()) return session.Fail(local.status());
  v1::ProposePackRequest request;
  FillPack(*local, request);
  SetChange(flags, request);
  v1::ProposePackResponse response;
  grpc::Status status = session.Ask(admin_service::kProposePack, request, response);
  if (!status.ok()) return session.Fail(status);
  if (session.json()) {
    session.PrintJson(response);
  } else {
    ShowCheck(session, response.check(), *local);
    if (response.has_candidate()) {
      session.Print(fmt::format("kept as {}\n", response.candidate().ref().sha256()));
      for (const v1::PackCandidate& gone : response.gave_way()) {
        session.Print(fmt::format("in place of {}, the oldest of its versions that wait\n", DescribePack(gone.ref())));
      }
      session.Print(NextSteps(response.candidate(), response.check()));
    } else {
      session.Print("not kept: mend it and propose it again\n");
    }
  }
  return response.has_candidate() ? kExitOk : kExitRefused;
}

struct ApproveFlags : ChangeFlags {
  std::string hash, side, reason;
};

int Approve(Session& session, const ApproveFlags& flags) {
  v1::ApprovePackRequest request;
  if (int code = CompleteHash(session, flags.hash, *request.mutable_sha256()); code != kExitOk) return code;
  request.set_reason(flags.reason);
  request.set_side(flags.side == "sales" ? v1::APPROVAL_SIDE_SALES : v1::APPROVAL_SIDE_MARKETING);
  return RunChange(session, admin_service::kApprovePack, flags, request, [&](const auto& response) {
    session.Print(fmt::format("{}: {}\n", DescribePack(response.candidate().ref()), Approvals(response.candidate())));
    const std::string missing = MissingApprovals(response.candidate());
    if (!missing.empty()) {
      session.Print(fmt::format("It {} the approval of {}, by another person.\n",
                                flags.validate_only ? "would still need" : "still needs", missing));
    } else if (flags.validate_only) {
      session.Print("Then it might decide.\n");
    } else {
      session.Print(fmt::format("Now it may decide:\n  leadline pack activate {}\n",
                                ShortHash(response.candidate().ref().sha256())));
    }
  });
}

void AddFolder(Command command, FolderFlags& flags) {
  command.AddOption("folder", flags.folder, "The pack's folder, such as rules/regions/emea")
      .Required()
      .ExistingFolder();
  command.AddOption("--pack", flags.pack, "central, or the region; what pack.yaml says when not given");
}

}  // namespace

void AddPackProposalCommands(Command group) {
  auto checked = std::make_shared<FolderFlags>();
  Command validate = group.AddCommand(
      "validate", "Let the server check a pack together with those that decide; keeps nothing",
      "Examples:\n  leadline pack validate rules/regions/emea\n  leadline pack validate rules/central -o json\n"
      "The packs' own tests run, too. Exit code 1 when it may not be activated.",
      [checked](Session& session) { return Validate(session, *checked); });
  AddFolder(validate, *checked);

  auto proposed = std::make_shared<FolderFlags>();
  Command propose = group.AddCommand(
      "propose", "Check a pack and keep it on the server, ready to be activated",
      "Examples:\n  leadline pack propose rules/regions/emea\n  leadline pack propose rules/central\n"
      "Prints the hash that names this version. Exit code 1 when the check failed; then nothing is kept.",
      [proposed](Session& session) { return Propose(session, *proposed); });
  AddFolder(propose, *proposed);
  AddChangeOptions<v1::ProposePackRequest>(propose, *proposed);

  auto flags = std::make_shared<ApproveFlags>();
  Command approve =
      group.AddCommand("approve", "Approve a central pack for marketing or for sales, in your name",
                       "Examples:\n  leadline --actor anna pack approve 3fa1c0de --side marketing\n"
                       "  leadline --actor boris pack approve 3fa1c0de --side sales\n"
                       "Both sides must approve, through two people, before a central pack decides any lead. A pack\n"
                       "that fails tests of regions needs a reason of both.",
                       [flags](Session& session) { return Approve(session, *flags); });
  approve.AddOption("sha256", flags->hash, "The version's SHA-256, or its first 8 digits or more").Required();
  approve.AddOption("--side", flags->side, "For whom you speak").Required().OneOf({"marketing", "sales"});
  approve.AddOption("--reason", flags->reason, "Why, such as why it may fail a region's tests");
  AddChangeOptions<v1::ApprovePackRequest>(approve, *flags);
}

}  // namespace leadline::cli
