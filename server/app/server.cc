#include "app/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/listen_address.h"
#include "app/reflection.h"
#include "fmt/format.h"
#include "grpc/health/v1/health.pb.h"

namespace leadline::app {
namespace {

std::string NameFor(const rpc::NamedService& service, const std::string& region) {
  return fmt::format("{}/regions/{}", service.name.full_name, region);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      std::vector<rpc::NamedService> services) {
  std::unique_ptr<Server> out(new Server);
  // Linked so that reflection can describe the health service.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address.text, grpc::InsecureServerCredentials(), &port);
  // Otherwise a second server on the same port starts silently and takes half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients that keep idle connections alive may ask as often as this; gRPC ends such connections otherwise.
  constexpr int kLeastMillisBetweenPings = 5'000;
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kLeastMillisBetweenPings);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetMaxReceiveMessageSize(options.max_message_mib << 20);
  builder.SetMaxSendMessageSize(-1);
  std::vector<std::string> names = {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"};
  for (rpc::NamedService& service : services) {
    names.emplace_back(service.name.full_name);
    builder.RegisterService(service.service.get());
  }
  out->reflection_ = std::make_unique<ReflectionService>(std::move(names));
  builder.RegisterService(out->reflection_.get());
  out->services_ = std::move(services);
  out->server_ = builder.BuildAndStart();
  if (out->server_ == nullptr || port == 0) {
    return absl::FailedPreconditionError(
        fmt::format("cannot listen on {}: it is in use, not allowed, or the folder of the socket is not there",
                    options.address.text));
  }
  out->socket_path_ = options.address.socket_path;
  if (out->socket_path_.empty()) {
    out->address_ = options.address.text.substr(0, options.address.text.rfind(':') + 1) + std::to_string(port);
  } else {
    out->address_ = options.address.text;
    chmod(out->socket_path_.c_str(), S_IRUSR | S_IWUSR);
  }
  out->TellHealth();
  return out;
}

Server::~Server() {
  if (server_ != nullptr) Shutdown(std::chrono::milliseconds(0));
  if (!socket_path_.empty()) unlink(socket_path_.c_str());
}

void Server::SetPluginsDown(PluginsDown down) {
  const std::lock_guard lock(health_mutex_);
  for (const auto& [region, services] : down_) {
    if (region.empty() || down.contains(region)) continue;
    // The service for health checks forgets no name.
    for (const rpc::NamedService& service : services_) {
      server_->GetHealthCheckService()->SetServingStatus(NameFor(service, region), false);
    }
  }
  down_ = std::move(down);
  TellHealth();
}

void Server::SetStoreServes(bool reads, bool writes) {
  const std::lock_guard lock(health_mutex_);
  store_reads_ = reads;
  store_writes_ = writes;
  TellHealth();
}

void Server::TellHealth() {
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  for (const rpc::NamedService& service : services_) {
    const std::string name(service.name.full_name);
    const auto lacks = [&](const std::string& region) {
      const auto down = down_.find(region);
      return down != down_.end() && down->second.contains(service.name.short_name);
    };
    const bool serves = store_reads_ && !lacks("");
    health->SetServingStatus(name, serves);
    for (const auto& [region, services] : down_) {
      if (!region.empty()) health->SetServingStatus(NameFor(service, region), serves && !lacks(region));
    }
    if (service.name.writes) health->SetServingStatus(name + "/write", serves && store_writes_);
  }
}

void Server::StopServing() { server_->GetHealthCheckService()->Shutdown(); }

void Server::Shutdown(std::chrono::milliseconds limit) { server_->Shutdown(std::chrono::system_clock::now() + limit); }

}  // namespace leadline::app
