// Long work: started, and waited for while it says how far it is.
#pragma once

#include <grpcpp/support/status.h>

#include <functional>
#include <string>

#include "cli/services/long_method.h"
#include "cli/session/session.h"
#include "leadline/v1/operations.pb.h"

namespace leadline::cli {

// What an operation says about itself; empty where it cannot be read.
v1::OperationMetadata MetadataOf(const google::longrunning::Operation& operation);
// The error that it ended with, as the call that started it would have given it; OK where there is none.
grpc::Status ErrorOf(const google::longrunning::Operation& operation);
// "3,200 of 10,000", "done", "waits for its turn", ...
std::string DescribeProgress(const google::longrunning::Operation& operation);

// Waits until it has ended, however long that takes, with how it goes on to the error stream. While the server is away
// it is waited for, too, as long as a call may take. An error is of the waiting alone.
grpc::Status AwaitOperation(Session& session, google::longrunning::Operation& operation);

// Tells of an operation that is not waited for.
int ShowStarted(Session& session, const google::longrunning::Operation& operation);

// Starts the work, waits for its end, and calls `show`, an exit code, with what it came to. With `async` it is only
// started, and told by what name it can be found again.
template <typename Request, typename Response>
int RunLong(Session& session, const LongMethod<Request, Response>& method, const std::type_identity_t<Request>& request,
            bool async, const std::type_identity_t<std::function<int(Response&)>>& show) {
  google::longrunning::Operation operation;
  grpc::Status status = session.Ask(method.start, request, operation);
  if (!status.ok()) return session.Fail(status);
  if (async) return ShowStarted(session, operation);
  status = AwaitOperation(session, operation);
  if (status.ok()) status = ErrorOf(operation);
  if (!status.ok()) return session.Fail(status);
  Response response;
  if (!operation.response().UnpackTo(&response)) {
    return session.Refuse("what the operation came to cannot be read: " + operation.response().type_url());
  }
  return show(response);
}

// The same, with the response shown as JSON or by `show`.
template <typename Request, typename Response>
int RunLongAndShow(Session& session, const LongMethod<Request, Response>& method,
                   const std::type_identity_t<Request>& request, bool async,
                   const std::type_identity_t<std::function<void(const Response&)>>& show) {
  return RunLong(session, method, request, async, [&](Response& response) {
    if (session.json()) {
      session.PrintJson(response);
    } else {
      show(response);
    }
    return kExitOk;
  });
}

}  // namespace leadline::cli
