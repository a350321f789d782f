// Calls that start long work: they answer with an operation, which goes on when the call is over.
#pragma once

#include <google/longrunning/operations.pb.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "engine/longrunning/operations.h"
#include "rpc/call.h"
#include "rpc/longrunning/operation_form.h"

namespace leadline::rpc {

struct LongMethod {
  std::string name;  // of the RPC
  int at_a_time = 1;
  size_t most_waiting = 16;
};

// Says how operations of the method are done: `work(const engine::CallContext&, const Request&, Response&)`, an
// absl::Status.
template <typename Request, typename Response, typename Work>
void AddLongMethod(const Environment& env, LongMethod method, Work work) {
  engine::OperationMethod added;
  added.name = std::move(method.name);
  added.at_a_time = method.at_a_time;
  added.most_waiting = method.most_waiting;
  added.work = [work = std::move(work)](engine::OperationRun& run) -> absl::StatusOr<engine::OperationResult> {
    Request request;
    if (!request.ParseFromString(run.operation().request)) {
      return absl::DataLossError("the stored request cannot be read");
    }
    Response response;
    RETURN_IF_ERROR(work(run.context(), request, response));
    return ResultForm(response);
  };
  env.operations->Add(std::move(added));
}

// Stores the operation that does `request`, which was checked, and answers with it. `subject`: the resource that it is
// about; may be empty. Blocks until it is durable.
template <typename Request>
absl::Status StartOperation(const Environment& env, const engine::CallContext& context, std::string method,
                            std::string subject, const Request& request, google::longrunning::Operation* response) {
  ASSIGN_OR_RETURN(
      const store::Operation operation,
      env.operations->Start(context, {std::move(method), std::move(subject), request.SerializeAsString()}));
  ToProto(operation, response);
  return absl::OkStatus();
}

}  // namespace leadline::rpc
