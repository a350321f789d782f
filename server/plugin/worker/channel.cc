#include "plugin/worker/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin {
namespace {

using std::chrono::steady_clock;

// Waits until the socket is ready for `events`; false when the deadline passed first.
bool Await(int fd, short events, Channel::Deadline deadline) {
  pollfd entry{fd, events, 0};
  while (true) {
    timespec left{};
    if (deadline) {
      auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(*deadline - steady_clock::now()).count();
      nanoseconds = std::max<int64_t>(0, nanoseconds);
      left = {static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
    }
    int ready = ppoll(&entry, 1, deadline ? &left : nullptr, nullptr);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;  // the call that follows says what is wrong
  }
}

absl::Status Gone(int number) {
  if (number == 0) return absl::UnavailableError("the other side is gone");
  return absl::UnavailableError(fmt::format("the socket failed: {}", std::generic_category().message(number)));
}

absl::Status Late() { return absl::DeadlineExceededError("the deadline passed"); }

}  // namespace

Channel::Channel(int fd, uint32_t generation, uint32_t instance)
    : fd_(fd),
      generation_(generation),
      instance_(instance),
      assembler_(generation, instance),
      packet_(new char[wire::kMostPacket + 1]) {}

Channel::~Channel() { close(fd_); }

absl::Status Channel::SendPacket(const wire::FrameHeader& header, std::span<const char> part, Deadline deadline) {
  iovec parts[2] = {{const_cast<wire::FrameHeader*>(&header), sizeof(header)},
                    {const_cast<char*>(part.data()), part.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = part.empty() ? 1 : 2;
  while (sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return Gone(errno);
    if (!Await(fd_, POLLOUT, deadline)) return Late();
  }
  return absl::OkStatus();
}

absl::Status Channel::Send(wire::Kind kind, uint64_t call, std::span<const char> body, Deadline deadline) {
  wire::FrameHeader header;
  header.kind = static_cast<uint16_t>(kind);
  header.generation = generation_;
  header.instance = instance_;
  header.call = call;
  header.total = static_cast<uint32_t>(body.size());
  do {
    std::span<const char> part = body.subspan(header.offset);
    part = part.first(std::min(part.size(), wire::kMostPart));
    RETURN_IF_ERROR(SendPacket(header, part, deadline));
    header.offset += static_cast<uint32_t>(part.size());
  } while (header.offset < header.total);
  return absl::OkStatus();
}

void Channel::Offer(wire::Kind kind, uint64_t call, std::span<const char> body) {
  if (body.size() > wire::kMostPart) return;
  Send(kind, call, body, steady_clock::time_point()).IgnoreError();
}

absl::StatusOr<wire::Message> Channel::Receive(Deadline deadline) {
  while (true) {
    if (deadline && !Await(fd_, POLLIN, deadline)) return Late();
    // Without a buffer for them, descriptors that the peer sends along are closed by the kernel.
    ssize_t size = recv(fd_, packet_.get(), wire::kMostPacket + 1, 0);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // The peer died with messages of ours unread; what it sent before can still be read.
    if (size < 0 && errno == ECONNRESET) size = recv(fd_, packet_.get(), wire::kMostPacket + 1, MSG_DONTWAIT);
    if (size <= 0) return Gone(size < 0 && errno != ECONNRESET && errno != EAGAIN ? errno : 0);
    if (static_cast<size_t>(size) > wire::kMostPacket) return absl::InternalError("sent a packet that is too long");
    ASSIGN_OR_RETURN(auto message, assembler_.Add({packet_.get(), static_cast<size_t>(size)}));
    if (message) return *message;
  }
}

}  // namespace leadline::plugin
