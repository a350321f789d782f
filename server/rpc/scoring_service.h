#pragma once

#include "leadline/v1/scoring_service.grpc.pb.h"
#include "rpc/arena_messages.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class ScoringService final : public v1::ScoringService::CallbackService {
 public:
  explicit ScoringService(const Environment& env) : env_(env) { SetMessageAllocatorFor_Score(&score_messages_); }

  grpc::ServerUnaryReactor* Score(grpc::CallbackServerContext* call, const v1::ScoreRequest* request,
                                  v1::ScoreResponse* response) override;
  grpc::ServerUnaryReactor* ScoreLead(grpc::CallbackServerContext* call, const v1::ScoreLeadRequest* request,
                                      v1::ScoreLeadResponse* response) override;
  grpc::ServerBidiReactor<v1::BatchScoreRequest, v1::BatchScoreResponse>* BatchScore(
      grpc::CallbackServerContext* call) override;

 private:
  const Environment& env_;
  ArenaMessages<v1::ScoreRequest, v1::ScoreResponse> score_messages_;
};

}  // namespace leadline::rpc
