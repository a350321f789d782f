// The unary methods of MergeService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/merge_service.pb.h"

namespace leadline::cli::merge_service {

inline constexpr UnaryMethod<v1::FindDuplicatesRequest, v1::FindDuplicatesResponse> kFindDuplicates{
    "/leadline.v1.MergeService/FindDuplicates"};
inline constexpr UnaryMethod<v1::MergeRequest, v1::MergeResponse> kMerge{"/leadline.v1.MergeService/Merge"};
inline constexpr UnaryMethod<v1::UnmergeRequest, v1::UnmergeResponse> kUnmerge{"/leadline.v1.MergeService/Unmerge"};
inline constexpr UnaryMethod<v1::GetEntityRequest, v1::GetEntityResponse> kGetEntity{
    "/leadline.v1.MergeService/GetEntity"};

}  // namespace leadline::cli::merge_service
