// The server's log: one line for each event, JSON or text, to standard error.
#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace leadline::app {

using Fields = nlohmann::ordered_json;

// Thread-safe.
class Log {
 public:
  // `level`: "debug", "info", "warning" or "error"; `format`: "json" or "text".
  Log(const std::string& level, const std::string& format, const Clock& clock);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Debug(std::string_view message, const Fields& fields = Fields::object()) const;
  void Info(std::string_view message, const Fields& fields = Fields::object()) const;
  void Warning(std::string_view message, const Fields& fields = Fields::object()) const;
  void Error(std::string_view message, const Fields& fields = Fields::object()) const;

  // Sends gRPC's own messages here, until this log is destroyed. At most one log at a time.
  void TakeGrpcMessages();

 private:
  void Write(spdlog::level::level_enum level, std::string_view name, std::string_view message,
             const Fields& fields) const;

  const Clock& clock_;
  const bool json_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace leadline::app
