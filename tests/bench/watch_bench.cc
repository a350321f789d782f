// What those who watch cost the server: memory and processor time of each while nothing happens, and the processor time
// of a commit with none, one and many of them at the tail.
#include <grpcpp/client_context.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "leadline/v1/routing_service.grpc.pb.h"
#include "tests/bench/figure.h"
#include "tests/bench/watch_load.h"
#include "tests/e2e/server_process.h"

namespace leadline::bench {
namespace {

constexpr char kRep[] = "reps/emea-anna-weber";
constexpr int kMany = 1000;

struct Flags {
  std::vector<int> streams = {1'000, 10'000};
  int channels = 4;
  int idle_seconds = 32;
  int commits = 300;
};

void OkOrExit(bool ok, const std::string& what) {
  if (ok) return;
  std::cerr << what << std::endl;
  std::exit(1);
}

double ProcessorSeconds(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  OkOrExit(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &time) == 0, "the server is gone");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double ResidentBytes(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) * 1024;
  }
  OkOrExit(false, "the server is gone");
  return 0;
}

v1::WatchEventsRequest OnlyNew() {
  v1::WatchEventsRequest request;
  request.set_only_new(true);
  return request;
}

// A request that no commit here has an event for.
v1::WatchEventsRequest OfNothing() {
  v1::WatchEventsRequest request = OnlyNew();
  request.add_kinds(v1::EVENT_KIND_PACK_CHANGED);
  return request;
}

class Server {
 public:
  explicit Server(const Flags& flags) : process_(Setup()) {
    OkOrExit(process_.Start(), "the server does not start:\n" + process_.output());
    for (int i = 0; i < flags.channels; ++i) channels_.push_back(process_.NewChannel());
  }

  const std::vector<std::shared_ptr<grpc::Channel>>& channels() const { return channels_; }
  double resident() const { return ResidentBytes(process_.pid()); }
  double processor() const { return ProcessorSeconds(process_.pid()); }

  // What one of `count` commits takes, each durable before the next, in microseconds of the processor. `each`: so many
  // streams are sent each event.
  double MicrosPerCommit(int count, int each, const WatchLoad& load) {
    auto stub = v1::RoutingService::NewStub(process_.channel());
    const auto commit = [&](int i) {
      grpc::ClientContext context;
      v1::SetAvailabilityRequest request;
      request.set_rep(kRep);
      request.set_available(i % 2 == 1);
      v1::SetAvailabilityResponse response;
      const grpc::Status status = stub->SetAvailability(&context, request, &response);
      OkOrExit(status.ok(), "SetAvailability: " + status.error_message());
    };
    for (int i = 0; i < 20; ++i) commit(i);
    load.WaitForEvents(events_ + int64_t{20} * each);
    const double before = processor();
    for (int i = 0; i < count; ++i) commit(i);
    load.WaitForEvents(events_ + int64_t{20 + count} * each);
    const double used = processor() - before;
    events_ = load.events();
    return used * 1e6 / count;
  }

 private:
  static e2e::ServerSetup Setup() {
    e2e::ServerSetup setup;
    setup.plugins = "-";
    return setup;
  }

  e2e::ServerProcess process_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  int64_t events_ = 0;
};

struct Idle {
  double bytes = 0, micros_per_second = 0;  // of each
};

Idle MeasureIdle(const Flags& flags, int streams) {
  Server server(flags);
  WatchLoad load(server.channels());
  load.Open(flags.channels, OnlyNew());  // the connections are not the streams' cost
  const double bytes = server.resident();
  load.Open(streams - flags.channels, OnlyNew());
  std::this_thread::sleep_for(std::chrono::seconds(1));
  Idle idle;
  idle.bytes = (server.resident() - bytes) / (streams - flags.channels);
  const double before = server.processor();
  std::this_thread::sleep_for(std::chrono::seconds(flags.idle_seconds));
  idle.micros_per_second = (server.processor() - before) * 1e6 / streams / flags.idle_seconds;
  return idle;
}

// With `streams` of them, who want each event or none.
double MeasureCommit(const Flags& flags, int streams, bool wanted) {
  Server server(flags);
  WatchLoad load(server.channels());
  load.Open(streams, wanted ? OnlyNew() : OfNothing());
  return server.MicrosPerCommit(flags.commits, wanted ? streams : 0, load);
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("What those who watch cost");
  app.add_option("--streams", flags.streams, "how many are idle")->delimiter(',')->capture_default_str();
  app.add_option("--channels", flags.channels, "connections")->capture_default_str();
  app.add_option("--idle-seconds", flags.idle_seconds, "how long, of each")->capture_default_str();
  app.add_option("--commits", flags.commits, "of each measurement")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  for (const int streams : flags.streams) {
    const Idle idle = MeasureIdle(flags, streams);
    Print({fmt::format("watch.idle_{}.memory", streams), idle.bytes, "bytes/stream", std::nullopt, {}});
    Print({fmt::format("watch.idle_{}.processor", streams), idle.micros_per_second, "us/s/stream", std::nullopt, {}});
  }
  const double nobody = MeasureCommit(flags, 0, false);
  Print({"watch.commit.nobody", nobody, "us/commit", 1, {}});
  for (const bool wanted : {false, true}) {
    for (const int streams : {1, kMany}) {
      const double micros = MeasureCommit(flags, streams, wanted);
      const std::string name = fmt::format("watch.commit.{}_{}", wanted ? "sent_to" : "not_for", streams);
      Print({name, micros, "us/commit", micros / nobody, {}});
    }
  }
  Note("a commit is SetAvailability, durable; its ratio is to the one that nobody watches");
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
