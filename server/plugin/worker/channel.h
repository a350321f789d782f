// One end of the socket between the server and a worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/worker/wire.h"

namespace leadline::plugin {

// Sends and receives whole messages. Send() and Receive() may run at once; each of them on one thread at a time.
class Channel {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  // Owns `fd`, a connected SOCK_SEQPACKET socket. Everything sent carries these numbers, everything received must.
  Channel(int fd, uint32_t generation, uint32_t instance);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int fd() const { return fd_; }

  // UNAVAILABLE when the peer is gone, DEADLINE_EXCEEDED when it did not make room in time.
  absl::Status Send(wire::Kind kind, uint64_t call, std::span<const char> body, Deadline deadline = std::nullopt);
  // A message of one packet, or nothing at all when there is no room for it right now.
  void Offer(wire::Kind kind, uint64_t call, std::span<const char> body);

  // The next message; it dies with the next Receive(). UNAVAILABLE when the peer is gone, DEADLINE_EXCEEDED when none
  // came in time (it may come later), INTERNAL, as an unfinished sentence, when the peer sent nonsense.
  absl::StatusOr<wire::Message> Receive(Deadline deadline = std::nullopt);

 private:
  absl::Status SendPacket(const wire::FrameHeader& header, std::span<const char> part, Deadline deadline);

  const int fd_;
  const uint32_t generation_;
  const uint32_t instance_;
  wire::Assembler assembler_;
  std::unique_ptr<char[]> packet_;  // one byte longer than a packet, so that a longer one shows
};

}  // namespace leadline::plugin
