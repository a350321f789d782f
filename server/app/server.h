// The gRPC server: services, health, reflection, limits, and a stop that loses nothing.
//
// Names that grpc.health.v1.Health knows, each SERVING or NOT_SERVING:
//   ""                               the process takes calls
//   "leadline.v1.LeadService"        the service answers; likewise for every other one that is served
//   "leadline.v1.LeadService/write"  and its calls that change something work: NOT_SERVING while the disk of the store
//                                    is full or fails, and as soon as it takes data again, SERVING. Likewise for every
//                                    other one that changes anything, which is all but leadline.v1.ReportService.
//   "leadline.v1.LeadService/regions/emea"  and it can decide the leads of a region that has a pack. Likewise for every
//                                    other one and every such region; of a region that is gone it is NOT_SERVING.
// A service is NOT_SERVING, under all of its names, while a plugin that the centre needs is down or the store cannot be
// read. A plugin that only a region needs is that region's outage alone.
#pragma once

#include <chrono>
#include <functional>
#include <map>
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

class ReflectionService;

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
  // Which services, by short name, cannot answer for want of plugins: "" for everybody, otherwise for leads of the
  // region. Every region that has a pack is in it.
  using PluginsDown = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;
  // Tells health checks; all other services can. Does nothing after StopServing(), as the next one.
  void SetPluginsDown(PluginsDown down);
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
  std::unique_ptr<ReflectionService> reflection_;
  std::unique_ptr<grpc::Server> server_;
  std::mutex health_mutex_;
  PluginsDown down_;
  bool store_reads_ = true;
  bool store_writes_ = true;
};

}  // namespace leadline::app
