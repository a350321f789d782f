#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"

namespace leadline::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPoll{10};

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Starts `command` with standard output and error in the file `log`.
pid_t Spawn(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = fork();
  if (pid != 0) return pid;
  int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  int in = open("/dev/null", O_RDONLY);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

// True when the process has ended; `status` is then as waitpid gives it.
bool WaitUntil(pid_t pid, steady_clock::time_point limit, int* status) {
  while (waitpid(pid, status, WNOHANG) != pid) {
    if (steady_clock::now() >= limit) return false;
    std::this_thread::sleep_for(kPoll);
  }
  return true;
}

Ended EndedFrom(int status, std::string output) {
  Ended ended;
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.output = std::move(output);
  return ended;
}

// The address in the server's line "listening"; empty while there is none.
std::string AddressFrom(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (entry.is_object() && entry.value("message", "") == "listening") return entry.value("address", "");
  }
  return {};
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "leadline-e2e-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Ended RunProgram(const std::vector<std::string>& command, milliseconds limit) {
  TempFolder folder;
  const std::string log = folder.path() + "/output";
  pid_t pid = Spawn(command, log);
  int status = 0;
  if (!WaitUntil(pid, steady_clock::now() + limit, &status)) {
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
  }
  return EndedFrom(status, ReadWhole(log));
}

ServerProcess::ServerProcess(ServerSetup setup) : setup_(std::move(setup)) {
  data_ = setup_.data.empty() ? folder_.path() + "/data" : setup_.data;
  address_ = setup_.listen.empty() ? "unix:" + folder_.path() + "/socket" : setup_.listen;
}

ServerProcess::~ServerProcess() { Kill(); }

std::vector<std::string> ServerProcess::Command() const {
  std::vector<std::string> command = {
      std::string(LEADLINE_BINARY_DIR) + "/bin/leadlined",
      "--listen",
      setup_.listen.empty() ? address_ : setup_.listen,
      "--data",
      data_,
      "--rules",
      setup_.rules.empty() ? std::string(LEADLINE_SOURCE_DIR) + "/rules" : setup_.rules};
  if (setup_.plugins != "-") command.insert(command.end(), {"--plugins", plugin_folder()});
  if (!trust_path().empty()) command.insert(command.end(), {"--plugin-trust", trust_path()});
  if (!KernelHasLandlock()) command.emplace_back("--plugin-without-landlock");
  command.insert(command.end(), setup_.flags.begin(), setup_.flags.end());
  return command;
}

std::string ServerProcess::plugin_folder() const {
  return setup_.plugins.empty() ? std::string(LEADLINE_BINARY_DIR) + "/plugins" : setup_.plugins;
}

std::string ServerProcess::trust_path() const {
  if (setup_.plugins == "-" || setup_.trust == "-") return "";
  return setup_.trust.empty() ? folder_.path() + "/trust.json" : setup_.trust;
}

bool KernelHasLandlock() {
  static const bool has = RunProgram({LEADLINE_BINARY_DIR "/bin/leadline", "plugin", "sandbox"}).exit_code == 0;
  return has;
}

Ended TrustPlugins(const std::string& folder, const std::string& policy) {
  std::vector<std::string> command = {
      std::string(LEADLINE_BINARY_DIR) + "/bin/leadline", "plugin", "trust", folder, "--out", policy};
  // The project's own run in the server.
  for (const char* name : {"account_fit", "company_name", "territory_balance", "title_seniority"}) {
    if (!std::filesystem::exists(folder + "/" + name + ".so")) continue;
    command.insert(command.end(), {"--local", std::string("org.leadline.") + name});
  }
  return RunProgram(command);
}

bool ServerProcess::Start(milliseconds limit) {
  if (setup_.trust.empty() && !trust_path().empty()) {
    const Ended listed = TrustPlugins(plugin_folder(), trust_path());
    if (listed.exit_code != 0) {
      log_path_ = folder_.path() + "/output-of-trust";
      std::ofstream(log_path_) << listed.output;
      return false;
    }
  }
  const steady_clock::time_point end = steady_clock::now() + limit;
  log_path_ = folder_.path() + "/output-" + std::to_string(steady_clock::now().time_since_epoch().count());
  pid_ = Spawn(Command(), log_path_);
  channel_ = nullptr;
  while (running() && steady_clock::now() < end) {
    if (channel_ == nullptr) {
      if (std::string address = AddressFrom(output()); !address.empty()) {
        address_ = address;
        channel_ = NewChannel();
      }
    } else if (Healthy()) {
      return true;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return false;
}

bool ServerProcess::Healthy() const {
  auto stub = grpc::health::v1::Health::NewStub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(1));
  grpc::health::v1::HealthCheckResponse response;
  return stub->Check(&context, {}, &response).ok() &&
         response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

std::shared_ptr<grpc::Channel> ServerProcess::NewChannel(int max_receive_mib) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(max_receive_mib << 20);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
}

bool ServerProcess::running() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, &status_, WNOHANG) != pid_) return true;
  pid_ = -1;
  return false;
}

void ServerProcess::Signal(int number) {
  if (pid_ > 0) kill(pid_, number);
}

std::optional<Ended> ServerProcess::WaitForEnd(milliseconds limit) {
  if (pid_ > 0) {
    if (!WaitUntil(pid_, steady_clock::now() + limit, &status_)) return std::nullopt;
    pid_ = -1;
  }
  return EndedFrom(status_, output());
}

Ended ServerProcess::Stop(milliseconds limit) {
  Signal(SIGTERM);
  std::optional<Ended> ended = WaitForEnd(limit);
  if (!ended.has_value()) Kill();
  return ended.has_value() ? *ended : EndedFrom(status_, output());
}

void ServerProcess::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, &status_, 0);
  pid_ = -1;
}

std::string ServerProcess::output() const { return ReadWhole(log_path_); }

Ended VerifyStore(ServerProcess& server) {
  std::vector<std::string> command = {LEADLINE_BINARY_DIR "/bin/leadline", "store", "verify", "--db",
                                      server.data() + "/leadline.db"};
  if (server.running()) command.push_back("--live");
  return RunProgram(command, std::chrono::milliseconds(120'000));
}

}  // namespace leadline::e2e
