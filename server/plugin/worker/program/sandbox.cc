#include "plugin/worker/program/sandbox.h"

#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include "fmt/format.h"
#include "plugin/worker/contract.h"

namespace leadline::plugin {
namespace {

constexpr rlim_t kMostDescriptors = 64;
constexpr rlim_t kMostStack = 8 << 20;
// Threads, and signals and timers that wait: the kernel counts them over all processes of the user, so that these bound
// a flood only. A worker that has its own few finds room as long as the user's others leave some.
constexpr rlim_t kMostThreads = 4'096;
constexpr rlim_t kMostSignals = 256;

bool DropCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

// No capability is left to raise a limit again.
absl::Status Limit(__rlimit_resource resource, rlim_t most) {
  rlimit limit{};
  getrlimit(resource, &limit);
  limit.rlim_max = std::min(limit.rlim_max, most);
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(resource, &limit) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("limit {} cannot be set: {}", static_cast<int>(resource), std::generic_category().message(errno)));
}

int CollectFolder(dl_phdr_info* info, size_t, void* folders) {
  std::string path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash != 0)
    static_cast<std::set<std::string>*>(folders)->insert(path.substr(0, slash));
  return 0;
}

// What Landlock may be told to forbid, as the versions of its interface have come to know it. Older headers lack some.
struct Ruleset {
  uint64_t files = 0;
  uint64_t network = 0;
  uint64_t scopes = 0;
};
constexpr uint64_t FirstBits(int count) { return (uint64_t{1} << count) - 1; }
constexpr Ruleset Everything(long abi) {
  Ruleset rules;
  // Running, writing, reading, making and removing of each kind; then moving between folders, truncating, ioctl().
  rules.files = FirstBits(abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13);
  if (abi >= 4) rules.network = FirstBits(2);  // binding and connecting of TCP
  if (abi >= 6) rules.scopes = FirstBits(2);   // abstract sockets and signals out of the sandbox
  return rules;
}

bool AllowReading(int rules, const std::string& path, bool folder) {
  int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | (folder ? LANDLOCK_ACCESS_FS_READ_DIR : 0);
  rule.parent_fd = fd;
  bool added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  close(fd);
  return added;
}

}  // namespace

bool GiveUpPrivileges() {
  ucred server{};
  socklen_t size = sizeof(server);
  bool known = getsockopt(kWorkerSocket, SOL_SOCKET, SO_PEERCRED, &server, &size) == 0;
  bool safe = DropCapabilities() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
              prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  // A server that died before that line has left us to another parent.
  return known && safe && getppid() == server.pid;
}

absl::Status SetLimits(uint64_t memory_bytes) {
  // One arena for all threads: further ones read files of the system as they grow and shrink.
  mallopt(M_ARENA_MAX, 1);
  for (auto [resource, most] : {std::pair{RLIMIT_CORE, rlim_t{0}},
                                {RLIMIT_FSIZE, rlim_t{0}},
                                {RLIMIT_MSGQUEUE, rlim_t{0}},
                                {RLIMIT_MEMLOCK, rlim_t{0}},
                                {RLIMIT_NOFILE, kMostDescriptors},
                                {RLIMIT_STACK, kMostStack},
                                {RLIMIT_NPROC, kMostThreads},
                                {RLIMIT_SIGPENDING, kMostSignals},
                                {RLIMIT_RTPRIO, rlim_t{0}},
                                {RLIMIT_NICE, rlim_t{0}},
                                {RLIMIT_DATA, rlim_t{memory_bytes}}}) {
    if (absl::Status status = Limit(resource, most); !status.ok()) return status;
  }
  return absl::OkStatus();
}

int ShutOffFiles(const std::string& module_path) {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return 0;
  const Ruleset forbidden = Everything(abi);
  const int rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &forbidden, sizeof(forbidden), 0));
  if (rules < 0) return 0;
  std::set<std::string> folders;
  dl_iterate_phdr(&CollectFolder, &folders);
  bool held = AllowReading(rules, module_path, false) && AllowReading(rules, "/etc/ld.so.cache", false);
  for (const std::string& folder : folders) held = AllowReading(rules, folder, true) && held;
  held = held && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return held ? static_cast<int>(abi) : 0;
}

void CloseFiles() {
  for (int fd = kFirstFreeFd; fd < static_cast<int>(kMostDescriptors); ++fd) {
    struct stat info {};
    if (syscall(SYS_fstat, fd, &info) != 0) continue;
    if (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode) || S_ISCHR(info.st_mode)) close(fd);
  }
}

}  // namespace leadline::plugin
