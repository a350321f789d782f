// grpc.reflection.v1.ServerReflection: describes what the server offers to tools such as grpcurl. gRPC 1.51 has the
// same protocol as v1alpha alone, whose messages these are, field by field.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::app {

// Thread-safe. Linked with libgrpc++_reflection, whose messages it reads and writes.
class ReflectionService : public grpc::Service {
 public:
  // `names`: the full names of the services that it lists beside itself.
  explicit ReflectionService(std::vector<std::string> names);
  ~ReflectionService() override;

  static constexpr char kName[] = "grpc.reflection.v1.ServerReflection";

  // The answer to one request, both as their bytes. What is not there is an answer with an error; INVALID_ARGUMENT for
  // bytes that are no request.
  absl::StatusOr<std::string> Answer(const std::string& request) const;

 private:
  class Stream;

  std::vector<std::string> names_;
  // Of what the program was linked with, and of this service itself.
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
};

}  // namespace leadline::app
