// leadline score, batch-score
#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/request_input.h"
#include "cli/commands/tables/score_table.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/scoring_service.h"
#include "cli/session/session.h"
#include "leadline/v1/scoring_service.grpc.pb.h"

namespace leadline::cli {
namespace {

using ScoringStub = v1::ScoringService::Stub;

struct ScoreFlags {
  std::string lead, at, json, file;
  int batch = 100;
  bool explain = false;
};
using SharedScoreFlags = std::shared_ptr<ScoreFlags>;

const v1::Decision* ScoreDecision(const google::protobuf::RepeatedPtrField<v1::Decision>& decisions) {
  for (const auto& decision : decisions) {
    if (decision.kind() == v1::DECISION_KIND_SCORE) return &decision;
  }
  return nullptr;
}

int ScoreLead(Session& session, const ScoreFlags& flags, std::optional<Time> at) {
  v1::ScoreLeadRequest request;
  request.set_name(InKind("leads", flags.lead));
  if (at.has_value()) *request.mutable_as_of_time() = ToTimestamp(*at);
  return session.Run(scoring_service::kScoreLead, request, [&](const v1::ScoreLeadResponse& response) {
    session.Print(fmt::format("{} at {}: {}\n", request.name(), FormatMinute(ToTime(response.score().as_of_time())),
                              FormatScore(response.score())));
    const v1::Decision* decision = ScoreDecision(response.decisions());
    if (decision != nullptr) ShowScoreDecision(session, *decision, response.score(), flags.explain);
  });
}

int ScoreRecord(Session& session, const ScoreFlags& flags, std::optional<Time> at) {
  v1::ScoreRequest request;
  if (absl::Status read = ReadJson(flags.json, *request.mutable_record()); !read.ok()) return session.Fail(read);
  if (at.has_value()) *request.mutable_as_of_time() = ToTimestamp(*at);
  return session.Run(scoring_service::kScore, request, [&](const v1::ScoreResponse& response) {
    session.Print(fmt::format("a new record like this enters as {}; score {}\n", response.entry_status(),
                              FormatScore(response.score())));
    ShowScoreDecision(session, response.decision(), response.score(), flags.explain);
  });
}

int Score(Session& session, const ScoreFlags& flags) {
  std::optional<Time> at;
  if (!flags.at.empty()) {
    absl::StatusOr<Time> moment = ParseMoment(flags.at, session.Now());
    if (!moment.ok()) return session.Fail(moment.status());
    at = *moment;
  }
  if (flags.lead.empty() == flags.json.empty()) {
    return session.Fail(absl::InvalidArgumentError("name a lead, or give a record with --json FILE"));
  }
  return flags.json.empty() ? ScoreLead(session, flags, at) : ScoreRecord(session, flags, at);
}

// Sends ScoringRecords, one JSON object a line; prints one result a line, in order.
int BatchScore(Session& session, const ScoreFlags& flags) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(flags.file);
    if (!file) return session.Fail(absl::NotFoundError(fmt::format("cannot read {}", flags.file)));
  }
  std::istream& input = flags.file == "-" ? std::cin : file;
  ScoringStub stub(session.channel());
  grpc::ClientContext context;
  session.Prepare(context, Session::Call::kStream);
  auto stream = stub.BatchScore(&context);
  int64_t results = 0;
  std::thread reader([&] {
    v1::BatchScoreResponse response;
    while (stream->Read(&response)) {
      for (const auto& result : response.results()) {
        ++results;
        if (session.json()) {
          session.PrintJson(result, true);
        } else {
          session.Print(fmt::format("{:>8}  {:>8}  {}{}\n", results, FormatPoints(result.score().total()),
                                    result.entry_status(), result.score().qualified() ? "  qualified" : ""));
        }
      }
    }
  });
  v1::BatchScoreRequest request;
  request.set_omit_explanation(!flags.explain);
  absl::Status fault;
  int64_t line_number = 0;
  bool open = true;
  for (std::string line; open && fault.ok() && std::getline(input, line);) {
    ++line_number;
    if (line.empty()) continue;
    fault = ParseJson(line, fmt::format("{}:{}", flags.file == "-" ? "standard input" : flags.file, line_number),
                      *request.add_records());
    if (!fault.ok()) break;
    if (request.records_size() < flags.batch) continue;
    open = stream->Write(request);
    request.clear_records();
  }
  if (open && fault.ok() && request.records_size() > 0) stream->Write(request);
  stream->WritesDone();
  reader.join();
  grpc::Status status = stream->Finish();
  if (!fault.ok()) return session.Fail(fault);
  if (!status.ok()) return session.Fail(status);
  session.Note(fmt::format("{} records scored\n", WithThousands(results)));
  return kExitOk;
}

}  // namespace

void AddScoreCommands(Command root) {
  auto flags = std::make_shared<ScoreFlags>();
  Command score =
      root.AddCommand("score", "Score a lead, or a record that is not stored",
                      "Examples:\n  leadline score leads/ID --at \"30d ago\"\n"
                      "  leadline score --json record.json --why-not   a ScoringRecord in protobuf's JSON mapping",
                      [flags](Session& session) { return Score(session, *flags); });
  score.AddOption("lead", flags->lead, "leads/ID");
  score.AddOption("--at", flags->at, "The moment to score for; now when not given");
  score.AddOption("--json", flags->json, "Score the record in this file; - is the standard input; stores nothing");
  score.AddFlag("--why-not", flags->explain, "Show the rules that gave no points, too");

  auto batch_flags = std::make_shared<ScoreFlags>();
  Command batch = root.AddCommand("batch-score", "Score many records in a stream; stores nothing",
                                  "Example:\n  leadline batch-score records.jsonl -o json\n"
                                  "Each line of the file is one ScoringRecord in protobuf's JSON mapping.",
                                  [batch_flags](Session& session) { return BatchScore(session, *batch_flags); });
  batch.AddOption("file", batch_flags->file, "JSON lines; - is the standard input").Required();
  batch.AddOption("--batch", batch_flags->batch, "Records a message").Between(1, 1000).ShowDefault();
  batch.AddFlag("--explain", batch_flags->explain, "Ask for explanations (shown with -o json)");
}

}  // namespace leadline::cli
