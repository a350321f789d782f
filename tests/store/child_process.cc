#include "tests/store/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace leadline::store {

namespace {

// Its standard output goes into `pipe`.
pid_t Spawn(const std::vector<std::string>& command, const std::array<int, 2>& pipe) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(pipe[1], STDOUT_FILENO);
  ::close(pipe[0]);
  ::close(pipe[1]);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

std::string RunAndKill(const std::vector<std::string>& command, std::chrono::microseconds life,
                       const std::function<void()>& meanwhile, size_t after_lines) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = Spawn(command, ends);
  ::close(ends[1]);
  std::string output;
  std::array<char, 4096> buffer{};
  // Its life counts from the first answer, so that opening the file on a slow machine takes nothing from it.
  ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
  EXPECT_GT(size, 0) << "the child wrote nothing";
  output.append(buffer.data(), size > 0 ? static_cast<size_t>(size) : 0);
  while (size > 0 && static_cast<size_t>(std::count(output.begin(), output.end(), '\n')) < after_lines) {
    size = ::read(ends[0], buffer.data(), buffer.size());
    output.append(buffer.data(), size > 0 ? static_cast<size_t>(size) : 0);
  }
  std::atomic<bool> dead{false};
  std::thread killer([child, life] {
    std::this_thread::sleep_for(life);
    ::kill(child, SIGKILL);
  });
  std::thread beside([&] {
    while (meanwhile && !dead) meanwhile();
  });
  while ((size = ::read(ends[0], buffer.data(), buffer.size())) > 0) {
    output.append(buffer.data(), static_cast<size_t>(size));
  }
  killer.join();
  dead = true;
  beside.join();
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
  return output;
}

std::vector<std::string> WholeLines(const std::string& output) {
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t end = output.find('\n'); end != std::string::npos; end = output.find('\n', begin)) {
    lines.push_back(output.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace leadline::store
