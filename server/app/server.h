// The gRPC server: services, health, reflection, limits, and a stop that loses nothing.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "app/listen_address.h"
#include "rpc/services.h"

namespace grpc {
class Server;
}

namespace leadline::app {

struct ServerOptions {
  ListenAddress address;
  int max_message_mib = 16;
};

// Thread-safe.
class Server {
 public:
  // Listens and serves. FAILED_PRECONDITION when it cannot.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       std::vector<rpc::NamedService> services);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The address in use, with the port that was chosen when none was given.
  const std::string& address() const { return address_; }
  // Tells health checks which services cannot answer; all others serve. Does nothing after StopServing().
  void SetNotServing(const std::vector<std::string_view>& short_names);
  // Tells health checks NOT_SERVING, so that no new calls are sent here.
  void StopServing();
  // Takes no more calls and waits for those that run; after `limit` they are cancelled.
  void Shutdown(std::chrono::milliseconds limit);

 private:
  Server() = default;

  std::string address_;
  std::string socket_path_;
  std::vector<rpc::NamedService> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace leadline::app
