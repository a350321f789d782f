// The unary methods of ScoringService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/scoring_service.pb.h"

namespace leadline::cli::scoring_service {

inline constexpr UnaryMethod<v1::ScoreRequest, v1::ScoreResponse> kScore{"/leadline.v1.ScoringService/Score"};
inline constexpr UnaryMethod<v1::ScoreLeadRequest, v1::ScoreLeadResponse> kScoreLead{
    "/leadline.v1.ScoringService/ScoreLead"};

}  // namespace leadline::cli::scoring_service
