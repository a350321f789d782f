#include "rpc/account_service.h"

#include "base/status_macros.h"
#include "engine/listing/listing.h"
#include "engine/people/accounts.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/merges.h"
#include "rpc/convert/records.h"
#include "rpc/convert/requests.h"
#include "rpc/lists/record_lists.h"

namespace leadline::rpc {

using domain::RecordKind;

grpc::ServerUnaryReactor* AccountService::GetAccount(grpc::CallbackServerContext* call,
                                                     const v1::GetAccountRequest* request, v1::Account* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto account, GetOne<domain::Account>(env_, *call, RecordKind::kAccount, request->name(),
                                                                 engine::BatchGetAccounts));
    ToProto(account, Present(*env_.engine), response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AccountService::BatchGetAccounts(grpc::CallbackServerContext* call,
                                                           const v1::BatchGetAccountsRequest* request,
                                                           v1::BatchGetAccountsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillNamed<domain::Account>(env_, *call, *request, response, engine::BatchGetAccounts,
                                      [](v1::BatchGetAccountsResponse* to) { return to->add_accounts(); });
  });
}

grpc::ServerUnaryReactor* AccountService::ListAccounts(grpc::CallbackServerContext* call,
                                                       const v1::ListAccountsRequest* request,
                                                       v1::ListAccountsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillPage<domain::Account>(env_, *call, "ListAccounts", *request, response, engine::ListAccounts,
                                     [](v1::ListAccountsResponse* to) { return to->add_accounts(); });
  });
}

grpc::ServerUnaryReactor* AccountService::UpdateAccount(grpc::CallbackServerContext* call,
                                                        const v1::UpdateAccountRequest* request,
                                                        v1::UpdateAccountResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::AccountUpdate update = UpdateFrom(*request, check);
    update.invalid = check.ToStatus();
    const auto fill = [response](const engine::AccountUpdated& result) {
      ToProto(result.account, response->mutable_account());
      for (const engine::DuplicateCandidate& same : result.duplicates) ToProto(same, response->add_duplicates());
      ToProto(result.warnings, response->mutable_warnings());
    };
    engine::UpdateAccount(env_.engine->options(), context, std::move(update),
                          Answer<engine::AccountUpdated>(env_, call, reactor, fill));
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
