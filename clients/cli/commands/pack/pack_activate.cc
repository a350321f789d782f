// leadline pack activate|rollback|stop
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/commands/options/change_options.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_input.h"
#include "cli/commands/pack/pack_status.h"
#include "cli/output/proto_text.h"
#include "cli/output/terminal.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct ActivateFlags : ChangeFlags {
  std::string sha256, reason;
  bool shadow = false, no_rescore = false, wait = false;
  int canary = 0;
};

struct RollbackFlags : ChangeFlags {
  std::string pack, reason;
  bool wait = false;
};

// How re-scoring goes on: one line on a terminal, else one every few seconds; on the error stream.
class RescoringProgress {
 public:
  ~RescoringProgress() {
    if (shown_ && terminal_) session_.Note("\n");
  }
  explicit RescoringProgress(const Session& session) : session_(session) {}

  void Show(const v1::Rescoring& rescoring) {
    constexpr auto kBetweenLines = std::chrono::seconds(5);
    if (!terminal_ && shown_ && Clock::now() - last_ < kBetweenLines) return;
    const std::string line = "scored again: " + DescribeRescoring(rescoring);
    session_.Note(terminal_ ? fmt::format("\r\033[K{}", line) : line + "\n");
    shown_ = true;
    last_ = Clock::now();
  }

 private:
  const Session& session_;
  const bool terminal_ = IsTerminal(2);
  bool shown_ = false;
  Clock::time_point last_;
};

// Waits until the leads that it touches were scored by the packs of `rollout`, and leaves there what is then; gives the
// exit code.
int WaitForRescoring(Session& session, v1::Rollout& rollout) {
  constexpr auto kBetweenCalls = std::chrono::milliseconds(300);
  const int64_t generation = rollout.generation();
  RescoringProgress progress(session);
  while (rollout.generation() == generation && rollout.has_rescoring() && !rollout.rescoring().has_end_time()) {
    progress.Show(rollout.rescoring());
    std::this_thread::sleep_for(kBetweenCalls);
    v1::GetRolloutResponse response;
    grpc::Status status = session.Ask(admin_service::kGetRollout, v1::GetRolloutRequest(), response);
    if (!status.ok()) return session.Fail(status);
    rollout = std::move(*response.mutable_rollout());
  }
  if (rollout.generation() == generation) return kExitOk;
  return session.Refuse(fmt::format("generation {} was followed by {} before all leads were scored again", generation,
                                    rollout.generation()));
}

void ShowRescoring(Session& session, const v1::Rollout& rollout) {
  if (!rollout.has_rescoring() || rollout.rescoring().generation() != rollout.generation()) return;
  const bool done = rollout.rescoring().has_end_time();
  session.Print(fmt::format("{}: {}{}\n", done ? "scored again" : "leads are being scored again",
                            DescribeRescoring(rollout.rescoring()), done ? "" : "; see leadline pack status"));
}

// What an activation or a rollback gave.
template <typename Response, typename Flags>
int ShowChange(Session& session, Response& response, const Flags& flags) {
  NoteNothingStored(session, flags);
  // How it would go on is not how it goes on.
  if (flags.validate_only) response.mutable_rollout()->clear_rescoring();
  const bool trial = response.rollout().has_trial();
  int code =
      flags.wait && !flags.validate_only && !trial ? WaitForRescoring(session, *response.mutable_rollout()) : kExitOk;
  if (session.json()) {
    session.PrintJson(response);
    return code;
  }
  if (trial) {
    const v1::Trial& started = response.rollout().trial();
    session.Print(
        fmt::format("{} is {}, as generation {}\n"
                    "  leadline pack status     what it decides differently\n"
                    "  leadline pack stop       ends the trial\n",
                    DescribePack(started.ref()), DescribeTrialMode(started), started.generation()));
    return code;
  }
  session.Print(DescribeSnapshot(response.snapshot()) + "\n");
  ShowRescoring(session, response.rollout());
  return code;
}

