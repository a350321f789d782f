#include "rpc/longrunning/operations_service.h"

#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/listing/filter.h"
#include "engine/longrunning/operations.h"
#include "fmt/format.h"
#include "rpc/longrunning/operation_form.h"
#include "rpc/longrunning/operation_wait.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

namespace lr = google::longrunning;

constexpr char kCollection[] = "operations";
constexpr int kStandardPage = 50, kLargestPage = 1000;
constexpr size_t kMostPageBytes = 2 << 20;

absl::Status AddTerm(std::string_view text, const engine::FilterTerm& term, engine::OperationFilter& filter) {
  const bool plain = term.op == engine::FilterOp::kEqual && !term.negated && term.values.size() == 1;
  const std::string& value = term.values.front().text;
  if (term.field == "done" && plain && (value == "true" || value == "false")) {
    filter.done = value == "true";
    return absl::OkStatus();
  }
  if (term.field == "metadata.method" && plain && !value.empty()) {
    filter.method = value;
    return absl::OkStatus();
  }
  return engine::FilterError(text, term.at,
                             "is none of the terms of this list: done = true, done = false, metadata.method = METHOD");
}

absl::StatusOr<engine::OperationFilter> FilterFrom(const std::string& text) {
  engine::OperationFilter filter;
  ASSIGN_OR_RETURN(const std::vector<engine::FilterTerm> terms, engine::ParseFilter(text));
  for (const engine::FilterTerm& term : terms) RETURN_IF_ERROR(AddTerm(text, term, filter));
  return filter;
}

// Runs `act(context, id)`, an absl::Status, for a request that names one operation.
template <typename Request, typename Act>
grpc::ServerUnaryReactor* RunOnOne(Executor& calls, const Environment& env, grpc::CallbackServerContext* call,
                                   const Request& request, Act act) {
  return RunOn(calls, env, call, [&env, call, &request, act = std::move(act)]() -> absl::Status {
    Checker check(env.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    const std::string id = check.RequiredIdIn(root / "name", request.name(), kCollection);
    RETURN_IF_ERROR(check.ToStatus());
    return act(context, id);
  });
}

}  // namespace

grpc::ServerUnaryReactor* OperationsService::ListOperations(grpc::CallbackServerContext* call,
                                                            const lr::ListOperationsRequest* request,
                                                            lr::ListOperationsResponse* response) {
  return RunOn(calls_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    if (!request->name().empty() && request->name() != kCollection) {
      check.Refuse(root / "name", "must be \"operations\", or empty");
    }
    const int size = check.PageSize(root / "page_size", request->page_size(), kStandardPage, kLargestPage);
    const std::string scope = Scope("ListOperations", {context.actor, request->filter()});
    const std::string before = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const engine::OperationFilter filter, FilterFrom(request->filter()));
    ASSIGN_OR_RETURN(const auto page, env_.operations->List(context, filter, before, size, kMostPageBytes));
    for (const store::Operation& operation : page.items) ToProto(operation, response->add_operations());
    response->set_next_page_token(PageToken(scope, page.next));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* OperationsService::GetOperation(grpc::CallbackServerContext* call,
                                                          const lr::GetOperationRequest* request,
                                                          lr::Operation* response) {
  const auto get = [=, this](const engine::CallContext& context, const std::string& id) -> absl::Status {
    ASSIGN_OR_RETURN(const store::Operation operation, env_.operations->Get(context, id));
    ToProto(operation, response);
    return absl::OkStatus();
  };
  return RunOnOne(calls_, env_, call, *request, get);
}

grpc::ServerUnaryReactor* OperationsService::DeleteOperation(grpc::CallbackServerContext* call,
                                                             const lr::DeleteOperationRequest* request,
                                                             google::protobuf::Empty*) {
  const auto drop = [this](const engine::CallContext& context, const std::string& id) {
    return env_.operations->Delete(context, id);
  };
  return RunOnOne(calls_, env_, call, *request, drop);
}

grpc::ServerUnaryReactor* OperationsService::CancelOperation(grpc::CallbackServerContext* call,
                                                             const lr::CancelOperationRequest* request,
                                                             google::protobuf::Empty*) {
  const auto cancel = [this](const engine::CallContext& context, const std::string& id) {
    return env_.operations->Cancel(context, id);
  };
  return RunOnOne(calls_, env_, call, *request, cancel);
}

grpc::ServerUnaryReactor* OperationsService::WaitOperation(grpc::CallbackServerContext* call,
                                                           const lr::WaitOperationRequest* request,
                                                           lr::Operation* response) {
  return OperationWait::Begin(env_, call, *request, response);
}

}  // namespace leadline::rpc
