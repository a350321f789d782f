// Where the server listens, checked before gRPC binds it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::app {

struct ListenAddress {
  std::string text;         // as given
  std::string socket_path;  // of a Unix socket; empty for TCP
  std::string host;
  int port = 0;  // 0: a free one
};

// "host:port", "[::1]:port" or "unix:/path".
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);
// PERMISSION_DENIED when others than this machine's users could call and `allow_remote` is false. Host names are
// looked up.
absl::Status CheckReach(const ListenAddress& address, bool allow_remote);
// ALREADY_EXISTS when somebody listens there, so that a second server does not start beside the first, or in its
// place. gRPC would remove the socket file of a running server.
absl::Status CheckFree(const ListenAddress& address);

}  // namespace leadline::app
