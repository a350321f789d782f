// The unary methods of MergeService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/merge_service.pb.h"

namespace leadline::cli::merge_service {

inline constexpr UnaryMethod<v1::FindDuplicatesRequest, v1::FindDuplicatesResponse> kFindDuplicates{
    "/leadline.v1.MergeService/FindDuplicates"};
inline constexpr UnaryMethod<v1::MergeRecordsRequest, v1::MergeRecordsResponse> kMergeRecords{
    "/leadline.v1.MergeService/MergeRecords"};
inline constexpr UnaryMethod<v1::UndoMergeRequest, v1::UndoMergeResponse> kUndoMerge{
    "/leadline.v1.MergeService/UndoMerge"};
inline constexpr UnaryMethod<v1::GetMergeRequest, v1::Merge> kGetMerge{"/leadline.v1.MergeService/GetMerge"};
inline constexpr UnaryMethod<v1::ListMergesRequest, v1::ListMergesResponse> kListMerges{
    "/leadline.v1.MergeService/ListMerges"};
inline constexpr UnaryMethod<v1::GetEntityRequest, v1::GetEntityResponse> kGetEntity{
    "/leadline.v1.MergeService/GetEntity"};

}  // namespace leadline::cli::merge_service
