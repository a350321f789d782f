#include "plugin/worker/program/serve.h"

#include <pthread.h>
#include <sys/prctl.h>

#include <atomic>
#include <functional>
#include <mutex>

#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/config_schema.h"
#include "plugin/local/local_plugin.h"
#include "plugin/local/module.h"
#include "plugin/sandbox.h"
#include "plugin/worker/answer_call.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/sandbox.h"
#include "plugin/worker/program/syscall_filter.h"
#include "plugin/worker/wire_call.h"

namespace leadline::plugin {
namespace {

// Log lines of one call; further ones are counted.
constexpr int kMostLogLines = 64;

// The plugin of this process, and the server's end of it. Thread-safe, since a plugin's threads may log.
class Service {
 public:
  explicit Service(Channel& channel) : channel_(channel) {}

  // Gives up what the plugin must not have, and tells the server.
  absl::Status Prepare(const wire::Start& start);
  // The plugin's first instruction runs in here.
  absl::Status Open(const wire::Start& start);
  void SayReady();
  void SayFailed(const absl::Status& status);
  // False when the server is gone.
  bool AnswerNext();

 private:
  std::optional<FieldSlot> AskForField(std::string_view name);
  void Log(int level, std::string_view text);
  void EndOfCall();
  bool Send(wire::Kind kind, uint64_t call, const wire::Buffer& body) {
    std::lock_guard lock(sending_);
    return channel_.Send(kind, call, body.span()).ok();
  }

