#include "engine/packcheck/child_checker.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/packcheck/check_wire.h"
#include "fmt/format.h"
#include "plugin/text.h"
#include "plugin/worker/answer_call.h"
#include "plugin/worker/channel.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/wire_call.h"
#include "plugin/worker/worker_process.h"

namespace leadline::engine {
namespace {

namespace wire = plugin::wire;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often somebody is asked whether the answer is still wanted.
constexpr milliseconds kLook{50};
// How long a child whose socket has closed may take to end.
constexpr milliseconds kToEnd{2'000};

absl::Status TooMuch(const std::string& what, const std::string& flag) {
  return WithReason(
      absl::FailedPreconditionError(fmt::format(
          "the check was stopped, since it took more than {}, which is what a check may have ({}); make the packs or "
          "their tests smaller, find out what is so large with leadline pack check, or raise the limit",
          what, flag)),
      ErrorReason::kPackCheckLimit, {{"limit", what}, {"flag", flag}});
}

absl::Status CannotCheck(const std::string& why) {
  return WithReason(absl::UnavailableError(why), ErrorReason::kPackCheckerMissing);
}

void Lower(pid_t pid, __rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  prlimit(pid, resource, &limit, nullptr);
}

// One check: the child and the conversation with it. Not thread-safe.
class Conversation {
 public:
  Conversation(const ChildCheckerOptions& options, const PackCheckJob& job,
               std::unique_ptr<plugin::WorkerProcess> process)
      : options_(options),
        job_(job),
        limit_(steady_clock::now() + 2 * options.time),
        process_(std::move(process)),
        channel_(process_->TakeSocket(), 0, 0) {
    // Before it is told anything. What it does not lower itself, since it has not begun to.
    const auto seconds = static_cast<rlim_t>(options.time.count());
    Lower(process_->pid(), RLIMIT_CPU, seconds, seconds + 1);
    Lower(process_->pid(), RLIMIT_DATA, options.memory_bytes, options.memory_bytes);
    Lower(process_->pid(), RLIMIT_CORE, 0, 0);
  }

  absl::StatusOr<PackFindings> Run() {
    RETURN_IF_ERROR(SendJob());
    ASSIGN_OR_RETURN(wire::Message message, Receive());
    if (message.kind != wire::Kind::kCheckFound) return Nonsense("sent something else than what it found");
    absl::StatusOr<check_wire::Found> found = check_wire::DecodeFound(message.body);
    if (!found.ok()) return Nonsense(found.status());
    PackFindings out;
    out.diagnostics = std::move(found->diagnostics);
    out.packs = std::move(found->packs);
    if (out.packs.empty()) {
      const bool errors = std::any_of(out.diagnostics.begin(), out.diagnostics.end(),
                                      [](const Diagnostic& d) { return d.severity == Severity::kError; });
      if (!errors) return Nonsense("found neither packs nor an error");
      return out;
    }
    std::shared_ptr<const Snapshot> apart;
    if (job_.tests) {
      if (found->names_plugins) {
        SnapshotResult built = job_.build({.proofs = false, .apart = true});
        out.status = std::move(built.status);
        if (built.snapshot == nullptr) return out;
        apart = std::move(built.snapshot);
        out.lacking = apart->lacking;
      }
      ASSIGN_OR_RETURN(out.tests, RunTests(apart.get()));
    }
    if (job_.snapshot) TakeSnapshot(std::move(apart), out);
    return out;
  }

 private:
  static bool WantsLocal(const Snapshot& snapshot) {
    const auto& uses = snapshot.rules->plugins();
    return std::any_of(uses.begin(), uses.end(),
                       [](const packs::PluginUse& use) { return use.mode == packs::PluginUse::Mode::kLocal; });
  }

  void TakeSnapshot(std::shared_ptr<const Snapshot> apart, PackFindings& out) {
    if (apart != nullptr && !WantsLocal(*apart)) {
      out.snapshot = std::move(apart);
      return;
    }
    SnapshotResult built = job_.build({.proofs = false});
    out.status = std::move(built.status);
    out.snapshot = std::move(built.snapshot);
    if (out.snapshot != nullptr) out.lacking = out.snapshot->lacking;
  }

  absl::Status SendJob() {
    for (const packs::PackFiles& pack : job_.set.packs) {
      for (const auto& [path, bytes] : pack.files) {
        std::string_view left = bytes;
        do {
          const std::string_view part = left.substr(0, check_wire::kMostFilePart);
          RETURN_IF_ERROR(Tell(wire::Kind::kCheckFile, check_wire::FilePart{pack.name, path, part}));
          left.remove_prefix(part.size());
        } while (!left.empty());
      }
    }
    check_wire::Start start;
    start.root = job_.set.root;
    start.zone_folder = options_.zone_folder;
    start.now = job_.now;
    start.tests = job_.tests;
    start.memory_bytes = options_.memory_bytes;
    return Tell(wire::Kind::kCheckStart, start);
  }

  absl::StatusOr<PackTestReport> RunTests(const Snapshot* lent) {
    std::vector<check_wire::PluginAtHand> at_hand;
    std::vector<plugin::Plugin*> plugins;
    if (lent != nullptr) {
      for (const auto& [id, bound] : lent->plugins) {
        const plugin::PluginInfo& info = bound.plugin->info();
        const auto fields = bound.plugin->wanted_fields();
        at_hand.push_back({info.id,
                           info.version,
                           info.sha256,
                           info.capabilities,
                           info.concurrent,
                           info.pure,
                           {fields.begin(), fields.end()}});
        plugins.push_back(bound.plugin.get());
      }
    }
    RETURN_IF_ERROR(Tell(wire::Kind::kCheckPlugins, at_hand));
    plugin::CallAnswerer answerer;
    wire::DecodedCall call;
    wire::Buffer answer;
    while (true) {
      ASSIGN_OR_RETURN(wire::Message message, Receive());
      if (message.kind == wire::Kind::kCheckTests) {
        absl::StatusOr<PackTestReport> report = check_wire::DecodeTests(message.body);
        if (!report.ok()) return Nonsense(report.status());
        return report;
      }
      const uint64_t number = message.call >> 32;
      if (message.kind != wire::Kind::kCall || number >= plugins.size()) return Nonsense("asked what there is not");
      if (absl::Status status = wire::DecodeCall(message.body, call); !status.ok()) return Nonsense(status);
      answerer.Answer(*plugins[number], call, Latest(), answer);
      RETURN_IF_ERROR(Said(channel_.Send(wire::Kind::kAnswer, message.call, answer.span(), Latest())));
    }
  }

  // Every message that is told fits one packet or little more.
  template <class Body>
  absl::Status Tell(wire::Kind kind, const Body& body) {
    bytes_.Clear();
    check_wire::Encode(body, bytes_);
    while (true) {
      // One packet goes as a whole or not at all, and can be sent again.
      const bool whole = bytes_.size() <= wire::kMostPart;
      const absl::Status sent = channel_.Send(kind, 0, bytes_.span(), whole ? Soon() : Latest());
      if (!whole || !absl::IsDeadlineExceeded(sent)) return Said(sent);
      RETURN_IF_ERROR(StillWanted());
    }
  }

  absl::StatusOr<wire::Message> Receive() {
    while (true) {
      absl::StatusOr<wire::Message> message = channel_.Receive(Soon());
      if (message.ok()) {
        if (message->kind == wire::Kind::kForbidden) return Forbidden(message->body);
        return message;
      }
      if (!absl::IsDeadlineExceeded(message.status())) return Said(message.status());
      RETURN_IF_ERROR(StillWanted());
    }
  }

  Deadline Latest() const { return std::min(limit_, job_.deadline); }
  Deadline Soon() const { return std::min(Latest(), steady_clock::now() + kLook); }

  absl::Status StillWanted() const {
    if (Passed(job_.deadline)) {
      return absl::DeadlineExceededError("the deadline passed before the packs were checked; give the call longer");
    }
    if (job_.wanted && !job_.wanted()) return absl::CancelledError("nobody waits for the check any more");
    if (!Passed(limit_)) return absl::OkStatus();
    return TooMuch(fmt::format("{} s by the clock", 2 * options_.time.count()), "--check-seconds");
  }

  // What a failure of the channel means.
  absl::Status Said(const absl::Status& status) {
    if (status.ok()) return status;
    if (absl::IsUnavailable(status)) return Ended();
    if (absl::IsDeadlineExceeded(status)) {
      const absl::Status wanted = StillWanted();
      return wanted.ok() ? status : wanted;
    }
    return Nonsense(status);
  }

  static absl::Status Nonsense(const absl::Status& status) { return Nonsense(std::string(status.message())); }
  static absl::Status Nonsense(std::string_view what) {
    return absl::InternalError(fmt::format("the process that checks packs {}; it was ended, and nothing was checked",
                                           plugin::Presentable(what)));
  }

  static absl::Status Forbidden(std::span<const char> body) {
    const auto forbidden = wire::DecodeForbidden(body);
    const std::string_view name = forbidden.ok() ? plugin::SystemCallName(forbidden->system_call) : "";
    return Nonsense(fmt::format(
        "made a system call that it may not make ({})",
        name.empty() ? forbidden.ok() ? std::to_string(forbidden->system_call) : "unknown" : std::string(name)));
  }

  // What it wrote to standard error last, in brackets; empty when it wrote nothing.
  std::string LastWords() {
    char words[512];
    const ssize_t size = read(process_->error_fd(), words, sizeof(words));
    if (size <= 0) return "";
    return fmt::format(" (it wrote: {})", plugin::Presentable({words, static_cast<size_t>(size)}));
  }

  absl::Status Ended() {
    const std::optional<plugin::ProcessEnd> end = process_->Wait(kToEnd);
    if (!end) return Nonsense("closed its socket and went on");
    if (end->exit_code == check_wire::kExitOutOfMemory) {
      return TooMuch(fmt::format("{} MiB of memory", options_.memory_bytes >> 20), "--check-memory-mib");
    }
    if (end->signal == SIGXCPU) {
      return TooMuch(fmt::format("{} s of processor time", options_.time.count()), "--check-seconds");
    }
    if (end->signal == SIGKILL || end->signal == SIGTERM) {
      return WithReason(absl::UnavailableError(
                            fmt::format("the process that checks packs {}; nothing was checked: try again, and look at "
                                        "the machine's memory when it happens again",
                                        plugin::Describe(*end))),
                        ErrorReason::kPackCheckKilled);
    }
    return absl::InternalError(
        fmt::format("the process that checks packs {}{}; nothing was checked, and the server goes on; report it with "
                    "the packs",
                    plugin::Describe(*end), LastWords()));
  }

  const ChildCheckerOptions& options_;
  const PackCheckJob& job_;
  const Deadline limit_;
  const std::unique_ptr<plugin::WorkerProcess> process_;
  plugin::Channel channel_;
  wire::Buffer bytes_;
};

}  // namespace

absl::StatusOr<PackFindings> ChildChecker::Check(const PackCheckJob& job) {
  if (options_.executable.empty()) {
    return CannotCheck(
        "packs cannot be checked: the program leadline-pack-checker is not beside leadlined; install it there, or name "
        "it with --pack-checker");
  }
  absl::StatusOr<std::unique_ptr<plugin::WorkerProcess>> process =
      plugin::WorkerProcess::Spawn(options_.executable, "packs", 0, 0);
  if (!process.ok()) {
    return CannotCheck(
        fmt::format("packs cannot be checked: {}; see --pack-checker", std::string(process.status().message())));
  }
  return Conversation(options_, job, *std::move(process)).Run();
}

std::string PackCheckerBesideThisOne() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const std::filesystem::path program = self.parent_path() / "leadline-pack-checker";
  return std::filesystem::exists(program, error) ? program.string() : "";
}

}  // namespace leadline::engine
