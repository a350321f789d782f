// The real server as a child process, for end-to-end tests.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace leadline::e2e {

// The command line, as it was built.
inline constexpr char kClient[] = LEADLINE_BINARY_DIR "/bin/leadline";

// A folder that is gone with its owner. Not thread-safe.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What became of a program that has ended.
struct Ended {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  std::string output;  // standard output and error
};

// Runs a program to its end; kills it after `limit`.
Ended RunProgram(const std::vector<std::string>& command,
                 std::chrono::milliseconds limit = std::chrono::milliseconds(30'000));

// Whether workers of plugins are shut off from files here; where they are not, servers are told to go on without.
bool KernelHasLandlock();

// Lists the plugins of a folder in a trust policy, with the command line; the project's own may run in the server.
Ended TrustPlugins(const std::string& folder, const std::string& policy);

struct ServerSetup {
  std::string data;                // folder; empty: a temporary one
  std::string rules;               // empty: the project's own
  std::string plugins;             // empty: those that were built; "-": none
  std::string trust;               // policy; empty: one that lists the folder's plugins at each start; "-": none
  std::string listen;              // empty: a Unix socket in a temporary folder
  std::vector<std::string> flags;  // more of them
};

// build/bin/leadlined over a folder of its own. Its destructor kills it. Not thread-safe; channels are.
class ServerProcess {
 public:
  explicit ServerProcess(ServerSetup setup = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts it and waits until it is healthy; false when it ended before or took too long: see output().
  bool Start(std::chrono::milliseconds limit = std::chrono::milliseconds(30'000));
  // The command line, without running it.
  std::vector<std::string> Command() const;
  // The policy by which plugins load; empty: none.
  std::string trust_path() const;

  void Signal(int number);
  // SIGTERM, then waits for the end.
  Ended Stop(std::chrono::milliseconds limit = std::chrono::milliseconds(30'000));
  // SIGKILL, then waits for the end.
  void Kill();
  // Waits for it to end by itself; nothing when it did not.
  std::optional<Ended> WaitForEnd(std::chrono::milliseconds limit);
  bool running();

  // A new channel that shares its connection with no other.
  std::shared_ptr<grpc::Channel> NewChannel(int max_receive_mib = 64) const;
  // The channel that most tests use.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  const std::string& data() const { return data_; }
  // As clients write it: "unix:/..." or "127.0.0.1:1234", with the port that the server chose.
  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }
  // What it wrote so far.
  std::string output() const;

 private:
  bool Healthy() const;
  std::string plugin_folder() const;

  ServerSetup setup_;
  TempFolder folder_;
  std::string data_;
  std::string address_;
  std::string log_path_;
  pid_t pid_ = -1;
  int status_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
};

// Compares all that the server's database holds with what its ledger tells, with the command line; beside the server
// while it runs. Exit code 0: there is no difference.
Ended VerifyStore(ServerProcess& server);

}  // namespace leadline::e2e
