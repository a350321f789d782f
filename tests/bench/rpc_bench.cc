// The Score RPC of the real server on a Unix socket, without plugins and with the shipped ones, against an empty RPC of
// the same server (a health check), and rows through BatchScore. The servers have a processor of their own, on which
// only one of them works at a time; the client has the others.
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <sched.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "grpc/health/v1/health.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "rpc/convert/records.h"
#include "tests/bench/figure.h"
#include "tests/bench/rpc_load.h"
#include "tests/bench/sample_records.h"
#include "tests/e2e/server_process.h"

namespace leadline::bench {
namespace {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

constexpr char kEmpty[] = "/grpc.health.v1.Health/Check";
constexpr char kScore[] = "/leadline.v1.ScoringService/Score";
constexpr double kGoalBare = 0.6, kGoalShipped = 0.4, kGoalExplained = 0.25;
constexpr int kRecords = 512;
// More than plugins in workers are remembered to have spoken of.
constexpr int kNewRecords = 20'000;

struct Flags {
  int outstanding = 64;
  int channels = 2;
  int rounds = 5;
  double seconds = 2;
  int server_cpu = 0;  // -1: anywhere
  std::string only;    // one of the methods, instead of all
  int64_t calls = 0;   // of `only`; 0: for `seconds`
};

void OkOrExit(bool ok, const std::string& what) {
  if (ok) return;
  std::cerr << what << std::endl;
  std::exit(1);
}

// Keeps the calling thread, and what it starts from now on, on these processors.
void StayOn(const cpu_set_t& cpus) {
  OkOrExit(sched_setaffinity(0, sizeof cpus, &cpus) == 0, "the processors cannot be chosen; try --server-cpu -1");
}

// Starts the servers on their processor and moves the client to the others.
void Start(std::initializer_list<e2e::ServerProcess*> servers, const Flags& flags) {
  cpu_set_t all, own;
  sched_getaffinity(0, sizeof all, &all);
  CPU_ZERO(&own);
  CPU_SET(std::max(0, flags.server_cpu), &own);
  const bool apart = flags.server_cpu >= 0 && CPU_COUNT(&all) > 1 && CPU_ISSET(flags.server_cpu, &all);
  if (apart) StayOn(own);
  for (e2e::ServerProcess* server : servers) {
    OkOrExit(server->Start(), "the server does not start:\n" + server->output());
  }
  if (apart) {
    CPU_CLR(flags.server_cpu, &all);
    StayOn(all);
    Note(fmt::format("the servers have processor {}, the client {} other", flags.server_cpu, CPU_COUNT(&all)));
  }
}

double ProcessorSeconds(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  OkOrExit(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &time) == 0, "the server is gone");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

v1::ScoringRecord ToMessage(const engine::ScoringRecord& record) {
  v1::ScoringRecord out;
  rpc::ToProto(record.lead, out.mutable_lead());
  rpc::ToProto(record.contact, out.mutable_contact());
  rpc::ToProto(record.account, out.mutable_account());
  for (const domain::Activity& activity : record.activities) rpc::ToProto(activity, out.add_activities());
  return out;
}

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// A server and the connections to it.
struct Place {
  e2e::ServerProcess& server;
  Channels channels;
};

// One method under load, round after round.
struct Measured {
  std::string name;
  std::string method;
  Place& place;
  const Measured* empty = nullptr;  // the empty RPC of the same server; null: this is it
  Goal goal = {};
  std::vector<grpc::ByteBuffer> requests = {};
  std::vector<double> rates = {}, processor_us = {}, latencies = {};

  void Round(const Flags& flags) {
    const double before = ProcessorSeconds(place.server.pid());
    const LoadResult load = CallForAWhile(place.channels, method, requests, flags.outstanding,
                                          std::chrono::milliseconds(static_cast<int64_t>(flags.seconds * 1000)));
    const double used = ProcessorSeconds(place.server.pid()) - before;
    rates.push_back(static_cast<double>(load.calls) / load.seconds);
    processor_us.push_back(used * 1e6 / static_cast<double>(load.calls));
    latencies.insert(latencies.end(), load.latencies.begin(), load.latencies.end());
  }

