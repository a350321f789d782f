// The Score RPC of the real server on a Unix socket, against an empty RPC of the same server (a health check), and rows
// through BatchScore. The server has a processor of its own; the client has the others.
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <sched.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "grpc/health/v1/health.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "rpc/convert_records.h"
#include "tests/bench/figure.h"
#include "tests/bench/rpc_load.h"
#include "tests/bench/sample_records.h"
#include "tests/e2e/server_process.h"

namespace leadline::bench {
namespace {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

constexpr char kEmpty[] = "/grpc.health.v1.Health/Check";
constexpr char kScore[] = "/leadline.v1.ScoringService/Score";
constexpr double kGoal = 0.85;
constexpr int kRecords = 512;

struct Flags {
  int outstanding = 64;
  int channels = 2;
  int rounds = 5;
  double seconds = 2;
  int server_cpu = 0;  // -1: anywhere
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

// Starts the server on its processor and moves the client to the others.
void Start(e2e::ServerProcess& server, const Flags& flags) {
  cpu_set_t all, own;
  sched_getaffinity(0, sizeof all, &all);
  CPU_ZERO(&own);
  CPU_SET(std::max(0, flags.server_cpu), &own);
  const bool apart = flags.server_cpu >= 0 && CPU_COUNT(&all) > 1 && CPU_ISSET(flags.server_cpu, &all);
  if (apart) StayOn(own);
  OkOrExit(server.Start(), "the server does not start:\n" + server.output());
  if (apart) {
    CPU_CLR(flags.server_cpu, &all);
    StayOn(all);
    Note(fmt::format("the server has processor {}, the client {} other", flags.server_cpu, CPU_COUNT(&all)));
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

// One method under load, round after round.
struct Measured {
  std::string method;
  std::vector<grpc::ByteBuffer> requests;
  std::vector<double> rates, processor_us, latencies;

  void Round(const Channels& channels, const Flags& flags, pid_t server) {
    const double before = ProcessorSeconds(server);
    LoadResult load = CallForAWhile(channels, method, requests, flags.outstanding,
                                    std::chrono::milliseconds(static_cast<int64_t>(flags.seconds * 1000)));
    const double used = ProcessorSeconds(server) - before;
    rates.push_back(static_cast<double>(load.calls) / load.seconds);
    processor_us.push_back(used * 1e6 / static_cast<double>(load.calls));
    latencies.insert(latencies.end(), load.latencies.begin(), load.latencies.end());
  }
};

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

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Score against an empty RPC on the same server");
  app.add_option("--outstanding", flags.outstanding, "calls under way at once")->capture_default_str();
  app.add_option("--channels", flags.channels, "connections")->capture_default_str();
  app.add_option("--rounds", flags.rounds, "the median of so many, taken in turn")->capture_default_str();
  app.add_option("--seconds", flags.seconds, "of each round")->capture_default_str();
  app.add_option("--server-cpu", flags.server_cpu, "the server's processor; -1: any")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  e2e::ServerProcess server;
  Start(server, flags);
  std::vector<v1::ScoringRecord> records;
  for (const auto& record : ScoringRecords(LoadSnapshotOrExit(), kRecords, SystemClock().Now())) {
    records.push_back(ToMessage(record));
  }
  CheckScores(server.channel(), records);

  Measured empty{.method = kEmpty, .requests = {ToBytes(grpc::health::v1::HealthCheckRequest())}};
  Measured brief{.method = kScore}, explained{.method = kScore};
  size_t bytes = 0;
  for (const v1::ScoringRecord& record : records) {
    v1::ScoreRequest request;
    *request.mutable_record() = record;
    explained.requests.push_back(ToBytes(request));
    request.set_omit_explanation(true);
    brief.requests.push_back(ToBytes(request));
    bytes += brief.requests.back().Length();
  }
  Channels channels;
  for (int i = 0; i < flags.channels; ++i) channels.push_back(server.NewChannel());
  std::vector<double> batch;
  for (int round = -1; round < flags.rounds; ++round) {
    if (round == 0) {  // the first was to warm up
      for (Measured* m : {&empty, &brief, &explained}) m->rates = m->processor_us = m->latencies = {};
      batch.clear();
    }
    for (Measured* m : {&empty, &brief, &explained}) m->Round(channels, flags, server.pid());
    batch.push_back(BatchRows(server.channel(), records, flags.seconds));
  }

  Note(fmt::format("{} calls under way on {} connections; a Score request has {} bytes on average", flags.outstanding,
                   flags.channels, bytes / records.size()));
  Note("ratio: of calls to the empty RPC's; of server time the other way round; of rows to the calls of Score");
  const double base = Median(empty.rates), base_us = Median(empty.processor_us);
  const auto print = [&](const std::string& name, Measured& m, Goal goal) {
    const bool first = &m == &empty;
    const auto ratio = [&](double value) { return first ? std::nullopt : std::optional<double>(value); };
    Print({"rpc." + name, Median(m.rates), "calls/s", ratio(Median(m.rates) / base), goal});
    const double us = Median(m.processor_us);
    Print({"rpc." + name + ".server_time", us, "us/call", ratio(base_us / us), {}});
    Print({"rpc." + name + ".p50", Percentile(m.latencies, 0.5), "ms", std::nullopt, {}});
    Print({"rpc." + name + ".p99", Percentile(m.latencies, 0.99), "ms", std::nullopt, {}});
  };
  print("empty", empty, {});
  print("score", brief, RatioAtLeast(kGoal));
  print("score_explained", explained, {});
  Print({"rpc.batch_score", Median(batch), "rows/s", Median(batch) / Median(brief.rates), {}});
  const e2e::Ended ended = server.Stop();
  OkOrExit(ended.exit_code == 0, "the server did not stop well:\n" + ended.output);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
