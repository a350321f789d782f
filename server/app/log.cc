#include "app/log.h"

#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>

#include "fmt/format.h"

namespace leadline::app {
namespace {

// gRPC's hook is a plain function, so it can only find its log here.
std::atomic<const Log*> grpc_log{nullptr};

void OnGrpcMessage(gpr_log_func_args* args) {
  const Log* log = grpc_log.load();
  if (log == nullptr) return;
  Fields fields = {{"source", "grpc"}, {"place", fmt::format("{}:{}", args->file, args->line)}};
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    log->Warning(args->message, fields);
  } else {
    log->Debug(args->message, fields);
  }
}

}  // namespace

Log::Log(const std::string& level, const std::string& format, const Clock& clock)
    : clock_(clock),
      json_(format == "json"),
      logger_(std::make_shared<spdlog::logger>("leadlined", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog::level::from_str(level));
  logger_->flush_on(spdlog::level::trace);
}

Log::~Log() { grpc_log.store(nullptr); }

void Log::TakeGrpcMessages() {
  grpc_log.store(this);
  gpr_set_log_function(OnGrpcMessage);
}

void Log::Write(spdlog::level::level_enum level, std::string_view name, std::string_view message,
                const Fields& fields) const {
  if (!logger_->should_log(level)) return;
  const std::string time = FormatTime(clock_.Now());
  std::string line;
  if (json_) {
    Fields all = {{"time", time}, {"level", name}, {"message", message}};
    for (const auto& [key, value] : fields.items()) all[key] = value;
    line = all.dump(-1, ' ', false, Fields::error_handler_t::replace);
  } else {
    line = fmt::format("{} {:<7} {}", time, name, message);
    for (const auto& [key, value] : fields.items()) {
      line += fmt::format(" {}={}", key, value.dump(-1, ' ', false, Fields::error_handler_t::replace));
    }
  }
  logger_->log(level, line);
}

void Log::Debug(std::string_view message, const Fields& fields) const {
  Write(spdlog::level::debug, "debug", message, fields);
}
void Log::Info(std::string_view message, const Fields& fields) const {
  Write(spdlog::level::info, "info", message, fields);
}
void Log::Warning(std::string_view message, const Fields& fields) const {
  Write(spdlog::level::warn, "warning", message, fields);
}
void Log::Error(std::string_view message, const Fields& fields) const {
  Write(spdlog::level::err, "error", message, fields);
}

}  // namespace leadline::app
