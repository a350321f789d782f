#include "rpc/contact_service.h"

#include "base/status_macros.h"
#include "engine/listing/listing.h"
#include "engine/people/contacts.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/merges.h"
#include "rpc/convert/records.h"
#include "rpc/convert/requests.h"
#include "rpc/lists/record_lists.h"

namespace leadline::rpc {

using domain::RecordKind;

grpc::ServerUnaryReactor* ContactService::GetContact(grpc::CallbackServerContext* call,
                                                     const v1::GetContactRequest* request, v1::Contact* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto contact, GetOne<domain::Contact>(env_, *call, RecordKind::kContact, request->name(),
                                                                 engine::BatchGetContacts));
    ToProto(contact, Present(*env_.engine), response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ContactService::BatchGetContacts(grpc::CallbackServerContext* call,
                                                           const v1::BatchGetContactsRequest* request,
                                                           v1::BatchGetContactsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillNamed<domain::Contact>(env_, *call, *request, response, engine::BatchGetContacts,
                                      [](v1::BatchGetContactsResponse* to) { return to->add_contacts(); });
  });
}

grpc::ServerUnaryReactor* ContactService::ListContacts(grpc::CallbackServerContext* call,
                                                       const v1::ListContactsRequest* request,
                                                       v1::ListContactsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillPage<domain::Contact>(env_, *call, "ListContacts", *request, response, engine::ListContacts,
                                     [](v1::ListContactsResponse* to) { return to->add_contacts(); });
  });
}

grpc::ServerUnaryReactor* ContactService::UpdateContact(grpc::CallbackServerContext* call,
                                                        const v1::UpdateContactRequest* request,
                                                        v1::UpdateContactResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::ContactUpdate update = UpdateFrom(*request, check);
    update.invalid = check.ToStatus();
    const auto fill = [this, response](const engine::ContactUpdated& result) {
      ToProto(result.contact, Present(*env_.engine), response->mutable_contact());
      ToProto(result.decisions, response->mutable_decisions());
      for (const engine::DuplicateCandidate& same : result.duplicates) ToProto(same, response->add_duplicates());
      ToProto(result.warnings, response->mutable_warnings());
    };
    engine::UpdateContact(env_.engine->options(), context, std::move(update),
                          Answer<engine::ContactUpdated>(env_, call, reactor, fill));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ContactService::EraseContact(grpc::CallbackServerContext* call,
                                                       const v1::EraseContactRequest* request,
                                                       v1::EraseContactResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    const std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kContact});
    const std::string reason = check.RequiredText(root / "reason", request->reason());
    RETURN_IF_ERROR(check.ToStatus());
    const auto fill = [response](const engine::EraseResult& result) {
      response->set_contact(result.contact);
      for (const std::string& contact : result.names) response->add_erased_contacts(contact);
      for (const std::string& lead : result.leads) response->add_erased_leads(lead);
      response->set_forgotten_request_count(result.requests);
    };
    env_.engine->EraseContact(context, name, reason, Answer<engine::EraseResult>(env_, call, reactor, fill));
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
