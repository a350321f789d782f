// The unary methods of AccountService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/account_service.pb.h"

namespace leadline::cli::account_service {

inline constexpr UnaryMethod<v1::GetAccountRequest, v1::Account> kGetAccount{"/leadline.v1.AccountService/GetAccount"};
inline constexpr UnaryMethod<v1::BatchGetAccountsRequest, v1::BatchGetAccountsResponse> kBatchGetAccounts{
    "/leadline.v1.AccountService/BatchGetAccounts"};
inline constexpr UnaryMethod<v1::ListAccountsRequest, v1::ListAccountsResponse> kListAccounts{
    "/leadline.v1.AccountService/ListAccounts"};
inline constexpr UnaryMethod<v1::UpdateAccountRequest, v1::UpdateAccountResponse> kUpdateAccount{
    "/leadline.v1.AccountService/UpdateAccount"};

}  // namespace leadline::cli::account_service
