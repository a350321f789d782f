// leadline events watch, which is leadline watch, too
#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <signal.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/options/event_options.h"
#include "cli/output/event_text.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "leadline/v1/lead_service.grpc.pb.h"

namespace leadline::cli {
namespace {

struct WatchFlags {
  std::string from, record, region, since;
  std::vector<std::string> kinds;
  std::optional<double> heartbeat;  // seconds
  bool only_new = false;
  bool explain = false;
  int64_t count = 0;
};

// Ends a stream on Ctrl-C or SIGTERM. The signals are taken by a thread, since a handler may not call gRPC.
class StopOnSignal {
 public:
  explicit StopOnSignal(grpc::ClientContext& context) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    thread_ = std::thread([this, signals, &context] {
      timespec wait{0, 100'000'000};
      while (!done_) {
        if (sigtimedwait(&signals, nullptr, &wait) <= 0) continue;
        stopped_ = true;
        context.TryCancel();
      }
    });
  }
  ~StopOnSignal() {
    done_ = true;
    thread_.join();
  }
  bool stopped() const { return stopped_; }

 private:
  std::atomic<bool> done_ = false;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

// `explain`: with the rules of its decision.
void ShowEvent(Session& session, const v1::WatchEventsResponse& response, bool explain) {
  if (session.json()) return session.PrintJson(response, true);
  const v1::Event& event = response.event();
  if (!response.has_event()) {
    session.Print(fmt::format("{}  nothing new\n", FormatTime(session.Now()).substr(0, 19)));
    std::fflush(stdout);
    return;
  }
  session.Print(fmt::format("{}  {}  #{}  {}  [{}]\n", FormatTime(ToTime(event.occur_time())).substr(0, 19),
                            event.record(), event.sequence(), DescribeEvent(event), event.actor()));
  if (explain && event.has_decision()) {
    for (const std::string& line : ExplanationLines(event.decision())) session.Print("    " + line + "\n");
  }
  std::fflush(stdout);
}

absl::StatusOr<v1::WatchEventsRequest> WatchRequestOf(const Session& session, const WatchFlags& flags) {
  v1::WatchEventsRequest request;
  if (!flags.since.empty()) {
    const absl::StatusOr<Time> since = ParseMoment(flags.since, session.Now());
    if (!since.ok()) return since.status();
    *request.mutable_start_time() = ToTimestamp(*since);
  }
  request.set_resume_token(flags.from);
  request.set_only_new(flags.only_new);
  SetKinds(flags.kinds, *request.mutable_kinds());
  request.set_record(InKind("leads", flags.record));
  request.set_region(flags.region);
  request.set_view(flags.explain ? v1::DECISION_VIEW_FULL : v1::DECISION_VIEW_BASIC);
  if (flags.heartbeat.has_value()) {
    const auto micros = static_cast<Duration>(std::llround(*flags.heartbeat * kSecond));
    request.mutable_heartbeat_interval()->set_seconds(micros / kSecond);
    request.mutable_heartbeat_interval()->set_nanos(static_cast<int32_t>(micros % kSecond) * 1000);
  }
  return request;
}

// The command that goes on from `token` with the same events.
std::string NextCommand(const WatchFlags& flags, const std::string& token) {
  std::string command = "leadline watch";
  for (const std::string& kind : flags.kinds) command += " --kind " + kind;
  if (!flags.record.empty()) command += " --record " + flags.record;
  if (!flags.region.empty()) command += " --region " + flags.region;
  if (flags.explain) command += " --explain";
  if (flags.heartbeat.has_value()) command += fmt::format(" --heartbeat {}", *flags.heartbeat);
  return command + " --from " + token;
}

int Watch(Session& session, const WatchFlags& flags) {
  const absl::StatusOr<v1::WatchEventsRequest> request = WatchRequestOf(session, flags);
  if (!request.ok()) return session.Fail(request.status());
  grpc::ClientContext context;
  session.Prepare(context, Session::Call::kStream);
  StopOnSignal stop(context);
  v1::LeadService::Stub stub(session.channel());
  auto reader = stub.WatchEvents(&context, *request);
  v1::WatchEventsResponse response;
  std::string token;  // of the last answer
  int64_t seen = 0;
  bool enough = false;
  while (!enough && reader->Read(&response)) {
    if (!response.resume_token().empty()) token = response.resume_token();
    // Whoever asked how often a heartbeat comes wants to see it.
    if (response.has_event() || flags.heartbeat.has_value()) ShowEvent(session, response, flags.explain);
    if (!response.has_event()) continue;
    enough = flags.count > 0 && ++seen >= flags.count;
  }
  if (enough) context.TryCancel();
  grpc::Status status = reader->Finish();
  if (!token.empty()) session.Note(fmt::format("Go on with: {}\n", NextCommand(flags, token)));
  if (enough || stop.stopped()) return kExitOk;
  return status.ok() ? kExitOk : session.Fail(status);
}

constexpr char kWatchTeaching[] = R"(Examples:
  leadline watch --only-new
  leadline watch --kind status_changed --kind assigned --region emea
  leadline watch --record leads/ID --count 10
  leadline watch --since "1h ago"
  leadline watch --record leads/ID --explain   each decision decided again, by the packs of that time
  leadline watch --from TOKEN -o json   one WatchEventsResponse a line
  leadline watch --heartbeat 60 -o json  and one without an event when nothing happened for a minute
Ctrl-C ends it and prints the token that goes on without a gap.)";

void AddWatch(Command parent) {
  auto flags = std::make_shared<WatchFlags>();
  Command command = parent.AddCommand("watch", "Events as they happen, in the order they were committed",
                                      kWatchTeaching, [flags](Session& session) { return Watch(session, *flags); });
  Option from = command.AddOption("--from", flags->from, "Token to go on from");
  const Option only_new =
      command.AddFlag("--only-new", flags->only_new, "Leave out what is there already").Excludes(from);
  command.AddOption("--since", flags->since, "Begin with what was stored then, such as \"1d ago\", or a minute before")
      .Excludes(from)
      .Excludes(only_new);
  command.AddOption("--count", flags->count, "End after this many events").Positive();
  AddKindOption(command, flags->kinds);
  command.AddOption("--record", flags->record, "Only events of this leads/ID, contacts/ID, accounts/ID and the like");
  command.AddOption("--region", flags->region, "Only events about leads of this region");
  command.AddFlag("--explain", flags->explain, "With each decision: the rules, and what they were based on");
  command
      .AddOption("--heartbeat", flags->heartbeat,
                 "Show a sign of life after so many seconds without an event: 1 to 300")
      .Between(1.0, 300.0);
}

}  // namespace

void AddWatchCommand(Command root) {
  AddWatch(root.AddGroup("events", "What happens, as it happens"));
  AddWatch(root);
}

}  // namespace leadline::cli
