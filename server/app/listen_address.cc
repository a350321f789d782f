#include "app/listen_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

constexpr std::string_view kUnix = "unix:";

// Closes its descriptor.
class Socket {
 public:
  explicit Socket(int family) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

using AddressList = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

absl::StatusOr<AddressList> LookUp(const ListenAddress& address) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::InvalidArgumentError(fmt::format("cannot listen on {}: {}", address.text, gai_strerror(error)));
  }
  return AddressList(found, freeaddrinfo);
}

bool IsLoopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    return (ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24) == 127;
  }
  return address->sa_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
}

absl::Status Taken(const ListenAddress& address) {
  return absl::AlreadyExistsError(
      fmt::format("cannot listen on {}: it is in use already; stop the other program or choose another address with "
                  "--listen",
                  address.text));
}

absl::Status CheckSocketFree(const ListenAddress& address) {
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  if (address.socket_path.size() >= sizeof(name.sun_path)) {
    return absl::InvalidArgumentError(fmt::format("cannot listen on {}: the path of a Unix socket has at most {} bytes",
                                                  address.text, sizeof(name.sun_path) - 1));
  }
  std::memcpy(name.sun_path, address.socket_path.data(), address.socket_path.size());
  Socket probe(AF_UNIX);
  if (connect(probe.fd(), reinterpret_cast<sockaddr*>(&name), sizeof(name)) == 0) return Taken(address);
  if (errno == ENOENT || errno == ECONNREFUSED) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format("cannot listen on {}: {}", address.text, std::strerror(errno)));
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  ListenAddress address;
  address.text = text;
  if (text.starts_with(kUnix)) {
    address.socket_path = text.substr(kUnix.size());
    if (!address.socket_path.empty()) return address;
    return absl::InvalidArgumentError("--listen: unix: needs a path, such as unix:/run/leadline.sock");
  }
  size_t colon = text.rfind(':');
  const char* end = text.data() + text.size();
  if (colon != std::string::npos) {
    address.host = text.substr(0, colon);
    auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error != std::errc() || stop != end || address.port < 0 || address.port > 65535) colon = std::string::npos;
  }
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    colon = std::string::npos;  // an IPv6 address without brackets
  }
  if (colon != std::string::npos && !address.host.empty()) return address;
  return absl::InvalidArgumentError(
      fmt::format("--listen: \"{}\" is none of host:port, [IPv6]:port and unix:/path", text));
}

absl::Status CheckReach(const ListenAddress& address, bool allow_remote) {
  if (allow_remote || !address.socket_path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(AddressList list, LookUp(address));
  for (const addrinfo* a = list.get(); a != nullptr; a = a->ai_next) {
    if (IsLoopback(a->ai_addr)) continue;
    return absl::PermissionDeniedError(
        fmt::format("cannot listen on {}: it is not a loopback address, and callers are not authenticated yet, so that "
                    "anybody on the network could read and change leads; listen on 127.0.0.1 or a Unix socket, or "
                    "say --allow-remote",
                    address.text));
  }
  return absl::OkStatus();
}

absl::Status CheckFree(const ListenAddress& address) {
  if (!address.socket_path.empty()) return CheckSocketFree(address);
  if (address.port == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(AddressList list, LookUp(address));
  for (const addrinfo* a = list.get(); a != nullptr; a = a->ai_next) {
    Socket probe(a->ai_family);
    int on = 1;
    // A port that only lingers after a stop is free. Families that this machine lacks are no obstacle.
    setsockopt(probe.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (probe.fd() < 0 || bind(probe.fd(), a->ai_addr, a->ai_addrlen) == 0) continue;
    if (errno == EADDRINUSE) return Taken(address);
    if (errno == EAFNOSUPPORT || (errno == EADDRNOTAVAIL && a->ai_next != nullptr)) continue;
    return absl::FailedPreconditionError(fmt::format("cannot listen on {}: {}", address.text, std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace leadline::app
