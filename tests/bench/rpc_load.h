// Unary calls to a server, many under way at once, made of bytes, so that the client costs the same for every method.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace leadline::bench {

struct LoadResult {
  int64_t calls = 0;
  double seconds = 0;
  std::vector<double> latencies;  // milliseconds
};

// Calls `method` ("/package.Service/Method") with one request after the other, keeping `outstanding` calls under way,
// spread over the channels, for about `duration`. Ends the program when a call fails.
LoadResult CallForAWhile(const std::vector<std::shared_ptr<grpc::Channel>>& channels, const std::string& method,
                         const std::vector<grpc::ByteBuffer>& requests, int outstanding,
                         std::chrono::milliseconds duration);

// The same for exactly so many calls.
LoadResult CallSoOften(const std::vector<std::shared_ptr<grpc::Channel>>& channels, const std::string& method,
                       const std::vector<grpc::ByteBuffer>& requests, int outstanding, int64_t calls);

}  // namespace leadline::bench