  Channel& channel_;
  std::mutex sending_;
  std::mutex asking_;
  std::atomic<int> lines_{0};
  std::shared_ptr<Plugin> plugin_;
  wire::DecodedCall call_;
  wire::Buffer answer_;
  CallAnswerer answerer_;
};

// Only from inside create(): the server answers nothing else meanwhile.
std::optional<FieldSlot> Service::AskForField(std::string_view name) {
  std::lock_guard lock(asking_);
  wire::Buffer question;
  wire::EncodeFieldQuestion(name, question);
  if (!Send(wire::Kind::kFieldQuestion, 0, question)) return std::nullopt;
  auto message = channel_.Receive();
  if (!message.ok() || message->kind != wire::Kind::kFieldAnswer) return std::nullopt;
  auto answer = wire::DecodeFieldAnswer(message->body);
  return answer.ok() ? *answer : std::nullopt;
}

void Service::Log(int level, std::string_view text) {
  if (lines_.fetch_add(1) >= kMostLogLines) return;
  wire::Buffer line;
  wire::EncodeLog(level, text, line);
  std::lock_guard lock(sending_);
  channel_.Offer(wire::Kind::kLog, 0, line.span());
}

void Service::EndOfCall() {
  if (lines_.load(std::memory_order_relaxed) == 0) return;
  const int lost = lines_.exchange(0) - kMostLogLines;
  if (lost > 0) Log(LEADLINE_LOG_WARNING, fmt::format("... and {} lines more, which are not kept", lost));
  lines_.store(0);
}

absl::Status Service::Prepare(const wire::Start& start) {
  RETURN_IF_ERROR(SetLimits(start.memory_bytes));
  ASSIGN_OR_RETURN(std::string bytes, ReadRegularFile(start.copy_path));
  if (Sha256Hex(bytes) != start.sha256) {
    return absl::FailedPreconditionError(
        fmt::format("{} is no longer what was admitted; reload the plugin, and find out who wrote to that folder",
                    start.copy_path));
  }
  Sandbox sandbox;
  sandbox.no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  if (start.landlock) {
    sandbox.landlock_abi = ShutOffFiles(start.copy_path);
    if (sandbox.landlock_abi == 0) {
      return absl::FailedPreconditionError(
          "files cannot be shut off: this kernel has Landlock, and it does not take hold; see its log");
    }
  }
  RETURN_IF_ERROR(AllowLoadingOnly());
  sandbox.seccomp = true;
  wire::Buffer body;
  wire::Encode(sandbox, body);
  Send(wire::Kind::kSandboxed, 0, body);
  return absl::OkStatus();
}

absl::Status Service::Open(const wire::Start& start) {
  AdmittedModule file{{.id = start.id,
                       .version = start.version,
                       .capabilities = start.capabilities,
                       .sha256 = start.sha256,
                       .so_path = start.so_path},
                      start.copy_path};
  ASSIGN_OR_RETURN(Module module, OpenModule(std::move(file)));
  RETURN_IF_ERROR(AllowComputingOnly());
  CloseFiles();
  RETURN_IF_ERROR(
      CheckConfig(module.descriptor.config_schema_json, start.config_json.empty() ? "{}" : start.config_json));
  LoadOptions options;
  options.fields = [this](std::string_view name) { return AskForField(name); };
  options.log = [this](int level, std::string_view, std::string_view text) { Log(level, text); };
  options.max_instances = 1;
  PluginRequest request{.id = start.id,
                        .mode = PluginMode::kLocal,
                        .config_json = start.config_json,
                        .capabilities = start.wanted_capabilities};
  std::optional<FixedFields> fixed;
  if (start.fields_fixed) {
    fixed.emplace();
    for (const wire::Field& field : start.fields) {
      fixed->names.push_back(field.name);
      fixed->slots.push_back(field.slot);
    }
  }
  ASSIGN_OR_RETURN(plugin_, LocalPlugin::Create(std::move(module), request, options, std::move(fixed)));
  EndOfCall();
  return absl::OkStatus();
}

void Service::SayReady() {
  wire::Ready ready{plugin_->info().concurrent, plugin_->info().pure, {}};
  auto slots = plugin_->wanted_slots();
  for (size_t i = 0; i < slots.size(); ++i) {
    ready.fields.push_back({plugin_->wanted_fields()[i], {slots[i].kind, 0}});
  }
  wire::Buffer body;
  wire::Encode(ready, body);
  Send(wire::Kind::kReady, 0, body);
}

void Service::SayFailed(const absl::Status& status) {
  wire::Buffer body;
  wire::EncodeFailed(status, body);
  Send(wire::Kind::kFailed, 0, body);
}

bool Service::AnswerNext() {
  auto message = channel_.Receive();
  if (!message.ok() || message->kind != wire::Kind::kCall) return false;
  if (!wire::DecodeCall(message->body, call_).ok()) return false;
  answerer_.Answer(*plugin_, call_, kNoDeadline, answer_);
  EndOfCall();
  return Send(wire::Kind::kAnswer, message->call, answer_);
}

// Runs `work` on a thread of its own. On the first thread of a process, finding out where its stack ends, as the
// runtimes of Go and Rust do, reads a file. Created after the first filter, it is under it.
bool RunOnThread(std::function<void()> work) {
  constexpr size_t kStackBytes = 8 << 20;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  auto run = [](void* function) -> void* {
    (*static_cast<std::function<void()>*>(function))();
    return nullptr;
  };
  bool created = pthread_create(&thread, &attributes, run, &work) == 0;
  pthread_attr_destroy(&attributes);
  return created && pthread_join(thread, nullptr) == 0;
}

}  // namespace

int Serve(Channel& channel) {
  auto message = channel.Receive();
  if (!message.ok() || message->kind != wire::Kind::kStart) return kExitServerGone;
  auto start = wire::DecodeStart(message->body);
  // Never ended: a worker's plugin ends with its process.
  auto& service = *new Service(channel);
  absl::Status opened = start.ok() ? service.Prepare(*start) : start.status();
  auto work = [&] {
    opened = service.Open(*start);
    if (!opened.ok()) return;
    service.SayReady();
    while (service.AnswerNext()) {
    }
  };
  if (opened.ok() && !RunOnThread(work)) opened = absl::ResourceExhaustedError("its worker can start no thread");
  if (opened.ok()) return kExitServerGone;
  service.SayFailed(opened);
  return kExitFailedToStart;
}

}  // namespace leadline::plugin
