// The services that one process serves.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rpc/call.h"

namespace leadline::rpc {

// What a service is called in `--services`, and in full.
struct ServiceName {
  std::string_view short_name;  // "scoring"
  std::string_view full_name;   // "leadline.v1.ScoringService"
  bool writes = true;           // some of its calls change the store
};
const std::vector<ServiceName>& AllServices();

struct NamedService {
  ServiceName name;
  std::unique_ptr<grpc::Service> service;
};

// The short names of the services that cannot answer without plugins of the capability, such as "leadline.route/1".
std::vector<std::string_view> ServicesThatNeed(std::string_view capability);

// Whether a service is served where these are wanted, all when none is named. Those that start long work bring
// "operations" along.
bool IsServed(const std::vector<std::string>& wanted, std::string_view short_name);

// The named services, all when `short_names` is empty. `env` must outlive them. INVALID_ARGUMENT for a name that no
// service has.
absl::StatusOr<std::vector<NamedService>> MakeServices(const std::vector<std::string>& short_names,
                                                       const Environment& env);

}  // namespace leadline::rpc