  void Show() {
    const auto ratio = [&](double value) { return empty == nullptr ? std::nullopt : std::optional<double>(value); };
    const double us = Median(processor_us);
    Print({"rpc." + name, Median(rates), "calls/s", ratio(empty ? Median(rates) / Median(empty->rates) : 1), goal});
    Print({"rpc." + name + ".server_time", us, "us/call", ratio(empty ? Median(empty->processor_us) / us : 1), {}});
    Print({"rpc." + name + ".p50", Percentile(latencies, 0.5), "ms", std::nullopt, {}});
    Print({"rpc." + name + ".p99", Percentile(latencies, 0.99), "ms", std::nullopt, {}});
  }
};

size_t BytesOf(const std::vector<grpc::ByteBuffer>& requests) {
  size_t bytes = 0;
  for (const grpc::ByteBuffer& request : requests) bytes += request.Length();
  return bytes;
}

// Every record once, to see that the server scores them.
void CheckScores(const std::shared_ptr<grpc::Channel>& channel, const std::vector<v1::ScoringRecord>& records) {
  auto stub = v1::ScoringService::NewStub(channel);
  int scored = 0;
  for (const v1::ScoringRecord& record : records) {
    grpc::ClientContext context;
    v1::ScoreRequest request;
    *request.mutable_record() = record;
    request.set_omit_explanation(true);
    v1::ScoreResponse response;
    grpc::Status status = stub->Score(&context, request, &response);
    OkOrExit(status.ok(), "Score: " + status.error_message());
    scored += response.score().total() != 0 ? 1 : 0;
  }
  OkOrExit(scored > kRecords / 2, "most records score nothing");
}

// Rows a second through one stream with two messages under way.
double BatchRows(const std::shared_ptr<grpc::Channel>& channel, const std::vector<v1::ScoringRecord>& records,
                 double seconds) {
  v1::BatchScoreRequest request;
  request.set_omit_explanation(true);
  constexpr int kRows = 1000;
  for (int i = 0; i < kRows; ++i) *request.add_records() = records[static_cast<size_t>(i) % records.size()];
  auto stub = v1::ScoringService::NewStub(channel);
  grpc::ClientContext context;
  auto stream = stub->BatchScore(&context);
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + std::chrono::duration<double>(seconds);
  std::thread writer([&] {
    while (std::chrono::steady_clock::now() < end && stream->Write(request)) {
    }
    stream->WritesDone();
  });
  int64_t rows = 0;
  v1::BatchScoreResponse response;
  while (stream->Read(&response)) rows += response.results_size();
  writer.join();
  grpc::Status status = stream->Finish();
  OkOrExit(status.ok(), "BatchScore: " + status.error_message());
  return static_cast<double>(rows) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void FillRequests(const std::vector<v1::ScoringRecord>& records, bool explained, Measured& measured) {
  for (const v1::ScoringRecord& record : records) {
    v1::ScoreRequest request;
    *request.mutable_record() = record;
    request.set_omit_explanation(!explained);
    measured.requests.push_back(ToBytes(request));
  }
}

// People of whom no plugin has heard, each with words of its own: every plugin is asked about every one.
std::vector<v1::ScoringRecord> Strangers(const std::vector<v1::ScoringRecord>& records) {
  std::vector<v1::ScoringRecord> out;
  for (size_t i = 0; i < kNewRecords; ++i) {
    v1::ScoringRecord& record = out.emplace_back(records[i % records.size()]);
    record.mutable_contact()->set_family_name(record.contact().family_name() + fmt::format(" {}", i));
    (*record.mutable_lead()->mutable_attributes())["message"].set_string_value(
        fmt::format("Please call us about offer {}", i));
  }
  return out;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Score against an empty RPC on the same server");
  app.add_option("--outstanding", flags.outstanding, "calls under way at once")->capture_default_str();
  app.add_option("--channels", flags.channels, "connections")->capture_default_str();
  app.add_option("--rounds", flags.rounds, "the median of so many, taken in turn")->capture_default_str();
  app.add_option("--seconds", flags.seconds, "of each round")->capture_default_str();
  app.add_option("--server-cpu", flags.server_cpu, "the servers' processor; -1: any")->capture_default_str();
  app.add_option("--only", flags.only, "one of the figures' names, without \"rpc.\"; nothing else is measured");
  app.add_option("--calls", flags.calls, "with --only: so many and no more, for counting what a call takes");
  CLI11_PARSE(app, argc, argv);

  e2e::ServerProcess shipped, bare(e2e::ServerSetup{.plugins = "-"});
  Place with_plugins{shipped, {}}, without{bare, {}};
  Measured empty{"empty", kEmpty, with_plugins}, empty_bare{"empty_without_plugins", kEmpty, without};
  Measured brief{"score", kScore, with_plugins, &empty, RatioAtLeast(kGoalShipped)};
  Measured brief_bare{"score_without_plugins", kScore, without, &empty_bare, RatioAtLeast(kGoalBare)};
  Measured explained{"score_explained", kScore, with_plugins, &empty, RatioAtLeast(kGoalExplained)};
  Measured strangers{"score_strangers", kScore, with_plugins, &empty};
  std::vector<Measured*> all = {&empty_bare, &brief_bare, &empty, &brief, &explained, &strangers};
  if (!flags.only.empty()) {
    std::erase_if(all, [&](const Measured* m) { return m->name != flags.only; });
    OkOrExit(all.size() == 1, "there is no figure rpc." + flags.only);
    Start({&all[0]->place.server}, flags);
  } else {
    Start({&shipped, &bare}, flags);
  }
  std::vector<v1::ScoringRecord> records;
  for (const auto& record : ScoringRecords(LoadSnapshotOrExit(), kRecords, SystemClock().Now())) {
    records.push_back(ToMessage(record));
  }
  for (Measured* m : {&empty, &empty_bare}) m->requests.push_back(ToBytes(grpc::health::v1::HealthCheckRequest()));
  FillRequests(records, false, brief);
  FillRequests(records, false, brief_bare);
  FillRequests(records, true, explained);
  FillRequests(Strangers(records), false, strangers);
  for (Measured* m : all) {
    while (static_cast<int>(m->place.channels.size()) < flags.channels) {
      m->place.channels.push_back(m->place.server.NewChannel());
    }
    if (m->method == kScore) CheckScores(m->place.server.channel(), records);
  }
  if (flags.calls > 0 && !flags.only.empty()) {
    CallSoOften(all[0]->place.channels, all[0]->method, all[0]->requests, flags.outstanding, flags.calls);
    const e2e::Ended ended = all[0]->place.server.Stop();
    OkOrExit(ended.exit_code == 0, "the server did not stop well:\n" + ended.output);
    return 0;
  }
  std::vector<double> batch;
  for (int round = -1; round < flags.rounds; ++round) {
    if (round == 0) {  // the first was to warm up
      for (Measured* m : all) m->rates = m->processor_us = m->latencies = {};
      batch.clear();
    }
    for (Measured* m : all) m->Round(flags);
    if (flags.only.empty()) batch.push_back(BatchRows(shipped.channel(), records, flags.seconds));
  }

  Note(fmt::format("{} calls under way on {} connections; a Score request has {} bytes on average", flags.outstanding,
                   flags.channels, BytesOf(brief.requests) / records.size()));
  Note("strangers: nobody asked about them before, so that every plugin is asked about every one");
  Note("ratio: of calls to the empty RPC's; of server time the other way round; of rows to the calls of Score");
  if (!flags.only.empty()) all[0]->empty = nullptr;
  for (Measured* m : all) m->Show();
  if (!flags.only.empty()) return 0;
  Print({"rpc.batch_score", Median(batch), "rows/s", Median(batch) / Median(brief.rates), {}});
  for (e2e::ServerProcess* server : {&shipped, &bare}) {
    const e2e::Ended ended = server->Stop();
    OkOrExit(ended.exit_code == 0, "the server did not stop well:\n" + ended.output);
  }
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
