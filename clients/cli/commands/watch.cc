// leadline watch
#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "cli/commands/commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "leadline/v1/lead_service.grpc.pb.h"

namespace leadline::cli {
namespace {

struct WatchFlags {
  std::string from;
  bool only_new = false;
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

void ShowEvent(Session& session, const v1::WatchEventsResponse& response) {
  if (session.json()) return session.PrintJson(response, true);
  const v1::Event& event = response.event();
  session.Print(fmt::format("{}  {}  #{}  {}  [{}]\n", FormatTime(ToTime(event.time())).substr(0, 19), event.record(),
                            event.sequence(), DescribeEvent(event), event.actor()));
  std::fflush(stdout);
}

int Watch(Session& session, const WatchFlags& flags) {
  v1::WatchEventsRequest request;
  request.set_resume_token(flags.from);
  request.set_only_new(flags.only_new);
  grpc::ClientContext context;
  session.Prepare(context, Session::Call::kStream);
  StopOnSignal stop(context);
  v1::LeadService::Stub stub(session.channel());
  auto reader = stub.WatchEvents(&context, request);
  v1::WatchEventsResponse response;
  std::string token;  // of the last answer
  int64_t seen = 0;
  bool enough = false;
  while (!enough && reader->Read(&response)) {
    if (!response.resume_token().empty()) token = response.resume_token();
    if (!response.has_event()) continue;
    ShowEvent(session, response);
    enough = flags.count > 0 && ++seen >= flags.count;
  }
  if (enough) context.TryCancel();
  grpc::Status status = reader->Finish();
  if (!token.empty()) session.Note(fmt::format("Go on with: leadline watch --from {}\n", token));
  if (enough || stop.stopped()) return kExitOk;
  return status.ok() ? kExitOk : session.Fail(status);
}

}  // namespace

void AddWatchCommand(Command root) {
  auto flags = std::make_shared<WatchFlags>();
  Command command = root.AddCommand("watch", "Events as they happen, in the order they were committed",
                                    "Examples:\n  leadline watch --only-new\n  leadline watch --count 10\n"
                                    "  leadline watch --from TOKEN -o json   one WatchEventsResponse a line\n"
                                    "Ctrl-C ends it and prints the token that goes on without a gap.",
                                    [flags](Session& session) { return Watch(session, *flags); });
  Option from = command.AddOption("--from", flags->from, "Token to go on from");
  command.AddFlag("--only-new", flags->only_new, "Leave out what is there already").Excludes(from);
  command.AddOption("--count", flags->count, "End after this many events").Positive();
}

}  // namespace leadline::cli
