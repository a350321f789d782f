// The gRPC server: services, health, reflection, limits, and a stop that loses nothing.
//
// Names that grpc.health.v1.Health knows, each SERVING or NOT_SERVING:
//   ""                               the process takes calls
//   "leadline.v1.LeadService"        the service answers; likewise for every other one that is served
//   "leadline.v1.LeadService/write"  and its calls that change something work: NOT_SERVING while the disk of the store
//                                    is full or fails, and as soon as it takes data again, SERVING. Likewise for every
//                                    other one that changes anything, which is all but leadline.v1.ReportService.
// A service is NOT_SERVING, and cannot write, while a plugin that it needs is down or the store cannot be read.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
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
  // Tells health checks which services cannot answer for want of plugins; all others can. Does nothing after
  // StopServing(), as the next one.
  void SetNotServing(const std::vector<std::string_view>& short_names);
  // Tells health checks whether the store can be read and written.
  void SetStoreServes(bool reads, bool writes);
  // Tells health checks NOT_SERVING, so that no new calls are sent here.
  void StopServing();
  // Takes no more calls and waits for those that run; after `limit` they are cancelled.
  void Shutdown(std::chrono::milliseconds limit);

 private:
  Server() = default;
  void TellHealth();

  std::string address_;
  std::string socket_path_;
  std::vector<rpc::NamedService> services_;
  std::unique_ptr<grpc::Server> server_;
  std::mutex health_mutex_;
  std::set<std::string, std::less<>> down_;  // short names of services that lack a plugin
  bool store_reads_ = true;
  bool store_writes_ = true;
};

}  // namespace leadline::app
