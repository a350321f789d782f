#include "rpc/batches.h"

namespace leadline::rpc {

google::rpc::Status ItemError(const Environment& env, grpc::CallbackServerContext* call, const absl::Status& status) {
  const std::string id = CallIdOf(call->client_metadata(), env.random);
  if (env.report && IsServersFault(status)) env.report(status, id);
  google::rpc::Status error;
  error.ParseFromString(ToGrpcStatus(status, id).error_details());
  return error;
}

}  // namespace leadline::rpc
