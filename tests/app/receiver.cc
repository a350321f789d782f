#include "tests/app/receiver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace leadline::app {
namespace {

std::string SmallLetters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

Receiver::Receiver() {
  answer_ = [](const Received&) { return "204 No Content\r\n"; };
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener_, 16), 0);
  socklen_t size = sizeof(address);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

Receiver::~Receiver() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string Receiver::Url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

void Receiver::SetAnswer(std::function<std::string(const Received&)> answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<Received> Receiver::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void Receiver::Serve() {
  while (true) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    Handle(connection);
    close(connection);
  }
}

void Receiver::Handle(int connection) {
  std::string text;
  char buffer[4096];
  const auto more = [&] {
    const ssize_t size = read(connection, buffer, sizeof(buffer));
    if (size > 0) text.append(buffer, static_cast<size_t>(size));
    return size > 0;
  };
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (!more()) return;
  }
  const size_t end = text.find("\r\n\r\n");
  Received one;
  std::istringstream head(text.substr(0, end));
  std::string method, line;
  head >> method >> one.path;
  std::getline(head, line);
  while (std::getline(head, line)) {
    const size_t colon = line.find(':');
    std::string value = line.substr(std::min(line.size(), colon + 2));
    if (value.ends_with('\r')) value.pop_back();
    one.headers[SmallLetters(line.substr(0, colon))] = value;
  }
  const size_t length = static_cast<size_t>(std::stoul("0" + one.headers["content-length"]));
  while (text.size() < end + 4 + length) {
    if (!more()) return;
  }
  one.body = text.substr(end + 4, length);
  std::function<std::string(const Received&)> answer;
  {
    const std::lock_guard lock(mutex_);
    received_.push_back(one);
    answer = answer_;
  }
  std::string whole = "HTTP/1.1 " + answer(one);
  if (whole.find("\r\n\r\n") == std::string::npos) whole += "content-length: 0\r\nconnection: close\r\n\r\n";
  (void)!write(connection, whole.data(), whole.size());
}

}  // namespace leadline::app
