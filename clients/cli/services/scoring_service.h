// The unary methods of ScoringService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/scoring_service.pb.h"

namespace leadline::cli::scoring_service {

inline constexpr UnaryMethod<v1::ScoreRequest, v1::ScoreResponse> kScore{"/leadline.v1.ScoringService/Score"};
inline constexpr UnaryMethod<v1::ScoreLeadRequest, v1::ScoreLeadResponse> kScoreLead{
    "/leadline.v1.ScoringService/ScoreLead"};
inline constexpr UnaryMethod<v1::BacktestRequest, v1::BacktestResponse> kBacktest{
    "/leadline.v1.ScoringService/Backtest"};
inline constexpr UnaryMethod<v1::CalibrateRequest, v1::CalibrateResponse> kCalibrate{
    "/leadline.v1.ScoringService/Calibrate"};

}  // namespace leadline::cli::scoring_service
