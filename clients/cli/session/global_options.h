// What every command takes.
#pragma once

#include <string>

namespace leadline::cli {

struct GlobalOptions {
  std::string server = "127.0.0.1:50151";
  std::string output = "table";
  std::string actor;
  double timeout = 30;  // seconds, for calls that are not streams
};

}  // namespace leadline::cli