int Activate(Session& session, const ActivateFlags& flags) {
  v1::ActivatePackRequest request;
  if (int code = CompleteHash(session, flags.sha256, *request.mutable_sha256()); code != kExitOk) return code;
  request.set_mode(flags.shadow       ? v1::ACTIVATION_MODE_SHADOW
                   : flags.canary > 0 ? v1::ACTIVATION_MODE_CANARY
                                      : v1::ACTIVATION_MODE_ACTIVE);
  request.set_canary_percent(flags.canary);
  request.set_reason(flags.reason);
  request.set_skip_rescoring(flags.no_rescore);
  SetChange(flags, request);
  return RunLong(session, admin_service::kActivatePack, request, flags.async,
                 [&](v1::ActivatePackResponse& response) { return ShowChange(session, response, flags); });
}

int Rollback(Session& session, const RollbackFlags& flags) {
  v1::RollbackPackRequest request;
  request.set_pack(InKind("packs", flags.pack));
  request.set_reason(flags.reason);
  SetChange(flags, request);
  v1::RollbackPackResponse response;
  grpc::Status status = session.Ask(admin_service::kRollbackPack, request, response);
  if (!status.ok()) return session.Fail(status);
  return ShowChange(session, response, flags);
}

void AddActivate(Command group) {
  auto flags = std::make_shared<ActivateFlags>();
  Command activate = group.AddCommand(
      "activate", "Let a proposed pack decide, or try it first",
      "Examples:\n  leadline pack activate 3fa1c0de --shadow        decides beside the active packs; nothing is "
      "written\n"
      "  leadline pack activate 3fa1c0de --canary 10     decides 10 % of the leads, the same ones each time\n"
      "  leadline pack activate 3fa1c0de --reason \"new trade fairs\" --wait\n"
      "A trial that runs ends. Afterwards the leads that other rules decide now are scored again, in the background.",
      [flags](Session& session) { return Activate(session, *flags); });
  activate.AddOption("sha256", flags->sha256, "The version's SHA-256, or its first 8 digits or more").Required();
  Option shadow = activate.AddFlag("--shadow", flags->shadow, "Only compare what it would decide");
  Option canary = activate.AddOption("--canary", flags->canary, "Let it decide this percentage of the leads")
                      .Between(1, 99)
                      .Excludes(shadow);
  activate.AddOption("--reason", flags->reason, "Why, for the ledger");
  AddChangeOptions<v1::ActivatePackRequest>(activate, *flags);
  AddAsyncFlag(activate, *flags);
  activate
      .AddFlag(
          "--no-rescore", flags->no_rescore,
          "Leave the leads with the scores that they have; those of a canary that ends are decided again all the same")
      .Excludes(shadow)
      .Excludes(canary);
  activate.AddFlag("--wait", flags->wait, "Wait until they are scored again").Excludes(shadow).Excludes(canary);
}

}  // namespace

void AddPackActivationCommands(Command group) {
  AddActivate(group);

  auto flags = std::make_shared<RollbackFlags>();
  Command rollback = group.AddCommand(
      "rollback", "Let the version before decide again; done again, it goes back one more",
      "Examples:\n  leadline pack rollback emea --validate-only\n"
      "  leadline pack rollback emea --reason \"too many fairs\"\n  leadline pack rollback central --wait\n"
      "The first version of a region that was added later is taken away.",
      [flags](Session& session) { return Rollback(session, *flags); });
  rollback.AddOption("pack", flags->pack, "central, or a region").Required();
  rollback.AddOption("--reason", flags->reason, "Why, for the ledger");
  AddChangeOptions<v1::RollbackPackRequest>(rollback, *flags);
  rollback.AddFlag("--wait", flags->wait, "Wait until they are scored again");

  auto stop_flags = std::make_shared<RollbackFlags>();
  Command stop = group.AddCommand(
      "stop", "End the trial that runs", "Example:\n  leadline pack stop --reason \"looks good\"",
      [flags = stop_flags](Session& session) {
        v1::StopTrialRequest request;
        request.set_reason(flags->reason);
        return RunChange(session, admin_service::kStopTrial, *flags, request, [&](const v1::StopTrialResponse& r) {
          session.Print(fmt::format("the trial {}; generation {} decides\n",
                                    flags->validate_only ? "would end" : "has ended", r.rollout().generation()));
        });
      });
  stop.AddOption("--reason", stop_flags->reason, "Why, for the ledger");
  AddChangeOptions<v1::StopTrialRequest>(stop, *stop_flags);
}

}  // namespace leadline::cli
