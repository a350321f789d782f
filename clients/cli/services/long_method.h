// A method of the contract that starts long work.
#pragma once

#include <google/longrunning/operations.pb.h>

#include "cli/services/unary_method.h"

namespace leadline::cli {

// `Response` is what the operation comes to. A test holds every one of them against the contract.
template <typename Request, typename Response>
struct LongMethod {
  UnaryMethod<Request, google::longrunning::Operation> start;
};

}  // namespace leadline::cli
