// The unary methods of AdminService, for Session::Run and Session::Ask, and those that start long work, for RunLong.
#pragma once

#include "cli/services/long_method.h"
#include "cli/services/unary_method.h"
#include "leadline/v1/admin_service.pb.h"

namespace leadline::cli::admin_service {

inline constexpr UnaryMethod<v1::ValidatePackRequest, v1::ValidatePackResponse> kValidatePack{
    "/leadline.v1.AdminService/ValidatePack"};
inline constexpr UnaryMethod<v1::ProposePackRequest, v1::ProposePackResponse> kProposePack{
    "/leadline.v1.AdminService/ProposePack"};
inline constexpr UnaryMethod<v1::ApprovePackRequest, v1::ApprovePackResponse> kApprovePack{
    "/leadline.v1.AdminService/ApprovePack"};
inline constexpr LongMethod<v1::DiffPackRequest, v1::DiffPackResponse> kDiffPack{
    {"/leadline.v1.AdminService/DiffPack"}};
inline constexpr LongMethod<v1::ActivatePackRequest, v1::ActivatePackResponse> kActivatePack{
    {"/leadline.v1.AdminService/ActivatePack"}};
inline constexpr UnaryMethod<v1::RollbackPackRequest, v1::RollbackPackResponse> kRollbackPack{
    "/leadline.v1.AdminService/RollbackPack"};
inline constexpr UnaryMethod<v1::StopTrialRequest, v1::StopTrialResponse> kStopTrial{
    "/leadline.v1.AdminService/StopTrial"};
inline constexpr UnaryMethod<v1::GetRolloutRequest, v1::GetRolloutResponse> kGetRollout{
    "/leadline.v1.AdminService/GetRollout"};
inline constexpr UnaryMethod<v1::ListPacksRequest, v1::ListPacksResponse> kListPacks{
    "/leadline.v1.AdminService/ListPacks"};
inline constexpr UnaryMethod<v1::ListPluginsRequest, v1::ListPluginsResponse> kListPlugins{
    "/leadline.v1.AdminService/ListPlugins"};
inline constexpr LongMethod<v1::LoadPluginRequest, v1::LoadPluginResponse> kLoadPlugin{
    {"/leadline.v1.AdminService/LoadPlugin"}};
inline constexpr LongMethod<v1::ReloadPluginRequest, v1::ReloadPluginResponse> kReloadPlugin{
    {"/leadline.v1.AdminService/ReloadPlugin"}};
inline constexpr LongMethod<v1::CheckStoreRequest, v1::CheckStoreResponse> kCheckStore{
    {"/leadline.v1.AdminService/CheckStore"}};
inline constexpr UnaryMethod<v1::GetSnapshotRequest, v1::GetSnapshotResponse> kGetSnapshot{
    "/leadline.v1.AdminService/GetSnapshot"};

}  // namespace leadline::cli::admin_service
