// One POST to somebody outside, over libcurl.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace leadline::app {

struct HttpPost {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool allow_private_addresses = false;
  Duration timeout = 15 * kSecond;
};

// What came of it. Nothing of the answer's body is kept.
struct HttpAnswer {
  int status = 0;            // 0: there was no answer
  std::string failure;       // why, in words; empty when there was one
  Duration retry_after = 0;  // what the answer asks for, in whole seconds; 0: nothing
  bool taken() const { return status >= 200 && status < 300; }
};

// Thread-safe as far as an implementation says so.
class HttpPoster {
 public:
  virtual ~HttpPoster() = default;
  virtual HttpAnswer Post(const HttpPost& post) = 0;
};

// Keeps the connection for the next one. The address that a name resolves to is checked where the connection is opened
// to it, so that none other is used than was checked. Follows no redirect, asks no proxy, reads no more of an answer
// than 64 KiB, and speaks http:// only where private addresses are allowed. Not thread-safe.
class CurlPoster final : public HttpPoster {
 public:
  CurlPoster();
  ~CurlPoster() override;
  HttpAnswer Post(const HttpPost& post) override;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace leadline::app
