// What the server says of its own health, for end-to-end tests.
#pragma once

#include <string>

#include "grpc/health/v1/health.pb.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {

// Of a service, or of a part of one such as "leadline.v1.LeadService/write". SERVICE_UNKNOWN for a name that health
// does not know; any other failure fails the test.
grpc::health::v1::HealthCheckResponse::ServingStatus HealthOf(const ServerProcess& server, const std::string& name);

}  // namespace leadline::e2e
