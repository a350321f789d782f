// A receiver of webhooks: a small HTTP server of this process.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leadline::app {

// One request as it came.
struct Received {
  std::string path;
  std::map<std::string, std::string> headers;  // by name in small letters
  std::string body;
};

// Listens on a port of 127.0.0.1, answers each request as `answer` says, and remembers it. Thread-safe.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string Url(const std::string& path = "/hook") const;
  int port() const { return port_; }
  // The whole answer after "HTTP/1.1 ", without the empty line; "204 No Content" at first.
  void SetAnswer(std::function<std::string(const Received&)> answer);
  std::vector<Received> received() const;

 private:
  void Serve();
  void Handle(int connection);

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::function<std::string(const Received&)> answer_;
  std::vector<Received> received_;
  std::thread thread_;
};

}  // namespace leadline::app
