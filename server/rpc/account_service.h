#pragma once

#include "leadline/v1/account_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// As LeadService.
class AccountService final : public v1::AccountService::CallbackService {
 public:
  explicit AccountService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* call, const v1::GetAccountRequest* request,
                                       v1::Account* response) override;
  grpc::ServerUnaryReactor* BatchGetAccounts(grpc::CallbackServerContext* call,
                                             const v1::BatchGetAccountsRequest* request,
                                             v1::BatchGetAccountsResponse* response) override;
  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* call, const v1::ListAccountsRequest* request,
                                         v1::ListAccountsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateAccount(grpc::CallbackServerContext* call, const v1::UpdateAccountRequest* request,
                                          v1::UpdateAccountResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
