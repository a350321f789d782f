// The methods of google.longrunning.Operations, for Session::Run and Session::Ask.
#pragma once

#include <google/longrunning/operations.pb.h>
#include <google/protobuf/empty.pb.h>

#include "cli/services/unary_method.h"

namespace leadline::cli::operations_service {

namespace lr = google::longrunning;

inline constexpr UnaryMethod<lr::ListOperationsRequest, lr::ListOperationsResponse> kListOperations{
    "/google.longrunning.Operations/ListOperations"};
inline constexpr UnaryMethod<lr::GetOperationRequest, lr::Operation> kGetOperation{
    "/google.longrunning.Operations/GetOperation"};
inline constexpr UnaryMethod<lr::DeleteOperationRequest, google::protobuf::Empty> kDeleteOperation{
    "/google.longrunning.Operations/DeleteOperation"};
inline constexpr UnaryMethod<lr::CancelOperationRequest, google::protobuf::Empty> kCancelOperation{
    "/google.longrunning.Operations/CancelOperation"};
inline constexpr UnaryMethod<lr::WaitOperationRequest, lr::Operation> kWaitOperation{
    "/google.longrunning.Operations/WaitOperation"};

}  // namespace leadline::cli::operations_service
