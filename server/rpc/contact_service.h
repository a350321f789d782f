#pragma once

#include "leadline/v1/contact_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// As LeadService.
class ContactService final : public v1::ContactService::CallbackService {
 public:
  explicit ContactService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* GetContact(grpc::CallbackServerContext* call, const v1::GetContactRequest* request,
                                       v1::Contact* response) override;
  grpc::ServerUnaryReactor* BatchGetContacts(grpc::CallbackServerContext* call,
                                             const v1::BatchGetContactsRequest* request,
                                             v1::BatchGetContactsResponse* response) override;
  grpc::ServerUnaryReactor* ListContacts(grpc::CallbackServerContext* call, const v1::ListContactsRequest* request,
                                         v1::ListContactsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateContact(grpc::CallbackServerContext* call, const v1::UpdateContactRequest* request,
                                          v1::UpdateContactResponse* response) override;
  grpc::ServerUnaryReactor* EraseContact(grpc::CallbackServerContext* call, const v1::EraseContactRequest* request,
                                         v1::EraseContactResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
