#include "rpc/scoring_service.h"

#include "base/status_macros.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/records.h"
#include "rpc/convert/requests.h"
#include "rpc/exchange.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

Time AsOf(const FieldPath& path, bool given, const google::protobuf::Timestamp& time, Checker& check) {
  return given ? check.Moment(path, time) : 0;
}

// Without an explanation the decision keeps its outcome and what it was taken with.
absl::Status ScoreInto(absl::StatusOr<engine::ScoredRecord> scored, v1::ScoreResponse* response) {
  RETURN_IF_ERROR(scored.status());
  rpc::ToProto(scored->score, response->mutable_score());
  response->set_entry_status(scored->entry_status);
  rpc::ToProto(std::move(scored->decision), response->mutable_decision());
  rpc::ToProto(scored->warnings, response->mutable_warnings());
  return absl::OkStatus();
}

// Deletes itself, as Exchange.
class BatchScoreStream final : public Exchange<v1::BatchScoreRequest, v1::BatchScoreResponse> {
 public:
  using Exchange::Exchange;

 private:
  void Handle() override {
    // A thousand records take too long for gRPC's own thread.
    env().executor->Run([this] { Reply(ScoreAll()); });
  }

  absl::Status ScoreAll() {
    Checker check(env().engine->clock().Now());
    const FieldPath root;
    const FieldPath records = root / "records";
    check.Count(records, request().records_size(), kMaxBatch);
    RETURN_IF_ERROR(check.ToStatus());
    Time as_of = AsOf(root / "as_of_time", request().has_as_of_time(), request().as_of_time(), check);
    std::vector<engine::ScoringRecord> given;
    for (int i = 0; i < request().records_size(); ++i) {
      given.push_back(ScoringRecordFrom(records[i], request().records(i), check));
    }
    RETURN_IF_ERROR(check.ToStatus());
    auto scored = env().engine->ScoreMany(given, as_of, !request().omit_explanation());
    for (int i = 0; i < request().records_size(); ++i) {
      const absl::Status status = ScoreInto(std::move(scored[static_cast<size_t>(i)]), response().add_results());
      // The engine speaks of one `record`; here it is one of many.
      for (const FieldViolation& violation : FieldViolationsOf(status)) {
        constexpr std::string_view kRecord = "record";
        std::string rest = violation.field.substr(std::min(violation.field.size(), kRecord.size()));
        check.Refuse(root / (records[i].ToString() + rest), violation.description);
      }
      if (!status.ok() && check.ok()) return status;
    }
    return check.ToStatus();
  }
};

}  // namespace

grpc::ServerUnaryReactor* ScoringService::Score(grpc::CallbackServerContext* call, const v1::ScoreRequest* request,
                                                v1::ScoreResponse* response) {
  const auto score = [this, request, response]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    if (!request->has_record()) check.Refuse(root / "record", "is required");
    engine::ScoringRecord record = ScoringRecordFrom(root / "record", request->record(), check);
    Time as_of = AsOf(root / "as_of_time", request->has_as_of_time(), request->as_of_time(), check);
    RETURN_IF_ERROR(check.ToStatus());
    return ScoreInto(env_.engine->Score(record, as_of, !request->omit_explanation()), response);
  };
  // Rules alone take a few microseconds.
  const bool rules_alone = env_.engine->snapshot()->plugins.empty();
  return rules_alone ? Compute(env_, call, score) : Read(env_, call, score);
}

grpc::ServerUnaryReactor* ScoringService::ScoreLead(grpc::CallbackServerContext* call,
                                                    const v1::ScoreLeadRequest* request,
                                                    v1::ScoreLeadResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    Time as_of = AsOf(root / "as_of_time", request->has_as_of_time(), request->as_of_time(), check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::ScoredLead scored, env_.engine->ScoreLead(context, request->name(), as_of));
    ToProto(scored.score, response->mutable_score());
    ToProto(scored.decisions, response->mutable_decisions());
    return absl::OkStatus();
  });
}

grpc::ServerBidiReactor<v1::BatchScoreRequest, v1::BatchScoreResponse>* ScoringService::BatchScore(
    grpc::CallbackServerContext* call) {
  auto* stream = new BatchScoreStream(env_, call);
  stream->Start();
  return stream;
}

}  // namespace leadline::rpc
